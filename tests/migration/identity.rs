//! Nobody is taken for somebody else: users by their addresses, members of rooms, authors, classes, and names.

use std::fs;

use super::{
    adopt::UNREAD,
    new::New,
    old::{Old, found},
};
use crate::support::database::Engine;

/// Four users, of whom two and two have the same address.
const SHARED: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(60), email varchar(60), deleted_at varchar(30));
    INSERT INTO users VALUES (1, 'Dr A', 'one@larkmere.example', NULL), (2, 'Dr B', 'ONE@larkmere.example', '0000-00-00 00:00:00'),
        (3, 'Dr Gone', 'two@larkmere.example', '2024-05-01 08:00:00'), (4, 'Dr Live', 'two@larkmere.example', NULL);
    CREATE TABLE chat_rooms (id bigint PRIMARY KEY, name varchar(60), type varchar(10));
    INSERT INTO chat_rooms VALUES (1, 'Renal', 'group');
    CREATE TABLE chat_participants (room_id bigint, user_id bigint, last_read_at varchar(30));
    INSERT INTO chat_participants VALUES (1, 1, NULL), (1, 2, NULL), (1, 3, NULL), (1, 4, NULL);
    CREATE TABLE chat_messages (id bigint PRIMARY KEY, room_id bigint, user_id bigint, message text, created_at varchar(30));
    INSERT INTO chat_messages VALUES (1, 1, 1, 'by a', '2025-03-01 09:01:00'), (2, 1, 2, 'by b', '2025-03-01 09:02:00'),
        (3, 1, 3, 'by gone', '2025-03-01 09:03:00'), (4, 1, 4, 'by live', '2025-03-01 09:04:00');";

#[tokio::test]
async fn an_address_of_two_matches_nobody_unless_the_other_was_deleted() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let old = Old::with(engine, SHARED).await;
        old.survey(&[]).await;
        let new = New::fresh(engine).await;
        let adopted = new.adopt(&old, &[]).await;
        assert_eq!(found(&adopted, "users", "shared_email"), 3);
        let state = new.state().await;
        for line in [
            "message 1 1 1 Dr A by a",
            "message 1 2 2 Dr B by b",
            "message 1 3 3 Dr Gone by gone",
            "message 1 4 4 Dr Two by live",
        ] {
            assert!(state.contains(line), "{line} in {state}");
        }
    }
}

/// Rooms of two doctors, one of them with a patient too, and one with somebody who is gone.
const GUESTS: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(60), email varchar(60));
    INSERT INTO users VALUES (1, 'Dr One', 'one@larkmere.example'), (2, 'Dr Two', 'two@larkmere.example');
    CREATE TABLE chat_rooms (id bigint PRIMARY KEY, name varchar(60));
    INSERT INTO chat_rooms VALUES (1, NULL), (2, NULL), (3, NULL);
    CREATE TABLE chat_participants (room_id bigint, participantable_id bigint, participantable_type varchar(60), last_read_at varchar(30));
    INSERT INTO chat_participants VALUES
        (1, 1, 'App\\Models\\User', NULL), (1, 2, 'App\\Models\\User', NULL), (1, 1, 'App\\Models\\Patient', NULL),
        (2, 1, 'App\\Models\\User', NULL), (2, 77, 'App\\Models\\User', NULL), (2, 2, 'App\\Models\\User', NULL),
        (3, 1, 'App\\Models\\User', NULL), (3, 2, 'App\\Models\\User', NULL);
    CREATE TABLE chat_messages (id bigint PRIMARY KEY, room_id bigint, user_id bigint, message text, created_at varchar(30));
    INSERT INTO chat_messages VALUES (1, 1, 1, 'with a patient', '2025-03-01 09:01:00'), (2, 3, 2, 'of two', '2025-03-01 09:02:00'),
        (3, 2, 2, 'of three', '2025-03-01 09:02:00');";

#[tokio::test]
async fn a_room_of_two_doctors_and_somebody_else_is_no_direct_room() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let old = Old::with(engine, GUESTS).await;
        old.survey(&[]).await;
        let new = New::fresh(engine).await;
        let adopted = new.adopt(&old, &[]).await;
        assert_eq!(found(&adopted, "participants", "user_missing"), 2);
        assert_eq!(found(&adopted, "rooms", "second_direct_room"), 0);
        let kinds = "SELECT string_agg(i.key || ' ' || r.type, ', ' ORDER BY i.key) FROM hims_adopted_ids i \
            JOIN chat_rooms r ON r.id = i.id WHERE i.part = 'rooms'";
        assert_eq!(
            new.database.text(kinds).await,
            "1 group, 2 group, 3 private"
        );
    }
}

