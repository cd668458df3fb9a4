//! A statement that the database cannot take is a fault of ours, not a database that does not answer.

use std::error::Error as _;

use domain::NewRoom;
use ports::{Error, ErrorKind, Result};

use crate::support::{Database, doctors, note};

/// The SQLSTATE of a fault of ours.
fn fault<T: std::fmt::Debug>(answer: Result<T>) -> String {
    let error = answer.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal, "{error:#}");
    assert!(!error.is_temporary() && error.retry_after().is_none());
    code(&error)
}

fn code(error: &Error) -> String {
    let said = format!("{error:?} {error:#}");
    assert!(!said.contains("Potassium"), "{said}");
    error.source().expect("a source").to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_in_the_schema_is_a_fault_with_its_sqlstate() {
    let database = Database::fresh().await;
    let instance = database.instance().await;
    database.add_doctors(2).await;
    let (chat, doctors) = (instance.backend(), doctors(&instance, 2).await);
    let direct = NewRoom::Direct(doctors[1].clone());
    let room = chat.rooms.open(&doctors[0], &direct).await.unwrap().room.id;
    let client = database.client().await;
    let change = async |text: &str| client.batch_execute(text).await.unwrap();

    // A column, read and written.
    change("ALTER TABLE users RENAME COLUMN specialty TO speciality").await;
    let staff = instance.staff();
    let found = staff.find(doctors[0].id()).await;
    assert_eq!(fault(found), "SQLSTATE 42703");
    change("ALTER TABLE users RENAME COLUMN speciality TO specialty").await;
    assert!(staff.find(doctors[0].id()).await.unwrap().is_some());
    change("ALTER TABLE chat_messages RENAME COLUMN urgency TO urgent").await;
    let message = note("1", "Potassium");
    let posted = chat.messages.post(&doctors[0], &room, &message);
    assert_eq!(fault(posted.await), "SQLSTATE 42703");
    change("ALTER TABLE chat_messages RENAME COLUMN urgent TO urgency").await;
    let posted = chat.messages.post(&doctors[0], &room, &message);
    posted.await.unwrap();

    // A table.
    change("ALTER TABLE hims_sessions RENAME TO sessions_of_hims").await;
    let ended = instance.sessions().end_all(doctors[0].id()).await;
    assert_eq!(fault(ended), "SQLSTATE 42P01");
    change("ALTER TABLE sessions_of_hims RENAME TO hims_sessions").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_is_missing_is_a_fault_with_its_sqlstate() {
    let database = Database::fresh().await;
    drop(database.instance().await);
    database.add_doctors(1).await;
    let role = format!("{}_reader", database.name());
    let client = database.client().await;
    let granted = format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'reader'; GRANT pg_read_all_data TO {role}; \
         GRANT pg_write_all_data TO {role}; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}"
    );
    client.batch_execute(&granted).await.unwrap();
    let mut options = crate::support::options();
    options.schema = hims_chat_postgres::Schema::Check;
    let url = database.url_of(&role, "reader");
    let instance = hims_chat_postgres::Postgres::connect(&url, options)
        .await
        .unwrap();
    let revoked = format!("REVOKE pg_read_all_data FROM {role}");
    client.batch_execute(&revoked).await.unwrap();
    let found = instance.staff().find(&1.into()).await;
    assert_eq!(fault(found), "SQLSTATE 42501");
    instance.close().await;
    drop(instance);
    let gone = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    client.batch_execute(&gone).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_takes_no_writes_may_be_asked_again() {
    let database = Database::fresh().await;
    let instance = database.instance().await;
    database.add_doctors(1).await;
    let client = database.client().await;
    let read_only = format!(
        "ALTER DATABASE {} SET default_transaction_read_only = on",
        database.name()
    );
    client.batch_execute(&read_only).await.unwrap();
    database.cut_all().await;
    let sessions = instance.sessions();
    // The first one may only hear that its connection was cut.
    let _ = sessions.end_all(&1.into()).await;
    let error = sessions.end_all(&1.into()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:#}");
    assert_eq!(code(&error), "SQLSTATE 25006");
}
