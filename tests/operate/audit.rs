//! The audit as an operator and an auditor have it: read, verified, taken out, and every change of it noticed.

use std::{
    net::SocketAddr,
    path::Path,
    process::Output,
    sync::{Arc, Mutex},
};

use axum::{Json, Router, routing::post};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot};

mod lost_heads;
mod refused;
mod unsealed;

use crate::support::{
    database::Engine,
    device::{CHAT, Device},
    hospital::Hospital,
    server::Server,
    wait::{until, within},
};

async fn audit(hospital: &Hospital, arguments: &[&str]) -> Output {
    let arguments = [&["audit"], arguments].concat();
    Server::output(&hospital.database, &arguments, &[]).await
}

/// Entries of the listing, the oldest first.
async fn listed(hospital: &Hospital, arguments: &[&str]) -> Vec<Value> {
    let all = ["list", "--json", "--limit", "10000"];
    let output = audit(hospital, &[&all, arguments].concat()).await;
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut entries: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    entries.reverse();
    entries
}

fn words(entries: &[Value]) -> Vec<String> {
    let word = |entry: &Value, name: &str| entry[name].as_str().unwrap_or("-").to_owned();
    entries
        .iter()
        .map(|entry| {
            let [action, decision, subject] =
                ["action", "decision", "subject"].map(|name| word(entry, name));
            format!("{action} {decision} {subject}")
        })
        .collect()
}

/// The exit code of `audit verify`, and what it said.
async fn verified(hospital: &Hospital, arguments: &[&str]) -> (i32, String) {
    let output = audit(hospital, &[&["verify"], arguments].concat()).await;
    let text =
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text)
}

/// A hospital in which a room was talked in; it is not open any more.
async fn used(engine: Engine) -> Hospital {
    let mut hospital = Hospital::open(engine).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    for number in 0..5 {
        doctor.says(&room, &format!("Amlodipine {number} mg")).await;
    }
    hospital.server.stop().await;
    hospital
}

async fn sign_ins_and_pages_are_in_it(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let stranger = Device::new(&hospital.server);
    let wrong = stranger.sign_in("d01@larkmere.example", "wrong").await;
    assert_eq!(wrong.status, 401);
    let wrong = stranger
        .sign_in("nobody@larkmere.example", "larkmere-demo")
        .await;
    assert_eq!(wrong.status, 401);
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    assert_eq!(
        doctor.page(&format!("{CHAT}/rooms/{room}")).await.status,
        200
    );
    assert_eq!(doctor.page("/doctor/patients/1").await.status, 200);
    assert_eq!(doctor.page("/doctor/inbox").await.status, 200);
    doctor.says(&room, "Amlodipine 5 mg").await;
    let patients = doctor.page("/doctor/patients").await;
    let request = patients.header("x-request-id").to_owned();
    assert_eq!(doctor.form("/logout", &[]).await.status, 303);
    let administrator = hospital.device("a01").await;
    let page = administrator
        .page("/admin/audit?action=sign-in&decision=denied")
        .await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.text().matches("data-testid=\"audit-entry\"").count(),
        2
    );
    assert!(page.text().contains("not-recognised"), "{}", page.text());
    hospital.server.stop().await;

    let entries = listed(&hospital, &["--actor", "1"]).await;
    let expected = [
        "sign-in denied password",
        "sign-in allowed password",
        "open-room allowed -",
        "read-room allowed -",
        "view-patient allowed 1",
        "list-rooms allowed -",
        "check-patient allowed -",
        "post-message allowed",
        "search-patients allowed",
        "sign-out allowed sign-out",
    ];
    let found = words(&entries);
    let is_as_expected = found
        .iter()
        .zip(expected)
        .all(|(found, expected)| found.starts_with(expected));
    assert!(
        is_as_expected && found.len() == expected.len(),
        "{found:#?}"
    );
    for entry in &entries {
        assert_eq!(entry["address"], "127.0.0.1", "{entry}");
    }
    let session = &entries[1]["session"];
    assert_eq!(session.as_str().unwrap().len(), 32);
    assert!(
        entries[1..]
            .iter()
            .all(|entry| entry["session"] == *session),
        "{entries:#?}"
    );
    let of_session = listed(&hospital, &["--session", session.as_str().unwrap()]).await;
    assert_eq!(of_session.len(), expected.len() - 1);

    let of_request = listed(&hospital, &["--request", &request]).await;
    assert_eq!(words(&of_request), ["search-patients allowed -"]);

    let denied = listed(&hospital, &["--denied", "--action", "sign-in"]).await;
    assert_eq!(denied.len(), 2);
    assert_eq!(denied[1]["actor"], Value::Null);
    // Neither the name that was tried nor a word of a message is in it.
    let all = format!("{:?}", listed(&hospital, &[]).await);
    assert!(!all.contains("larkmere.example") && !all.contains("Amlodipine"));
    // Whoever reads it is in it.
    let looks = listed(&hospital, &["--action", "read-audit"]).await;
    assert_eq!(looks[0]["subject"], "list action=sign-in decision=denied");
    assert_eq!(
        (&looks[0]["actor"], &looks[1]["actor"]),
        (&json!("12"), &json!("console"))
    );
    let (code, text) = verified(&hospital, &[]).await;
    assert_eq!(code, 0, "{text}");
}

