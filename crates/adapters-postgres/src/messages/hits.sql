-- The newest $11 messages in the rooms of doctor $1 with $2, a pattern, in their text, in why they are
-- urgent or in the name of a file, and with all of $12 in any of these: in room $3, in rooms of patients $4, by $5, sent from $6 on and before $7, older than message
-- $8, with a file ($9), urgent ($10).
--
-- Three branches, as each has an index of its own.
WITH room AS MATERIALIZED (
    SELECT r.id FROM chat_participants p
    JOIN chat_rooms r ON r.id = p.room_id AND r.deleted_at IS NULL AND r.moved_at IS NULL
    JOIN users d ON d.id = p.user_id AND lower(btrim(d.role)) = 'doctor' AND d.is_active AND d.deleted_at IS NULL
    WHERE p.user_id = $1 AND p.left_at IS NULL AND ($3 IS NULL OR r.id = $3) AND ($4 IS NULL OR r.patient_id = ANY ($4))
), said AS (
    SELECT m.id FROM chat_messages m
    WHERE hims_fold(m.message) LIKE $2
        AND m.room_id IN (SELECT id FROM room) AND m.id < $8
        AND m.position IS NOT NULL AND m.recalled_at IS NULL AND m.deleted_at IS NULL
        AND ($5 IS NULL OR m.user_id = $5)
        AND ($6 IS NULL OR m.sent_at >= hims_time($6))
        AND ($7 IS NULL OR m.sent_at < hims_time($7))
        AND (NOT $9 OR EXISTS (SELECT FROM chat_attachments a WHERE a.message_id = m.id))
        AND (NOT $10 OR m.urgency = 'urgent')
        AND (cardinality($12) = 0 OR hims_fold(concat_ws(E'\n', m.message, m.urgent_reason, (SELECT string_agg(a.name, E'\n')
            FROM chat_attachments a WHERE a.message_id = m.id))) LIKE ALL ($12))
    ORDER BY m.id DESC LIMIT $11
), reason AS (
    SELECT m.id FROM chat_messages m
    WHERE hims_fold(m.urgent_reason) LIKE $2 AND m.urgent_reason IS NOT NULL
        AND m.room_id IN (SELECT id FROM room) AND m.id < $8
        AND m.position IS NOT NULL AND m.recalled_at IS NULL AND m.deleted_at IS NULL
        AND ($5 IS NULL OR m.user_id = $5)
        AND ($6 IS NULL OR m.sent_at >= hims_time($6))
        AND ($7 IS NULL OR m.sent_at < hims_time($7))
        AND (NOT $9 OR EXISTS (SELECT FROM chat_attachments a WHERE a.message_id = m.id))
        AND (NOT $10 OR m.urgency = 'urgent')
        AND (cardinality($12) = 0 OR hims_fold(concat_ws(E'\n', m.message, m.urgent_reason, (SELECT string_agg(a.name, E'\n')
            FROM chat_attachments a WHERE a.message_id = m.id))) LIKE ALL ($12))
    ORDER BY m.id DESC LIMIT $11
), sent AS (
    SELECT DISTINCT m.id FROM chat_attachments f JOIN chat_messages m ON m.id = f.message_id
    WHERE hims_fold(f.name) LIKE $2
        AND m.room_id IN (SELECT id FROM room) AND m.id < $8
        AND m.position IS NOT NULL AND m.recalled_at IS NULL AND m.deleted_at IS NULL
        AND ($5 IS NULL OR m.user_id = $5)
        AND ($6 IS NULL OR m.sent_at >= hims_time($6))
        AND ($7 IS NULL OR m.sent_at < hims_time($7))
        AND (NOT $10 OR m.urgency = 'urgent')
        AND (cardinality($12) = 0 OR hims_fold(concat_ws(E'\n', m.message, m.urgent_reason, (SELECT string_agg(a.name, E'\n')
            FROM chat_attachments a WHERE a.message_id = m.id))) LIKE ALL ($12))
    ORDER BY m.id DESC LIMIT $11
)
SELECT id FROM said UNION SELECT id FROM reason UNION SELECT id FROM sent ORDER BY id DESC LIMIT $11
