//! Legal holds, the audit's own rules, and words that are refused.

use std::fs;

use jiff::{SignedDuration, Timestamp};
use ports::{AuditKey, WrittenEntry};
use serde_json::Value;

use super::{Desk, RULES, age, json, said};
use crate::support::{
    database::{Database, Engine},
    device::CHAT,
    hospital::Hospital,
    on_both_databases,
    server::Server,
    wait::until,
};

on_both_databases!(
    a_held_patients_room_stays_until_the_hold_is_lifted,
    the_audit_goes_by_its_own_rule_and_holds,
    wrong_words_change_nothing,
);

async fn a_held_patients_room_stays_until_the_hold_is_lifted(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let doctor = hospital.device("d01").await;
    let opened = doctor
        .post(
            &format!("{CHAT}/api/rooms"),
            &serde_json::json!({ "patient_id": "1" }),
        )
        .await;
    assert!(opened.status < 300, "{}", opened.text());
    let room = opened.json()["id"].as_str().unwrap().to_owned();
    let before = doctor.all_messages(&room).await.len();
    let other = doctor.new_room(&["2"]).await;
    doctor.says(&other, "about somebody else").await;
    let administrator = hospital.device("a01").await;
    let form = [
        ("matter", "patient"),
        ("id", "id:1"),
        ("reason", "Claim 2026/17"),
    ];
    let placed = administrator.form("/admin/retention/holds", &form).await;
    assert_eq!(placed.status, 303, "{}", placed.text());
    let page = administrator.page("/admin/retention").await;
    assert_eq!(page.status, 200);
    for word in [
        "Patient 1",
        "Claim 2026/17",
        "Messages in groups",
        "6 years",
    ] {
        assert!(page.text().contains(word), "{word}: {}", page.text());
    }
    hospital.server.stop().await;
    let database = &hospital.database;
    for room in [&room, &other] {
        age(database, room, 20).await;
    }
    let desk = Desk::with(RULES);
    let done = json(&desk.retention(database, &["run", "--json"]).await, 0);
    assert_eq!(done["legacy_messages"], 1);
    assert_eq!(done["held_messages"], before);
    let holds = desk.retention(database, &["holds", "--json"]).await;
    let hold = json(&holds, 0);
    assert_eq!(
        (&hold["matter"], &hold["id"]),
        (&"patient".into(), &"1".into())
    );
    let number = hold["number"].to_string();
    said(&desk.retention(database, &["lift", &number]).await, 0);
    let again = said(&desk.retention(database, &["lift", &number]).await, 0);
    assert!(again.contains("already"));
    let done = json(&desk.retention(database, &["run", "--json"]).await, 0);
    assert_eq!(
        (&done["legacy_messages"], &done["held_messages"]),
        (&before.into(), &0.into())
    );
    let actions = ["list", "--json", "--action", "manage-retention"];
    let actions = [&["audit"], &actions[..]].concat();
    let audit = said(&Server::output(database, &actions, &[]).await, 0);
    for word in ["hold patient 1", "\"run\"", &format!("lift hold {number}")] {
        assert!(audit.contains(word), "{word}: {audit}");
    }
    assert!(!audit.contains("Claim 2026/17"));
}

/// The audit's key of these tests, which sign entries of two days ago with it.
const KEY: &str = "1f1e1d1c1b1a19181716151413121110ffeeddccbbaa99887766554433221100";

/// An entry of two days ago as the service would have written it, which waits for its seal.
async fn entry_of_old(database: &Database, action: &str, room: &str) {
    let at = Timestamp::now() - SignedDuration::from_hours(48);
    let [actor, decision] = ["1", "allowed"].map(str::to_owned);
    let at = at.as_microsecond();
    let mut entry = WrittenEntry::stored(at, actor, action.to_owned(), decision);
    entry.room = Some(room.to_owned());
    let signature = AuditKey::from_hex(KEY).unwrap().sign(&entry);
    let insert = database.words(
        "INSERT INTO hims_audit (at, actor_id, action, room_id, decision, signature)
            VALUES ({at}, '1', '{action}', '{room}', 'allowed', x'{signature}')",
        "INSERT INTO hims_audit (at, actor_id, action, room_id, decision, signature)
            VALUES (hims_time({at}), '1', '{action}', '{room}', 'allowed', '\\x{signature}')",
    );
    let insert = insert
        .replace("{at}", &at.to_string())
        .replace("{action}", action)
        .replace("{room}", room)
        .replace("{signature}", &signature.to_string());
    database.execute(&insert).await;
    let wait = "INSERT INTO hims_audit_unsealed (entry_id) SELECT max(id) FROM hims_audit";
    database.execute(wait).await;
}

