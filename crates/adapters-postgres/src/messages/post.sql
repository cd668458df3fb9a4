-- Posts a batch: one statement, one transaction, one round trip. A bad job changes nothing for its
-- neighbours.
--
-- The rooms are locked in the order of their ids and stay so to the commit. Everything else is read
-- as of the statement's start, so where a room's counter moved between that and its lock, what was
-- read may be stale: those jobs are answered 'again', and done after locking first.
--
-- Ids come from the table's own sequence but beforehand: joining the inserted rows to their jobs again
-- would cost more than inserting them.
--
-- $1 rooms, each once   $2 room $3 author $4 client id $5 text $6 reply to $7 urgency, of each job
-- $8 job (from 1) $9 attachment, of each attachment
-- $10 why it is urgent, of each job   $11 job (from 1) $12 doctor, of each mention
WITH locked AS MATERIALIZED (
    SELECT id, last_position, hold_until > clock_timestamp() AS is_held FROM chat_rooms
    WHERE id = ANY ($1) AND deleted_at IS NULL AND moved_at IS NULL ORDER BY id FOR NO KEY UPDATE
), moment AS MATERIALIZED (
    SELECT clock_timestamp() AS at FROM (SELECT count(*) FROM locked) after_locking
), job AS MATERIALIZED (
    SELECT * FROM unnest($2, $3, $4, $5, $6, $7, $10) WITH ORDINALITY
        AS job (room_id, user_id, client_id, text, reply_to, urgency, urgent_reason, n)
), file AS MATERIALIZED (
    SELECT wanted.n, a.id, a.name, a.media_type, a.size, a.width, a.height
    FROM (SELECT n, id, row_number() OVER (PARTITION BY id ORDER BY n) AS turn
            FROM unnest($8, $9) AS wanted (n, id)) wanted
    JOIN job j USING (n)
    LEFT JOIN chat_attachments a ON a.id = wanted.id AND wanted.turn = 1
        AND a.message_id IS NULL AND a.room_id = j.room_id AND a.user_id = j.user_id
        -- What is older may be being removed at this moment.
        AND a.created_at > clock_timestamp() - interval '24 hours'
), mention AS MATERIALIZED (
    SELECT wanted.n, wanted.doctor, EXISTS (
            SELECT FROM chat_participants p JOIN users u ON u.id = p.user_id
            WHERE p.room_id = j.room_id AND p.user_id = wanted.doctor AND p.left_at IS NULL
                AND lower(btrim(u.role)) = 'doctor' AND u.is_active AND u.deleted_at IS NULL) AS is_here
    FROM unnest($11, $12) AS wanted (n, doctor) JOIN job j USING (n)
), checked AS MATERIALIZED (
    SELECT j.*, locked.last_position, CASE
        WHEN locked.id IS NULL THEN 'outsider'
        WHEN locked.last_position <> (SELECT last_position FROM chat_rooms WHERE id = j.room_id)
            THEN 'again'
        WHEN NOT EXISTS (
            SELECT FROM chat_participants p JOIN users u ON u.id = p.user_id
            WHERE p.room_id = j.room_id AND p.user_id = j.user_id AND p.left_at IS NULL
                AND lower(btrim(u.role)) = 'doctor' AND u.is_active AND u.deleted_at IS NULL)
            THEN 'outsider'
        WHEN EXISTS (SELECT FROM chat_messages m WHERE m.room_id = j.room_id
                AND m.user_id = j.user_id AND m.client_id = j.client_id) THEN 'repeated'
        WHEN locked.is_held THEN 'held'
        WHEN j.reply_to IS NOT NULL AND NOT EXISTS (SELECT FROM chat_messages m
                WHERE m.id = j.reply_to AND m.room_id = j.room_id AND m.position IS NOT NULL) THEN 'reply'
        WHEN EXISTS (SELECT FROM file WHERE file.n = j.n AND file.id IS NULL) THEN 'attachment'
        WHEN EXISTS (SELECT FROM mention WHERE mention.n = j.n AND NOT mention.is_here) THEN 'mention'
        ELSE 'posted' END AS outcome
    FROM job j LEFT JOIN locked ON locked.id = j.room_id
), numbered AS MATERIALIZED (
    SELECT *, CASE WHEN outcome = 'posted' THEN last_position
            + count(*) FILTER (WHERE outcome = 'posted') OVER (PARTITION BY room_id ORDER BY n) END AS position,
        CASE WHEN outcome = 'posted'
            THEN nextval((SELECT pg_get_serial_sequence('chat_messages', 'id'))::regclass) END AS id
    FROM checked
), bumped AS (
    UPDATE chat_rooms r SET last_position = newest.position, active_at = moment.at,
        changed_at = moment.at, updated_at = hims_laravel(moment.at)
    FROM (SELECT room_id, max(position) AS position FROM numbered GROUP BY room_id) newest, moment
    WHERE r.id = newest.room_id AND newest.position IS NOT NULL
), posted AS (
    INSERT INTO chat_messages (id, room_id, user_id, message, type, reply_to_id, created_at, updated_at,
        position, changed_position, client_id, urgency, sent_at, urgent_reason, has_mentions) OVERRIDING SYSTEM VALUE
    SELECT id, room_id, user_id, text,
        CASE WHEN EXISTS (SELECT FROM file WHERE file.n = numbered.n) THEN 'file' ELSE 'text' END,
        reply_to, hims_laravel(moment.at), hims_laravel(moment.at), position, position, client_id,
        urgency, moment.at, urgent_reason,
        EXISTS (SELECT FROM mention WHERE mention.n = numbered.n)
    FROM numbered, moment WHERE id IS NOT NULL
), filed AS (
    UPDATE chat_attachments a SET message_id = numbered.id
    FROM file JOIN numbered USING (n) WHERE a.id = file.id AND numbered.id IS NOT NULL
), mentioned AS (
    INSERT INTO chat_mentions (message_id, user_id, room_id, position)
    SELECT numbered.id, mention.doctor, numbered.room_id, numbered.position
    FROM mention JOIN numbered USING (n) WHERE numbered.id IS NOT NULL
)
SELECT n, outcome, id, position, hims_micros(moment.at),
    (SELECT json_agg(json_build_object('id', file.id, 'name', file.name,
            'media_type', file.media_type, 'size', file.size, 'width', file.width, 'height', file.height)
            ORDER BY file.id)::text
        FROM file WHERE file.n = numbered.n)
FROM numbered, moment ORDER BY n
