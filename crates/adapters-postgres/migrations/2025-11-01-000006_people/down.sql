-- Removes exactly what up.sql added.
DROP TABLE hims_availability, hims_participant_changes;

DROP TRIGGER hims_patients_renamed ON patients;
DROP FUNCTION hims_patient_renamed();
DROP INDEX hims_patients_ward, hims_patients_bed, hims_patients_mrn;
ALTER TABLE patients DROP COLUMN name_folded;
