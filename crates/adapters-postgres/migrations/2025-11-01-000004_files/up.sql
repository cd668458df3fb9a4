-- What a picture measures; neither is set for other files.
ALTER TABLE chat_attachments ADD COLUMN width bigint, ADD COLUMN height bigint;
CREATE INDEX chat_attachments_unsent_index ON chat_attachments (created_at) WHERE message_id IS NULL;

-- Files whose rows are gone and whose bytes are about to go, so that a crash in between leaves nothing.
CREATE TABLE hims_removed_files (
    attachment_id bigint CONSTRAINT hims_removed_files_pkey PRIMARY KEY
);
