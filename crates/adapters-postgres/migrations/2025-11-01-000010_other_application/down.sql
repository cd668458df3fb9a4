DROP TRIGGER hims_message_again ON chat_messages;
DROP TRIGGER hims_author_gone ON users;
DROP TRIGGER hims_room_gone ON chat_rooms;
DROP TRIGGER hims_read_new ON chat_participants;
DROP TRIGGER hims_read_changed ON chat_participants;
DROP TRIGGER hims_message_gone ON chat_messages;
DROP TRIGGER hims_message_changed ON chat_messages;
DROP FUNCTION hims_out_of_the_way();
DROP FUNCTION hims_read_changed();
DROP FUNCTION hims_message_gone();
DROP FUNCTION hims_message_changed();
DROP TABLE hims_changed_reads;
DROP TABLE hims_gone_messages;
DROP TABLE hims_changed_messages;
DELETE FROM chat_messages WHERE gone_at IS NOT NULL;
DELETE FROM chat_message_versions v WHERE NOT EXISTS (SELECT FROM chat_messages m WHERE m.id = v.message_id);
DELETE FROM chat_acknowledgements a WHERE NOT EXISTS (SELECT FROM chat_messages m WHERE m.id = a.message_id);
ALTER TABLE chat_message_versions ADD CONSTRAINT chat_message_versions_message_id_foreign
    FOREIGN KEY (message_id) REFERENCES chat_messages (id) ON DELETE CASCADE;
ALTER TABLE chat_acknowledgements ADD CONSTRAINT chat_acknowledgements_message_id_foreign
    FOREIGN KEY (message_id) REFERENCES chat_messages (id) ON DELETE CASCADE;
DROP INDEX hims_messages_untimed;
DROP INDEX hims_messages_gone;
ALTER TABLE chat_messages DROP COLUMN gone_at, DROP COLUMN sent_at_estimated;
DROP FUNCTION hims_moment(timestamptz);
DROP FUNCTION hims_order(timestamptz);
DROP FUNCTION hims_moment(timestamp);
DROP FUNCTION hims_order(timestamp);
CREATE OR REPLACE FUNCTION hims_laravel(timestamptz) RETURNS timestamp LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT date_trunc('second', $1 AT TIME ZONE 'UTC') $$;
CREATE OR REPLACE FUNCTION hims_micros(timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT (extract(epoch FROM $1) * 1000000)::bigint $$;
CREATE OR REPLACE FUNCTION hims_micros(timestamp) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (extract(epoch FROM $1) * 1000000)::bigint $$;
DROP FUNCTION hims_zone();
