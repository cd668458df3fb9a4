//! Another application changes the rows that it shares with us.

use serde_json::{Value, json};

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, text},
    hospital::Hospital,
    live::Listener,
    on_both_databases,
    server::Server,
    wait::until,
};

on_both_databases!(
    what_it_edits_deletes_and_restores_is_told_and_kept,
    what_it_reads_is_read_here,
    whom_it_takes_in_and_out_is_told,
    what_it_calls_a_room_and_that_it_deletes_one_is_told,
    its_zone_is_a_setting,
);

async fn versions(device: &Device, room: &str, id: &str) -> Vec<String> {
    let path = format!("{CHAT}/api/rooms/{room}/messages/{id}/versions");
    let answer = device.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let versions = answer.json()["versions"].clone();
    let versions = versions.as_array().expect("a list").iter();
    versions.map(|version| text(&version["text"])).collect()
}

pub(super) fn sent_at(message: &Value) -> jiff::Timestamp {
    text(&message["sent_at"]).parse().expect("a time")
}

pub(super) fn by_id<'a>(messages: &'a [Value], id: &str) -> &'a Value {
    let found = messages.iter().find(|message| message["id"] == id);
    found.unwrap_or_else(|| panic!("no message {id}"))
}

async fn what_it_edits_deletes_and_restores_is_told_and_kept(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let dose = text(&first.says(&room, "Metoprolol 50 mg").await["id"]);
    let wrong = text(&first.says(&room, "For the other patient").await["id"]);
    let gone = text(&first.says(&room, "A row to be deleted").await["id"]);
    let mut live = second.listen().await;
    let database = &hospital.database;

    let edit = format!("UPDATE chat_messages SET message = 'Metoprolol 5 mg' WHERE id = {dose}");
    database.execute(&edit).await;
    let told = live.next_named("message.edited").await;
    assert_eq!(
        (&told["id"], &told["text"]),
        (&json!(dose), &json!("Metoprolol 5 mg"))
    );
    assert!(told["edited_at"].is_string());
    assert_eq!(versions(&second, &room, &dose).await, ["Metoprolol 50 mg"]);

    let soft =
        format!("UPDATE chat_messages SET deleted_at = '2026-01-01 10:00:00' WHERE id = {wrong}");
    database.execute(&soft).await;
    let told = live.next_named("message.recalled").await;
    assert_eq!((&told["id"], &told["text"]), (&json!(wrong), &json!("")));
    let restore = format!("UPDATE chat_messages SET deleted_at = NULL WHERE id = {wrong}");
    database.execute(&restore).await;
    let told = live.next_named("message.edited").await;
    assert_eq!(told["text"], "For the other patient");

    database
        .execute(&format!("DELETE FROM chat_messages WHERE id = {gone}"))
        .await;
    let told = live.next_named("message.recalled").await;
    assert_eq!((&told["id"], &told["text"]), (&json!(gone), &json!("")));
    let shown = second.messages(&room).await;
    assert_eq!(shown.len(), 3, "it leaves a tombstone");
    assert!(by_id(&shown, &gone)["recalled_at"].is_string());
    let kept = format!("SELECT text FROM chat_message_versions WHERE message_id = {gone}");
    assert_eq!(database.text(&kept).await, "A row to be deleted");
    let after = second
        .get(&format!("{CHAT}/api/rooms/{room}/messages?after={gone}"))
        .await;
    assert_eq!(after.status, 200, "pages go on from it");

    // Our own are told once: nothing but the post comes after the edit and the recall.
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    first
        .patch(
            &format!("{path}/{dose}"),
            &json!({"text": "Metoprolol 25 mg"}),
        )
        .await;
    first.delete(&format!("{path}/{wrong}")).await;
    database
        .execute(&format!(
            "UPDATE chat_messages SET updated_at = created_at WHERE room_id = {room}"
        ))
        .await;
    let edit = format!("UPDATE chat_messages SET message = 'Metoprolol 12.5 mg' WHERE id = {dose}");
    database.execute(&edit).await;
    let mut heard = Vec::new();
    while heard.last() != Some(&"Metoprolol 12.5 mg".to_owned()) {
        let event = live.next().await.expect("the stream goes on");
        if event.name.starts_with("message.") {
            heard.push(text(&event.data["text"]));
        }
    }
    assert_eq!(heard, ["Metoprolol 25 mg", "", "Metoprolol 12.5 mg"]);
    let all = ["50", "5", "25"].map(|dose| format!("Metoprolol {dose} mg"));
    assert_eq!(versions(&second, &room, &dose).await, all);

    // Also what it does while we are not there; and it may delete the whole room.
    let other = first.new_room(&["2", "3"]).await;
    let there = text(&first.says(&other, "Said before").await["id"]);
    let lost = text(&first.says(&other, "Deleted with its room").await["id"]);
    drop(live);
    hospital.server.stop().await;
    let database = &hospital.database;
    let edit = format!("UPDATE chat_messages SET message = 'Said otherwise' WHERE id = {there}");
    database.execute(&edit).await;
    hospital.restart().await;
    until("the change to be followed", async || {
        let shown = first.messages(&other).await;
        let edited = by_id(&shown, &there)["edited_at"].is_string();
        edited.then_some(())
    })
    .await;
    let database = &hospital.database;
    database
        .execute(&format!("DELETE FROM chat_messages WHERE id = {lost}"))
        .await;
    until("the tombstone", async || {
        let shown = first.messages(&other).await;
        let mut gone = shown.iter().filter(|message| message["id"] == lost);
        gone.any(|message| message["recalled_at"].is_string())
            .then_some(())
    })
    .await;
    for table in ["chat_messages", "chat_participants"] {
        let delete = format!("DELETE FROM {table} WHERE room_id = {other} AND id <> {lost}");
        database.execute(&delete).await;
    }
    database
        .execute(&format!("DELETE FROM chat_rooms WHERE id = {other}"))
        .await;
    until("nothing of the deleted room to be kept", async || {
        let kept = format!(
            "SELECT CAST(count(*) AS text) FROM chat_message_versions WHERE message_id IN ({there}, {lost})"
        );
        (database.text(&kept).await == "0").then_some(())
    })
    .await;
    let again = format!(
        "INSERT INTO chat_messages (id, room_id, user_id, message, created_at) \
         VALUES ({gone}, {room}, 1, 'Written again', '2026-01-01 10:00:00')"
    );
    database.execute(&again).await;
    until("the row that was written again", async || {
        let shown = first.messages(&room).await;
        let mut again = shown.iter().filter(|message| message["id"] == gone);
        again
            .any(|message| message["text"] == "Written again")
            .then_some(())
    })
    .await;
}

