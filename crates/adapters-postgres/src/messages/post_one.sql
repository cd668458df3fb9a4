-- Posts one plain message, with no file, mention or reply: no row where it cannot be posted at once, whatever the
-- reason, which post.sql then finds.
--
-- A room that moves on while its row is waited for no longer matches, so nothing that is read here is stale.
-- The audit entry of the send is stored in any case.
--
-- $1 room $2 author $3 client id $4 text $5 urgency $6 why it is urgent $7 when it was allowed; null: no entry
-- $8 from which address $9 in which session $10 in which request $11 signature of the entry
WITH moment AS MATERIALIZED (
    SELECT clock_timestamp() AS at
), moved AS (
    UPDATE chat_rooms r SET last_position = r.last_position + 1, active_at = moment.at, changed_at = moment.at,
        updated_at = hims_laravel(moment.at)
    FROM moment
    WHERE r.id = $1 AND r.deleted_at IS NULL AND r.moved_at IS NULL
        AND (r.hold_until IS NULL OR r.hold_until <= moment.at)
        AND r.last_position = (SELECT last_position FROM chat_rooms WHERE id = $1)
        AND EXISTS (SELECT FROM chat_participants p JOIN users u ON u.id = p.user_id
            WHERE p.room_id = $1 AND p.user_id = $2 AND p.left_at IS NULL
                AND lower(btrim(u.role)) = 'doctor' AND u.is_active AND u.deleted_at IS NULL)
        AND NOT EXISTS (SELECT FROM chat_messages m
            WHERE m.room_id = $1 AND m.user_id = $2 AND m.client_id = $3)
    RETURNING r.last_position AS position, r.active_at AS at, r.updated_at AS laravel
), posted AS (
    INSERT INTO chat_messages (room_id, user_id, message, type, created_at, updated_at, position, changed_position,
        client_id, urgency, urgent_reason, sent_at)
    SELECT $1, $2, $4, 'text', laravel, laravel, position, position, $3, $5, $6, at FROM moved
    RETURNING id, position, sent_at
), recorded AS (
    INSERT INTO hims_audit (at, actor_id, action, room_id, subject, decision, address, session, request, signature)
    SELECT hims_time($7), $2::text, 'post-message', $1::text, $3, 'allowed', $8, $9, $10, $11 WHERE $7 IS NOT NULL
    RETURNING id
), unsealed AS (
    INSERT INTO hims_audit_unsealed (entry_id) SELECT id FROM recorded
)
SELECT id, position, hims_micros(sent_at) FROM posted
