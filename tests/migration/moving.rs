use serde_json::{Value, json};

use super::{bad_rows::laravel, new::New, old::Old};
use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, STREAM, text},
    on_both_databases,
    server::Server,
    stream::StreamServer,
    wait::until,
};

on_both_databases!(
    every_room_is_the_same_in_the_other_chat,
    old_links_lead_on_and_nothing_is_sent_to_the_old_room,
    what_the_old_application_writes_on_is_carried_over_once,
);

/// The demonstration's administrator has rooms moved.
pub(super) const BY_AN_ADMINISTRATOR: [&str; 2] = ["--as", "12"];

/// A command of `migrate` against a sandbox: what it prints, and whether it succeeded.
pub(super) async fn migrate(
    database: &Database,
    stream: &StreamServer,
    arguments: &[&str],
) -> (bool, String) {
    let mut arguments = [&["migrate"], arguments].concat();
    if matches!(arguments[1], "run" | "rollback") {
        arguments.extend(BY_AN_ADMINISTRATOR);
    }
    let output = Server::output(database, &arguments, &stream.environment()).await;
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

pub(super) async fn set_up(database: &Database, stream: &StreamServer) {
    let set_up = ["stream-setup", "--apply"];
    let output = Server::output(database, &set_up, &stream.environment()).await;
    assert!(output.status.success());
}

/// The receipts of `verify`, which must find both sides the same.
pub(super) async fn verified(database: &Database, stream: &StreamServer) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let receipts = folder.path().join("receipts.jsonl");
    let verify = ["verify", "--receipts", receipts.to_str().unwrap()];
    let (done, said) = migrate(database, stream, &verify).await;
    let receipts = std::fs::read_to_string(&receipts).unwrap();
    assert!(done, "{said}\n{receipts}");
    receipts
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// All rooms of a mount as a doctor sees them, without what names differently there.
pub(super) async fn seen(device: &Device) -> Vec<Value> {
    let list = format!("{}/api/rooms?limit=100", device.mount());
    let list = device.get(&list).await.json();
    let mut seen = Vec::new();
    for room in list["rooms"].as_array().unwrap() {
        let mut room = room.clone();
        let messages = device.messages(room["id"].as_str().unwrap()).await;
        let messages: Vec<Value> = messages.into_iter().map(comparable).collect();
        room["messages"] = messages.into();
        for left_out in ["id", "backend", "last_message", "participants", "url"] {
            room.as_object_mut().unwrap().remove(left_out);
        }
        seen.push(room);
    }
    seen.sort_by_key(Value::to_string);
    seen
}

fn comparable(mut message: Value) -> Value {
    let object = message.as_object_mut().unwrap();
    for left_out in ["id", "room_id", "reply_to", "attachments"] {
        object.remove(left_out);
    }
    for marks in object["receipts"].as_object_mut().unwrap().values_mut() {
        marks.as_array_mut().unwrap().sort_by_key(Value::to_string);
    }
    message
}

async fn every_room_is_the_same_in_the_other_chat(engine: Engine) {
    let old = Old::with(engine, &laravel()).await;
    old.survey(&[]).await;
    let new = New::fresh(engine).await;
    new.adopt(&old, &[]).await;
    let stream = StreamServer::start();
    set_up(&new.database, &stream).await;
    let (before, rooms) = {
        let server = Server::start_with(&new.database, &stream.environment()).await;
        let device = Device::signed_in(&server, "d01").await;
        let two = Device::signed_in(&server, "two").await;
        let rooms = new
            .number("SELECT count(*) FROM chat_rooms WHERE deleted_at IS NULL")
            .await;
        // Looking itself marks what was delivered.
        for device in [&device, &two] {
            seen(device).await;
        }
        ([seen(&device).await, seen(&two).await], rooms)
    };

    let (done, said) = migrate(&new.database, &stream, &["run", "--dry-run"]).await;
    assert!(done && said.contains("Nothing was written"), "{said}");
    let (done, said) = migrate(&new.database, &stream, &["run"]).await;
    assert!(done, "{said}");
    assert!(
        said.contains(&format!("In Stream Chat since now: {rooms} room")),
        "{said}"
    );
    let receipts = tempfile::tempdir().unwrap();
    let receipts = receipts.path().join("receipts.jsonl");
    let receipts = receipts.to_str().unwrap();
    let (done, said) = migrate(&new.database, &stream, &["verify", "--receipts", receipts]).await;
    assert!(
        done,
        "{said}\n{}",
        std::fs::read_to_string(receipts).unwrap()
    );

    let server = Server::start_with(&new.database, &stream.environment()).await;
    for (who, before) in ["d01", "two"].into_iter().zip(before) {
        let device = Device::signed_in(&server, who).await;
        let list = device.get(&format!("{CHAT}/api/rooms")).await.json();
        assert_eq!(list["rooms"], Value::Array(vec![]), "all of them moved");
        let after = seen(&device.on(STREAM)).await;
        assert_eq!(lines(&before), lines(&after));
    }
}

/// One value a line, so that a difference is seen.
pub(super) fn lines(rooms: &[Value]) -> Vec<String> {
    let text = serde_json::to_string_pretty(rooms).unwrap();
    text.lines().map(str::to_owned).collect()
}

async fn old_links_lead_on_and_nothing_is_sent_to_the_old_room(engine: Engine) {
    let new = New::fresh(engine).await;
    let stream = StreamServer::start();
    set_up(&new.database, &stream).await;
    let (patient, room, message, file, other) = {
        let server = Server::start_with(&new.database, &stream.environment()).await;
        let (device, colleague) = (
            Device::signed_in(&server, "d01").await,
            Device::signed_in(&server, "d02").await,
        );
        let room = device.new_room(&["2"]).await;
        let said = colleague.says(&room, "Look at this").await;
        let other = device.new_room(&["3"]).await;
        let file = device.upload(&room, "trace.txt", b"a trace").await.json();
        let body = json!({ "client_id": "with-a-file", "attachment_ids": [file["id"]] });
        let path = format!("{CHAT}/api/rooms/{room}/messages");
        assert_eq!(device.post(&path, &body).await.status, 201);
        let opening = json!({ "patient_id": "1" });
        let patient = device
            .post(&format!("{CHAT}/api/rooms"), &opening)
            .await
            .json();
        (
            patient["id"].clone(),
            room,
            text(&said["id"]),
            text(&file["id"]),
            other,
        )
    };
    let (done, said) = migrate(&new.database, &stream, &["run", "--room", &room]).await;
    assert!(done, "{said}");
    let patient = patient.as_str().unwrap().to_owned();
    let (done, said) = migrate(&new.database, &stream, &["run", "--room", &patient]).await;
    assert!(done, "{said}");

    let server = Server::start_with(&new.database, &stream.environment()).await;
    let device = Device::signed_in(&server, "d01").await;
    let stranger = Device::signed_in(&server, "d05").await;
    let there = format!("{STREAM}/rooms/group-legacy-{room}");
    let api = format!("{STREAM}/api/rooms/group-legacy-{room}");
    for (old, now) in [
        (format!("{CHAT}/rooms/{room}"), there.clone()),
        (
            format!("{CHAT}/rooms/{room}?message={message}"),
            format!("{there}?message=legacy-{message}"),
        ),
        (
            format!("{CHAT}/api/rooms/{room}/messages"),
            format!("{api}/messages"),
        ),
        (
            format!("{CHAT}/api/attachments/{file}"),
            format!("{STREAM}/api/attachments/legacy-{file}"),
        ),
    ] {
        let answer = device.get(&old).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (308, now.as_str())
        );
        assert_eq!(device.get(&now).await.status, 200, "{now}");
        assert_eq!(stranger.get(&old).await.status, 404, "{old}");
    }
    let bytes = device
        .get(&format!("{STREAM}/api/attachments/legacy-{file}"))
        .await;
    assert_eq!(bytes.text(), "a trace");

    let body = json!({ "client_id": "too-late", "text": "Too late" });
    let late = format!("{CHAT}/api/rooms/{room}/messages");
    let refused = device.post(&late, &body).await;
    refused.is_problem(409, "moved");
    assert_eq!(refused.json()["location"], there);
    assert_eq!(stranger.post(&late, &body).await.status, 404);
    let form = device
        .form(
            &format!("{CHAT}/rooms/{room}/messages"),
            &[("text", "Too late"), ("client_id", "by-form")],
        )
        .await;
    assert_eq!(form.status, 409);
    assert!(form.text().contains(&there), "the page leads there");
    let said = device
        .on(STREAM)
        .messages(&format!("group-legacy-{room}"))
        .await;
    assert_eq!(said.len(), 2);

    // Opening the patient in the old chat opens the room where it is; other rooms stay.
    let opening = json!({ "patient_id": "1" });
    let opened = device.post(&format!("{CHAT}/api/rooms"), &opening).await;
    let location = format!("{STREAM}/api/rooms");
    assert_eq!(
        (opened.status, opened.header("location")),
        (307, location.as_str())
    );
    let opened = device.post(&location, &opening).await;
    assert_eq!(opened.status, 200, "it was there");
    device.says(&other, "Still here").await;
    assert_eq!(
        device.get(&format!("{CHAT}/rooms/{other}")).await.status,
        200
    );
}

