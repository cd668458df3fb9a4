//! The tables of a Laravel application, with a row of every kind that goes wrong in practice.

/// Words that must never be seen outside the database.
pub(super) const CANARIES: [&str; 6] = [
    "Fernwick",
    "potassium",
    "Odalys",
    "zebra",
    "larkmere",
    "Quill",
];

pub(super) const TABLES: [&str; 6] = [
    "users",
    "patients",
    "chat_rooms",
    "chat_participants",
    "chat_messages",
    "chat_message_reads",
];

/// All tables and rows.
pub(super) fn laravel() -> String {
    [SCHEMA, USERS, ROOMS, &messages(), READS].concat()
}

const SCHEMA: &str = "
    CREATE TABLE users (id bigint PRIMARY KEY, name varchar(255), email varchar(255), password varchar(255),
        role varchar(255), specialty varchar(255), created_at timestamp, deleted_at timestamp);
    CREATE TABLE patients (id bigint PRIMARY KEY, name varchar(255), mrn varchar(255));
    CREATE TABLE chat_rooms (id bigint PRIMARY KEY, name varchar(255), type varchar(255), created_by bigint,
        patient_id bigint, created_at timestamp, deleted_at timestamp);
    CREATE TABLE chat_participants (id bigint PRIMARY KEY, room_id bigint, user_id bigint,
        joined_at timestamp, last_read_at timestamp);
    CREATE TABLE chat_messages (id bigint PRIMARY KEY, room_id bigint, user_id bigint, sender_type varchar(255),
        message text, type varchar(255), is_read boolean, read_at timestamp, file_path varchar(255),
        file_name varchar(255), attachment text, is_encrypted boolean, reply_to_id bigint, created_at timestamp,
        updated_at timestamp, deleted_at timestamp);
    CREATE TABLE chat_message_reads (id bigint PRIMARY KEY, message_id bigint, user_id bigint, read_at timestamp);
";

const USERS: &str = "
    INSERT INTO users (id, name, email, role) VALUES
        (1, 'Dr Odalys One', 'one@larkmere.example', 'doctor'),
        (2, 'Dr Quill Two', 'two@larkmere.example', 'doctor'),
        (3, 'Dr Quill Three', NULL, 'doctor'),
        (4, 'Dr Quill Four', 'One@Larkmere.example', 'doctor');
    UPDATE users SET deleted_at = '2025-01-31 00:00:00' WHERE id = 4;
    INSERT INTO patients VALUES (1, 'Odalys Fernwick', 'LMH-900101');
";

const ROOMS: &str = "
    INSERT INTO chat_rooms (id, name, type, created_by, patient_id, created_at, deleted_at) VALUES
        (1, NULL, 'private', 1, NULL, '2025-01-01 08:00:00', NULL),
        (2, 'Renal team', 'group', 1, NULL, '2025-01-01 08:00:00', NULL),
        (3, 'Fernwick', 'group', 1, 1, '2025-01-01 08:00:00', NULL),
        (4, 'Bed 9', 'group', 1, 99, '2025-01-01 08:00:00', NULL),
        (5, 'Nobody', 'group', 1, NULL, '2025-01-01 08:00:00', NULL),
        (6, NULL, 'private', 2, NULL, '2025-01-02 08:00:00', NULL),
        (7, 'Gone', 'group', 1, NULL, '2025-01-01 08:00:00', '2025-02-01 08:00:00');
    INSERT INTO chat_participants (id, room_id, user_id, joined_at, last_read_at) VALUES
        (1, 1, 1, '2025-01-01 08:00:00', NULL), (2, 1, 2, '2025-01-01 08:00:00', '2025-03-01 09:00:01'),
        (3, 2, 1, '2025-01-01 08:00:00', NULL), (4, 2, 2, '2025-01-01 08:00:00', NULL),
        (5, 2, 3, '2025-01-01 08:00:00', NULL), (6, 2, 1, '2025-01-05 08:00:00', '2025-03-01 10:00:00'),
        (7, 3, 1, '2025-01-01 08:00:00', NULL), (8, 4, 1, '2025-01-01 08:00:00', NULL),
        (9, 6, 1, '2025-01-02 08:00:00', NULL), (10, 6, 2, '2025-01-02 08:00:00', NULL),
        (11, 77, 1, NULL, NULL), (12, 2, 88, NULL, NULL), (13, 7, 1, NULL, NULL);
";

