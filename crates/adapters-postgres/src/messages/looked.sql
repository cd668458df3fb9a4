-- The same without an index, for what has less than the three letters it is made of, and for no words
-- at all: message by message in the doctor's own rooms. $2 is the patterns of all words.
WITH room AS MATERIALIZED (
    SELECT r.id FROM chat_participants p
    JOIN chat_rooms r ON r.id = p.room_id AND r.deleted_at IS NULL AND r.moved_at IS NULL
    JOIN users d ON d.id = p.user_id AND lower(btrim(d.role)) = 'doctor' AND d.is_active AND d.deleted_at IS NULL
    WHERE p.user_id = $1 AND p.left_at IS NULL AND ($3 IS NULL OR r.id = $3) AND ($4 IS NULL OR r.patient_id = ANY ($4))
)
SELECT m.id FROM chat_messages m
WHERE m.room_id IN (SELECT id FROM room) AND m.id < $8
    AND m.position IS NOT NULL AND m.recalled_at IS NULL AND m.deleted_at IS NULL
    AND ($5 IS NULL OR m.user_id = $5)
    AND ($6 IS NULL OR m.sent_at >= hims_time($6))
    AND ($7 IS NULL OR m.sent_at < hims_time($7))
    AND (NOT $9 OR EXISTS (SELECT FROM chat_attachments a WHERE a.message_id = m.id))
    AND (NOT $10 OR m.urgency = 'urgent')
    AND ($2 IS NULL OR hims_fold(concat_ws(E'\n', m.message, m.urgent_reason, (SELECT string_agg(a.name, E'\n')
        FROM chat_attachments a WHERE a.message_id = m.id))) LIKE ALL ($2))
ORDER BY m.id DESC LIMIT $11
