//! Who is in a room.

use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    a_newcomer_reads_everything,
    who_is_no_doctor_is_not_added,
    who_is_removed_reads_nothing_more,
    a_direct_room_stays_between_its_two,
);

async fn a_newcomer_reads_everything(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, fifth) = (hospital.device("d01").await, hospital.device("d05").await);
    let room = first.new_room(&["2"]).await;
    first.says(&room, "Said before.").await;
    let path = format!("{CHAT}/api/rooms/{room}/participants");
    let added = first.post(&path, &json!({"doctor_id": "5"})).await;
    assert_eq!(added.status, 200, "{}", added.text());
    assert_eq!(added.json()["participants"].as_array().unwrap().len(), 3);
    assert_eq!(fifth.messages(&room).await[0]["text"], "Said before.");
    let again = first.post(&path, &json!({"doctor_id": "5"})).await;
    assert_eq!(again.status, 200, "{}", again.text());
    let people = first.get(&format!("{CHAT}/api/rooms/{room}")).await.json();
    assert_eq!(people["participants"].as_array().unwrap().len(), 3);
}

async fn who_is_no_doctor_is_not_added(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let path = format!("{CHAT}/api/rooms/{room}/participants");
    // Nurse, pharmacist, receptionist, administrator, patient.
    for id in ["9", "10", "11", "12", "13"] {
        let refused = device.post(&path, &json!({"doctor_id": id})).await;
        refused.is_problem(403, "forbidden");
    }
    hospital
        .database
        .execute("UPDATE users SET is_active = false WHERE id = 8")
        .await;
    let left = device.post(&path, &json!({"doctor_id": "8"})).await;
    left.is_problem(403, "forbidden");
    let unknown = device.post(&path, &json!({"doctor_id": "4711"})).await;
    unknown.is_problem(403, "forbidden");
    let by_form = device
        .form(
            &format!("{CHAT}/rooms/{room}/participants"),
            &[("doctor_id", "9")],
        )
        .await;
    assert_eq!(by_form.status, 403);
    assert!(
        by_form
            .text()
            .contains("data-testid=\"participants-error\"")
    );
    let people = device.get(&format!("{CHAT}/api/rooms/{room}")).await.json();
    assert_eq!(people["participants"].as_array().unwrap().len(), 2);
    let denied =
        "SELECT count(*) FROM hims_audit WHERE action = 'add-participant' AND decision = 'denied'";
    assert_eq!(
        hospital.database.number(denied).await,
        7,
        "and every refusal is written down"
    );
}

async fn who_is_removed_reads_nothing_more(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, third) = (hospital.device("d01").await, hospital.device("d03").await);
    let room = first.new_room(&["2", "3"]).await;
    let mut live = third.listen().await;
    let path = format!("{CHAT}/api/rooms/{room}/participants/3");
    assert_eq!(first.delete(&path).await.status, 204);
    live.next_named("participant.removed").await;
    first.says(&room, "Not for who left.").await;
    let elsewhere = first.new_room(&["3"]).await;
    first.says(&elsewhere, "For all here.").await;
    assert_eq!(live.next_texts(1).await, ["For all here."]);
    let page = third
        .get(&format!("{CHAT}/api/rooms/{room}/messages"))
        .await;
    page.is_problem(404, "not-found");
    let again = first.delete(&path).await;
    assert_eq!(again.status, 204, "{}", again.text());
}

async fn a_direct_room_stays_between_its_two(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let rooms = format!("{CHAT}/api/rooms");
    let room = device
        .post(&rooms, &json!({"participant_ids": ["2"]}))
        .await;
    let room = text(&room.json()["id"]);
    let people = format!("{rooms}/{room}/participants");
    let added = device.post(&people, &json!({"doctor_id": "5"})).await;
    added.is_problem(403, "forbidden");
    let removed = device.delete(&format!("{people}/2")).await;
    removed.is_problem(403, "forbidden");
    let left = device.delete(&format!("{people}/1")).await;
    left.is_problem(403, "forbidden");
}
