-- Removes exactly what up.sql added.
DROP TABLE chat_mentions;

ALTER TABLE chat_participants DROP COLUMN told_position;

ALTER TABLE chat_messages DROP COLUMN urgent_reason, DROP COLUMN has_mentions;
