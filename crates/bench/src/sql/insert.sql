\set room random(1, 1000)
INSERT INTO chat_messages (room_id, user_id, message, sent_at) VALUES (:room, 1, repeat('x', 120), now());
