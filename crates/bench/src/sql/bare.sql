CREATE TABLE chat_rooms (id bigint PRIMARY KEY, name text NOT NULL, last_message_id bigint, updated_at timestamptz);
CREATE TABLE chat_participants (room_id bigint, user_id bigint, PRIMARY KEY (room_id, user_id));
CREATE TABLE chat_messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    room_id bigint NOT NULL,
    user_id bigint NOT NULL,
    message text NOT NULL,
    sent_at timestamptz NOT NULL
);
INSERT INTO chat_rooms SELECT n, 'Room ' || n FROM generate_series(1, 1000) n;
INSERT INTO chat_participants SELECT r, (r - 1) * 10 + u FROM generate_series(1, 1000) r, generate_series(1, 10) u;
INSERT INTO chat_messages (room_id, user_id, message, sent_at)
    SELECT 1 + n % 1000, (n % 1000) * 10 + 1, repeat('x', 120), now() FROM generate_series(1, :rows) n;
CREATE INDEX ON chat_messages (room_id, id);
