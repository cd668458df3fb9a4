-- As postgres.sql, as far as SQLite is measured: the busy rooms.
WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :members)
INSERT INTO users (id, name, email, password, role, specialty, grade, ward, created_at, updated_at)
    SELECT :first + n, 'Bench Doctor ' || n, 'bench-' || n || '@bench.example', d.password, 'doctor', d.specialty,
        d.grade, d.ward, d.created_at, d.updated_at
    FROM number, (SELECT * FROM users WHERE email = 'd01@larkmere.example') d;
WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :busy)
INSERT INTO chat_rooms (id, name, type, last_position, created_at, updated_at)
    SELECT :first + n, 'Busy ' || n, 'group', 0, datetime(), datetime() FROM number;
INSERT INTO chat_participants (room_id, user_id, joined_at, created_at, updated_at, read_position, delivered_position)
    SELECT r.id, u.id, datetime(), datetime(), datetime(), 0, 0 FROM chat_rooms r, users u
    WHERE r.id >= :first AND u.id >= :first;
