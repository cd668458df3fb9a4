-- Moves delivered and read marks, a batch at once. A mark only moves forward.
--
-- Whose mark moves is locked in the order of rooms and doctors, so that batches of two instances
-- never wait for each other in a circle.
--
-- $1 room $2 doctor $3 message $4 read (or else delivered) $5 when, in another application, of each job
WITH job AS MATERIALIZED (
    SELECT * FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS job (room_id, user_id, message_id, is_read, elsewhere, n)
), held AS MATERIALIZED (
    SELECT p.id, p.room_id, p.user_id, coalesce(p.read_position, 0) AS read_position,
        -- How far the others were told, also where the own mark went back since.
        greatest(p.read_position, p.told_position, 0) AS told_position,
        coalesce(p.delivered_position, 0) AS delivered_position
    FROM chat_participants p
    JOIN chat_rooms r ON r.id = p.room_id AND r.deleted_at IS NULL AND r.moved_at IS NULL
    JOIN users u ON u.id = p.user_id AND lower(btrim(u.role)) = 'doctor' AND u.is_active AND u.deleted_at IS NULL
    WHERE p.left_at IS NULL AND (p.room_id, p.user_id) IN (SELECT room_id, user_id FROM job)
        -- Another application's table may hold somebody twice; the oldest row counts.
        AND NOT EXISTS (SELECT FROM chat_participants twice WHERE twice.room_id = p.room_id
            AND twice.user_id = p.user_id AND twice.left_at IS NULL AND twice.id < p.id)
    ORDER BY p.room_id, p.user_id FOR NO KEY UPDATE OF p
), target AS MATERIALIZED (
    SELECT j.n, j.is_read, j.elsewhere, held.*, m.position
    FROM job j
    LEFT JOIN held ON held.room_id = j.room_id AND held.user_id = j.user_id
    LEFT JOIN chat_messages m ON m.id = j.message_id AND m.room_id = j.room_id AND m.position IS NOT NULL
), goal AS MATERIALIZED (
    SELECT id, room_id, user_id, read_position, told_position, delivered_position,
        coalesce(max(position) FILTER (WHERE is_read), 0) AS read, max(position) AS delivered,
        max(elsewhere) AS elsewhere, coalesce(hims_time(max(elsewhere)), now()) AS at
    FROM target WHERE id IS NOT NULL AND position IS NOT NULL
    GROUP BY id, room_id, user_id, read_position, told_position, delivered_position
), moved AS (
    UPDATE chat_participants p SET
        read_position = greatest(goal.read_position, goal.read),
        delivered_position = greatest(goal.delivered_position, goal.delivered),
        last_read_at = CASE WHEN goal.read > goal.read_position AND goal.elsewhere IS NULL THEN hims_laravel(now())
            ELSE p.last_read_at END
    FROM goal WHERE p.id = goal.id
        AND (goal.read > goal.read_position OR goal.delivered > goal.delivered_position)
), stepped AS (
    INSERT INTO chat_receipts (room_id, user_id, kind, position, at)
    SELECT room_id, user_id, 'read', read, at FROM goal WHERE read > told_position
    UNION ALL
    SELECT room_id, user_id, 'delivered', delivered, at FROM goal WHERE delivered > delivered_position
    ON CONFLICT DO NOTHING
)
SELECT t.id IS NOT NULL, t.position IS NOT NULL,
    -- Told once: by the first job that goes as far as the batch does.
    coalesce(t.n = min(t.n) OVER (PARTITION BY t.id, t.is_read, t.position) AND CASE WHEN t.is_read
        THEN t.position > t.told_position AND t.position = goal.read
        ELSE t.position > t.delivered_position AND t.position = goal.delivered END, false),
    -- Read again after it was marked unread: told to the doctor's own devices only.
    coalesce(t.n = min(t.n) OVER (PARTITION BY t.id, t.is_read, t.position) AND t.is_read
        AND t.position > t.read_position AND t.position <= t.told_position AND t.position = goal.read, false),
    coalesce(t.elsewhere, hims_micros(now()))
FROM target t LEFT JOIN goal ON goal.id = t.id
ORDER BY t.n
