-- What the other application changes in rows that we know. Its own SQLite runs these triggers, so they
-- hold nothing that an old one does not understand, and only leave a note; we follow the notes twice a
-- second, and at start those that were left while we were not there.
--
-- Our own statements change a column of ours together with what they change, which the other application
-- never does: changed_position of a message, read_position beside last_read_at.

-- Whether sent_at is our estimate, for a row whose time cannot be read.
ALTER TABLE chat_messages ADD COLUMN sent_at_estimated BOOLEAN NOT NULL DEFAULT 0;
-- When the other application deleted the row. This one stands in its place, without its words.
ALTER TABLE chat_messages ADD COLUMN gone_at INTEGER;
CREATE INDEX hims_messages_gone ON chat_messages (room_id) WHERE gone_at IS NOT NULL;
-- Messages that have a place and still want a time.
CREATE INDEX hims_messages_untimed ON chat_messages (room_id, position) WHERE sent_at IS NULL AND position > 0;

-- What messages said before, each time the other application changed or deleted one, or brought one back.
CREATE TABLE hims_changed_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    message_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    text TEXT,
    at INTEGER NOT NULL
);
CREATE TRIGGER hims_message_changed AFTER UPDATE OF message, deleted_at ON chat_messages
    WHEN old.position > 0 AND new.changed_position IS old.changed_position
        AND (new.message IS NOT old.message OR (new.deleted_at IS NULL) <> (old.deleted_at IS NULL))
BEGIN
    INSERT INTO hims_changed_messages (message_id, room_id, text, at)
        VALUES (old.id, old.room_id, old.message, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000);
END;

-- What is needed to put something in the place of a deleted row.
CREATE TABLE hims_gone_messages (
    message_id INTEGER PRIMARY KEY NOT NULL,
    room_id INTEGER NOT NULL,
    user_id INTEGER,
    reply_to_id INTEGER,
    position INTEGER NOT NULL,
    client_id TEXT,
    urgency TEXT NOT NULL,
    sent_at INTEGER,
    sent_at_estimated BOOLEAN NOT NULL,
    created_at DATETIME,
    recalled_at INTEGER
);
CREATE TRIGGER hims_message_gone AFTER DELETE ON chat_messages WHEN old.position > 0 AND old.gone_at IS NULL BEGIN
    DELETE FROM hims_gone_messages WHERE message_id = old.id;
    INSERT INTO hims_gone_messages (message_id, room_id, user_id, reply_to_id, position, client_id, urgency, sent_at,
            sent_at_estimated, created_at, recalled_at)
        VALUES (old.id, old.room_id, old.user_id, old.reply_to_id, old.position, old.client_id, old.urgency, old.sent_at,
            old.sent_at_estimated, old.created_at, old.recalled_at);
    INSERT INTO hims_changed_messages (message_id, room_id, text, at)
        VALUES (old.id, old.room_id, old.message, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000);
END;

-- What stands for deleted rows is in nobody's way: not of the room or the author that is deleted after
-- them, nor of a row that is written again under its number.
CREATE TRIGGER hims_author_gone BEFORE DELETE ON users BEGIN
    UPDATE chat_messages SET user_id = NULL WHERE user_id = old.id AND gone_at IS NOT NULL;
END;
CREATE TRIGGER hims_message_again BEFORE INSERT ON chat_messages WHEN new.position IS NULL BEGIN
    DELETE FROM chat_messages WHERE id = new.id AND gone_at IS NOT NULL;
END;

-- Whose time of reading it moved.
CREATE TABLE hims_changed_reads (
    room_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    CONSTRAINT hims_changed_reads_pkey PRIMARY KEY (room_id, user_id)
) WITHOUT ROWID;
CREATE TRIGGER hims_read_changed AFTER UPDATE OF last_read_at ON chat_participants
    WHEN new.last_read_at IS NOT NULL AND new.last_read_at IS NOT old.last_read_at
        AND new.read_position IS old.read_position
        AND new.room_id IS NOT NULL AND new.user_id IS NOT NULL
BEGIN
    DELETE FROM hims_changed_reads WHERE room_id = new.room_id AND user_id = new.user_id;
    INSERT INTO hims_changed_reads (room_id, user_id) VALUES (new.room_id, new.user_id);
END;
CREATE TRIGGER hims_read_new AFTER INSERT ON chat_participants
    WHEN new.last_read_at IS NOT NULL AND new.read_position IS NULL
        AND new.room_id IS NOT NULL AND new.user_id IS NOT NULL
BEGIN
    DELETE FROM hims_changed_reads WHERE room_id = new.room_id AND user_id = new.user_id;
    INSERT INTO hims_changed_reads (room_id, user_id) VALUES (new.room_id, new.user_id);
END;

-- The earlier texts of a message and who acknowledged it outlive its row: the same tables without the
-- foreign key that deleted them with it.
CREATE TABLE hims_new_acknowledgements (
    message_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT chat_acknowledgements_pkey PRIMARY KEY (message_id, user_id)
) WITHOUT ROWID;
INSERT INTO hims_new_acknowledgements SELECT message_id, user_id, at FROM chat_acknowledgements;
DROP TABLE chat_acknowledgements;
ALTER TABLE hims_new_acknowledgements RENAME TO chat_acknowledgements;

CREATE TABLE hims_new_versions (
    message_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    text TEXT,
    replaced_at INTEGER NOT NULL,
    CONSTRAINT chat_message_versions_pkey PRIMARY KEY (message_id, version)
) WITHOUT ROWID;
INSERT INTO hims_new_versions SELECT message_id, version, text, replaced_at FROM chat_message_versions;
DROP TABLE chat_message_versions;
ALTER TABLE hims_new_versions RENAME TO chat_message_versions;

-- Rows whose time could not be read were taken for the first of January 1970; they are estimated at start.
UPDATE chat_messages SET sent_at = NULL
    WHERE position > 0 AND (sent_at < 86400000000 OR sent_at >= 253370764800000000);

-- Nothing of a room that the other application deletes is kept.
CREATE TRIGGER hims_room_gone BEFORE DELETE ON chat_rooms BEGIN
    DELETE FROM chat_message_versions
        WHERE message_id IN (SELECT id FROM chat_messages WHERE room_id = old.id AND gone_at IS NOT NULL);
    DELETE FROM chat_acknowledgements
        WHERE message_id IN (SELECT id FROM chat_messages WHERE room_id = old.id AND gone_at IS NOT NULL);
    DELETE FROM chat_messages WHERE room_id = old.id AND gone_at IS NOT NULL;
END;
