\set room random(1, 1000)
SELECT id, user_id, message, sent_at FROM chat_messages WHERE room_id = :room ORDER BY id DESC LIMIT 50;
