-- Messages and files that were written at Stream and carried back, and what they are called there.
CREATE TABLE hims_returned_messages (
    stream_message TEXT PRIMARY KEY NOT NULL,
    message_id INTEGER NOT NULL UNIQUE,
    CONSTRAINT hims_returned_messages_message FOREIGN KEY (message_id) REFERENCES chat_messages (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE hims_returned_files (
    stream_file TEXT PRIMARY KEY NOT NULL,
    attachment_id INTEGER NOT NULL UNIQUE,
    CONSTRAINT hims_returned_files_file FOREIGN KEY (attachment_id) REFERENCES chat_attachments (id) ON DELETE CASCADE
) WITHOUT ROWID;

-- Until when whoever moves the room has time to open it where it lives now, or to give it back. It is
-- shown to nobody before; where that time runs out, the service opens it.
ALTER TABLE hims_links ADD COLUMN shut_until INTEGER;
