//! Rows of another application that hold no time, or bytes that are no text.

use serde_json::json;

use super::beside_laravel::{by_id, sent_at};
use crate::support::{
    database::Engine,
    device::{CHAT, text},
    hospital::Hospital,
    on_both_databases,
    server::Server,
    wait::until,
};

on_both_databases!(
    a_row_without_a_time_lies_between_its_neighbours,
    one_bad_row_never_costs_another,
);

async fn a_row_without_a_time_lies_between_its_neighbours(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let first = hospital.device("d01").await;
    let room = first.new_room(&["2"]).await;
    let before = first.says(&room, "Before").await;
    let insert = |words: &str, created: &str| {
        format!(
            "INSERT INTO chat_messages (room_id, user_id, message, created_at) \
             VALUES ({room}, 2, '{words}', {created})"
        )
    };
    let database = &hospital.database;
    database.execute(&insert("While it runs", "NULL")).await;
    let while_it_runs = until("the row without a time", async || {
        let shown = first.messages(&room).await;
        let found = shown.iter().find(|it| it["text"] == "While it runs");
        found.cloned()
    })
    .await;
    assert_eq!(while_it_runs["sent_at_estimated"], true);
    assert!(sent_at(&while_it_runs) >= sent_at(&before));
    assert_eq!(before.get("sent_at_estimated"), None);
    let list = first.get(CHAT).await.text();
    let (_, row) = list
        .split_once("While it runs")
        .map_or(("", ""), |(row, _)| row.rsplit_once("<li ").unwrap());
    assert!(row.contains(">about "), "{row}");

    hospital.server.stop().await;
    let database = &hospital.database;
    let strange = match engine {
        Engine::Sqlite => [
            "NULL",
            "'0000-00-00 00:00:00'",
            "'yesterday'",
            "'9999-12-31 23:59:59'",
            "x'ff'",
        ],
        Engine::Postgres => [
            "NULL",
            "'infinity'",
            "'-infinity'",
            "'1970-01-01 00:00:00'",
            "'294276-12-31 23:59:59'",
        ],
    };
    let (early, late) = database
        .words(
            "datetime('now', '+1 seconds')|datetime('now', '+2 seconds')",
            "now() AT TIME ZONE 'UTC' + interval '1 second'|now() AT TIME ZONE 'UTC' + interval '2 seconds'",
        )
        .split_once('|')
        .expect("two");
    database.execute(&insert("Early", early)).await;
    for (number, created) in strange.iter().enumerate() {
        let words = format!("Strange {number}");
        database.execute(&insert(&words, created)).await;
    }
    database.execute(&insert("Late", late)).await;
    hospital.restart().await;
    let shown = first.messages(&room).await;
    let at = |words: &str| {
        let index = shown.iter().position(|message| message["text"] == words);
        index.unwrap_or_else(|| panic!("{words} is there"))
    };
    let (early, late) = (at("Early"), at("Late"));
    for number in 0..strange.len() {
        let place = at(&format!("Strange {number}"));
        let message = &shown[place];
        assert_eq!(place, early + 1 + number, "in the order of writing");
        assert_eq!(message["sent_at_estimated"], true);
        let sent = sent_at(message);
        assert!(sent_at(&shown[early]) <= sent && sent <= sent_at(&shown[late]));
    }
    assert_eq!(shown[late].get("sent_at_estimated"), None);
    let page = first.page(&format!("{CHAT}/rooms/{room}")).await.text();
    assert_eq!(
        page.matches(">about ").count(),
        strange.len() + 1,
        "the page says which are estimates"
    );
    assert_eq!(first.get(&format!("{CHAT}/api/rooms")).await.status, 200);
}

