//! Exports that are refused, in which words, and that nothing is left of them.

use super::given::{administrator, export, export_as};
use crate::support::{
    database::{Database, Engine},
    on_both_databases,
    server::Server,
    stream::StreamServer,
};

on_both_databases!(
    nobody_but_an_administrator_exports,
    what_is_not_there_is_said,
    a_number_that_means_two_patients_is_asked_back,
);

async fn nobody_but_an_administrator_exports(engine: Engine) {
    let database = Database::demonstration(engine).await;
    let who = async |role: &str| {
        let query = format!("SELECT min(id) FROM users WHERE role = '{role}'");
        database.number(&query).await.to_string()
    };
    for role in ["doctor", "nurse", "patient"] {
        let id = who(role).await;
        let refused = export_as(&database, &[], &id, &["--room", "1"]).await;
        refused.is_refused(1, "this is for administrators only");
        let denied = format!(
            "SELECT count(*) FROM hims_audit WHERE action = 'export-records' AND actor_id = '{id}'
                AND room_id = '1' AND decision = 'denied' AND reason = 'administrators-only'"
        );
        assert_eq!(database.number(&denied).await, 1, "{role}");
    }
    let refused = export_as(&database, &[], "999", &["--room", "1"]).await;
    refused.is_refused(2, "--as: there is no staff member of this id");

    let left = database.words(
        "UPDATE users SET is_active = 0 WHERE role = 'administrator'",
        "UPDATE users SET is_active = false WHERE role = 'administrator'",
    );
    database.execute(left).await;
    let refused = export(&database, &[], &["--patient", "LMH-900103"]).await;
    refused.is_refused(1, "not active any more");
}

async fn what_is_not_there_is_said(engine: Engine) {
    let database = Database::demonstration(engine).await;
    for (arguments, code, words) in [
        (&["--room", "999999"][..], 2, "--room: there is no room"),
        (&["--room", "a room"], 2, "--room"),
        (&["--patient", "LMH-1"], 2, "--patient: there is no patient"),
        (
            &["--patient", "id:LMH-900103"],
            2,
            "--patient: there is no patient",
        ),
        (
            &["--room", "1", "--mount", "/elsewhere"],
            2,
            "/doctor/chat, /doctor/stream-chat",
        ),
        (
            &["--room", "1", "--mount", "/doctor/stream-chat"],
            1,
            "STREAM_",
        ),
        (&["--room", "1", "--patient", "1"], 2, "cannot be used with"),
        (&[], 2, "--room"),
    ] {
        let refused = export(&database, &[], arguments).await;
        refused.is_refused(code, words);
    }
    let empty = "INSERT INTO patients (name, mrn) VALUES ('Nobody Spoke', 'LMH-900999')";
    database.execute(empty).await;
    let refused = export(&database, &[], &["--patient", "LMH-900999"]).await;
    refused.is_refused(2, "no room about this patient");
}

async fn a_number_that_means_two_patients_is_asked_back(engine: Engine) {
    let database = Database::demonstration(engine).await;
    let id = database
        .number("SELECT id FROM patients WHERE mrn = 'LMH-900103'")
        .await;
    let other = format!("INSERT INTO patients (name, mrn) VALUES ('Somebody Else', '{id}')");
    database.execute(&other).await;
    let (either, by_id) = (id.to_string(), format!("id:{id}"));
    let refused = export(&database, &[], &["--patient", &either]).await;
    refused.is_refused(2, "means two patients");
    let exported = export(&database, &[], &["--patient", &by_id]).await.whole();
    assert_eq!(exported.lines("export")[0]["patient"]["mrn"], "LMH-900103");
}

#[tokio::test]
async fn nothing_is_written_over() {
    let database = Database::demonstration(Engine::Sqlite).await;
    let place = tempfile::tempdir().unwrap();
    let (target, by) = (place.path().join("out"), administrator(&database).await);
    let arguments = [
        "export",
        "--room",
        "1",
        "--as",
        &by,
        "--to",
        target.to_str().unwrap(),
    ];
    for content in ["", "kept"] {
        std::fs::create_dir_all(&target).unwrap();
        if !content.is_empty() {
            std::fs::write(target.join("file"), content).unwrap();
        }
        let output = Server::output(&database, &arguments, &[]).await;
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            said.contains("--to") && said.contains("it exists"),
            "{said}"
        );
    }
    assert_eq!(
        std::fs::read_to_string(target.join("file")).unwrap(),
        "kept"
    );
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
}

/// A room is being written when its backend goes away.
#[tokio::test]
async fn stopped_in_the_middle_it_leaves_nothing() {
    let stream = StreamServer::start();
    let mut hospital = stream.hospital(&[]).await;
    let device = hospital.device("d01").await.on("/doctor/stream-chat");
    let room = device.new_room(&["2"]).await;
    let file = device.upload(&room, "trace.txt", b"a trace").await.json();
    let body = serde_json::json!({ "client_id": "with-a-file", "text": "before it", "attachment_ids": [file["id"]] });
    let path = format!("{}/api/rooms/{room}/messages", device.mount());
    assert_eq!(device.post(&path, &body).await.status, 201);
    hospital.server.stop().await;

    let asked = ["--room", &room, "--mount", "/doctor/stream-chat"];
    let away = serde_json::json!({ "endpoint": "GetMessage", "misbehaviour": { "kind": "error", "status": 500 } });
    stream.tell("faults", &away).await;
    let refused = export(&hospital.database, &stream.environment(), &asked).await;
    refused.is_refused(1, "Stream");
    stream.heal().await;
    let exported = export(&hospital.database, &stream.environment(), &asked)
        .await
        .whole();
    assert_eq!(exported.texts(), ["before it"]);
    exported.sums_are_right();
}
