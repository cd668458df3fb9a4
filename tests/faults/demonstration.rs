//! The demonstration hospital comes, goes, and is never served to others.

use super::settings::one_line;
use crate::support::{
    database::{Database, Engine},
    device::{Device, PASSWORD},
    on_both_databases,
    server::Server,
};

on_both_databases!(
    it_fills_an_empty_database_only,
    it_leaves_without_a_trace_and_takes_nothing_else_along,
);

const OWN_DOCTOR: &str = "INSERT INTO users (name, email, password, role, specialty, is_active, created_at, updated_at) \
    VALUES ('Dr Ottilie Marr', 'marr@hospital.example', \
    '$2y$10$eW5vdGhpbmdzZWNyZXRoZOOf0U9GQ2gZfWdqNGOnu5.IdREv/E.F2', 'doctor', 'Dermatology', true, \
    '2024-02-01 08:00:00', '2024-02-01 08:00:00')";

async fn it_fills_an_empty_database_only(engine: Engine) {
    let database = Database::fresh(engine).await;
    let printed = Server::run(&database, &["demo"]).await;
    for login in [
        "d01@larkmere.example",
        "d08@larkmere.example",
        "n01@larkmere.example",
        PASSWORD,
    ] {
        assert!(printed.contains(login), "{login} in {printed}");
    }
    let doctors = "SELECT count(*) FROM users WHERE role = 'doctor'";
    assert_eq!(database.number(doctors).await, 8);
    let again = one_line(&Server::output(&database, &["demo"], &[]).await);
    assert!(again.contains("empty"), "{again}");
    assert_eq!(database.number(doctors).await, 8);

    let other = Database::fresh(engine).await;
    Server::start(&other).await.stop().await;
    other.execute(OWN_DOCTOR).await;
    one_line(&Server::output(&other, &["demo"], &[]).await);
    assert_eq!(other.number("SELECT count(*) FROM users").await, 1);
}

async fn it_leaves_without_a_trace_and_takes_nothing_else_along(engine: Engine) {
    let database = Database::fresh(engine).await;
    Server::run(&database, &["demo"]).await;
    let mut server = Server::start(&database).await;
    let device = Device::signed_in(&server, "d01").await;
    let room = device.new_room(&["2"]).await;
    device.says(&room, "Said in the demonstration.").await;
    device.upload(&room, "gas.txt", b"pH 7.21").await;
    server.stop().await;
    database.execute(OWN_DOCTOR).await;

    Server::run(&database, &["demo", "--remove"]).await;
    for table in [
        "patients",
        "chat_rooms",
        "chat_messages",
        "chat_participants",
        "hims_sessions",
        "chat_attachments",
    ] {
        let left = database
            .number(&format!("SELECT count(*) FROM {table}"))
            .await;
        assert_eq!(left, 0, "{table}");
    }
    assert_eq!(database.number("SELECT count(*) FROM users").await, 1);
    let server = Server::start(&database).await;
    let device = Device::new(&server);
    assert_eq!(
        device
            .sign_in("d01@larkmere.example", PASSWORD)
            .await
            .status,
        401
    );
    assert_eq!(
        device
            .sign_in("marr@hospital.example", "Visite-um-8")
            .await
            .status,
        303
    );
    let page = device.page("/login").await.text();
    assert!(!page.contains("data-testid=\"demonstration\"") && !page.contains(PASSWORD));
}

#[tokio::test]
async fn it_is_refused_where_others_could_reach_it() {
    let database = Database::sqlite();
    Server::run(&database, &["demo"]).await;
    for address in ["0.0.0.0:0", "[::]:0"] {
        let output = Server::output(&database, &["serve"], &[("HIMS_LISTEN", address)]).await;
        let line = one_line(&output);
        assert!(
            line.contains("HIMS_LISTEN") && line.contains("demo --remove"),
            "{line}"
        );
    }
    Server::run(&database, &["demo", "--remove"]).await;
    database.execute(OWN_DOCTOR).await;
    let server = Server::start_with(&database, &[("HIMS_LISTEN", "0.0.0.0:0")]).await;
    let login = Device::new(&server)
        .sign_in("marr@hospital.example", "Visite-um-8")
        .await;
    assert_eq!(login.status, 303);
    let cookie = login.header("set-cookie");
    assert!(
        cookie.contains("Secure"),
        "off loopback it goes over TLS only: {cookie}"
    );
}

#[tokio::test]
async fn without_a_database_named_the_first_run_makes_it() {
    let database = Database::sqlite();
    let environment = [("DATABASE_URL", "")];
    let mut server = Server::start_with(&database, &environment).await;
    server.prints("d01@larkmere.example").await;
    assert!(database.folder().join("data/hims-chat.db").exists());
    let device = Device::signed_in(&server, "d01").await;
    let room = device.new_room(&["2"]).await;
    device.says(&room, "Still there tomorrow.").await;
    assert!(server.stop().await.success());
    let server = Server::start_with(&database, &environment).await;
    assert_eq!(device.at(&server).messages(&room).await.len(), 1);
}