#[tokio::test]
async fn sign_ins_and_pages_are_in_it_with_sqlite() {
    sign_ins_and_pages_are_in_it(Engine::Sqlite).await;
}

#[tokio::test]
async fn sign_ins_and_pages_are_in_it_with_postgres() {
    sign_ins_and_pages_are_in_it(Engine::Postgres).await;
}

async fn every_change_is_named(engine: Engine) {
    let hospital = used(engine).await;
    let (code, text) = verified(&hospital, &[]).await;
    assert_eq!(code, 0, "{text}");
    assert!(text.contains(" entries hold, in "), "{text}");
    let database = &hospital.database;
    let posts = listed(&hospital, &["--action", "post-message"]).await;
    let id = |number: usize| posts[number]["id"].as_i64().unwrap();
    let named = async |sql: String, words: String| {
        database.execute(&sql).await;
        let (code, text) = verified(&hospital, &[]).await;
        assert_eq!(code, 1, "{text}");
        assert!(
            text.starts_with(&words),
            "{words:?} is told first of all:\n{text}"
        );
        assert!(
            text.contains(&format!("the audit does not hold: {words}")),
            "{text}"
        );
    };
    // From the newest to the oldest, as the first is told first.
    named(
        format!("DELETE FROM hims_audit WHERE id = {}", id(4)),
        format!("entry {} was cut out", id(4)),
    )
    .await;
    named(
        format!("UPDATE hims_audit SET actor_id = '2' WHERE id = {}", id(3)),
        format!("entry {} was changed", id(3)),
    )
    .await;
    let swap = [
        format!("UPDATE hims_audit SET id = -1 WHERE id = {}", id(1)),
        format!("UPDATE hims_audit SET id = {} WHERE id = {}", id(1), id(2)),
        format!("UPDATE hims_audit SET id = {} WHERE id = -1", id(2)),
    ];
    named(swap.join("; "), format!("entry {} was reordered", id(1))).await;
    named(
        format!(
            "INSERT INTO hims_audit (id, at, actor_id, action, decision)
                SELECT -5, at, '2', 'sign-in', 'allowed' FROM hims_audit WHERE id = {}",
            id(0)
        ),
        "entry -5 was added".to_owned(),
    )
    .await;
    let (_, text) = verified(&hospital, &["--json"]).await;
    let answer: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(answer["fault_count"], 5);
}

#[tokio::test]
async fn every_change_is_named_with_sqlite() {
    every_change_is_named(Engine::Sqlite).await;
}

#[tokio::test]
async fn every_change_is_named_with_postgres() {
    every_change_is_named(Engine::Postgres).await;
}

