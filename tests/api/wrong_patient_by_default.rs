//! The wrong-patient check runs for every message and edit, also for a caller that says nothing of it.

use serde_json::{Value, json};

use super::wrong_patient::{others, room_of, send};
use crate::support::{
    database::Engine,
    device::{CHAT, Device, STREAM, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    a_caller_who_says_nothing_is_asked,
    a_room_asks_when_its_patient_has_left_the_directory,
    who_is_not_in_the_room_learns_of_no_patient,
);

async fn a_caller_who_says_nothing_is_asked(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    asks_without_the_word(&hospital.device("d01").await).await;
}

#[tokio::test]
async fn the_stream_mount_asks_a_caller_who_says_nothing() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    asks_without_the_word(&hospital.device("d01").await.on(STREAM)).await;
}

async fn asks_without_the_word(device: &Device) {
    let room = room_of(device, "1").await;
    let own = text(&device.says(&room, "K 6.1").await["id"]);
    let before = device.messages(&room).await;
    let path = format!("{}/api/rooms/{room}/messages", device.mount());
    let one = format!("{path}/{own}");
    for (words, why) in [
        ("Repeat for LMH-900106 please", "mrn"),
        ("Casimir Dunmore is next door", "name"),
        ("For A2-06: stop it", "bed"),
    ] {
        let message =
            |check: Value| json!({"client_id": "c-1", "text": words, "patient_check": check});
        let mut unasked = message(Value::Null);
        let null = device.post(&path, &unasked).await;
        unasked.as_object_mut().unwrap().remove("patient_check");
        let stopped = device.post(&path, &unasked).await;
        assert_eq!(others(&stopped), [("LMH-900106".into(), why.into())]);
        let asked = device.post(&path, &message("ask".into())).await;
        assert_eq!(stopped.json(), asked.json(), "{words}");
        assert_eq!(null.json(), asked.json(), "{words}");

        let stopped = device.patch(&one, &json!({"text": words})).await;
        let asked = json!({"text": words, "patient_check": "ask"});
        let asked = device.patch(&one, &asked).await;
        assert_eq!(others(&stopped), [("LMH-900106".into(), why.into())]);
        assert_eq!(stopped.json(), asked.json(), "{words}");

        let form = format!("{}/rooms/{room}/messages", device.mount());
        let posted = [("client_id", "c-2"), ("text", words)];
        assert_eq!(device.form(&form, &posted).await.status, 409, "{words}");
        let edit = format!("{form}/{own}/edit");
        assert_eq!(device.form(&edit, &[("text", words)]).await.status, 409);
    }
    assert_eq!(device.messages(&room).await, before, "nothing was stored");

    let ordinary = json!({"client_id": "c-3", "text": "K 6.1, recheck at 14:00"});
    assert_eq!(device.post(&path, &ordinary).await.status, 201);
    let ordinary = json!({"text": "K 6.2, A2-04"});
    assert_eq!(device.patch(&one, &ordinary).await.status, 200);
    let confirmed = json!({"text": "As LMH-900106", "patient_check": "confirmed"});
    assert_eq!(device.patch(&one, &confirmed).await.status, 200);
}

async fn a_room_asks_when_its_patient_has_left_the_directory(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    for mount in [CHAT, STREAM] {
        let device = hospital.device("d01").await.on(mount);
        let room = room_of(&device, "1").await;
        let own = text(&device.says(&room, "K 6.1").await["id"]);
        let gone = "UPDATE patients SET deleted_at = '2030-01-01 00:00:00' WHERE id = 1";
        hospital.database.execute(gone).await;
        asks_in_a_room_of_nobody_known(&device, &room, &own).await;
        let back = "UPDATE patients SET deleted_at = NULL WHERE id = 1";
        hospital.database.execute(back).await;
    }
}

async fn asks_in_a_room_of_nobody_known(device: &Device, room: &str, own: &str) {
    let path = format!("{}/api/rooms/{room}/messages", device.mount());
    for words in [
        "Casimir Dunmore is worse",
        "Mr Dunmore is worse",
        "A2-06: stop it",
        "MRN 900106",
        "lmh 900 106 has fallen",
    ] {
        for stopped in [
            send(device, room, words, "ask").await,
            device
                .post(&path, &json!({"client_id": "gone", "text": words}))
                .await,
            device
                .patch(&format!("{path}/{own}"), &json!({"text": words}))
                .await,
        ] {
            assert_eq!(others(&stopped)[0].0, "LMH-900106", "{words}");
            assert!(stopped.json()["patient"].is_null());
        }
    }
    let form = format!("{}/rooms/{room}/messages", device.mount());
    let posted = [("client_id", "form"), ("text", "MRN 900106")];
    assert_eq!(device.form(&form, &posted).await.status, 409);
    for words in ["Letter is ready", "K 6.9 at 14:00, BP 98/60"] {
        let sent = json!({"client_id": format!("c{}", words.len()), "text": words});
        assert_eq!(device.post(&path, &sent).await.status, 201, "{words}");
    }
}

async fn who_is_not_in_the_room_learns_of_no_patient(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let room = room_of(&hospital.device("d01").await, "1").await;
    let outsider = hospital.device("d05").await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let message = json!({"client_id": "c-1", "text": "Casimir Dunmore"});
    let refused = outsider.post(&path, &message).await;
    refused.is_problem(404, "not-found");
}
