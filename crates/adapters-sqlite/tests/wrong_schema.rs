//! A statement that the database cannot take is a fault of ours, not a database that does not answer.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/hospital.rs"]
mod hospital;
#[path = "support/laravel.rs"]
mod laravel;

use std::error::Error as _;

use domain::{ClientId, MessageText, NewMessage, NewRoom, Urgency};
use hospital::Hospital;
use laravel::Laravel;
use ports::{ErrorKind, Result};

/// Why the database refused, of a fault of ours.
fn fault<T: std::fmt::Debug>(answer: Result<T>) -> String {
    let error = answer.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal, "{error:#}");
    assert!(!error.is_temporary() && error.retry_after().is_none());
    assert!(!format!("{error:?} {error:#}").contains("Potassium"));
    error.source().expect("a source").to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_in_the_schema_is_a_fault_with_its_result_code() {
    let hospital = Hospital::with_doctors(2).await;
    let (chat, doctors) = (hospital.sqlite.backend(), hospital.doctors().await);
    let direct = NewRoom::Direct(doctors[1].clone());
    let room = chat.rooms.open(&doctors[0], &direct).await.unwrap().room.id;
    let mut laravel = Laravel::at(&hospital.file());
    let staff = hospital.sqlite.staff();

    laravel.run("ALTER TABLE users RENAME COLUMN specialty TO speciality");
    let found = fault(staff.find(doctors[0].id()).await);
    assert!(found.contains("no such column"), "{found}");
    assert!(found.contains("specialty") && found.contains("code 1)"));
    laravel.run("ALTER TABLE users RENAME COLUMN speciality TO specialty");
    assert!(staff.find(doctors[0].id()).await.unwrap().is_some());

    // The words of somebody else's trigger are not told.
    laravel.run(
        "CREATE TRIGGER stop BEFORE INSERT ON chat_messages
         BEGIN SELECT RAISE(ABORT, 'Potassium 6.9'); END",
    );
    let message = NewMessage {
        client_id: ClientId::parse("c-1").unwrap(),
        content: MessageText::parse("Potassium 6.9").unwrap().into(),
        reply_to: None,
        urgency: Urgency::Routine,
        urgent_reason: None,
    };
    let posted = chat.messages.post(&doctors[0], &room, &message).await;
    assert_eq!(fault(posted), "(SQLite result code 1)");
    laravel.run("DROP TRIGGER stop");
    chat.messages
        .post(&doctors[0], &room, &message)
        .await
        .unwrap();
}