async fn whom_it_takes_in_and_out_is_told(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, third) = (hospital.device("d01").await, hospital.device("d03").await);
    let room = first.new_room(&["2"]).await;
    let (mut live, mut theirs) = (first.listen().await, third.listen().await);
    let database = &hospital.database;
    let path = format!("{CHAT}/api/rooms/{room}");
    let comes = async |live: &mut Listener, name: &str| {
        let told = live.next_named(name).await;
        assert_eq!(told["room_id"], json!(room));
        assert_eq!(told["doctor"]["id"], "3");
    };

    let insert = format!("INSERT INTO chat_participants (room_id, user_id) VALUES ({room}, 3)");
    database.execute(&insert).await;
    comes(&mut live, "participant.added").await;
    assert_eq!(theirs.next_named("room").await["id"], json!(room));
    first.says(&room, "Welcome").await;
    assert_eq!(theirs.next_named("message.posted").await["text"], "Welcome");

    // Some of its screens keep the row, others delete it.
    let of_three = format!("WHERE room_id = {room} AND user_id = 3");
    let leave = format!("UPDATE chat_participants SET left_at = '2026-01-01 10:00:00' {of_three}");
    database.execute(&leave).await;
    comes(&mut live, "participant.removed").await;
    comes(&mut theirs, "participant.removed").await;
    assert_eq!(third.get(&path).await.status, 404);
    let back = format!("UPDATE chat_participants SET left_at = NULL {of_three}");
    database.execute(&back).await;
    comes(&mut live, "participant.added").await;
    let delete = format!("DELETE FROM chat_participants {of_three}");
    database.execute(&delete).await;
    comes(&mut live, "participant.removed").await;
    comes(&mut theirs, "participant.removed").await;
    assert_eq!(third.get(&path).await.status, 404);

    // A nurse is in no room of doctors, whatever the table says, and nobody is told.
    let nurse = database
        .text("SELECT CAST(min(id) AS TEXT) FROM users WHERE role = 'nurse'")
        .await;
    for doctor in [nurse.as_str(), "4"] {
        let insert =
            format!("INSERT INTO chat_participants (room_id, user_id) VALUES ({room}, {doctor})");
        database.execute(&insert).await;
    }
    let told = live.next_named("participant.added").await;
    assert_eq!(told["doctor"]["id"], "4", "and no nurse before");
}

