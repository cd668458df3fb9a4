//! The hospital's own pages while the chat of the first mount is down.

use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, STREAM},
    hospital::{Hospital, STREAM_OUTAGE},
    on_both_databases,
    stream::StreamServer,
};

on_both_databases!(patients_are_shown_while_the_first_chat_is_down);

/// Stream stands first.
const FIRST: (&str, &str) = (
    "HIMS_MOUNTS",
    "/doctor/stream-chat=stream,/doctor/chat=legacy",
);
const SAYS_SO: &str = "Stream Chat does not answer: its rooms and";

async fn patients_are_shown_while_the_first_chat_is_down(engine: Engine) {
    let environment = [STREAM_OUTAGE.as_slice(), &[FIRST]].concat();
    let hospital = Hospital::open_with(engine, &environment).await;
    let me = hospital.device("d01").await;
    let colleague = hospital.device("d07").await;
    let opening = json!({"patient_id": "12"});
    let rooms = format!("{CHAT}/api/rooms");
    let room = colleague.post(&rooms, &opening).await.json()["id"].clone();
    assert!(me.post(&rooms, &opening).await.status < 300);
    colleague.says(room.as_str().unwrap(), "Seen.").await;

    let list = me.page("/doctor/patients").await;
    assert_eq!(list.status, 200, "{}", list.text());
    let list = list.text();
    assert!(list.contains("data-testid=\"patient-row\" data-patient-id=\"12\""));
    assert!(list.contains("1 unread, Legacy"), "the other chat's marks");
    assert!(list.contains(SAYS_SO));
    assert!(list.contains("id=\"rooms-empty\" hidden"), "nobody knows");

    let patient = me.page("/doctor/patients/12").await;
    assert_eq!(patient.status, 200);
    let patient = patient.text();
    assert!(patient.contains("data-testid=\"patient-mrn\"") && patient.contains(SAYS_SO));
    assert!(patient.contains("data-testid=\"unread-legacy\">"));
    assert!(patient.contains("data-testid=\"unread-stream\" hidden>"));

    let found = me.form("/doctor/patients", &[("q", "zzz")]).await;
    assert_eq!(found.status, 200);
    let none = me.page("/doctor/patients/999999").await;
    assert_eq!(none.status, 404);

    let people = me.page("/doctor/people").await;
    assert_eq!(people.status, 200);
    let people = people.text();
    assert!(people.contains(SAYS_SO) && people.contains("data-testid=\"person\""));
    assert!(!people.contains("Not seen yet"), "nobody knows");
}

#[tokio::test]
async fn the_line_comes_and_goes_with_the_outage() {
    let stream = StreamServer::start();
    let hospital = stream.hospital(&[FIRST]).await;
    let me = hospital.device("d01").await;
    for page in ["/doctor/patients", "/doctor/patients/12", "/doctor/people"] {
        let well = me.page(page).await;
        assert_eq!(well.status, 200);
        assert!(!well.text().contains(SAYS_SO), "{page}");
    }
    drop(stream);
    for page in ["/doctor/patients", "/doctor/patients/12", "/doctor/people"] {
        let outage = me.page(page).await;
        assert_eq!(outage.status, 200, "{page}");
        assert!(outage.text().contains(SAYS_SO), "{page}");
    }
    assert_eq!(me.page(STREAM).await.status, 503);
}
