//! Participants of a room, read and changed over HTTP.

use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, Device, STREAM, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    a_newcomer_reads_everything,
    who_is_no_doctor_is_not_added,
    who_is_removed_reads_nothing_more,
    who_was_taken_out_does_not_let_themselves_in_again,
    a_direct_room_stays_between_its_two,
    who_came_and_went_is_told,
    every_change_is_on_one_page,
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

async fn who_came_and_went_is_told(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    tells_who_came_and_went(&hospital, CHAT).await;
}

#[tokio::test]
async fn who_came_and_went_is_told_on_the_stream_mount() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    tells_who_came_and_went(&hospital, STREAM).await;
}

async fn tells_who_came_and_went(hospital: &Hospital, mount: &'static str) {
    let [first, second, fifth] = [
        hospital.device("d01").await.on(mount),
        hospital.device("d02").await.on(mount),
        hospital.device("d05").await.on(mount),
    ];
    let room = first.new_room(&["2"]).await;
    let changes = format!("{mount}/api/rooms/{room}/changes");
    assert_eq!(first.get(&changes).await.json(), json!({"changes": []}));
    fifth.get(&changes).await.is_problem(404, "not-found");

    let people = format!("{mount}/api/rooms/{room}/participants");
    first.post(&people, &json!({"doctor_id": "5"})).await;
    assert_eq!(first.delete(&format!("{people}/5")).await.status, 204);
    assert_eq!(second.delete(&format!("{people}/2")).await.status, 204);
    let told = first.get(&changes).await;
    assert_eq!(told.status, 200, "{}", told.text());
    let mut told = told.json();
    for change in told["changes"].as_array_mut().unwrap() {
        let at = text(&change["at"]);
        assert!(at.ends_with('Z') && at.len() >= 20, "{at}");
        change["at"] = json!("…");
    }
    let voss = json!({"id": "1", "name": "Dr Imara Okello-Voss", "specialty": "Acute medicine", "grade": "consultant"});
    let brannigan = json!({"id": "2", "name": "Dr Teodor Brannigan", "specialty": "Cardiology", "grade": "registrar"});
    let etxarte = json!({"id": "5", "name": "Dr Marisol Etxarte", "specialty": "Paediatrics", "grade": "consultant"});
    let expected = json!({"changes": [
        {"doctor": etxarte, "by": voss, "change": "joined", "at": "…"},
        {"doctor": etxarte, "by": voss, "change": "removed", "at": "…"},
        {"doctor": brannigan, "change": "left", "at": "…"},
    ]});
    assert_eq!(told, expected);
    for gone in [&second, &fifth] {
        gone.get(&changes).await.is_problem(404, "not-found");
    }
}

/// The lines of a page without scripts, among the messages.
async fn lines(device: &Device, path: &str) -> Vec<String> {
    let page = device.page(path).await.text();
    let (_, rest) = page.split_once("id=\"messages\"").expect("a list");
    let (list, _) = rest.split_once("</ol>").expect("its end");
    let words = list.split("class=\"line-words\" dir=\"auto\">").skip(1);
    words
        .filter_map(|rest| Some(rest.split_once("</span>")?.0.to_owned()))
        .collect()
}

async fn every_change_is_on_one_page(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let first = hospital.device("d01").await;
    let room = first.new_room(&["2"]).await;
    let people = format!("{CHAT}/api/rooms/{room}/participants");
    first.says(&room, "The first page ends with this.").await;
    first.post(&people, &json!({"doctor_id": "4"})).await;
    let newer = first.says(&room, "Here the second one starts.").await;
    for _ in 1..50 {
        first.says(&room, "And so on.").await;
    }
    first.delete(&format!("{people}/4")).await;

    let latest = format!("{CHAT}/rooms/{room}");
    let removed = "Dr Imara Okello-Voss removed Dr Kwabena Lisle";
    assert_eq!(lines(&first, &latest).await, [removed]);
    let older = format!("{latest}?before={}", text(&newer["id"]));
    let added = "Dr Imara Okello-Voss added Dr Kwabena Lisle";
    assert_eq!(lines(&first, &older).await, [added]);
}

async fn who_was_taken_out_does_not_let_themselves_in_again(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    for mount in [CHAT, STREAM] {
        let first = hospital.device("d01").await.on(mount);
        let third = hospital.device("d03").await.on(mount);
        let path = format!("{mount}/api/rooms");
        let opened = first.post(&path, &json!({"patient_id": "4"})).await;
        let room = text(&opened.json()["id"]);
        let body = json!({"patient_id": "4"});
        assert!(third.post(&path, &body).await.status < 300, "{mount}");
        let people = format!("{path}/{room}/participants");
        first.delete(&format!("{people}/3")).await;

        let again = third.post(&path, &body).await;
        again.is_problem(403, "forbidden");
        assert!(again.text().contains("can add you again"), "{mount}");
        let by_form = third.form(&format!("{mount}/patients/4"), &[]).await;
        assert_eq!(by_form.status, 403, "{mount}");
        third
            .get(&format!("{path}/{room}"))
            .await
            .is_problem(404, "not-found");
        let denied =
            "SELECT count(*) FROM hims_audit WHERE action = 'open-patient-room' AND actor_id = '3'
                AND reason = 'taken-out'";
        let before = hospital.database.number(denied).await;
        assert!(before >= 2, "{mount}: {before}");

        let added = first.post(&people, &json!({"doctor_id": "3"})).await;
        assert_eq!(added.status, 200, "{mount}");
        assert_eq!(third.post(&path, &body).await.status, 200, "{mount}");

        // Who left by themselves comes back by themselves.
        third.delete(&format!("{people}/3")).await;
        assert_eq!(third.post(&path, &body).await.status, 200, "{mount}");

        // With nobody left who could add them, the patient's room is not lost to them.
        first.delete(&format!("{people}/3")).await;
        first.delete(&format!("{people}/1")).await;
        let room = first.get(&format!("{path}/{room}")).await;
        room.is_problem(404, "not-found");
    }
}
