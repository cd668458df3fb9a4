-- The texts and acknowledgements of messages stay in tables of the shape they have now.
DROP TRIGGER hims_read_new;
DROP TRIGGER hims_read_changed;
DROP TABLE hims_changed_reads;
DROP TRIGGER hims_message_again;
DROP TRIGGER hims_author_gone;
DROP TRIGGER hims_room_gone;
DROP TRIGGER hims_message_gone;
DROP TABLE hims_gone_messages;
DROP TRIGGER hims_message_changed;
DROP TABLE hims_changed_messages;
DELETE FROM chat_messages WHERE gone_at IS NOT NULL;
DROP INDEX hims_messages_untimed;
DROP INDEX hims_messages_gone;
ALTER TABLE chat_messages DROP COLUMN gone_at;
ALTER TABLE chat_messages DROP COLUMN sent_at_estimated;
