-- Records that are about the same person as another one. The rooms of a merged record stay as they are and are shown
-- as the other patient's, so that a merge that was wrong is taken back by taking its row out. `into_id` is what
-- somebody said; `now_id` follows from it, and is the record at the end where records were merged one after another.
-- Neither refers to its row: a merge sleeps while the record at the end is gone. `surname` is the last word of the
-- merged record's name, folded, by which the check for the wrong patient finds somebody who lies in a bed.
CREATE TABLE hims_patient_merges (
    patient_id bigint CONSTRAINT hims_patient_merges_pkey PRIMARY KEY
        CONSTRAINT hims_patient_merges_patient_id_foreign REFERENCES patients (id) ON DELETE CASCADE,
    into_id bigint NOT NULL,
    now_id bigint NOT NULL,
    surname text NOT NULL,
    merged_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT hims_patient_merges_others_check CHECK (patient_id <> into_id AND patient_id <> now_id)
);
CREATE INDEX hims_patient_merges_now_index ON hims_patient_merges (now_id);
CREATE INDEX hims_patient_merges_into_index ON hims_patient_merges (into_id);
CREATE INDEX hims_patient_merges_surname_index ON hims_patient_merges (surname);

-- The merges that hold: a record whose patient was deleted since stands for itself again.
CREATE VIEW hims_merged_records AS
    SELECT g.patient_id, g.now_id, g.surname, n.bed IS NOT NULL AS in_bed
    FROM hims_patient_merges g JOIN patients n ON n.id = g.now_id AND n.deleted_at IS NULL;