/// An address that takes one JSON body.
async fn receiver() -> (oneshot::Receiver<Value>, SocketAddr) {
    let (send, told) = oneshot::channel();
    let send = Arc::new(Mutex::new(Some(send)));
    let take = async move |Json(body): Json<Value>| {
        if let Some(send) = send.lock().unwrap().take() {
            send.send(body).unwrap();
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/hooks/audit", post(take));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (told, address)
}

#[tokio::test]
async fn with_a_key_of_its_own_the_database_alone_signs_nothing() {
    let key = ("HIMS_AUDIT_KEY", "5a".repeat(32));
    let settings = [(key.0, key.1.as_str())];
    let mut hospital = Hospital::open_with(Engine::Sqlite, &settings).await;
    hospital.device("d01").await;
    hospital.server.stop().await;
    assert!(!hospital.server.printed().contains(&key.1));
    let database = &hospital.database;
    let output = Server::output(database, &["audit", "verify"], &settings).await;
    assert!(output.status.success(), "{output:?}");
    // The key that is derived from the one in the database is another.
    let (code, text) = verified(&hospital, &[]).await;
    assert_eq!(code, 1, "{text}");
    let output = Server::output(database, &["serve"], &[("HIMS_AUDIT_KEY", "5a")]).await;
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text.contains("HIMS_AUDIT_KEY: must be 64 hex digits"),
        "{text}"
    );
}

fn heads_of(hospital: &Hospital) -> String {
    let file = hospital.database.folder().join("data/audit-heads.txt");
    std::fs::read_to_string(file).unwrap_or_default()
}

#[tokio::test]
async fn a_record_that_was_cut_or_made_anew_does_not_come_to_its_heads() {
    let (told, address) = receiver().await;
    let address = format!("http://{address}/hooks/audit?token=secret-of-the-hook");
    let settings = [("HIMS_AUDIT_WEBHOOK", address.as_str())];
    let mut hospital = Hospital::open_with(Engine::Sqlite, &settings).await;
    let doctor = hospital.device("d01").await;
    until("a head", async || {
        (!heads_of(&hospital).is_empty()).then_some(())
    })
    .await;
    let told = within("the webhook", told).await.unwrap();
    let heads = heads_of(&hospital);
    let line: Vec<&str> = heads.trim().split(' ').collect();
    assert_eq!(told["number"].to_string(), line[1]);
    assert_eq!(told["hash"], line[2]);
    doctor.new_room(&["2"]).await;
    hospital.server.stop().await;
    assert!(!hospital.server.printed().contains("secret-of-the-hook"));

    let (code, text) = verified(&hospital, &[]).await;
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("1 heads were found again"), "{text}");
    // The whole record goes, and another begins.
    for table in ["hims_audit", "hims_audit_unsealed", "hims_audit_seals"] {
        hospital
            .database
            .execute(&format!("DELETE FROM {table}"))
            .await;
    }
    let (code, text) = verified(&hospital, &[]).await;
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("the end was cut off"), "{text}");
    hospital.restart().await;
    hospital.device("d01").await;
    until("a seal", async || {
        let seals = "SELECT count(*) FROM hims_audit_seals WHERE number > 0";
        (hospital.database.number(seals).await > 0).then_some(())
    })
    .await;
    hospital.server.stop().await;
    let (code, text) = verified(&hospital, &[]).await;
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("made anew") || text.contains("the end was cut off"),
        "{text}"
    );

    // A line that was cut costs no other; a file without any head is the wrong file.
    let file = hospital.database.folder().join("heads");
    let named = ["--heads", file.to_str().unwrap()];
    std::fs::write(&file, format!("{heads}2026-11-30T0")).unwrap();
    let (code, text) = verified(&hospital, &named).await;
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("line 2 is no head of the audit: right is"),
        "{text}"
    );
    std::fs::write(&file, "no head\n").unwrap();
    let (code, text) = verified(&hospital, &named).await;
    assert_eq!(code, 2, "{text}");
    assert!(
        text.contains("line 1 is no head of the audit: right is"),
        "{text}"
    );
}

#[tokio::test]
async fn it_is_exported_whole_into_a_new_file() {
    let hospital = used(Engine::Sqlite).await;
    let file = hospital.database.folder().join("audit.jsonl");
    let to = file.to_str().unwrap();
    let output = audit(&hospital, &["export", to]).await;
    assert!(output.status.success(), "{output:?}");
    let lines = read(&file);
    let (end, rest) = lines.split_last().unwrap();
    let (entries, seals): (Vec<&Value>, Vec<&Value>) =
        rest.iter().partition(|line| line["seal"].is_null());
    assert_eq!(end["end"], true);
    assert_eq!(
        (end["entries"].as_u64(), end["seals"].as_u64()),
        (Some(entries.len() as u64), Some(seals.len() as u64))
    );
    assert_eq!(end["head"], seals.last().unwrap()["hash"]);
    let posts = entries
        .iter()
        .filter(|entry| entry["action"] == "post-message");
    assert_eq!(posts.count(), 5);
    let sealed: usize = seals
        .iter()
        .map(|seal| seal["entries"].as_array().unwrap().len())
        .sum();
    // The entry of the export itself waits for its seal.
    assert_eq!(sealed + 1, entries.len());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let output = audit(&hospital, &["export", to]).await;
    assert_eq!(output.status.code(), Some(1), "a file that is there stays");
    assert_eq!(read(&file), lines);
    let output = audit(&hospital, &["export", "-", "--until", "2000-01-01"]).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
}

fn read(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
