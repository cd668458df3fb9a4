use serde_json::Value;

use super::{bad_rows::laravel, new::New, old::Old};
use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, STREAM},
    on_both_databases,
    server::Server,
    stream::StreamServer,
};

on_both_databases!(every_room_is_the_same_in_the_other_chat,);

/// A command of `migrate` against a sandbox: what it prints, and whether it succeeded.
pub(super) async fn migrate(
    database: &Database,
    stream: &StreamServer,
    arguments: &[&str],
) -> (bool, String) {
    let arguments = [&["migrate"], arguments].concat();
    let output = Server::output(database, &arguments, &stream.environment()).await;
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

/// What a doctor sees of all rooms of a mount, without what names differently there.
async fn seen(device: &Device) -> Vec<Value> {
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
    let set_up = ["stream-setup", "--apply"];
    let output = Server::output(&new.database, &set_up, &stream.environment()).await;
    assert!(output.status.success());
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
        said.contains(&format!("{rooms} rooms live in Stream Chat")),
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
fn lines(rooms: &[Value]) -> Vec<String> {
    let text = serde_json::to_string_pretty(rooms).unwrap();
    text.lines().map(str::to_owned).collect()
}
