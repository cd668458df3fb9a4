DROP VIEW hims_merged_records;
DROP TABLE hims_patient_merges;
