//! Rooms of which both chats know: each is told once, from where it lives.

use serde_json::json;

use super::{
    given::{Exported, export},
    hostile::{self, EDITED, NOW_SAYS, RECALLED},
    validators,
};
use crate::support::{
    database::{Database, Engine},
    device::{Device, STREAM, text},
    on_both_databases,
    server::Server,
    stream::StreamServer,
};

on_both_databases!(
    a_moved_room_is_told_once_with_what_stayed_behind,
    a_patient_of_both_chats_comes_out_once,
);

async fn run(database: &Database, stream: &StreamServer, arguments: &[&str]) {
    let output = Server::output(database, arguments, &stream.environment()).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
}

async fn demonstration(engine: Engine) -> (Database, StreamServer) {
    let (database, stream) = (Database::demonstration(engine).await, StreamServer::start());
    run(&database, &stream, &["stream-setup", "--apply"]).await;
    (database, stream)
}

async fn a_moved_room_is_told_once_with_what_stayed_behind(engine: Engine) {
    let (database, stream) = demonstration(engine).await;
    let room = {
        let server = Server::start_with(&database, &stream.environment()).await;
        let (one, other) = (
            Device::signed_in(&server, "d01").await,
            Device::signed_in(&server, "d02").await,
        );
        let room = hostile::room(&one, &other, &["2"]).await;
        let people = format!("{}/api/rooms/{room}/participants", one.mount());
        let added = one.post(&people, &json!({ "doctor_id": "3" })).await;
        assert_eq!(added.status, 200, "{}", added.text());
        let removed = one.delete(&format!("{people}/3")).await;
        assert!(removed.status < 300, "{}", removed.text());
        room
    };
    let before = export(&database, &stream.environment(), &["--room", &room])
        .await
        .whole();
    run(
        &database,
        &stream,
        &["migrate", "run", "--as", "12", "--room", &room],
    )
    .await;
    assert_eq!(same_comings_and_goings(&before), 2);
    let there = format!("group-legacy-{room}");
    {
        let server = Server::start_with(&database, &stream.environment()).await;
        let device = Device::signed_in(&server, "d01").await.on(STREAM);
        device.says(&there, "said at Stream").await;
        let messages = device.messages(&there).await;
        let edited = messages.iter().find(|message| message["text"] == NOW_SAYS);
        let edited = text(&edited.unwrap()["id"]);
        let path = format!("{STREAM}/api/rooms/{there}/messages/{edited}");
        let answer = device.patch(&path, &json!({ "text": "sodium 139" })).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    // Nobody is running who would carry it over.
    let insert = format!(
        "INSERT INTO chat_messages (room_id, user_id, message, created_at, updated_at)
            VALUES ({room}, 2, 'written elsewhere', '2026-01-01 10:00:00', '2026-01-01 10:00:00')"
    );
    database.execute(&insert).await;

    let exported = export(&database, &stream.environment(), &["--room", &room])
        .await
        .whole();
    let said = format!("Room {room} of the legacy chat moved to Stream, where it is room {there}");
    assert!(exported.said.contains(&said), "{}", exported.said);
    let told = &exported.lines("room")[0];
    assert_eq!(
        (&told["id"], &told["backend"], &told["moved_from"]),
        (&json!(there), &json!("stream"), &json!(room))
    );
    let mut texts = before.texts();
    for text in &mut texts {
        if text == NOW_SAYS {
            *text = "sodium 139".to_owned();
        }
    }
    let mut now = exported.texts();
    assert!(now.contains(&"written elsewhere".to_owned()));
    now.retain(|text| text != "written elsewhere");
    texts.push("said at Stream".to_owned());
    assert_eq!(now, texts);
    let messages = exported.lines("message");
    let recalled = messages.iter().find(|line| line["recalled_at"].is_string());
    assert_eq!(recalled.unwrap()["original"], RECALLED);
    let edited = messages.iter().find(|line| line["text"] == "sodium 139");
    let versions = edited.unwrap()["versions"].as_array().unwrap().iter();
    let versions: Vec<_> = versions.map(|version| version["text"].clone()).collect();
    assert_eq!(versions, [json!(EDITED), json!(NOW_SAYS)]);
    let sums = |exported: &Exported| {
        let messages = exported.lines("message");
        let files = messages
            .iter()
            .flat_map(|line| line["attachments"].as_array().unwrap());
        files.map(|file| text(&file["sha256"])).collect::<Vec<_>>()
    };
    assert_eq!(sums(&exported), sums(&before), "the same bytes");
    exported.sums_are_right();
    assert_eq!(same_comings_and_goings(&exported), 2);
    validators::are_valid(&[
        (&exported, messages.len() + 1),
        (&before, before.lines("message").len() + 1),
    ]);

    let by_new_id = ["--room", &there, "--mount", STREAM];
    let same = export(&database, &stream.environment(), &by_new_id)
        .await
        .whole();
    assert_eq!(same.lines("message"), exported.lines("message"));
    let refused = export(&database, &[], &["--room", &room]).await;
    refused.is_refused(1, "STREAM_");
}

/// The lines and the header of the bundle tell the same ones; how many.
fn same_comings_and_goings(exported: &Exported) -> usize {
    let lines = exported.lines("change").into_iter();
    let lines: Vec<_> = lines
        .map(|line| {
            let by = &line["by"]["id"];
            [&line["change"], &line["doctor"]["id"], &line["at"], by].map(Clone::clone)
        })
        .collect();
    let header = exported.resources().swap_remove(0);
    let told = header["extension"].as_array().cloned().unwrap_or_default();
    let told: Vec<_> = told
        .iter()
        .map(|told| {
            assert_eq!(told["url"], "urn:hims-chat:participation");
            let of = |name: &str| {
                let parts = told["extension"].as_array().unwrap().iter();
                parts
                    .clone()
                    .find(|part| part["url"] == name)
                    .cloned()
                    .unwrap_or_default()
            };
            let person = |name: &str| of(name)["valueReference"]["identifier"]["value"].clone();
            let (change, at) = (of("change"), of("at"));
            [
                change["valueCode"].clone(),
                person("doctor"),
                at["valueDateTime"].clone(),
                person("by"),
            ]
        })
        .collect();
    assert_eq!(told, lines);
    told.len()
}

async fn a_patient_of_both_chats_comes_out_once(engine: Engine) {
    let (database, stream) = demonstration(engine).await;
    let patient = database
        .number("SELECT id FROM patients WHERE mrn = 'LMH-900103'")
        .await
        .to_string();
    let asked = ["--patient", "LMH-900103"];
    let legacy = export(&database, &stream.environment(), &asked)
        .await
        .whole();
    let said_at_stream = async |words: &str| {
        let server = Server::start_with(&database, &stream.environment()).await;
        let device = Device::signed_in(&server, "d01").await.on(STREAM);
        let opened = device
            .post(
                &format!("{STREAM}/api/rooms"),
                &json!({ "patient_id": patient }),
            )
            .await;
        device.says(&text(&opened.json()["id"]), words).await;
    };
    said_at_stream("beside it").await;
    let both = export(&database, &stream.environment(), &asked)
        .await
        .whole();
    let backends: Vec<_> = both
        .lines("room")
        .iter()
        .map(|room| room["backend"].clone())
        .collect();
    assert_eq!(backends, ["legacy", "stream"]);
    assert_eq!(
        both.texts(),
        [legacy.texts(), vec!["beside it".to_owned()]].concat()
    );

    // Copied and still in use where it was: the copies are not told a second time.
    let old = text(&legacy.lines("room")[0]["id"]);
    run(
        &database,
        &stream,
        &[
            "migrate",
            "run",
            "--as",
            "12",
            "--copy-only",
            "--room",
            &old,
        ],
    )
    .await;
    let copied = export(&database, &stream.environment(), &asked)
        .await
        .whole();
    assert_eq!(copied.texts(), both.texts());

    run(
        &database,
        &stream,
        &["migrate", "run", "--as", "12", "--room", &old],
    )
    .await;
    let moved = export(&database, &stream.environment(), &asked)
        .await
        .whole();
    assert_eq!(moved.lines("room").len(), 1, "one room now");
    let (mut now, mut then) = (moved.texts(), both.texts());
    now.sort();
    then.sort();
    assert_eq!(now, then);
    assert!(
        moved
            .said
            .contains(&format!("Room {old} of the legacy chat moved"))
    );

    // Given back, being copied again, moved again: once each time, also what was written at Stream.
    let by_room = ["--room", old.as_str()];
    let there = text(&moved.lines("room")[0]["id"]);
    let migrations: [&[&str]; 3] = [
        &["rollback", "--settle", "0"],
        &["run", "--copy-only"],
        &["run"],
    ];
    for migration in migrations {
        let arguments = [&["migrate"], migration, &["--as", "12"], &by_room].concat();
        run(&database, &stream, &arguments).await;
        for asked in [&asked[..], &by_room, &["--room", &there]] {
            let exported = export(&database, &stream.environment(), asked).await;
            let mut texts = exported.whole().texts();
            texts.sort();
            assert_eq!(texts, then, "{migration:?} {asked:?}");
        }
    }
}