async fn what_the_old_application_writes_on_is_carried_over_once(engine: Engine) {
    let new = New::fresh(engine).await;
    let stream = StreamServer::start();
    set_up(&new.database, &stream).await;
    let room = {
        let server = Server::start_with(&new.database, &stream.environment()).await;
        let device = Device::signed_in(&server, "d01").await;
        let room = device.new_room(&["2"]).await;
        device.says(&room, "before").await;
        room
    };
    let (done, said) = migrate(&new.database, &stream, &["run", "--room", &room]).await;
    assert!(done, "{said}");
    let server = Server::start_with(&new.database, &stream.environment()).await;
    let device = Device::signed_in(&server, "d01").await.on(STREAM);
    let there = format!("group-legacy-{room}");
    let texts = async || {
        let said = device.messages(&there).await;
        said.iter()
            .map(|message| text(&message["text"]))
            .collect::<Vec<_>>()
    };
    let mut expected = vec!["before".to_owned()];
    for number in 0..5 {
        let words = format!("straight {number}");
        let insert = format!(
            "INSERT INTO chat_messages (room_id, user_id, message, created_at, updated_at)
                VALUES ({room}, 2, '{words}', '2026-01-01 10:00:00', '2026-01-01 10:00:00')"
        );
        new.database.execute(&insert).await;
        let here = format!("here {number}");
        until("it to be carried", async || {
            texts().await.contains(&words).then_some(())
        })
        .await;
        device.says(&there, &here).await;
        expected.extend([words, here]);
    }
    assert_eq!(texts().await, expected);
    drop(server);
    let receipts = verified(&new.database, &stream).await;
    let receipt = &receipts[0];
    assert_eq!(
        (&receipt["messages"], &receipt["written_since"]),
        (&json!(6), &json!(5))
    );
}
