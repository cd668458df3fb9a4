-- Whom the other application takes into a room or out of it, and what it calls the room: noted as in
-- 000010_other_application. A note without a doctor is about the room itself.
--
-- Both tables at once, in the order in which rooms and then their participants are written.
LOCK TABLE chat_rooms, chat_participants IN SHARE ROW EXCLUSIVE MODE;
CREATE TABLE hims_changed_memberships (
    id bigserial CONSTRAINT hims_changed_memberships_pkey PRIMARY KEY,
    room_id bigint NOT NULL,
    user_id bigint
);

DO $do$ BEGIN
    EXECUTE format($sql$
        CREATE FUNCTION hims_membership_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp
        AS $f$ BEGIN
            IF TG_OP = 'DELETE' THEN
                INSERT INTO hims_changed_memberships (room_id, user_id) VALUES (OLD.room_id, OLD.user_id);
            ELSE
                INSERT INTO hims_changed_memberships (room_id, user_id) VALUES (NEW.room_id, NEW.user_id);
            END IF;
            RETURN NULL;
        END $f$;

        CREATE FUNCTION hims_room_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp
        AS $f$ BEGIN
            IF NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL THEN
                INSERT INTO hims_changed_memberships (room_id, user_id)
                    SELECT room_id, user_id FROM chat_participants
                    WHERE room_id = NEW.id AND user_id IS NOT NULL AND left_at IS NULL;
            ELSE
                INSERT INTO hims_changed_memberships (room_id) VALUES (NEW.id);
            END IF;
            RETURN NULL;
        END $f$;
    $sql$, current_schema());
END $do$;

-- Who comes in here has a mark of reading from the start.
CREATE TRIGGER hims_participant_new AFTER INSERT ON chat_participants FOR EACH ROW
    WHEN (NEW.left_at IS NULL AND NEW.read_position IS NULL AND NEW.room_id IS NOT NULL AND NEW.user_id IS NOT NULL)
    EXECUTE FUNCTION hims_membership_changed();
CREATE TRIGGER hims_participant_changed AFTER UPDATE ON chat_participants FOR EACH ROW
    WHEN ((NEW.left_at IS NULL) <> (OLD.left_at IS NULL)
        AND NEW.changed_position IS NOT DISTINCT FROM OLD.changed_position
        AND NEW.room_id IS NOT NULL AND NEW.user_id IS NOT NULL)
    EXECUTE FUNCTION hims_membership_changed();
CREATE TRIGGER hims_participant_gone AFTER DELETE ON chat_participants FOR EACH ROW
    WHEN (OLD.left_at IS NULL AND OLD.room_id IS NOT NULL AND OLD.user_id IS NOT NULL)
    EXECUTE FUNCTION hims_membership_changed();
-- A room that is deleted is left by everybody; one that is brought back is as it was.
CREATE TRIGGER hims_room_changed AFTER UPDATE ON chat_rooms FOR EACH ROW
    WHEN ((NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL) OR NEW.name IS DISTINCT FROM OLD.name)
    EXECUTE FUNCTION hims_room_changed();
