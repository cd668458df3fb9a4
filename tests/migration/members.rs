//! Letting into rooms, and marks of reading, where the old tables do not say it plainly.

use super::{
    new::New,
    old::{Old, found},
};
use crate::support::database::Engine;

const PEOPLE: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(60), email varchar(60));
    INSERT INTO users VALUES (1, 'Dr One', 'one@larkmere.example'), (2, 'Dr Two', 'two@larkmere.example'),
        (3, 'Dr Three', NULL), (4, 'Dr Four', NULL), (5, 'Dr Five', NULL), (6, 'Dr Six', NULL);
    CREATE TABLE chat_rooms (id bigint PRIMARY KEY, name varchar(60), type varchar(10));
    INSERT INTO chat_rooms VALUES (1, 'Renal', 'group'), (2, 'Cardiac', 'group');";

/// Everybody with something else in the column that says when they left.
const LEFT: &str = "CREATE TABLE chat_participants (room_id bigint, user_id bigint, joined_at varchar(30), left_at varchar(30),
        last_read_at varchar(30));
    INSERT INTO chat_participants (room_id, user_id, joined_at, left_at) VALUES
        (1, 1, '2025-03-01 08:00:00', NULL), (1, 2, '2025-03-01 08:00:00', '0000-00-00 00:00:00'),
        (1, 3, '2025-03-01 08:00:00', '2025-03-02 08:00:00'), (1, 4, '2025-03-01 08:00:00', 'last spring'),
        (1, 5, NULL, '2.3.2025'), (1, 6, '2025-03-01 08:00:00', '9999-12-31 23:59:59'), (2, 6, NULL, '2099-01-01T00:00:00Z'),
        (2, 5, NULL, 'infinity'), (2, 4, NULL, '253402300799'), (2, 1, NULL, '0001-01-01T00:00:00Z'), (2, 2, NULL, '1900-01-01'),
        (2, 3, NULL, '1970-01-01 00:00:00');
    CREATE TABLE chat_messages (id bigint PRIMARY KEY, room_id bigint, user_id bigint, message text, created_at varchar(30));
    INSERT INTO chat_messages VALUES (1, 1, 1, 'K+ 6.8', '2025-03-01 09:00:00');";

#[tokio::test]
async fn who_left_at_a_time_that_nobody_can_read_is_not_let_in() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let old = Old::with(engine, &format!("{PEOPLE}{LEFT}")).await;
        old.survey(&[]).await;
        let new = New::fresh(engine).await;
        let adopted = new.adopt(&old, &[]).await;
        assert_eq!(found(&adopted, "participants", "left_sometime"), 2);
        assert_eq!(found(&adopted, "participants", "leaves_later"), 4);
        let inside = new
            .database
            .text(
                "SELECT count(*) || ': ' || max(u.name) || ', ' || min(u.name) FROM chat_participants p \
                 JOIN users u ON u.id = p.user_id JOIN chat_rooms r ON r.id = p.room_id \
                 WHERE p.left_at IS NULL AND r.name = 'Renal' AND u.email LIKE '%@larkmere.example'",
            )
            .await;
        assert_eq!(inside, "2: Dr Two, Dr One");
        // The first and the last days of calendars and clocks stand for "never".
        let others = "SELECT count(*) FROM chat_participants p JOIN chat_rooms r ON r.id = p.room_id \
            WHERE p.left_at IS NULL AND r.name = 'Cardiac'";
        assert_eq!(new.number(others).await, 6);
    }
}

/// A room that only a table between says, and a row for each message and reader, as several packages have them.
const THROUGH: &str = "CREATE TABLE seats (seat bigint PRIMARY KEY, room_id bigint, user_id bigint);
    INSERT INTO seats VALUES (11, 1, 1), (12, 1, 2), (21, 2, 1), (22, 2, 2);
    CREATE TABLE chat_messages (id bigint PRIMARY KEY, seat_id bigint, message text, created_at varchar(30));
    INSERT INTO chat_messages VALUES (1, 11, 'first', '2025-03-01 09:01:00'), (2, 11, 'second', '2025-03-01 09:02:00'),
        (3, 11, 'third', '2025-03-01 09:03:00'), (4, 21, 'elsewhere', '2025-03-01 09:04:00');
    CREATE TABLE chat_reads (message_id bigint, user_id bigint, is_seen varchar(5));
    INSERT INTO chat_reads VALUES (1, 2, '1'), (2, 2, '0'), (3, 2, '1'), (4, 2, '1');";

const THROUGH_MAPPING: &str = r#"source = "legacy"
[users]
table = "users"
id = "id"
name = "name"
email = "email"
[rooms]
table = "chat_rooms"
id = "id"
name = "name"
type = "type"
[participants]
table = "seats"
room = "room_id"
user = "user_id"
[messages]
table = "chat_messages"
join.seat = { table = "seats", on = "seat = seat_id" }
id = "id"
room = "seat.room_id"
sender = "seat.user_id"
body = "message"
created_at = "created_at"
[reads]
table = "chat_reads"
message = "message_id"
user = "user_id"
read = "is_seen"
"#;

