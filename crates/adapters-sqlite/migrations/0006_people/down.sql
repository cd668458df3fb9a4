-- Removes what `up` added, and nothing else.
DROP TABLE hims_availability;
DROP TABLE hims_participant_changes;

DROP TRIGGER hims_patients_renamed;
DROP INDEX hims_patients_ward;
DROP INDEX hims_patients_bed;
DROP INDEX hims_patients_mrn;
DROP INDEX hims_patients_unfolded;
DROP INDEX hims_patients_name;
ALTER TABLE patients DROP COLUMN name_folded;
