//! Other shapes that chats have in practice.

/// `conversations` and `messages` with uuids and Unix times; its people are staff.
pub(super) const UUIDS: &str = "
    CREATE TABLE staff (id char(36) PRIMARY KEY, full_name text, email text, role text);
    CREATE TABLE conversations (id char(36) PRIMARY KEY, title text, is_group boolean, created_at bigint);
    CREATE TABLE conversation_participants (conversation_id char(36), user_id char(36), joined_at bigint);
    CREATE TABLE messages (id char(36) PRIMARY KEY, conversation_id char(36), sender_id char(36), content text, sent_at bigint);
    INSERT INTO staff VALUES
        ('00000000-0000-4000-8000-000000000001', 'Dr One', 'one@larkmere.example', 'doctor'),
        ('00000000-0000-4000-8000-000000000002', 'Dr Two', 'two@larkmere.example', 'doctor');
    INSERT INTO conversations VALUES ('10000000-0000-4000-8000-000000000001', NULL, false, 1740000000);
    INSERT INTO conversation_participants VALUES
        ('10000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000001', 1740000000),
        ('10000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002', 1740000000);
    INSERT INTO messages VALUES
        ('f0000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000001', 'first', 1740000100),
        ('a0000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002', 'second', 1740000200);
";

/// No rooms at all: sender and receiver on each message.
pub(super) const PAIRS: &str = "
    CREATE TABLE users (id bigint PRIMARY KEY, name text, email text);
    CREATE TABLE ch_messages (id bigint PRIMARY KEY, from_id bigint, to_id bigint, body text, seen boolean, created_at timestamp);
    INSERT INTO users VALUES (1, 'Dr One', 'one@larkmere.example'), (2, 'Dr Two', 'two@larkmere.example'),
        (3, 'Dr Three', 'three@larkmere.example');
    INSERT INTO ch_messages VALUES (1, 1, 2, 'hello', true, '2025-01-01 08:00:00'),
        (2, 2, 1, 'hello yourself', false, '2025-01-01 08:01:00'),
        (3, 3, 1, 'a word', false, '2025-01-01 08:02:00'),
        (4, 3, 44, 'to nobody', false, '2025-01-01 08:03:00');
";

/// A layout with the participants as a comma list on the room, the sender as an e-mail, the date in a varchar.
pub(super) const COMMA_LIST: &str = "
    CREATE TABLE users (id bigint PRIMARY KEY, name text, email text);
    CREATE TABLE chats (id bigint PRIMARY KEY, title varchar(255), members varchar(255));
    CREATE TABLE chat_messages (id bigint PRIMARY KEY, chat_id bigint, sender varchar(255), text text, date varchar(30));
    INSERT INTO users VALUES (1, 'Dr One', 'one@larkmere.example'), (6, 'Dr Six', 'six@larkmere.example'),
        (39, 'Dr Last', 'last@larkmere.example');
    INSERT INTO chats VALUES (1, 'Night team', '1,6,5,39'), (2, NULL, '1,6');
    INSERT INTO chat_messages VALUES (1, 1, 'six@larkmere.example', 'who is on', '2025-01-01 22:00:00'),
        (2, 1, 'Dr Last', 'me', '2025-01-01 22:01:00'), (3, 2, '1', 'direct', '2025-01-01 22:02:00');
";

/// Rooms that are nothing but a word on the messages.
pub(super) const NAMED: &str = "
    CREATE TABLE users (id bigint PRIMARY KEY, name text, email text);
    CREATE TABLE chat_messages (id bigint PRIMARY KEY, room varchar(60), user_id bigint, body text, created_at timestamp);
    INSERT INTO users VALUES (1, 'Dr One', 'one@larkmere.example'), (2, 'Dr Two', 'two@larkmere.example');
    INSERT INTO chat_messages VALUES (1, 'ward b3', 1, 'who is on', '2025-01-01 22:00:00'),
        (2, 'ward b3', 2, 'me', '2025-01-01 22:01:00');
";
