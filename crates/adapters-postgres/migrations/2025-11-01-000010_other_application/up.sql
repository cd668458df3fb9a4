-- Times of the other application lie in the zone that our connections are told (UTC if none), and what
-- is no time (infinity, the epoch, years outside the calendar) is none, so that no row fails a statement.
CREATE FUNCTION hims_zone() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(current_setting('hims.legacy_time_zone', true), ''), 'UTC') $$;
CREATE OR REPLACE FUNCTION hims_micros(timestamp) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN $1 >= '1970-01-02' AND $1 < '9998-12-30'
        THEN (extract(epoch FROM $1 AT TIME ZONE hims_zone()) * 1000000)::bigint END $$;
CREATE OR REPLACE FUNCTION hims_micros(timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN $1 >= '0001-01-02 00:00:00Z' AND $1 < '9998-12-31 00:00:00Z'
        THEN (extract(epoch FROM $1) * 1000000)::bigint END $$;
CREATE OR REPLACE FUNCTION hims_laravel(timestamptz) RETURNS timestamp LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT date_trunc('second', $1 AT TIME ZONE hims_zone()) $$;
-- What a row's time orders it by. The times of an hour that comes twice are alike, so that the order of
-- writing decides.
CREATE FUNCTION hims_order(timestamp) RETURNS timestamp LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN hims_micros($1) IS NULL THEN NULL
        WHEN ($1 AT TIME ZONE hims_zone() - interval '1 hour') AT TIME ZONE hims_zone() = $1
            THEN date_trunc('hour', $1) ELSE $1 END $$;
-- Of an hour that comes twice the second one, unless that is still to come.
CREATE FUNCTION hims_moment(timestamp) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN hims_micros($1) IS NULL THEN NULL
        WHEN $1 AT TIME ZONE hims_zone() > clock_timestamp() + interval '1 minute'
            AND ($1 AT TIME ZONE hims_zone() - interval '1 hour') AT TIME ZONE hims_zone() = $1
            THEN $1 AT TIME ZONE hims_zone() - interval '1 hour' ELSE $1 AT TIME ZONE hims_zone() END $$;

-- For tables whose times have a zone.
CREATE FUNCTION hims_order(timestamptz) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN hims_micros($1) IS NOT NULL THEN $1 END $$;
CREATE FUNCTION hims_moment(timestamptz) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN hims_micros($1) IS NOT NULL THEN $1 END $$;

-- Whether sent_at is our estimate, for a row whose time cannot be read; and when the other application
-- deleted the row: this one stands in its place, without its words.
ALTER TABLE chat_messages
    ADD COLUMN sent_at_estimated boolean NOT NULL DEFAULT false,
    ADD COLUMN gone_at timestamptz;
CREATE INDEX hims_messages_gone ON chat_messages (room_id) WHERE gone_at IS NOT NULL;
UPDATE chat_messages SET sent_at = NULL WHERE position > 0 AND hims_micros(sent_at) IS NULL;
UPDATE chat_rooms SET active_at = NULL WHERE active_at IS NOT NULL AND hims_micros(active_at) IS NULL;
-- Messages that have a place and still want a time.
CREATE INDEX hims_messages_untimed ON chat_messages (room_id, position) WHERE sent_at IS NULL AND position > 0;

-- What the other application changes in rows that we know is noted by triggers, whether we are there or
-- not; we follow the notes twice a second. Our own statements change a column of ours together with what
-- they change, which the other application never does: changed_position of a message, read_position
-- beside last_read_at.
--
-- The other application's role at the database may not know our tables: so the functions have their
-- owner's rights.

-- What messages said before, each time one was changed, deleted or brought back.
CREATE TABLE hims_changed_messages (
    id bigserial CONSTRAINT hims_changed_messages_pkey PRIMARY KEY,
    message_id bigint NOT NULL,
    room_id bigint NOT NULL,
    text text,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX hims_changed_messages_room_id_index ON hims_changed_messages (room_id, id);

-- What is needed to put something in the place of a deleted row.
CREATE TABLE hims_gone_messages (
    message_id bigint CONSTRAINT hims_gone_messages_pkey PRIMARY KEY,
    room_id bigint NOT NULL,
    user_id bigint,
    reply_to_id bigint,
    position bigint NOT NULL,
    client_id text,
    urgency text NOT NULL,
    sent_at timestamptz,
    sent_at_estimated boolean NOT NULL,
    created_at timestamp,
    recalled_at timestamptz
);

-- Whose time of reading moved.
CREATE TABLE hims_changed_reads (
    id bigserial CONSTRAINT hims_changed_reads_pkey PRIMARY KEY,
    room_id bigint NOT NULL,
    user_id bigint NOT NULL
);

DO $do$ BEGIN
    EXECUTE format($sql$
        CREATE FUNCTION hims_message_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp
        AS $f$ BEGIN
            INSERT INTO hims_changed_messages (message_id, room_id, text) VALUES (OLD.id, OLD.room_id, OLD.message);
            RETURN NULL;
        END $f$;

        CREATE FUNCTION hims_message_gone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp
        AS $f$ BEGIN
            DELETE FROM hims_gone_messages WHERE message_id = OLD.id;
            INSERT INTO hims_gone_messages (message_id, room_id, user_id, reply_to_id, position, client_id, urgency,
                    sent_at, sent_at_estimated, created_at, recalled_at)
                VALUES (OLD.id, OLD.room_id, OLD.user_id, OLD.reply_to_id, OLD.position, OLD.client_id, OLD.urgency,
                    OLD.sent_at, OLD.sent_at_estimated, OLD.created_at, OLD.recalled_at);
            INSERT INTO hims_changed_messages (message_id, room_id, text) VALUES (OLD.id, OLD.room_id, OLD.message);
            RETURN NULL;
        END $f$;

        CREATE FUNCTION hims_read_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp
        AS $f$ BEGIN
            INSERT INTO hims_changed_reads (room_id, user_id) VALUES (NEW.room_id, NEW.user_id);
            RETURN NULL;
        END $f$;

        CREATE FUNCTION hims_out_of_the_way() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp
        AS $f$ BEGIN
            IF TG_TABLE_NAME = 'chat_rooms' THEN
                DELETE FROM chat_message_versions v USING chat_messages m
                    WHERE m.id = v.message_id AND m.room_id = OLD.id AND m.gone_at IS NOT NULL;
                DELETE FROM chat_acknowledgements a USING chat_messages m
                    WHERE m.id = a.message_id AND m.room_id = OLD.id AND m.gone_at IS NOT NULL;
                DELETE FROM chat_messages WHERE room_id = OLD.id AND gone_at IS NOT NULL;
                RETURN OLD;
            ELSIF TG_TABLE_NAME = 'users' THEN
                UPDATE chat_messages SET user_id = NULL WHERE user_id = OLD.id AND gone_at IS NOT NULL;
                RETURN OLD;
            END IF;
            DELETE FROM chat_messages WHERE id = NEW.id AND gone_at IS NOT NULL;
            RETURN NEW;
        END $f$;
    $sql$, current_schema());
END $do$;

CREATE TRIGGER hims_message_changed AFTER UPDATE ON chat_messages FOR EACH ROW
    WHEN (OLD.position > 0 AND NEW.changed_position IS NOT DISTINCT FROM OLD.changed_position
        AND (NEW.message IS DISTINCT FROM OLD.message OR (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL)))
    EXECUTE FUNCTION hims_message_changed();
CREATE TRIGGER hims_message_gone AFTER DELETE ON chat_messages FOR EACH ROW
    WHEN (OLD.position > 0 AND OLD.gone_at IS NULL) EXECUTE FUNCTION hims_message_gone();
CREATE TRIGGER hims_read_changed AFTER UPDATE ON chat_participants FOR EACH ROW
    WHEN (NEW.last_read_at IS NOT NULL AND NEW.last_read_at IS DISTINCT FROM OLD.last_read_at
        AND NEW.read_position IS NOT DISTINCT FROM OLD.read_position
        AND NEW.room_id IS NOT NULL AND NEW.user_id IS NOT NULL)
    EXECUTE FUNCTION hims_read_changed();
CREATE TRIGGER hims_read_new AFTER INSERT ON chat_participants FOR EACH ROW
    WHEN (NEW.last_read_at IS NOT NULL AND NEW.read_position IS NULL
        AND NEW.room_id IS NOT NULL AND NEW.user_id IS NOT NULL)
    EXECUTE FUNCTION hims_read_changed();

-- What stands for deleted rows is in nobody's way: not of the room or the author that is deleted after
-- them, nor of a row that is written again under its number.
CREATE TRIGGER hims_room_gone BEFORE DELETE ON chat_rooms FOR EACH ROW EXECUTE FUNCTION hims_out_of_the_way();
CREATE TRIGGER hims_author_gone BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION hims_out_of_the_way();
CREATE TRIGGER hims_message_again BEFORE INSERT ON chat_messages FOR EACH ROW
    WHEN (NEW.position IS NULL) EXECUTE FUNCTION hims_out_of_the_way();

-- The earlier texts of a message and who acknowledged it outlive its row.
ALTER TABLE chat_message_versions DROP CONSTRAINT chat_message_versions_message_id_foreign;
ALTER TABLE chat_acknowledgements DROP CONSTRAINT chat_acknowledgements_message_id_foreign;
