-- Whom the other application takes into a room or out of it, and what it calls the room: noted as in
-- 0010_other_application. A note without a doctor is about the room itself.
CREATE TABLE hims_changed_memberships (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    room_id INTEGER NOT NULL,
    user_id INTEGER
);
-- Who comes in here has a mark of reading from the start.
CREATE TRIGGER hims_participant_new AFTER INSERT ON chat_participants
    WHEN new.left_at IS NULL AND new.read_position IS NULL AND new.room_id IS NOT NULL AND new.user_id IS NOT NULL
BEGIN
    INSERT INTO hims_changed_memberships (room_id, user_id) VALUES (new.room_id, new.user_id);
END;
CREATE TRIGGER hims_participant_changed AFTER UPDATE OF left_at ON chat_participants
    WHEN (new.left_at IS NULL) <> (old.left_at IS NULL) AND new.changed_position IS old.changed_position
        AND new.room_id IS NOT NULL AND new.user_id IS NOT NULL
BEGIN
    INSERT INTO hims_changed_memberships (room_id, user_id) VALUES (new.room_id, new.user_id);
END;
CREATE TRIGGER hims_participant_gone AFTER DELETE ON chat_participants
    WHEN old.left_at IS NULL AND old.room_id IS NOT NULL AND old.user_id IS NOT NULL
BEGIN
    INSERT INTO hims_changed_memberships (room_id, user_id) VALUES (old.room_id, old.user_id);
END;
-- A room that is deleted is left by everybody; one that is brought back is as it was.
CREATE TRIGGER hims_room_deleted AFTER UPDATE OF deleted_at ON chat_rooms
    WHEN new.deleted_at IS NOT NULL AND old.deleted_at IS NULL
BEGIN
    INSERT INTO hims_changed_memberships (room_id, user_id)
        SELECT room_id, user_id FROM chat_participants
        WHERE room_id = new.id AND user_id IS NOT NULL AND left_at IS NULL;
END;
CREATE TRIGGER hims_room_changed AFTER UPDATE OF name, deleted_at ON chat_rooms
    WHEN new.name IS NOT old.name OR (new.deleted_at IS NULL AND old.deleted_at IS NOT NULL)
BEGIN
    INSERT INTO hims_changed_memberships (room_id) VALUES (new.id);
END;
