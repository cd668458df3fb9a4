//! Changes in the old chat after it was brought.

use std::fs;

use serde_json::Value;

use super::{bad_rows::laravel, new::New, old::Old};
use crate::support::{database::Engine, device::Device, on_both_databases, server::Server};

on_both_databases!(the_next_run_carries_what_changed_and_counts_it,);

async fn the_next_run_carries_what_changed_and_counts_it(engine: Engine) {
    let old = Old::with(engine, &laravel()).await;
    old.survey(&[]).await;
    let new = New::fresh(engine).await;
    let first = new.adopt(&old, &["--accept", "files-missing"]).await;
    let missing = "SELECT count(*) FROM chat_attachments WHERE name LIKE '%(not available).txt'";
    let before = new.number(missing).await;
    assert!(before > 0, "{first:#}");

    fs::create_dir_all(old.files().join("chat")).unwrap();
    fs::write(old.files().join("chat/ecg.txt"), "a trace").unwrap();
    let since = "UPDATE chat_messages SET message = 'Good evening', updated_at = '2025-06-01 10:00:00' WHERE id = 1;
        UPDATE chat_rooms SET name = 'Renal team, nights' WHERE id = 2;
        UPDATE chat_participants SET last_read_at = '2025-08-01 10:00:00' WHERE room_id = 2 AND user_id = 2";
    old.execute(since).await;
    let again = new.adopt(&old, &[]).await;
    let made = &again["made"];
    assert_eq!(
        (&made["messages_edited"], &made["rooms_renamed"]),
        (&Value::from(1), &Value::from(1)),
        "{made:#}"
    );
    assert_eq!(made["marks_read_on"], 1, "{made:#}");
    let found = made["files_found"].as_i64().unwrap();
    assert!(found > 0, "{made:#}");
    assert_eq!(new.number(missing).await, before - found);
    let nothing = new.adopt(&old, &[]).await;
    for (what, count) in nothing["made"].as_object().unwrap() {
        assert_eq!(count, 0, "{what}");
    }

    let server = Server::start(&new.database).await;
    let device = Device::signed_in(&server, "one").await;
    let shown = new.shown(&device, "Renal team, nights").await;
    assert!(!shown.is_empty());
    let versions = "SELECT count(*) FROM chat_message_versions v JOIN hims_adopted_ids i ON i.part = 'messages' \
        AND i.id = v.message_id WHERE i.key = '1' AND v.text = 'Good morning'";
    assert_eq!(new.number(versions).await, 1);
    let edited = "SELECT count(*) FROM chat_messages WHERE message = 'Good evening' AND edited_at IS NOT NULL";
    assert_eq!(new.number(edited).await, 1);
}
