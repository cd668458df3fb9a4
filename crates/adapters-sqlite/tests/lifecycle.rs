//! The file itself: made, claimed, moved away, opened again.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/hospital.rs"]
mod hospital;
#[path = "support/laravel.rs"]
mod laravel;

use std::fs;

use domain::{ClientId, Doctor, MessageCursor, MessageText, NewMessage, NewRoom, PageSize, RoomId};
use hims_chat_sqlite::{Options, Schema, Sqlite, migrations};
use hospital::{Hospital, connect, file_in, options};
use laravel::Laravel;
use ports::{ErrorKind, PatientRefKey};

fn note(client_id: &str) -> NewMessage {
    NewMessage {
        client_id: ClientId::parse(client_id).unwrap(),
        content: MessageText::parse("K 6.9, repeat sent").unwrap().into(),
        reply_to: None,
        urgency: domain::Urgency::Routine,
        urgent_reason: None,
    }
}

async fn open_room(sqlite: &Sqlite, doctors: &[Doctor]) -> RoomId {
    let room = NewRoom::Direct(doctors[1].clone());
    let opened = sqlite.backend().rooms.open(&doctors[0], &room).await;
    opened.unwrap().room.id
}

/// How many steps the schema has.
fn steps() -> usize {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn the_schema_goes_up_down_and_up_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(folder.path());
    assert_eq!(migrations::up(&file).unwrap(), steps());
    assert_eq!(migrations::down(&file).unwrap(), steps());
    assert_eq!(migrations::up(&file).unwrap(), steps());
    assert_eq!(migrations::up(&file).unwrap(), 0);
}

#[test]
fn what_an_older_fold_left_is_folded_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(folder.path());
    let mut laravel = Laravel::founded_at(&file);
    migrations::up(&file).unwrap();
    // As the release before this step left it.
    laravel.run(
        "INSERT INTO patients (name, mrn, name_folded) VALUES ('مریض', 'M-3', 'old'), ('Plain', 'M-4', 'plain');
         DELETE FROM hims_search_queue WHERE message_id > 1;
         DELETE FROM __diesel_schema_migrations WHERE version = '0014'",
    );
    assert_eq!(migrations::up(&file).unwrap(), 1);
    let missing = "SELECT count(*) FROM chat_messages WHERE id NOT IN (SELECT message_id FROM hims_search_queue)";
    assert_eq!(laravel.ask(missing).as_deref(), Some("0"));
    let folded = "SELECT group_concat(name_folded) FROM patients WHERE mrn IN ('M-3', 'M-4')";
    assert_eq!(laravel.ask(folded).as_deref(), Some("plain"));
}

#[test]
fn the_hospitals_tables_stay_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(folder.path());
    let mut laravel = Laravel::founded_at(&file);
    let columns = "SELECT group_concat(m.name || '.' || c.name, ' ' ORDER BY m.name, c.cid) \
                   FROM sqlite_master m, pragma_table_info(m.name) c \
                   WHERE m.type = 'table' AND m.name NOT LIKE '!_!_%' ESCAPE '!' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'";
    let before = laravel.ask(columns);
    migrations::up(&file).unwrap();
    assert_ne!(laravel.ask(columns), before);
    migrations::down(&file).unwrap();
    assert_eq!(laravel.ask(columns), before);
    assert_eq!(
        laravel.ask("SELECT count(*) FROM chat_messages").as_deref(),
        Some("5")
    );
}

#[tokio::test]
async fn a_schema_that_is_behind_is_only_reported_when_it_may_not_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(folder.path());
    let check = || Options {
        schema: Schema::Check,
        ..options()
    };
    let error = Sqlite::connect(&file, check()).await.err().unwrap();
    let behind = format!("{} steps behind", steps());
    assert!(error.to_string().contains(&behind), "{error}");
    migrations::up(&file).unwrap();
    Sqlite::connect(&file, check()).await.unwrap().close().await;
}

