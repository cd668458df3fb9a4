-- Finding the patients that a text names, without looking at every patient. The name without case
-- and accents is made by us; the trigger only says that it has to be made again.
ALTER TABLE patients ADD COLUMN name_folded text;
CREATE INDEX hims_patients_name ON patients (name_folded);
CREATE INDEX hims_patients_unfolded ON patients (id) WHERE name_folded IS NULL;
CREATE INDEX hims_patients_mrn ON patients (lower(replace(replace(replace(replace(mrn, '-', ''), ' ', ''), '/', ''), '.', '')));
CREATE INDEX hims_patients_bed ON patients (lower(replace(replace(replace(replace(bed, '-', ''), ' ', ''), '/', ''), '.', '')));
CREATE INDEX hims_patients_ward ON patients (ward);
CREATE FUNCTION hims_patient_renamed() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN NEW.name_folded := NULL; RETURN NEW; END $$;
CREATE TRIGGER hims_patients_renamed BEFORE UPDATE OF name ON patients FOR EACH ROW
    WHEN (NEW.name IS DISTINCT FROM OLD.name) EXECUTE FUNCTION hims_patient_renamed();

-- Who came into a room and who went, in the order of the room. No row is ever changed.
CREATE TABLE hims_participant_changes (
    id bigserial CONSTRAINT hims_participant_changes_pkey PRIMARY KEY,
    room_id bigint NOT NULL
        CONSTRAINT hims_participant_changes_room_id_foreign REFERENCES chat_rooms (id) ON DELETE CASCADE,
    user_id bigint NOT NULL,
    by_id bigint,
    change text NOT NULL
        CONSTRAINT hims_participant_changes_change_check CHECK (change IN ('joined', 'left', 'removed')),
    at timestamptz NOT NULL
);
CREATE INDEX hims_participant_changes_room_id_index ON hims_participant_changes (room_id, id);

-- What a doctor says of being available; no row says nothing.
CREATE TABLE hims_availability (
    user_id bigint CONSTRAINT hims_availability_pkey PRIMARY KEY
        CONSTRAINT hims_availability_user_id_foreign REFERENCES users (id) ON DELETE CASCADE,
    text text NOT NULL,
    until timestamptz
);
