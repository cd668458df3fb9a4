//! Rooms that do not exist yet open on the mount that `HIMS_NEW_ROOMS` names.

use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{Answer, CHAT, Device, STREAM, text},
    hospital::Hospital,
    on_both_databases,
    server::Server,
    stream::StreamServer,
};

on_both_databases!(
    the_room_of_a_patient_opens_there_unless_it_exists,
    a_direct_room_opens_there_unless_it_exists,
    a_group_opens_there,
    the_other_mount_opens_its_own,
);

const RULE: (&str, &str) = ("HIMS_NEW_ROOMS", "/doctor/chat=/doctor/stream-chat");

async fn open(device: &Device, what: Value) -> Answer {
    device.post(&format!("{CHAT}/api/rooms"), &what).await
}

/// Checks that a room was opened there for the first time, and gives its address.
#[track_caller]
fn is_new_there(opened: &Answer) -> String {
    assert_eq!(opened.status, 201, "{}", opened.text());
    let room = opened.json();
    assert_eq!(room["backend"], "stream");
    let url = text(&room["url"]);
    assert_eq!(url, format!("{STREAM}/rooms/{}", text(&room["id"])));
    url
}

async fn rooms_here(hospital: &Hospital) -> i64 {
    hospital
        .database
        .number("SELECT count(*) FROM chat_rooms")
        .await
}

/// A patient without a room.
async fn new_patient(hospital: &Hospital) -> String {
    let add = "INSERT INTO patients (name, mrn, bed) VALUES ('Ines Quary', 'X/77.1', 'Z9 01')";
    hospital.database.execute(add).await;
    let id = "SELECT id FROM patients WHERE mrn = 'X/77.1'";
    hospital.database.number(id).await.to_string()
}

async fn the_room_of_a_patient_opens_there_unless_it_exists(engine: Engine) {
    let hospital = Hospital::open_with(engine, &[RULE]).await;
    let device = hospital.device("d02").await;
    let before = rooms_here(&hospital).await;
    let patient = new_patient(&hospital).await;
    let url = is_new_there(&open(&device, json!({"patient_id": patient})).await);
    let again = open(&device, json!({"patient_id": patient})).await;
    assert_eq!((again.status, &again.json()["url"]), (200, &json!(url)));
    let form = device
        .form(&format!("{CHAT}/patients/{patient}"), &[])
        .await;
    assert_eq!((form.status, form.header("location")), (303, &*url));
    assert_eq!(rooms_here(&hospital).await, before, "none was made here");

    // The demonstration has it in the legacy chat.
    let known = open(&device, json!({"patient_id": "1"})).await;
    assert_eq!(
        (known.status, &known.json()["backend"]),
        (200, &json!("legacy"))
    );
    let url = text(&known.json()["url"]);
    assert!(url.starts_with(&format!("{CHAT}/rooms/")), "{url}");
    let form = device.form(&format!("{CHAT}/patients/1"), &[]).await;
    assert_eq!((form.status, form.header("location")), (303, &*url));
    open(&device, json!({"patient_id": "4711"}))
        .await
        .is_problem(404, "not-found");
}

async fn a_direct_room_opens_there_unless_it_exists(engine: Engine) {
    let hospital = Hospital::open_with(engine, &[RULE]).await;
    let (first, second) = (hospital.device("d04").await, hospital.device("d05").await);
    let url = is_new_there(&open(&first, json!({"participant_ids": ["5"]})).await);
    let back = open(&second, json!({"participant_ids": ["4"]})).await;
    assert_eq!((back.status, &back.json()["url"]), (200, &json!(url)));
    let picked = [("participant_ids", "5"), ("title", "")];
    let form = first.form(&format!("{CHAT}/rooms"), &picked).await;
    assert_eq!((form.status, form.header("location")), (303, &*url));

    // One of the demonstration.
    let first = hospital.device("d01").await;
    let rooms = first
        .get(&format!("{CHAT}/api/rooms?limit=100"))
        .await
        .json();
    let rooms = rooms["rooms"].as_array().unwrap();
    let known = rooms.iter().find(|room| room["kind"] == "direct").unwrap();
    let mut people = known["participants"].as_array().unwrap().iter();
    let other = people.find(|one| one["id"] != "1").unwrap();
    let opened = open(&first, json!({"participant_ids": [other["id"]]})).await;
    assert_eq!((opened.status, &opened.json()["url"]), (200, &known["url"]));
    assert_eq!(known["backend"], "legacy");
}

async fn a_group_opens_there(engine: Engine) {
    let hospital = Hospital::open_with(engine, &[RULE]).await;
    let device = hospital.device("d01").await;
    let group = json!({"participant_ids": ["2", "3"], "title": "Night handover"});
    let url = is_new_there(&open(&device, group).await);
    let colleague = hospital.device("d03").await;
    let seen = colleague.get(&url.replace("/rooms/", "/api/rooms/")).await;
    assert_eq!(seen.json()["title"], "Night handover");
    let nurse = open(&device, json!({"participant_ids": ["9", "2"]})).await;
    nurse.is_problem(403, "forbidden");
    let page = device.page(CHAT).await.text();
    assert!(page.contains("New conversations open in Stream Chat."));
    assert!(
        !device
            .page(STREAM)
            .await
            .text()
            .contains("New conversations open in")
    );
}

async fn the_other_mount_opens_its_own(engine: Engine) {
    let rule = ("HIMS_NEW_ROOMS", "/doctor/stream-chat=/doctor/chat");
    let hospital = Hospital::open_with(engine, &[rule]).await;
    let device = hospital.device("d04").await;
    let opened = open(&device, json!({"participant_ids": ["5"]})).await;
    assert_eq!(
        (opened.status, &opened.json()["backend"]),
        (201, &json!("legacy"))
    );
    let there = json!({"participant_ids": ["5"]});
    let there = device.post(&format!("{STREAM}/api/rooms"), &there).await;
    assert_eq!(
        (there.status, &there.json()["url"]),
        (200, &opened.json()["url"])
    );
}

#[tokio::test]
async fn a_room_that_moved_opens_where_it_lives() {
    let stream = StreamServer::start();
    let environment = [stream.environment().as_slice(), &[RULE]].concat();
    let hospital = Hospital::open_with(Engine::Postgres, &environment).await;
    let device = hospital.device("d02").await;
    let known = open(&device, json!({"patient_id": "1"})).await.json();
    assert_eq!(known["backend"], "legacy");
    let room = text(&known["id"]);
    for arguments in [
        &["stream-setup", "--apply"][..],
        &["migrate", "run", "--as", "12", "--room", &room],
    ] {
        let output = Server::output(&hospital.database, arguments, &environment).await;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
    }
    let leads_on = open(&device, json!({"patient_id": "1"})).await;
    assert_eq!(leads_on.status, 307, "{}", leads_on.text());
    let path = leads_on.header("location");
    assert_eq!(path, format!("{STREAM}/api/rooms"));
    let opened = device.post(path, &json!({"patient_id": "1"})).await;
    assert_eq!(
        (opened.status, &opened.json()["backend"]),
        (200, &json!("stream"))
    );
    assert_eq!(opened.json()["title"], known["title"]);
    let form = device.form(&format!("{CHAT}/patients/1"), &[]).await;
    let page = format!("{STREAM}/patients/1");
    assert_eq!((form.status, form.header("location")), (307, &*page));
    let form = device.form(&page, &[]).await;
    assert_eq!(form.header("location"), text(&opened.json()["url"]));
}
