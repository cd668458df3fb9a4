-- What messages say and what their files are called, as hims_fold writes it: three letters at a time,
-- so that parts of words are found. Only ours writes here. The other application's SQLite may be
-- older than this kind of table and knows no hims_fold, so a trigger that wrote here would make its
-- inserts fail. Its rows, and ours, only leave a note; we index what is noted twice a second, and
-- whoever searches before looks at the noted messages themselves.
CREATE VIRTUAL TABLE hims_search USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1');

CREATE TABLE hims_search_queue (
    message_id INTEGER PRIMARY KEY NOT NULL
);
INSERT INTO hims_search_queue (message_id) SELECT id FROM chat_messages;

-- Not "OR IGNORE": the statement that fires a trigger may say otherwise, and is obeyed.
CREATE TRIGGER hims_search_message_new AFTER INSERT ON chat_messages BEGIN
    INSERT INTO hims_search_queue SELECT new.id
        WHERE NOT EXISTS (SELECT 1 FROM hims_search_queue WHERE message_id = new.id);
END;
CREATE TRIGGER hims_search_message_changed AFTER UPDATE OF message, recalled_at, deleted_at ON chat_messages
    WHEN new.message IS NOT old.message OR new.recalled_at IS NOT old.recalled_at
        OR new.deleted_at IS NOT old.deleted_at
BEGIN
    INSERT INTO hims_search_queue SELECT new.id
        WHERE NOT EXISTS (SELECT 1 FROM hims_search_queue WHERE message_id = new.id);
END;
CREATE TRIGGER hims_search_message_gone AFTER DELETE ON chat_messages BEGIN
    INSERT INTO hims_search_queue SELECT old.id
        WHERE NOT EXISTS (SELECT 1 FROM hims_search_queue WHERE message_id = old.id);
END;
CREATE TRIGGER hims_search_file_sent AFTER UPDATE OF message_id ON chat_attachments
    WHEN new.message_id IS NOT NULL
BEGIN
    INSERT INTO hims_search_queue SELECT new.message_id
        WHERE NOT EXISTS (SELECT 1 FROM hims_search_queue WHERE message_id = new.message_id);
END;
CREATE TRIGGER hims_search_file_new AFTER INSERT ON chat_attachments
    WHEN new.message_id IS NOT NULL
BEGIN
    INSERT INTO hims_search_queue SELECT new.message_id
        WHERE NOT EXISTS (SELECT 1 FROM hims_search_queue WHERE message_id = new.message_id);
END;
CREATE TRIGGER hims_search_file_gone AFTER DELETE ON chat_attachments
    WHEN old.message_id IS NOT NULL
BEGIN
    INSERT INTO hims_search_queue SELECT old.message_id
        WHERE NOT EXISTS (SELECT 1 FROM hims_search_queue WHERE message_id = old.message_id);
END;
