//! Nothing counts as read but what the old tables say was read.

use super::{
    new::New,
    old::{Old, found},
};
use crate::support::database::Engine;

const PEOPLE: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(60), email varchar(60));
    INSERT INTO users VALUES (1, 'Dr One', 'one@larkmere.example'), (2, 'Dr Two', 'two@larkmere.example'),
        (3, 'Dr Three', NULL);
    CREATE TABLE chat_rooms (id bigint PRIMARY KEY, name varchar(60), type varchar(10));
    CREATE TABLE chat_participants (room_id bigint, user_id bigint, joined_at varchar(30));";

/// Until where Dr Two has read each room, by its number.
async fn read_by_two(new: &New) -> String {
    let read = "SELECT string_agg(i.key || ':' || p.read_position, ' ' ORDER BY length(i.key), i.key) FROM chat_participants p \
        JOIN hims_adopted_ids i ON i.part = 'rooms' AND i.id = p.room_id \
        JOIN users u ON u.id = p.user_id WHERE lower(u.email) = 'two@larkmere.example'";
    new.database.text(read).await
}

/// The marks of a message in a room of its own: read or not, and when, and whether that counts as read.
const SAID: [(&str, &str, bool); 12] = [
    ("NULL", "'2025-03-01 09:05:00'", true),
    ("1", "NULL", true),
    ("1", "'0000-00-00 00:00:00'", true),
    ("0", "'2025-03-01 09:05:00'", false),
    ("0", "NULL", false),
    ("NULL", "'0000-00-00 00:00:00'", false),
    ("NULL", "'0'", false),
    ("NULL", "'1970-01-01 00:00:00'", false),
    ("NULL", "'9999-12-31 23:59:59'", false),
    ("NULL", "'0001-01-01T00:00:00'", false),
    ("NULL", "'last spring'", false),
    ("NULL", "NULL", false),
];

fn marked(has_read: bool) -> String {
    let is_read = if has_read { "is_read smallint, " } else { "" };
    let mut sql = format!(
        "{PEOPLE} CREATE TABLE chat_messages (id bigint PRIMARY KEY, room_id bigint, user_id bigint, message text,
            {is_read}read_at varchar(30), created_at varchar(30));"
    );
    for (index, (read, at, _)) in SAID.iter().enumerate() {
        let room = index + 1;
        let read = if has_read {
            format!("{read}, ")
        } else {
            String::new()
        };
        sql += &format!(
            "INSERT INTO chat_rooms VALUES ({room}, NULL, 'private');
            INSERT INTO chat_participants VALUES ({room}, 1, NULL), ({room}, 2, NULL);
            INSERT INTO chat_messages VALUES ({room}, {room}, 1, 'K+ 6.8', {read}{at}, '2025-03-01 09:00:00');"
        );
    }
    sql
}

fn expected(is_read: impl Fn(&(&str, &str, bool)) -> bool) -> String {
    let rooms = SAID.iter().enumerate();
    let lines: Vec<String> = rooms
        .map(|(index, said)| format!("{}:{}", index + 1, u8::from(is_read(said))))
        .collect();
    lines.join(" ")
}

#[tokio::test]
async fn a_time_of_reading_that_is_none_is_no_mark() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let old = Old::with(engine, &marked(true)).await;
        old.survey(&[]).await;
        let new = New::fresh(engine).await;
        let adopted = new.adopt(&old, &[]).await;
        assert_eq!(read_by_two(&new).await, expected(|(.., is_read)| *is_read));
        assert_eq!(found(&adopted, "messages", "read_sometime"), 1);
    }
    // Where there is no column of yes and no, the time alone says it.
    let old = Old::with(Engine::Sqlite, &marked(false)).await;
    old.survey(&[]).await;
    let new = New::fresh(Engine::Sqlite).await;
    new.adopt(&old, &[]).await;
    let by_time = expected(|(_, at, _)| at.contains("2025"));
    assert_eq!(read_by_two(&new).await, by_time);
}

/// Two messages by Dr One in each of so many rooms, and a table of who has read what.
fn with_reads(rooms: usize, joined: &str, reads: &str) -> String {
    let mut sql = format!(
        "{PEOPLE} CREATE TABLE chat_messages (id bigint PRIMARY KEY, room_id bigint, user_id bigint, message text, created_at varchar(30));
        CREATE TABLE chat_message_reads (message_id bigint, user_id bigint, read_at varchar(30));"
    );
    for room in 1..=rooms {
        let (first, second) = (room * 10 + 1, room * 10 + 2);
        sql += &format!(
            "INSERT INTO chat_rooms VALUES ({room}, 'Room {room}', 'group');
            INSERT INTO chat_participants VALUES ({room}, 1, NULL), ({room}, 2, {joined}), ({room}, 3, NULL);
            INSERT INTO chat_messages VALUES ({first}, {room}, 1, 'first', '2025-03-01 09:01:00'),
                ({second}, {room}, 1, 'second', '2025-03-01 09:02:00');"
        );
    }
    sql + reads
}

