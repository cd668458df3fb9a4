//! A database whose schema is not ours is a fault of ours: told without details, and logged once with the code.

use crate::support::{database::Engine, device::CHAT, hospital::Hospital, on_both_databases};

on_both_databases!(a_missing_column_is_a_fault_that_the_log_explains,);

async fn a_missing_column_is_a_fault_that_the_log_explains(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let database = &hospital.database;
    database
        .execute("ALTER TABLE chat_messages RENAME COLUMN urgent_reason TO reason_of_urgency")
        .await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let failed = device.get(&path).await;
    failed.is_problem(500, "internal");
    assert_eq!(failed.header("retry-after"), "");
    for inner in ["urgent_reason", "SQL", "statement", "column"] {
        assert!(!failed.text().contains(inner), "{}", failed.text());
    }
    let code = match engine {
        Engine::Sqlite => "SQLite result code 1",
        Engine::Postgres => "SQLSTATE 42703",
    };
    let printed = hospital.server.prints("request failed").await;
    let told = printed
        .lines()
        .filter(|line| line.contains("request failed"));
    let told: Vec<&str> = told.collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("ERROR") && told[0].contains(code),
        "{told:?}"
    );
    database
        .execute("ALTER TABLE chat_messages RENAME COLUMN reason_of_urgency TO urgent_reason")
        .await;
    assert_eq!(device.get(&path).await.status, 200);
}