/// A room of two, and so many messages of which the first few are by somebody who is not in it.
fn outside(messages: u32, by_others: u32) -> String {
    let mut sql = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(60), email varchar(60));
        INSERT INTO users VALUES (1, 'Dr One', 'one@larkmere.example'), (2, 'Dr Two', 'two@larkmere.example'), (3, 'Dr Three', NULL);
        CREATE TABLE chat_rooms (id bigint PRIMARY KEY, name varchar(60), type varchar(10));
        INSERT INTO chat_rooms VALUES (1, 'Renal', 'group');
        CREATE TABLE chat_participants (room_id bigint, user_id bigint, last_read_at varchar(30));
        INSERT INTO chat_participants VALUES (1, 1, NULL), (1, 2, NULL);
        CREATE TABLE chat_messages (id bigint PRIMARY KEY, room_id bigint, user_id bigint, message text, created_at varchar(30));"
        .to_owned();
    for id in 1..=messages {
        let by = if id <= by_others { 3 } else { 1 };
        sql += &format!(
            "INSERT INTO chat_messages VALUES ({id}, 1, {by}, 'words', '2025-03-01 09:{:02}:00');",
            id % 60
        );
    }
    sql
}

#[tokio::test]
async fn every_message_of_somebody_outside_is_named_and_many_stop() {
    let old = Old::with(Engine::Sqlite, &outside(60, 3)).await;
    let survey = old.survey(&[]).await;
    assert_eq!(found(&survey, "messages", "sender_outside"), 3);
    let new = New::fresh(Engine::Sqlite).await;
    new.adopt(&old, &[]).await;
    let notes = "SELECT count(*) FROM hims_adoption_notes WHERE reason = 'sender_outside'";
    assert_eq!(new.number(notes).await, 3);

    let old = Old::with(Engine::Sqlite, &outside(59, 3)).await;
    old.survey(&[]).await;
    let new = New::fresh(Engine::Sqlite).await;
    let said = new.refused(&old, &[]).await;
    assert!(
        said.contains("senders-outside: 3 of 59 messages are by users who are not in the room"),
        "{said}"
    );
    new.adopt(&old, &["--accept", "senders-outside"]).await;
}

#[tokio::test]
async fn classes_that_end_alike_stop_until_the_mapping_names_them() {
    let other = GUESTS.replace("(2, 2, 'App\\Models\\User'", "(2, 2, 'Portal\\User'");
    let old = Old::with(Engine::Sqlite, &other).await;
    let survey = old.survey(&[]).await;
    let words = survey["contradictions"]["classes-alike"].as_str();
    assert!(
        words.is_some_and(|words| words.contains("App\\Models\\User, Portal\\User")),
        "{survey:#}"
    );
    let new = New::fresh(Engine::Sqlite).await;
    new.refused(&old, &[]).await;
    let mapping = fs::read_to_string(old.mapping()).unwrap();
    let says = mapping.replace(
        "[users]\n",
        "[users]\nclasses = [\"App\\\\Models\\\\User\"]\n",
    );
    fs::write(old.mapping(), says).unwrap();
    let adopted = new.adopt(&old, &[]).await;
    assert_eq!(found(&adopted, "participants", "user_missing"), 3);
}