#[tokio::test]
async fn a_row_for_each_reader_without_a_time_says_unread() {
    let reads = "INSERT INTO chat_message_reads VALUES
        (11, 2, '2025-03-01 09:05:00'), (12, 2, '2025-03-01 09:05:00'),
        (21, 2, NULL), (22, 2, '2025-03-01 09:05:00'),
        (31, 2, '2025-03-01 09:05:00'), (32, 2, '0000-00-00 00:00:00'),
        (41, 2, '2025-03-01 09:05:00'), (42, 2, 'soon'),
        (51, 2, '9999-12-31 23:59:59'), (52, 2, '0');";
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let old = Old::with(engine, &with_reads(5, "NULL", reads)).await;
        old.survey(&[]).await;
        let new = New::fresh(engine).await;
        let adopted = new.adopt(&old, &[]).await;
        assert_eq!(read_by_two(&new).await, "1:2 2:0 3:1 4:1 5:0");
        assert_eq!(found(&adopted, "reads", "read_after_unread"), 1);
        assert_eq!(found(&adopted, "reads", "read_sometime"), 1);
    }
}

#[tokio::test]
async fn what_comes_after_a_message_without_a_row_stays_unread() {
    let reads = "INSERT INTO chat_message_reads VALUES (12, 2, '2025-03-01 09:05:00'),
        (21, 2, '2025-03-01 09:05:00'), (22, 2, '2025-03-01 09:05:00'),
        (31, 2, '2025-03-01 09:05:00'), (12, 1, '2025-03-01 09:05:00');";
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let old = Old::with(engine, &with_reads(3, "NULL", reads)).await;
        old.survey(&[]).await;
        let new = New::fresh(engine).await;
        let adopted = new.adopt(&old, &[]).await;
        assert_eq!(read_by_two(&new).await, "1:0 2:2 3:1");
        // Who wrote them needs no row.
        assert_eq!(found(&adopted, "reads", "read_after_unread"), 1);
        let state = new.state().await;
        new.adopt(&old, &[]).await;
        assert_eq!(new.state().await, state);
    }
}

#[tokio::test]
async fn what_was_said_before_somebody_joined_or_was_deleted_needs_no_row() {
    let reads = "INSERT INTO chat_message_reads VALUES (12, 2, '2025-03-01 09:05:00');
        ALTER TABLE chat_messages ADD COLUMN deleted_at varchar(30);";
    let joined = "'2025-03-01 09:01:30'";
    let old = Old::with(Engine::Sqlite, &with_reads(1, joined, reads)).await;
    old.survey(&[]).await;
    let new = New::fresh(Engine::Sqlite).await;
    new.adopt(&old, &[]).await;
    assert_eq!(read_by_two(&new).await, "1:2");

    let deleted = format!(
        "{reads} UPDATE chat_messages SET deleted_at = '2025-03-01 10:00:00' WHERE id = 11;"
    );
    let old = Old::with(Engine::Sqlite, &with_reads(1, "NULL", &deleted)).await;
    old.survey(&[]).await;
    let new = New::fresh(Engine::Sqlite).await;
    new.adopt(&old, &[]).await;
    assert_eq!(read_by_two(&new).await, "1:2");
}

#[tokio::test]
async fn a_row_may_be_about_the_last_message_that_was_read() {
    let reads = "INSERT INTO chat_message_reads VALUES (12, 2, '2025-03-01 09:05:00');";
    let old = Old::with(Engine::Sqlite, &with_reads(1, "NULL", reads)).await;
    old.survey(&[]).await;
    let mapping = std::fs::read_to_string(old.mapping()).unwrap();
    let says = mapping.replace("[reads]\n", "[reads]\nrow_is = \"last-message\"\n");
    assert_ne!(says, mapping);
    std::fs::write(old.mapping(), says).unwrap();
    let new = New::fresh(Engine::Sqlite).await;
    new.adopt(&old, &[]).await;
    assert_eq!(read_by_two(&new).await, "1:2");
}