/// Every kind of message that goes wrong, one each: (what it is, columns, values).
const MESSAGES: &[(&str, &str, &str)] = &[
    ("good", "room_id, user_id, message", "1, 1, 'Good morning'"),
    (
        "room_missing",
        "room_id, user_id, message",
        "50, 1, 'lost potassium'",
    ),
    (
        "sender_unknown",
        "room_id, user_id, message",
        "2, NULL, 'who'",
    ),
    ("sender_unknown", "room_id, user_id, message", "2, 0, 'who'"),
    (
        "good",
        "room_id, user_id, message, type",
        "2, NULL, 'Dr Quill joined', 'system'",
    ),
    (
        "sender_unknown",
        "room_id, user_id, message",
        "2, 77, 'left long ago'",
    ),
    (
        "sender_not_staff",
        "room_id, user_id, sender_type, message",
        "2, 1, 'App\\Models\\Patient', 'zebra'",
    ),
    ("empty_body", "room_id, user_id, message", "2, 1, '  '"),
    (
        "html_entities",
        "room_id, user_id, message",
        "2, 1, 'K &lt; 3 &amp; falling'",
    ),
    (
        "markup",
        "room_id, user_id, message",
        "2, 1, '<script>alert(1)</script>'",
    ),
    ("garbled", "room_id, user_id, message", "2, 1, 'RenÃ© ????'"),
    (
        "time_estimated",
        "room_id, user_id, message, created_at",
        "2, 1, 'when', NULL",
    ),
    (
        "time_estimated",
        "room_id, user_id, message, created_at",
        "2, 1, 'later', '2099-01-01 00:00:00'",
    ),
    (
        "time_estimated",
        "room_id, user_id, message, created_at",
        "2, 1, 'zero', '1970-01-01 00:00:00'",
    ),
    (
        "read_before_sent",
        "room_id, user_id, message, read_at",
        "1, 1, 'early bird', '2024-01-01 00:00:00'",
    ),
    (
        "read_by_someone",
        "room_id, user_id, message, is_read",
        "2, 1, 'somebody saw', true",
    ),
    (
        "file_missing",
        "room_id, user_id, file_path, file_name",
        "2, 1, 'chat/gone.png', 'Fernwick.png'",
    ),
    (
        "file_outside",
        "room_id, user_id, message, file_path",
        "2, 1, 'look', '../../etc/passwd'",
    ),
    (
        "file_elsewhere",
        "room_id, user_id, message, file_path",
        "2, 1, 'look', 'https://files.example/a.png'",
    ),
    (
        "soft_deleted",
        "room_id, user_id, message, deleted_at",
        "2, 1, 'regret zebra', '2025-03-02 00:00:00'",
    ),
    (
        "encrypted",
        "room_id, user_id, message, is_encrypted",
        "2, 1, 'eyJpdiI6InplYnJhIn0=', true",
    ),
    (
        "unknown_type",
        "room_id, user_id, message, type",
        "2, 1, 'a poll', 'poll'",
    ),
    (
        "invalid_json",
        "room_id, user_id, message, attachment",
        "2, 1, 'see', '{broken'",
    ),
    ("no_room", "room_id, user_id, message", "NULL, 1, 'nowhere'"),
    (
        "good",
        "room_id, user_id, message, file_path, file_name",
        "2, 1, 'the ECG', 'chat/ecg.txt', 'ecg.txt'",
    ),
    (
        "good",
        "room_id, user_id, message, is_read",
        "1, 1, 'seen by the other', true",
    ),
    (
        "good",
        "room_id, user_id, message, reply_to_id",
        "1, 2, 'Thank you', 1",
    ),
    (
        "good",
        "room_id, user_id, message, attachment",
        "2, 2, NULL, '{\"new_name\":\"chat/ecg.txt\",\"old_name\":\"trace.txt\"}'",
    ),
];

fn messages() -> String {
    let mut sql = String::new();
    for (index, (_, columns, values)) in MESSAGES.iter().enumerate() {
        let id = index + 1;
        let (time, at) = if columns.contains("created_at") {
            ("", String::new())
        } else {
            (
                ", created_at",
                format!(", '2025-03-01 09:{:02}:{:02}'", id / 60, id % 60),
            )
        };
        sql += &format!(
            "INSERT INTO chat_messages (id, {columns}{time}) VALUES ({id}, {values}{at});\n"
        );
    }
    let long = "x".repeat(5_001);
    sql + &format!(
        "INSERT INTO chat_messages (id, room_id, user_id, message, created_at) VALUES (100, 2, 1, '{long}', '2025-03-01 09:10:00');\n"
    )
}

const READS: &str = "
    INSERT INTO chat_message_reads VALUES (1, 3, 1, '2025-03-01 09:30:00'), (2, 3, 1, '2025-03-01 09:40:00'),
        (3, 999, 1, '2025-03-01 09:30:00'), (4, 3, 88, '2025-03-01 09:30:00'),
        (5, 3, 2, '2025-02-01 09:30:00'), (6, 9, 2, '2025-03-01 09:31:00');
";

/// How many messages are wrong in a way.
pub(super) fn wrong(reason: &str) -> u64 {
    let written = MESSAGES.iter().filter(|(kind, ..)| *kind == reason).count();
    written as u64 + u64::from(reason == "too_long_for_stream")
}

/// All ways in which a message is wrong.
pub(super) fn ways() -> Vec<&'static str> {
    let ways = MESSAGES
        .iter()
        .map(|(kind, ..)| *kind)
        .filter(|kind| *kind != "good");
    ways.chain(["too_long_for_stream"]).collect()
}