async fn the_audit_goes_by_its_own_rule_and_holds(engine: Engine) {
    let key = [("HIMS_AUDIT_KEY", KEY)];
    let mut hospital = Hospital::open_with(engine, &key).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    hospital.server.stop().await;
    for action in ["read-room", "read-room", "post-message"] {
        entry_of_old(&hospital.database, action, &room).await;
    }
    hospital.server = Server::start_with(&hospital.database, &key).await;
    until("the entries' seal", async || {
        let waiting = "SELECT count(*) FROM hims_audit_unsealed";
        (hospital.database.number(waiting).await == 0).then_some(())
    })
    .await;
    hospital.server.stop().await;
    let database = &hospital.database;
    let desk = Desk::with("[audit]\nreading = \"1 day\"\n");
    let retention = async |arguments: &[&str]| desk.with_settings(database, arguments, &key).await;
    let reads = "SELECT count(*) FROM hims_audit WHERE action = 'read-room'";
    let before = database.number(reads).await;

    said(
        &retention(&["hold", "--room", &room, "--reason", "an inquiry"]).await,
        0,
    );
    let found = json(&retention(&["run", "--json"]).await, 0);
    assert_eq!(
        (&found["audit_entries"], &found["held_audit_entries"]),
        (&0.into(), &2.into())
    );
    said(&retention(&["lift", "1"]).await, 0);

    // Another one that only looks old stays, is said, and is for `audit verify` to name.
    let older = database.words(
        "UPDATE hims_audit SET at = at - 172800000000 WHERE action = 'open-room'",
        "UPDATE hims_audit SET at = at - interval '2 days' WHERE action = 'open-room'",
    );
    database.execute(older).await;
    fs::write(
        desk.path("retention.toml"),
        "[audit]\nreading = \"1 day\"\nwriting = \"30 hours\"\n",
    )
    .unwrap();
    said(&retention(&["plan"]).await, 2);
    fs::write(
        desk.path("retention.toml"),
        "[audit]\nall = \"1 day\"\nwriting = \"1 day\"\n",
    )
    .unwrap();
    let plan = retention(&["plan"]).await;
    assert!(said(&plan, 3).contains("not as it was written"));
    fs::write(
        desk.path("retention.toml"),
        "[audit]\nreading = \"1 day\"\n",
    )
    .unwrap();
    let found = json(&retention(&["run", "--json"]).await, 0);
    assert_eq!(found["audit_entries"], 2);
    assert_eq!(database.number(reads).await, before - 2);
    let posts = "SELECT count(*) FROM hims_audit WHERE action = 'post-message'";
    assert_eq!(database.number(posts).await, 1, "it is of another class");
    let verified = Server::output(database, &["audit", "verify", "--json"], &key).await;
    let verified: Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!(verified["removed"], 2, "{verified}");
    assert_eq!(verified["fault_count"], 1, "{verified}");
}

async fn wrong_words_change_nothing(engine: Engine) {
    let database = Database::demonstration(engine).await;
    let cases: [(&str, &[&str], i32, &str); 8] = [
        (
            "[messages]\nall = \"eight years\"\n",
            &["run"],
            2,
            "line 2: ",
        ),
        ("[message]\n", &["plan"], 2, "message"),
        (RULES, &["run", "--as", "1"], 2, "for administrators only"),
        (RULES, &["run", "--as", "999"], 2, "nobody"),
        (
            RULES,
            &["hold", "--room", "999999", "--reason", "r"],
            2,
            "there is no room",
        ),
        (
            RULES,
            &["hold", "--patient", "999999", "--reason", "r"],
            2,
            "no patient",
        ),
        (
            RULES,
            &["hold", "--everything", "--reason", " "],
            2,
            "--reason",
        ),
        (RULES, &["lift", "7"], 1, "there is no legal hold 7"),
    ];
    let messages = "SELECT count(*) FROM chat_messages";
    let before = database.number(messages).await;
    for (rules, arguments, code, word) in cases {
        let desk = Desk::with(rules);
        let text = said(&desk.retention(&database, arguments).await, code);
        assert!(text.contains(word), "{arguments:?}: {text}");
    }
    assert_eq!(database.number(messages).await, before);
    let holds = "SELECT count(*) FROM hims_legal_holds";
    assert_eq!(database.number(holds).await, 0);
    let desk = Desk::with(RULES);
    let lists = desk.path("lists");
    fs::write(&lists, "a file where the folder should be").unwrap();
    let refused = said(&desk.retention(&database, &["run"]).await, 1);
    assert!(refused.contains("nothing was removed"), "{refused}");
}
