-- Posts a batch of plain messages, with no file, mention or reply: a row for each that could be posted at once.
-- What has no row is left for post.sql to say why.
--
-- As there the rooms are locked in the order of their ids, and where a room moved on before its lock nothing is
-- posted, as what was read may be stale. Single values are selected, and no EXISTS is asked, about each job: a plan
-- that was made while the tables were small would look through them all for it.
-- The audit entries of the sends are stored in any case.
--
-- $1 rooms, each once   $2 room $3 author $4 client id $5 text $6 urgency $7 why it is urgent $8 when it was allowed
-- (null: no entry) $9 from which address $10 in which session $11 in which request $12 signature of the entry, of each
-- job
WITH locked AS MATERIALIZED (
    SELECT id, last_position FROM chat_rooms
    WHERE id = ANY ($1) AND deleted_at IS NULL AND moved_at IS NULL
        AND (hold_until IS NULL OR hold_until <= clock_timestamp())
    ORDER BY id FOR NO KEY UPDATE
), moment AS MATERIALIZED (
    SELECT at, hims_laravel(at) AS laravel
    FROM (SELECT clock_timestamp() AS at FROM (SELECT count(*) FROM locked) after_locking) now
), job AS MATERIALIZED (
    SELECT * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) WITH ORDINALITY
        AS job (room_id, user_id, client_id, text, urgency, urgent_reason, allowed_at, address, session, request,
            signature, n)
), checked AS MATERIALIZED (
    SELECT j.*, locked.last_position FROM job j JOIN locked ON locked.id = j.room_id
    WHERE locked.last_position = (SELECT r.last_position FROM chat_rooms r WHERE r.id = j.room_id)
        AND (SELECT true FROM chat_participants p JOIN users u ON u.id = p.user_id
            WHERE p.room_id = j.room_id AND p.user_id = j.user_id AND p.left_at IS NULL
                AND lower(btrim(u.role)) = 'doctor' AND u.is_active AND u.deleted_at IS NULL LIMIT 1)
        AND (SELECT true FROM chat_messages m WHERE m.room_id = j.room_id
            AND m.user_id = j.user_id AND m.client_id = j.client_id LIMIT 1) IS NULL
), numbered AS MATERIALIZED (
    SELECT *, last_position + row_number() OVER (PARTITION BY room_id ORDER BY n) AS position,
        nextval((SELECT pg_get_serial_sequence('chat_messages', 'id'))::regclass) AS id
    FROM checked
), bumped AS (
    UPDATE chat_rooms r SET last_position = newest.position, active_at = moment.at,
        changed_at = moment.at, updated_at = moment.laravel
    FROM (SELECT room_id, max(position) AS position FROM numbered GROUP BY room_id) newest, moment
    WHERE r.id = newest.room_id
), posted AS (
    INSERT INTO chat_messages (id, room_id, user_id, message, type, created_at, updated_at, position,
        changed_position, client_id, urgency, urgent_reason, sent_at) OVERRIDING SYSTEM VALUE
    SELECT id, room_id, user_id, text, 'text', laravel, laravel, position, position, client_id, urgency,
        urgent_reason, at
    FROM numbered, moment
), recorded AS (
    INSERT INTO hims_audit (at, actor_id, action, room_id, subject, decision, address, session, request, signature)
    SELECT hims_time(allowed_at), user_id::text, 'post-message', room_id::text, client_id, 'allowed', address, session,
        request, signature
    FROM job WHERE allowed_at IS NOT NULL ORDER BY n
    RETURNING id
), unsealed AS (
    INSERT INTO hims_audit_unsealed (entry_id) SELECT id FROM recorded
)
SELECT n, id, position, hims_micros(moment.at) FROM numbered, moment ORDER BY n
