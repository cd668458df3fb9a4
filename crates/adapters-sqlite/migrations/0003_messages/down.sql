-- Removes what `up` added, and nothing else.

DROP TABLE chat_mentions;
ALTER TABLE chat_participants DROP COLUMN told_position;
ALTER TABLE chat_messages DROP COLUMN has_mentions;
ALTER TABLE chat_messages DROP COLUMN urgent_reason;
