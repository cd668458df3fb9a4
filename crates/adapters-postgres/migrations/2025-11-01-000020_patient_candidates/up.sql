-- Finding the patients that a text names by a bare record number, by the beginning of a name, or by
-- a surname alone if they lie in a bed, without looking at every patient.
CREATE INDEX hims_patients_mrn_number ON patients (ltrim(lower(replace(replace(replace(replace(mrn, '-', ''), ' ', ''), '/', ''), '.', '')), 'abcdefghijklmnopqrstuvwxyz'));
CREATE INDEX hims_patients_name_begins ON patients (name_folded COLLATE "C");
CREATE INDEX hims_patients_surname ON patients ((substring(name_folded FROM '[^ ]+$'))) WHERE bed IS NOT NULL AND deleted_at IS NULL;
