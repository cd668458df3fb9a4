//! Nothing stands in for Stream unless it is asked for by name.

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, STREAM},
    hospital::Hospital,
    on_both_databases,
    server::Server,
};

/// As where nobody set anything of Stream.
const NOT_SET: (&str, &str) = ("STREAM_SANDBOX", "");

/// New rooms of the first mount would open on the second.
const NEW_ROOMS: (&str, &str) = ("HIMS_NEW_ROOMS", "/doctor/chat=/doctor/stream-chat");

on_both_databases!(a_database_of_ones_own_has_no_stand_in);

async fn a_database_of_ones_own_has_no_stand_in(engine: Engine) {
    let hospital = Hospital::open_with(engine, &[NOT_SET, NEW_ROOMS]).await;
    let doctor = hospital.device("d01").await;
    let there = doctor.get(&format!("{STREAM}/api/rooms")).await;
    there.is_problem(503, "not-configured");
    let page = doctor.page(STREAM).await;
    assert_eq!(page.status, 503);
    for step in ["STREAM_API_KEY", "STREAM_SANDBOX=true"] {
        assert!(page.text().contains(step), "{}", page.text());
    }
    // What is said is kept: new rooms open here.
    let room = doctor.new_room(&["2"]).await;
    doctor.says(&room, "Kept").await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    assert_eq!(
        doctor.get(&path).await.json()["messages"][0]["text"],
        "Kept"
    );
    let patient = doctor
        .post(
            &format!("{CHAT}/api/rooms"),
            &serde_json::json!({"patient_id": "12"}),
        )
        .await;
    assert!(patient.status < 300, "{}", patient.text());
    assert!(patient.json()["url"].as_str().unwrap().starts_with(CHAT));
    // Every page is there without it.
    for page in [
        "/doctor/patients",
        "/doctor/patients/12",
        "/doctor/inbox",
        CHAT,
    ] {
        let shown = doctor.page(page).await;
        assert_eq!(shown.status, 200, "{page}: {}", shown.text());
        assert!(!shown.text().contains("sandbox"), "{page}");
    }
    hospital
        .server
        .prints("the Stream mount is not set up")
        .await;
    let ready = doctor.get("/health/ready").await;
    assert_eq!(ready.status, 200, "{}", ready.text());
}

#[tokio::test]
async fn a_second_instance_has_no_stand_in_of_its_own() {
    let hospital = Hospital::open(Engine::Postgres).await;
    let output = Server::output(&hospital.database, &["serve"], &[]).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let line = said.lines().last().unwrap();
    assert!(line.starts_with("hims-chat: STREAM_SANDBOX"), "{said}");
    // An instance without one may join, and one whose first was killed takes its place.
    let without = Server::start_with(&hospital.database, &[("STREAM_SANDBOX", "false")]).await;
    let doctor = Device::signed_in(&without, "d01").await;
    doctor
        .get(&format!("{STREAM}/api/rooms"))
        .await
        .is_problem(503, "not-configured");
    let Hospital { server, database } = hospital;
    drop(server);
    let next = Server::start(&database).await;
    let doctor = Device::signed_in(&next, "d01").await;
    assert_eq!(doctor.get(&format!("{STREAM}/api/rooms")).await.status, 200);
}

#[tokio::test]
async fn the_demonstration_has_one_unless_it_is_refused() {
    let database = Database::sqlite();
    let demonstration = ("DATABASE_URL", "");
    let mut server = Server::start_with(&database, &[demonstration, NOT_SET]).await;
    let doctor = Device::signed_in(&server, "d01").await;
    assert_eq!(doctor.get(&format!("{STREAM}/api/rooms")).await.status, 200);
    assert!(doctor.page(STREAM).await.text().contains("sandbox"));
    server.stop().await;
    let refused = [demonstration, ("STREAM_SANDBOX", "false")];
    let server = Server::start_with(&database, &refused).await;
    let doctor = Device::signed_in(&server, "d01").await;
    doctor
        .get(&format!("{STREAM}/api/rooms"))
        .await
        .is_problem(503, "not-configured");

    let output = Server::output(
        &Database::sqlite(),
        &["serve"],
        &[("STREAM_SANDBOX", "maybe")],
    )
    .await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.contains("STREAM_SANDBOX: must be true or false")
            || said.contains("STREAM_SANDBOX must be true or false"),
        "{said}"
    );
}
