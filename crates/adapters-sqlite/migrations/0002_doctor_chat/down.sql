-- Removes what `up` added, and nothing else.

DROP TABLE hims_links;
DROP TABLE hims_presence;
DROP TABLE hims_settings;
DROP TABLE hims_audit;
DROP TABLE hims_sessions;
DROP TABLE chat_attachments;
DROP TABLE chat_message_versions;
DROP TABLE chat_acknowledgements;
DROP TABLE chat_receipts;
DROP TABLE hims_patient_rooms;

DROP INDEX hims_users_email;

DROP INDEX hims_participants_room;
DROP INDEX hims_participants_user;
ALTER TABLE chat_participants DROP COLUMN changed_position;
ALTER TABLE chat_participants DROP COLUMN delivered_position;
ALTER TABLE chat_participants DROP COLUMN read_position;

DROP INDEX hims_messages_urgent;
DROP INDEX hims_messages_unadopted;
DROP INDEX hims_messages_changed;
DROP INDEX hims_messages_client_id;
DROP INDEX hims_messages_position;
ALTER TABLE chat_messages DROP COLUMN recalled_at;
ALTER TABLE chat_messages DROP COLUMN edited_at;
ALTER TABLE chat_messages DROP COLUMN sent_at;
ALTER TABLE chat_messages DROP COLUMN urgency;
ALTER TABLE chat_messages DROP COLUMN client_id;
ALTER TABLE chat_messages DROP COLUMN changed_position;
ALTER TABLE chat_messages DROP COLUMN position;

DROP INDEX hims_rooms_patient;
DROP INDEX hims_rooms_direct_key;
ALTER TABLE chat_rooms DROP COLUMN direct_key;
ALTER TABLE chat_rooms DROP COLUMN active_at;
ALTER TABLE chat_rooms DROP COLUMN last_position;

DROP INDEX hims_patients_patient_ref;
ALTER TABLE patients DROP COLUMN patient_ref;
