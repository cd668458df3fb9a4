-- Doctors 1 to :doctors, with the password of the demonstration. Their ids begin where its end.
INSERT INTO users (id, name, email, password, role, specialty, grade, ward, created_at, updated_at)
    SELECT :first + n, 'Bench Doctor ' || n, 'bench-' || n || '@bench.example', d.password, 'doctor', d.specialty,
        d.grade, d.ward, d.created_at, d.updated_at
    FROM generate_series(1, :doctors) n, (SELECT * FROM users WHERE email = 'd01@larkmere.example') d;

CREATE TEMP TABLE room AS
    SELECT :first + n AS id, 'Busy ' || n AS name, 0 AS messages, 1 AS doctor, :members AS last
        FROM generate_series(0, :busy - 1) n
    UNION ALL SELECT :first + 100, 'Notices, few', 0, 1, :few_receivers
    UNION ALL SELECT :first + 101, 'Notices, many', 0, 1, :receivers
    UNION ALL SELECT :first + 200, 'Long', :long_messages, 1, :members
    UNION ALL SELECT :first + 1000 + n, 'Room ' || n, :messages, 0, 0 FROM generate_series(1, :rooms) n;
INSERT INTO chat_rooms (id, name, type, last_position, active_at, created_at, updated_at)
    SELECT id, name, 'group', messages, now() - (id % 1000) * interval '1 minute', now(), now() FROM room;
INSERT INTO chat_participants (room_id, user_id, joined_at, created_at, updated_at, read_position, delivered_position)
    SELECT id, :first + n, now(), now(), now(), 0, 0 FROM room, generate_series(doctor, last) n WHERE doctor > 0
    UNION ALL SELECT id, :first + :all, now(), now(), now(), 0, 0 FROM room WHERE doctor = 0
    UNION ALL SELECT id, :first + n, now(), now(), now(), 0, 0 FROM room, generate_series(2, 9) n WHERE doctor = 0
    UNION ALL SELECT id, :first + :some, now(), now(), now(), 0, 0 FROM room
        WHERE doctor = 0 AND id <= :first + 1020;
INSERT INTO chat_messages (room_id, user_id, message, type, created_at, updated_at, position, changed_position,
        client_id, sent_at)
    SELECT id, :first + 2 + n % 8,
        'Message ' || n || ': the dressing was changed and the wound looks clean; temperature ' || 36 + n % 3
            || ' point ' || n % 10 || ', fluids as before. Next review in the morning.'
            || CASE WHEN n % 5 = 0 THEN ' Potassium repeated.' ELSE '' END
            || CASE WHEN n = 7 AND id % 100 = 3 THEN ' Phaeochromocytoma excluded.' ELSE '' END,
        'text', now(), now(), n, n, 'bench-' || id || '-' || n, now() - (messages - n) * interval '1 minute'
    FROM room, generate_series(1, messages) n;
-- Everybody read everything but the last five, in a few steps.
INSERT INTO chat_receipts (room_id, user_id, kind, position, at)
    SELECT r.id, p.user_id, k.kind, step, now()
    FROM room r JOIN chat_participants p ON p.room_id = r.id,
        (VALUES ('delivered'), ('read')) k (kind), generate_series(greatest(r.messages - 45, 1), r.messages - 5, 10) step
    WHERE r.messages > 0;
UPDATE chat_participants p SET read_position = messages - 5, delivered_position = messages - 5
    FROM room r WHERE r.id = p.room_id AND messages > 0;
ANALYZE;
