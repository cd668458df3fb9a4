-- What a picture measures; neither is set for other files.
ALTER TABLE chat_attachments ADD COLUMN width INTEGER;
ALTER TABLE chat_attachments ADD COLUMN height INTEGER;
CREATE INDEX hims_attachments_unsent ON chat_attachments (created_at) WHERE message_id IS NULL;

-- Files whose rows are gone and whose bytes are about to go, so that a crash in between leaves nothing.
CREATE TABLE hims_removed_files (attachment_id INTEGER PRIMARY KEY NOT NULL);