async fn what_it_calls_a_room_and_that_it_deletes_one_is_told(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2", "3"]).await;
    let mut live = second.listen().await;
    let database = &hospital.database;
    let set = async |what: &str| {
        let update = format!("UPDATE chat_rooms SET {what} WHERE id = {room}");
        database.execute(&update).await;
    };
    set("name = 'Night team'").await;
    let told = live.next_named("room").await;
    assert_eq!(
        (&told["id"], &told["title"]),
        (&json!(room), &json!("Night team"))
    );
    set("deleted_at = '2026-01-01 10:00:00'").await;
    let told = live.next_named("participant.removed").await;
    assert_eq!(
        (&told["room_id"], &told["doctor"]["id"]),
        (&json!(room), &json!("2")),
        "each hears of oneself alone"
    );
    let detach = format!("DELETE FROM chat_participants WHERE room_id = {room} AND user_id = 3");
    database.execute(&detach).await;
    until("that to be followed", async || {
        let notes = database.number("SELECT count(*) FROM hims_changed_memberships");
        (notes.await == 0).then_some(())
    })
    .await;
    let path = format!("{CHAT}/api/rooms/{room}");
    assert_eq!(second.get(&path).await.status, 404);
    set("deleted_at = NULL").await;
    let heard = loop {
        let heard = live.next().await.unwrap();
        assert_ne!(heard.name, "participant.removed", "nothing of others");
        if heard.name == "room" {
            break heard;
        }
    };
    assert_eq!(heard.data["id"], json!(room));
    assert_eq!(heard.data["participants"].as_array().unwrap().len(), 2);
    assert_eq!(second.get(&path).await.status, 200);
}

async fn what_it_reads_is_read_here(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let one = text(&first.says(&room, "One").await["id"]);
    let two = text(&first.says(&room, "Two").await["id"]);
    let path = format!("{CHAT}/api/rooms/{room}");
    let unread = async || second.get(&path).await.json()["unread"].clone();
    assert_eq!(unread().await, 2);
    let mut live = first.listen().await;
    // The second message was sent long after the first.
    let database = &hospital.database;
    let sent = database.words(
        "UPDATE chat_messages SET sent_at = sent_at + 3600000000 WHERE id = ",
        "UPDATE chat_messages SET sent_at = sent_at + interval '1 hour' WHERE id = ",
    );
    database.execute(&format!("{sent}{two}")).await;
    let read = async |at: &str| {
        let set = "UPDATE chat_participants SET last_read_at =";
        let update = format!("{set} {at} WHERE room_id = {room} AND user_id = 2");
        database.execute(&update).await;
    };
    let (now, before) = (
        database.words("datetime('now')", "now() AT TIME ZONE 'UTC'"),
        "'2001-01-01 00:00:00'",
    );
    read(now).await;
    let receipt = live
        .next_where("receipt", |receipt| receipt["kind"] == "read")
        .await;
    assert_eq!(
        (&receipt["message_id"], &receipt["doctor_id"]),
        (&json!(one), &json!("2"))
    );
    assert_eq!(unread().await, 1, "what was sent later is unread");

    read(before).await;
    let sent = sent.replace('+', "-");
    database.execute(&format!("{sent}{two}")).await;
    read(now).await;
    let receipt = live
        .next_where("receipt", |receipt| receipt["kind"] == "read")
        .await;
    assert_eq!(
        receipt["message_id"],
        json!(two),
        "a mark goes forward only"
    );
    assert_eq!(unread().await, 0);
}

async fn its_zone_is_a_setting(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let first = hospital.device("d01").await;
    let room = first.new_room(&["2"]).await;
    hospital.server.stop().await;
    let database = &hospital.database;
    let in_karachi = database.words(
        "datetime('now', '+5 hours')",
        "date_trunc('second', now() AT TIME ZONE 'Asia/Karachi')",
    );
    let insert = format!(
        "INSERT INTO chat_messages (room_id, user_id, message, created_at) VALUES ({room}, 2, 'Salaam', {in_karachi})"
    );
    database.execute(&insert).await;
    let zone = ("HIMS_LEGACY_TIME_ZONE", "Asia/Karachi");
    hospital.server = Server::start_with(database, &[zone]).await;
    assert!(!hospital.server.printed().contains("lie in the future"));
    let first = first.at(&hospital.server);
    let said = first.says(&room, "And to you").await;
    let shown = first.messages(&room).await;
    let sent = sent_at(&shown[0]);
    let answer = sent_at(&said);
    let apart = answer.duration_since(sent).as_secs();
    assert!((0..3_600).contains(&apart), "{apart} s apart");
    let hours = number_of_hours(&hospital.database, &text(&said["id"])).await;
    assert_eq!(hours, 5, "ours are written as it reads them");

    hospital.server.stop().await;
    hospital.database.execute(&insert).await;
    hospital.server = Server::start(&hospital.database).await;
    let printed = hospital.server.prints("lie in the future").await;
    let mut lines = printed.lines();
    let warning = lines.find(|line| line.contains("lie in the future"));
    let warning = warning.expect("it was just seen");
    assert!(warning.contains("HIMS_LEGACY_TIME_ZONE") && !warning.contains("Salaam"));
}

/// How many hours `created_at` of a message is ahead of `sent_at`.
async fn number_of_hours(database: &Database, message: &str) -> i64 {
    let hours = database.words(
        "SELECT CAST(round((unixepoch(created_at) - sent_at / 1000000) / 3600.0) AS INTEGER) FROM chat_messages WHERE id = ",
        "SELECT round(extract(epoch FROM created_at - sent_at AT TIME ZONE 'UTC') / 3600)::bigint FROM chat_messages WHERE id = ",
    );
    database.number(&format!("{hours}{message}")).await
}
