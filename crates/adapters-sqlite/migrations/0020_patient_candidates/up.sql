-- Finding the patients that a text names by a bare record number, or by a surname alone if they lie
-- in a bed, without looking at every patient. The surname is the last word of the folded name: what
-- is left of it when everything before is taken away.
CREATE INDEX hims_patients_mrn_number ON patients (ltrim(lower(replace(replace(replace(replace(mrn, '-', ''), ' ', ''), '/', ''), '.', '')), 'abcdefghijklmnopqrstuvwxyz'));
CREATE INDEX hims_patients_surname ON patients (replace(name_folded, rtrim(name_folded, replace(name_folded, ' ', '')), '')) WHERE bed IS NOT NULL AND deleted_at IS NULL;
