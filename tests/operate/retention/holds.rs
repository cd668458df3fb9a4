//! Legal holds, the audit's own rules, and words that are refused.

use std::fs;

use serde_json::Value;

use super::{Desk, RULES, age, json, said};
use crate::support::{
    database::{Database, Engine},
    device::CHAT,
    hospital::Hospital,
    on_both_databases,
    server::Server,
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

async fn the_audit_goes_by_its_own_rule_and_holds(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    doctor.says(&room, "a word").await;
    doctor.messages(&room).await;
    hospital.server.stop().await;
    let database = &hospital.database;
    // As if it was two days later, which no entry can be made to be: it is signed.
    let desk = Desk::with("[audit]\nreading = \"1 day\"\n");
    let found = json(&desk.retention(database, &["plan", "--json"]).await, 0);
    assert_eq!(found["audit_entries"], 0, "nothing is a day old");
    let older = database.words(
        "UPDATE hims_audit SET at = at - 172800000000, signature = NULL WHERE action IN ('read-room', 'post-message')",
        "UPDATE hims_audit SET at = at - interval '2 days', signature = NULL WHERE action IN ('read-room', 'post-message')",
    );
    database.execute(older).await;
    let reads = "SELECT count(*) FROM hims_audit WHERE action = 'read-room'";
    let before = database.number(reads).await;
    assert!(before > 0);
    let held = ["hold", "--room", &room, "--reason", "an inquiry"];
    said(&desk.retention(database, &held).await, 0);
    let found = json(&desk.retention(database, &["run", "--json"]).await, 0);
    assert_eq!(
        (&found["audit_entries"], &found["held_audit_entries"]),
        (&0.into(), &before.into())
    );
    said(&desk.retention(database, &["lift", "1"]).await, 0);
    let found = json(&desk.retention(database, &["run", "--json"]).await, 0);
    assert_eq!(found["audit_entries"], before);
    assert_eq!(database.number(reads).await, 0);
    let posts = "SELECT count(*) FROM hims_audit WHERE action = 'post-message'";
    assert!(
        database.number(posts).await > 0,
        "they are of another class"
    );
    let verified = Server::output(database, &["audit", "verify", "--json"], &[]).await;
    let text = String::from_utf8(verified.stdout).unwrap();
    let verified: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(verified["removed"], before, "{verified}");
    // Only what was written over above is at fault.
    assert_eq!(
        verified["fault_count"],
        database.number(posts).await,
        "{verified}"
    );
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
