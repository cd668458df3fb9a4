-- Why an urgent message is urgent, and whom a message calls by name. has_mentions spares a message
-- without mentions, as nearly all are, the looking for them.
ALTER TABLE chat_messages
    ADD COLUMN urgent_reason text,
    ADD COLUMN has_mentions boolean NOT NULL DEFAULT false;

-- Room and position stand here again, so that an unread mention is found without the history.
CREATE TABLE chat_mentions (
    message_id bigint NOT NULL
        CONSTRAINT chat_mentions_message_id_foreign REFERENCES chat_messages (id) ON DELETE CASCADE,
    user_id bigint NOT NULL,
    room_id bigint NOT NULL,
    position bigint NOT NULL,
    CONSTRAINT chat_mentions_pkey PRIMARY KEY (message_id, user_id)
);
CREATE INDEX chat_mentions_unread_index ON chat_mentions (room_id, user_id, position);

-- How far the others were told that a participant has read, once the participant's own mark,
-- read_position, went back.
ALTER TABLE chat_participants ADD COLUMN told_position bigint;
