//! Messages whose rows come in an order that means nothing, and files that are named in other ways.

use std::fs;

use super::{
    adopt::UNREAD,
    new::New,
    old::{Old, found},
};
use crate::support::database::Engine;

const PEOPLE: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(60), email varchar(60));
    INSERT INTO users VALUES (1, 'Dr One', 'one@larkmere.example'), (2, 'Dr Two', 'two@larkmere.example');
    CREATE TABLE chat_rooms (id bigint PRIMARY KEY, name varchar(60), type varchar(10));
    INSERT INTO chat_rooms VALUES (1, 'Renal', 'group');
    CREATE TABLE chat_participants (room_id bigint, user_id bigint);
    INSERT INTO chat_participants VALUES (1, 1), (1, 2);";

/// A view, of which no database knows in what order its rows were written. The ids are random; the night is the one on
/// which London's clocks go back.
const RANDOM: &str = "CREATE TABLE stored (id char(36) PRIMARY KEY, room_id bigint, user_id bigint, message text, created_at varchar(30));
    INSERT INTO stored VALUES
        ('c1f0aa00-0000-4000-8000-000000000001', 1, 1, 'first', '2025-10-26 01:20:00'),
        ('a1f0aa00-0000-4000-8000-000000000002', 1, 1, 'second', '2025-10-26 01:50:00'),
        ('b1f0aa00-0000-4000-8000-000000000003', 1, 1, 'untimed', NULL);
    CREATE VIEW chat_messages AS SELECT * FROM stored;";

#[tokio::test]
async fn rows_in_no_order_say_nothing_about_each_others_times() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let old = Old::with(engine, &format!("{PEOPLE}{RANDOM}")).await;
        old.survey(&[]).await;
        let mapping = fs::read_to_string(old.mapping()).unwrap();
        let says = mapping.replace("zone = \"UTC\"", "zone = \"Europe/London\"");
        fs::write(old.mapping(), says).unwrap();
        let new = New::fresh(Engine::Sqlite).await;
        let adopted = new.adopt(&old, &UNREAD).await;
        assert_eq!(found(&adopted, "messages", "time_ambiguous"), 2);
        assert_eq!(found(&adopted, "messages", "time_estimated"), 1);
        let times = "SELECT string_agg(m.message || ' ' || strftime('%Y-%m-%d %H:%M', m.sent_at / 1000000, 'unixepoch'), ', ' \
            ORDER BY m.position) FROM chat_messages m JOIN hims_adopted_ids i ON i.part = 'messages' AND i.id = m.id";
        assert_eq!(
            new.database.text(times).await,
            "untimed 2000-01-01 00:00, first 2025-10-26 00:20, second 2025-10-26 00:50"
        );
    }
}

const FILES: &str = r#"CREATE TABLE chat_messages (id bigint PRIMARY KEY, room_id bigint, user_id bigint, message text,
        attachment text, created_at varchar(30));
    INSERT INTO chat_messages VALUES
        (1, 1, 1, 'one', '{"file":{"path":"chat/ECG%20one.txt?v=2"}}', '2025-03-01 09:01:00'),
        (2, 1, 1, NULL, '{"id":7,"size":12}', '2025-03-01 09:02:00'),
        (3, 1, 1, 'two', '{"name":"ecg.png","content":"data:image/png;base64,iVBORw0KGgo="}', '2025-03-01 09:03:00'),
        (4, 1, 1, 'three', '{"caption":{"lines":[]}}', '2025-03-01 09:04:00');"#;

#[tokio::test]
async fn a_file_is_found_or_said_to_be_missing() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let old = Old::with(engine, &format!("{PEOPLE}{FILES}")).await;
        fs::create_dir_all(old.files().join("chat")).unwrap();
        fs::write(old.files().join("chat/ECG one.txt"), "a trace").unwrap();
        old.survey(&[]).await;
        let new = New::fresh(Engine::Sqlite).await;
        let adopted = new.adopt(&old, &UNREAD).await;
        assert_eq!(found(&adopted, "messages", "file_unnamed"), 1);
        assert_eq!(found(&adopted, "messages", "file_elsewhere"), 1);
        assert_eq!(found(&adopted, "messages", "empty_body"), 0);
        let files = "SELECT string_agg(m.key || ' ' || a.name, ', ' ORDER BY m.key) FROM hims_adopted_ids i \
            JOIN chat_attachments a ON a.id = i.id JOIN hims_adopted_ids m ON m.part = 'messages' AND m.id = a.message_id \
            WHERE i.part = 'files'";
        assert_eq!(
            new.database.text(files).await,
            "1 ECG one.txt, 2 file (not available).txt, 3 ecg.png (not available).txt"
        );
    }
}
