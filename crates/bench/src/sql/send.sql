\set room random(1, 1000)
\set user (:room - 1) * 10 + random(1, 10)
WITH member AS (
    SELECT room_id, user_id FROM chat_participants WHERE room_id = :room AND user_id = :user
), sent AS (
    INSERT INTO chat_messages (room_id, user_id, message, sent_at)
    SELECT room_id, user_id, repeat('x', 120), now() FROM member RETURNING id
), moved AS (
    UPDATE chat_rooms SET last_message_id = sent.id, updated_at = now() FROM sent WHERE chat_rooms.id = :room
)
SELECT id FROM sent;