/// By room, until where Dr Two has read.
async fn read_by_two(new: &New) -> String {
    let read = "SELECT string_agg(r.name || ' ' || p.read_position, ', ' ORDER BY r.name) FROM chat_participants p \
        JOIN chat_rooms r ON r.id = p.room_id JOIN users u ON u.id = p.user_id WHERE lower(u.email) = 'two@larkmere.example'";
    new.database.text(read).await
}

#[tokio::test]
async fn an_unread_message_stays_so_whose_room_another_table_says() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let old = Old::with(engine, &format!("{PEOPLE}{THROUGH}")).await;
        std::fs::write(old.mapping(), THROUGH_MAPPING).unwrap();
        let new = New::fresh(engine).await;
        let adopted = new.adopt(&old, &[]).await;
        assert_eq!(found(&adopted, "reads", "read_after_unread"), 1);
        assert_eq!(read_by_two(&new).await, "Cardiac 1, Renal 1");
    }
}

#[tokio::test]
async fn where_nothing_says_the_room_what_comes_after_something_unread_is_unread() {
    let sql = format!("{PEOPLE}{THROUGH}").replace(
        "seat_id bigint, message",
        "seat_id bigint, place text, message",
    );
    let sql = [(11, 1), (21, 2)].iter().fold(sql, |sql, (seat, room)| {
        sql.replace(
            &format!(", {seat}, '"),
            &format!(r#", {seat}, '{{"room":{room}}}', '"#),
        )
    });
    let old = Old::with(Engine::Sqlite, &sql).await;
    let mapping = THROUGH_MAPPING.replace(
        "room = \"seat.room_id\"",
        "room = { column = \"place\", json = \"room\" }",
    );
    std::fs::write(old.mapping(), mapping).unwrap();
    let new = New::fresh(Engine::Sqlite).await;
    let adopted = new.adopt(&old, &[]).await;
    assert_eq!(found(&adopted, "reads", "read_after_unread"), 2);
    assert_eq!(read_by_two(&new).await, "Cardiac 0, Renal 1");
}

/// A second chat of the same people in the same database, whose rows have the same numbers.
const TWO_CHATS: &str = "CREATE TABLE chat_participants (room_id bigint, user_id bigint, last_read_at varchar(30));
    INSERT INTO chat_participants VALUES (1, 1, NULL), (1, 2, NULL);
    CREATE TABLE chat_messages (id bigint PRIMARY KEY, room_id bigint, user_id bigint, message text, created_at varchar(30));
    INSERT INTO chat_messages VALUES (1, 1, 1, 'K+ 6.8', '2025-03-01 09:00:00');
    CREATE TABLE board_rooms (id bigint PRIMARY KEY, name varchar(60), type varchar(10));
    INSERT INTO board_rooms VALUES (1, 'Board', 'group');
    CREATE TABLE board_members (room_id bigint, user_id bigint, last_read_at varchar(30));
    INSERT INTO board_members VALUES (1, 3, NULL);
    CREATE TABLE board_messages (id bigint PRIMARY KEY, room_id bigint, user_id bigint, message text, created_at varchar(30));
    INSERT INTO board_messages VALUES (1, 1, 3, 'not for all', '2025-03-01 09:00:00');";

#[tokio::test]
async fn a_second_chat_of_a_database_does_not_come_under_the_name_of_the_first() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let old = Old::with(engine, &format!("{PEOPLE}{TWO_CHATS}")).await;
        old.survey(&[]).await;
        let new = New::fresh(engine).await;
        new.adopt(&old, &[]).await;
        let first = std::fs::read_to_string(old.mapping()).unwrap();
        let second = first
            .replace("\"chat_rooms\"", "\"board_rooms\"")
            .replace("\"chat_participants\"", "\"board_members\"")
            .replace("\"chat_messages\"", "\"board_messages\"");
        std::fs::write(old.mapping(), &second).unwrap();
        let said = new.refused(&old, &[]).await;
        assert!(
            said.contains("source-taken: [rooms] came from the table ")
                && said.contains("board_rooms"),
            "{said}"
        );
        let kept = "SELECT count(*) FROM hims_adopted_ids WHERE part = 'messages'";
        assert_eq!(new.number(kept).await, 1);
        let named = second.replace("source = \"legacy\"", "source = \"board\"");
        std::fs::write(old.mapping(), named).unwrap();
        assert_eq!(new.adopt(&old, &[]).await["made"]["messages"], 1);
        // The first goes on under its name.
        std::fs::write(old.mapping(), first).unwrap();
        assert_eq!(new.adopt(&old, &[]).await["made"]["messages"], 0);
    }
}

#[tokio::test]
async fn two_schemas_of_a_database_are_two_chats() {
    let old = Old::with(Engine::Postgres, &format!("{PEOPLE}{TWO_CHATS}")).await;
    old.execute(&format!(
        "CREATE SCHEMA other; SET search_path TO other; {PEOPLE}{TWO_CHATS}; SET search_path TO DEFAULT"
    ))
    .await;
    old.survey(&[]).await;
    let new = New::fresh(Engine::Postgres).await;
    new.adopt(&old, &[]).await;
    let said = new.refused(&old, &["--source-schema", "other"]).await;
    assert!(
        said.contains("came from the table public.chat_rooms before")
            && said.contains("from other.chat_rooms now"),
        "{said}"
    );
}
