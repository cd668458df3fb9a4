-- Finding the patients that a text names, without looking at every patient. The name without case
-- and accents is made by us; the trigger only says that it has to be made again.
ALTER TABLE patients ADD COLUMN name_folded TEXT;
CREATE INDEX hims_patients_name ON patients (name_folded);
CREATE INDEX hims_patients_unfolded ON patients (id) WHERE name_folded IS NULL;
CREATE INDEX hims_patients_mrn ON patients (lower(replace(replace(replace(replace(mrn, '-', ''), ' ', ''), '/', ''), '.', '')));
CREATE INDEX hims_patients_bed ON patients (lower(replace(replace(replace(replace(bed, '-', ''), ' ', ''), '/', ''), '.', '')));
CREATE INDEX hims_patients_ward ON patients (ward);
CREATE TRIGGER hims_patients_renamed AFTER UPDATE OF name ON patients WHEN NEW.name IS NOT OLD.name BEGIN
    UPDATE patients SET name_folded = NULL WHERE id = NEW.id;
END;

-- Who came into a room and who went, in the order of the room. No row is ever changed.
CREATE TABLE hims_participant_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    room_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    by_id INTEGER,
    change TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT hims_participant_changes_change CHECK (change IN ('joined', 'left', 'removed')),
    CONSTRAINT hims_participant_changes_room FOREIGN KEY (room_id) REFERENCES chat_rooms (id) ON DELETE CASCADE
);
CREATE INDEX hims_participant_changes_room ON hims_participant_changes (room_id, id);

-- What a doctor says of being available; no row says nothing.
CREATE TABLE hims_availability (
    user_id INTEGER PRIMARY KEY NOT NULL,
    text TEXT NOT NULL,
    until INTEGER,
    CONSTRAINT hims_availability_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