async fn one_bad_row_never_costs_another(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let first = hospital.device("d01").await;
    let room = first.new_room(&["2", "3"]).await;
    let sound = text(&first.says(&room, "Sodium 128").await["id"]);
    let database = &hospital.database;
    let bad = database.words(
        "INSERT INTO chat_messages (room_id, user_id, message, created_at)
             VALUES (@, 3, CAST(x'4dE96e6965726520736f6469756d' AS TEXT), datetime('now'));
         UPDATE patients SET name = CAST(x'48E96c656e65' AS TEXT), ward = x'42E9',
             allergies = CAST(x'E9' AS TEXT), bed = CAST(x'E9' AS TEXT), updated_at = 'never' WHERE id = 1;
         UPDATE users SET name = CAST(x'4472205265E9' AS TEXT), specialty = x'4fE9',
             grade = CAST(x'E9' AS TEXT) WHERE id = 3;
         UPDATE chat_rooms SET name = CAST(x'43E9' AS TEXT), created_at = CAST(x'E9' AS TEXT) WHERE id = @;
         UPDATE chat_participants SET joined_at = CAST(x'E9' AS TEXT), last_read_at = CAST(x'E9' AS TEXT)
             WHERE room_id = @ AND user_id = 3;
         INSERT INTO chat_attachments (room_id, user_id, message_id, name, media_type, size, created_at)
             SELECT @, 1, max(id), CAST(x'E96367' AS TEXT), 'image/png', 1, 0 FROM chat_messages WHERE room_id = @",
        "INSERT INTO chat_messages (room_id, user_id, message, created_at, updated_at)
             VALUES (@, 3, 'M niere sodium', 'infinity', '-infinity');
         UPDATE patients SET date_of_birth = 'infinity', updated_at = 'infinity' WHERE id = 1;
         UPDATE patients SET date_of_birth = '20000-01-01' WHERE id = 2;
         UPDATE chat_rooms SET name = 'C', created_at = 'infinity', active_at = NULL WHERE id = @;
         UPDATE chat_participants SET joined_at = 'infinity', last_read_at = 'infinity', created_at = '-infinity'
             WHERE room_id = @ AND user_id = 3",
    );
    database.execute(&bad.replace('@', &room)).await;
    let whole = until("the bad row", async || {
        let shown = first.messages(&room).await;
        (shown.len() == 2).then_some(shown)
    })
    .await;
    assert_eq!(by_id(&whole, &sound)["text"], "Sodium 128");
    let deleted = database.words("CAST(x'E9' AS TEXT)", "'infinity'");
    let delete = format!("UPDATE chat_messages SET deleted_at = {deleted} WHERE id = {sound}");
    database.execute(&delete).await;
    until("the recall at no time", async || {
        let shown = first.messages(&room).await;
        let recalled = by_id(&shown, &sound)["recalled_at"].is_string();
        recalled.then_some(())
    })
    .await;

    for path in [
        "/doctor/patients",
        "/doctor/patients?q=ne",
        "/doctor/people",
        "/doctor/people?q=dr",
        "/doctor/inbox",
    ] {
        let answer = first.page(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
    for path in [
        CHAT.to_owned(),
        format!("{CHAT}/rooms/{room}"),
        format!("{CHAT}/api/rooms"),
        format!("{CHAT}/api/rooms/{room}"),
        format!("{CHAT}/api/rooms/{room}/messages"),
    ] {
        let answer = first.page(&path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
    let found = first
        .post(&format!("{CHAT}/api/search"), &json!({"q": "sodium"}))
        .await;
    assert_eq!(found.status, 200, "{}", found.text());
    assert!(found.text().contains("niere sodium"), "{}", found.text());
    hospital.server.stop().await;
    let database = &hospital.database;
    let to = database.folder().join("out");
    let to = to.to_str().expect("a plain name");
    let by = database
        .text("SELECT CAST(id AS TEXT) FROM users WHERE role = 'administrator'")
        .await;
    let export = ["export", "--room", &room, "--to", to, "--as", &by];
    // The row of a file has no bytes, which the export says by its status.
    Server::output(database, &export, &[]).await;
    let record = std::fs::read_to_string(database.folder().join("out/record.jsonl")).unwrap();
    assert!(record.contains("niere sodium") && record.contains("Sodium 128"));
}
