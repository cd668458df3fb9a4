use std::fs;

use super::{
    bad_rows::{CANARIES, TABLES, laravel, ways, wrong},
    layouts::{COMMA_LIST, PAIRS, UUIDS},
    old::{Old, counts, found},
};
use crate::support::{database::Engine, on_both_databases};

on_both_databases!(
    every_kind_of_bad_row_is_counted_and_none_is_shown,
    uuids_and_unix_times_are_understood,
    a_chat_without_rooms_is_understood,
    a_comma_list_is_understood,
);

async fn every_kind_of_bad_row_is_counted_and_none_is_shown(engine: Engine) {
    let old = Old::with(engine, &laravel()).await;
    fs::create_dir_all(old.files().join("chat")).unwrap();
    fs::write(old.files().join("chat/ecg.txt"), "a trace").unwrap();
    let before = old.checksum(&TABLES).await;
    let survey = old.survey(&[]).await;
    for reason in ways() {
        assert_eq!(
            found(&survey, "messages", reason),
            wrong(reason),
            "{reason}: {survey:#}"
        );
    }
    assert_eq!(counts(&survey, "messages"), [6, 21, 2]);
    assert_eq!(counts(&survey, "users"), [2, 2, 0]);
    assert_eq!(counts(&survey, "rooms"), [3, 4, 0]);
    assert_eq!(counts(&survey, "participants"), [10, 1, 2]);
    assert_eq!(counts(&survey, "reads"), [1, 3, 2]);
    for (part, reason) in [
        ("users", "no_email"),
        ("users", "shared_email"),
        ("rooms", "patient_unknown"),
        ("rooms", "no_participants"),
        ("rooms", "second_direct_room"),
        ("rooms", "soft_deleted"),
        ("participants", "twice_in_room"),
        ("participants", "participant_of_nothing"),
        ("participants", "user_missing"),
        ("reads", "read_twice"),
        ("reads", "message_missing"),
        ("reads", "user_missing"),
        ("reads", "read_before_sent"),
        ("reads", "read_after_unread"),
    ] {
        assert_eq!(found(&survey, part, reason), 1, "{part} {reason}");
    }
    assert!(survey["estimated_seconds"].as_u64().is_some());

    let people = old.run("survey", &["--reviewed"]).await;
    let shown = String::from_utf8(people.stdout).unwrap();
    let said = String::from_utf8(people.stderr).unwrap();
    let mapping = fs::read_to_string(old.mapping()).unwrap();
    for text in [&shown, &said, &mapping, &survey.to_string()] {
        for canary in CANARIES {
            assert!(!text.contains(canary), "{canary} in {text}");
        }
    }
    assert!(
        shown.contains("messages") && shown.contains("quarantined"),
        "{shown}"
    );
    assert_eq!(
        old.checksum(&TABLES).await,
        before,
        "the source is not written"
    );
}

async fn uuids_and_unix_times_are_understood(engine: Engine) {
    let old = Old::with(engine, UUIDS).await;
    let survey = old.survey(&[]).await;
    assert_eq!(counts(&survey, "users"), [2, 0, 0]);
    assert_eq!(counts(&survey, "rooms"), [1, 0, 0]);
    assert_eq!(counts(&survey, "participants"), [2, 0, 0]);
    assert_eq!(counts(&survey, "messages"), [2, 0, 0], "{survey:#}");
    let mapping = fs::read_to_string(old.mapping()).unwrap();
    for line in [
        "table = \"staff\"",
        "body = \"content\"",
        "created_at = \"sent_at\"",
        "room = \"conversation_id\"",
    ] {
        assert!(mapping.contains(line), "{line}: {mapping}");
    }
    assert!(mapping.contains("confidence"));
}

async fn a_chat_without_rooms_is_understood(engine: Engine) {
    let old = Old::with(engine, PAIRS).await;
    let survey = old.survey(&[]).await;
    assert_eq!(survey["parts"]["rooms"], serde_json::Value::Null);
    assert_eq!(counts(&survey, "messages"), [3, 1, 0], "{survey:#}");
    assert_eq!(found(&survey, "messages", "receiver_unknown"), 1);
}

async fn a_comma_list_is_understood(engine: Engine) {
    let old = Old::with(engine, COMMA_LIST).await;
    let survey = old.survey(&[]).await;
    assert_eq!(counts(&survey, "rooms"), [2, 0, 0], "{survey:#}");
    assert_eq!(counts(&survey, "messages"), [3, 0, 0], "{survey:#}");
}

#[tokio::test]
async fn a_mapping_is_never_overwritten() {
    let old = Old::with(Engine::Sqlite, PAIRS).await;
    fs::write(old.mapping(), "mine").unwrap();
    let output = old.run("survey", &[]).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("exists and is not overwritten"), "{said}");
    assert_eq!(fs::read_to_string(old.mapping()).unwrap(), "mine");
    let output = old.run("survey", &["--reviewed"]).await;
    assert!(String::from_utf8_lossy(&output.stderr).contains("is no TOML"));
}

#[tokio::test]
async fn what_cannot_be_opened_is_said_without_the_password() {
    let database = crate::support::database::Database::sqlite();
    for (source, said) in [
        (
            "postgres://hims:hunter2@127.0.0.1:1/old",
            "PostgreSQL at 127.0.0.1:1 cannot be used: Connection refused",
        ),
        ("sqlite:///no/such/file.db", "cannot be opened"),
        (
            "mysql://hims:hunter2@127.0.0.1:1/old",
            "MySQL at 127.0.0.1:1 cannot be used: ",
        ),
        ("mysql://hims:hunter2@localhost", "names no database"),
        ("mysql://hims:hun/ter2@localhost/old", "percent-encoded"),
        (
            "mongodb://hims:hunter2@localhost/old",
            "must be postgres://",
        ),
    ] {
        let arguments = ["migrate", "survey", "--source", source];
        let output = crate::support::server::Server::output(&database, &arguments, &[]).await;
        let line = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && line.contains(said), "{line}");
        assert!(!line.contains("hunter2"), "{line}");
    }
}
