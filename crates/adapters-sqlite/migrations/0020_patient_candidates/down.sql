DROP INDEX hims_patients_surname;
DROP INDEX hims_patients_mrn_number;
