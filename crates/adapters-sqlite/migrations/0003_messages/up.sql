-- Why an urgent message is urgent, and whom a message calls by name.

ALTER TABLE chat_messages ADD COLUMN urgent_reason TEXT;
-- So that reading a message without mentions, as nearly all are, does not look for them.
ALTER TABLE chat_messages ADD COLUMN has_mentions BOOLEAN NOT NULL DEFAULT 0;

-- Room and position stand here again, so that an unread mention is found without the history.
CREATE TABLE chat_mentions (
    message_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    CONSTRAINT chat_mentions_pkey PRIMARY KEY (message_id, user_id),
    CONSTRAINT chat_mentions_message FOREIGN KEY (message_id) REFERENCES chat_messages (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX chat_mentions_unread ON chat_mentions (room_id, user_id, position);

-- How far the others were told that a participant has read, once the participant's own mark,
-- read_position, went back.
ALTER TABLE chat_participants ADD COLUMN told_position INTEGER;