#[tokio::test]
async fn a_second_process_is_refused_in_one_line() {
    let hospital = Hospital::with_doctors(1).await;
    let error = connect(&hospital.file()).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(
        error
            .to_string()
            .contains("in use by another hims-chat process")
    );
    assert!(!error.to_string().contains('\n'));
    hospital.sqlite.close().await;
    connect(&hospital.file()).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_is_its_owners_alone() {
    use std::os::unix::fs::MetadataExt as _;
    let hospital = Hospital::with_doctors(1).await;
    for entry in fs::read_dir(hospital.file().parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().mode() & 0o077, 0, "{entry:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn another_name_of_the_file_does_not_let_a_second_process_in() {
    let hospital = Hospital::with_doctors(1).await;
    let link = hospital.file().with_file_name("link.db");
    std::os::unix::fs::symlink(hospital.file(), &link).unwrap();
    assert_eq!(
        connect(&link).await.err().unwrap().kind(),
        ErrorKind::Conflict
    );
}

#[tokio::test]
async fn what_cannot_be_opened_is_named_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(folder.path());
    fs::write(
        &file,
        "this is a letter and not a database at all".repeat(100),
    )
    .unwrap();
    for path in [file.as_path(), folder.path()] {
        let error = connect(path).await.err().unwrap().to_string();
        assert!(error.contains(&path.display().to_string()), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[tokio::test]
async fn a_strange_path_is_a_path_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ward 50% #7?mode=memory").join("é.db");
    connect(&file).await.unwrap().close().await;
    assert!(file.is_file());
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let hospital = Hospital::with_doctors(2).await;
    let doctors = hospital.doctors().await;
    let patients = hospital.patients().await;
    let room = open_room(&hospital.sqlite, &doctors).await;
    let messages = hospital.sqlite.backend().messages;
    let said = messages
        .post(&doctors[0], &room, &note("c1"))
        .await
        .unwrap();
    hospital.sqlite.close().await;

    let again = connect(&hospital.file()).await.unwrap();
    let messages = again.backend().messages;
    let page = messages
        .page(
            &doctors[1],
            &room,
            &MessageCursor::Latest,
            PageSize::DEFAULT,
        )
        .await;
    assert_eq!(page.unwrap().messages, std::slice::from_ref(&said.message));
    let repeated = messages
        .post(&doctors[0], &room, &note("c1"))
        .await
        .unwrap();
    assert_eq!((repeated.message, repeated.repeated), (said.message, true));
    let found = again
        .patients()
        .search(&doctors[0], "", PageSize::DEFAULT)
        .await;
    assert_eq!(found.unwrap(), patients, "with the same references");
}

#[tokio::test]
async fn after_closing_everything_is_unavailable() {
    let hospital = Hospital::with_doctors(2).await;
    let doctors = hospital.doctors().await;
    let room = open_room(&hospital.sqlite, &doctors).await;
    hospital.sqlite.close().await;
    hospital.sqlite.close().await;
    let backend = hospital.sqlite.backend();
    let errors = [
        backend.health.check().await.err(),
        backend
            .messages
            .post(&doctors[0], &room, &note("c1"))
            .await
            .err(),
        backend.rooms.get(&doctors[0], &room).await.err(),
    ];
    for error in errors {
        assert_eq!(error.unwrap().kind(), ErrorKind::Unavailable);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_goes_away_is_unavailable_until_it_is_back() {
    let hospital = Hospital::with_doctors(2).await;
    let doctors = hospital.doctors().await;
    let room = open_room(&hospital.sqlite, &doctors).await;
    let backend = hospital.sqlite.backend();
    let (file, away) = (hospital.file(), hospital.file().with_file_name("away.db"));
    fs::rename(&file, &away).unwrap();
    let errors = [
        backend.health.check().await.err(),
        backend
            .messages
            .post(&doctors[0], &room, &note("c1"))
            .await
            .err(),
        backend.rooms.get(&doctors[0], &room).await.err(),
    ];
    for error in errors {
        let error = error.expect("nothing is answered without the file");
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(error.retry_after().is_some());
    }
    fs::rename(&away, &file).unwrap();
    backend.health.check().await.unwrap();
    let posted = backend.messages.post(&doctors[0], &room, &note("c1")).await;
    assert!(!posted.unwrap().repeated, "what was refused was not stored");
}

#[tokio::test]
async fn the_key_of_the_pseudonyms_cannot_change_once_rooms_exist() {
    let hospital = Hospital::with_doctors(2).await;
    let doctors = hospital.doctors().await;
    let kept = hospital.sqlite.patient_ref_key().to_hex();
    let with = |key: &PatientRefKey| Options {
        audit_key: None,
        patient_ref_key: Some(key.clone()),
        ..options()
    };
    hospital.sqlite.close().await;

    let other = PatientRefKey::random();
    let changed = Sqlite::connect(hospital.file(), with(&other))
        .await
        .unwrap();
    assert_ne!(changed.patient_ref_key().to_hex(), kept);
    open_room(&changed, &doctors).await;
    changed.close().await;

    let third = PatientRefKey::random();
    let refused = Sqlite::connect(hospital.file(), with(&third)).await;
    let error = refused.err().unwrap().to_string();
    assert!(error.contains("HIMS_PATIENT_REF_KEY"), "{error}");
    for same in [with(&other), options()] {
        let sqlite = Sqlite::connect(hospital.file(), same).await.unwrap();
        assert_eq!(sqlite.patient_ref_key().to_hex(), other.to_hex());
        sqlite.close().await;
    }
}