/// Times of deletion and of leaving that stand for none.
const NEVER: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(60), email varchar(60));
    INSERT INTO users VALUES (1, 'Dr One', 'one@larkmere.example'), (2, 'Dr Two', 'two@larkmere.example'), (3, 'Dr Three', NULL),
        (4, 'Dr Four', NULL);
    CREATE TABLE chat_rooms (id bigint PRIMARY KEY, name varchar(60), type varchar(10));
    INSERT INTO chat_rooms VALUES (1, 'Renal', 'group');
    CREATE TABLE chat_participants (room_id bigint, user_id bigint, left_at varchar(30), deleted_at varchar(30), last_read_at varchar(30));
    INSERT INTO chat_participants VALUES (1, 1, '0000-00-00 00:00:00.000000', '2025-03-02 08:00:00', NULL),
        (1, 2, '0000-00-00', NULL, NULL), (1, 3, '9999-12-31 23:59:59', '2025-03-02 08:00:00', NULL),
        (1, 4, '1970-01-01 00:00:00', '0', NULL);
    CREATE TABLE chat_messages (id bigint PRIMARY KEY, room_id bigint, user_id bigint, message text, created_at varchar(30), deleted_at varchar(30));
    INSERT INTO chat_messages VALUES (1, 1, 1, 'a', '2025-03-01 09:01:00', '1970-01-01 00:00:00'),
        (2, 1, 1, 'b', '2025-03-01 09:02:00', '0001-01-01T00:00:00'), (3, 1, 1, 'c', '2025-03-01 09:03:00', '9999-12-31 23:59:59'),
        (4, 1, 1, 'd', '2025-03-01 09:04:00', '0'), (5, 1, 1, 'e', '2025-03-01 09:05:00', '2025-03-01 10:00:00'),
        (6, 1, 1, 'f', '2025-03-01 09:06:00', '0000-00-00 00:00:00.000000');";

fn leaving_first(old: &Old) {
    let mapping = fs::read_to_string(old.mapping()).unwrap();
    let lines = mapping.lines().map(|line| {
        if line.starts_with("left_at = ") {
            "left_at = { first = [\"left_at\", \"deleted_at\"] }"
        } else {
            line
        }
    });
    let says: Vec<&str> = lines.collect();
    fs::write(old.mapping(), says.join("\n")).unwrap();
}

#[tokio::test]
async fn a_time_that_stands_for_never_hides_nothing_and_lets_nobody_stay() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let old = Old::with(engine, NEVER).await;
        old.survey(&[]).await;
        leaving_first(&old);
        let new = New::fresh(engine).await;
        new.adopt(&old, &[]).await;
        let hidden = "SELECT string_agg(message, ' ' ORDER BY id) FROM chat_messages WHERE deleted_at IS NOT NULL \
            AND id IN (SELECT id FROM hims_adopted_ids WHERE part = 'messages')";
        assert_eq!(new.database.text(hidden).await, "e");
        let inside = "SELECT string_agg(u.name, ' ' ORDER BY u.name) FROM chat_participants p JOIN users u ON u.id = p.user_id \
            WHERE p.left_at IS NULL AND p.room_id IN (SELECT id FROM hims_adopted_ids WHERE part = 'rooms')";
        assert_eq!(new.database.text(inside).await, "Dr Four Dr Two");
    }
}

#[tokio::test]
async fn many_messages_that_were_deleted_at_one_time_are_asked_about() {
    let same = NEVER.replace("'1970-01-01 00:00:00'),", "'2025-03-01 10:00:00'),");
    let same = same.replace("'0001-01-01T00:00:00')", "'2025-03-01 10:00:00')");
    let old = Old::with(Engine::Sqlite, &same).await;
    old.survey(&[]).await;
    let new = New::fresh(Engine::Sqlite).await;
    let said = new.refused(&old, &[]).await;
    assert!(
        said.contains(
            "deleted-alike: 3 of 6 messages count as deleted at the same time, 2025-03-01 10:00:00"
        ),
        "{said}"
    );
    new.adopt(&old, &["--accept", "deleted-alike"]).await;
}

#[tokio::test]
async fn names_are_decoded_as_texts_are() {
    let sql = outside(4, 0)
        .replace("'Dr Three'", "'Dr O&#039;Neill'")
        .replace("'Renal'", "'Ward &amp; nights 5&#150;10'");
    let old = Old::with(Engine::Sqlite, &sql).await;
    let survey = old.survey(&[]).await;
    for part in ["users", "rooms"] {
        assert_eq!(found(&survey, part, "html_entities"), 1, "{survey:#}");
    }
    let mapping = fs::read_to_string(old.mapping()).unwrap();
    let says = mapping.replace("entities = \"keep\"", "entities = \"decode\"");
    assert_ne!(says, mapping);
    fs::write(old.mapping(), says).unwrap();
    let new = New::fresh(Engine::Sqlite).await;
    let adopted = new.adopt(&old, &UNREAD).await;
    assert_eq!(found(&adopted, "users", "html_entities"), 0);
    let state = new.state().await;
    assert!(state.contains("room 1 Ward & nights 5–10 group"), "{state}");
    assert!(state.contains("user 3 Dr O'Neill"), "{state}");
    // The names here are those of before.
    new.adopt(&old, &UNREAD).await;
    assert_eq!(new.state().await, state);
}
