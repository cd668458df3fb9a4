-- Removes exactly what up.sql added.
DROP TABLE hims_links, hims_presence, hims_settings, hims_audit, hims_sessions, chat_attachments,
    chat_message_versions, chat_acknowledgements, chat_receipts, hims_patient_rooms;

DROP INDEX hims_users_email, hims_participants_user, hims_participants_room, hims_rooms_patient;

ALTER TABLE chat_participants
    DROP COLUMN read_position, DROP COLUMN delivered_position, DROP COLUMN changed_position;

ALTER TABLE chat_messages
    DROP COLUMN position, DROP COLUMN changed_position, DROP COLUMN client_id, DROP COLUMN urgency,
    DROP COLUMN sent_at, DROP COLUMN edited_at, DROP COLUMN recalled_at;

ALTER TABLE chat_rooms
    DROP COLUMN last_position, DROP COLUMN active_at, DROP COLUMN changed_at, DROP COLUMN direct_key;

ALTER TABLE patients DROP COLUMN patient_ref;

DROP FUNCTION hims_laravel(timestamptz), hims_time(bigint), hims_micros(timestamptz), hims_micros(timestamp);
