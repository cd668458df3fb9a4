//! A message that may mean another patient than the one of its room is stopped once.

use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{Answer, CHAT, Device, STREAM, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    another_patients_mrn_bed_or_name_stops_a_message,
    the_rooms_own_patient_stops_nothing,
    a_namesake_on_the_ward_stops_once_a_room_and_doctor,
    every_choice_is_written_down,
    a_room_without_a_patient_asks_who_is_named,
    people_write_names_beds_and_numbers_in_many_ways,
    what_the_other_application_changed_is_known,
);

/// The room of a patient, which the doctor joins.
pub(super) async fn room_of(device: &Device, patient: &str) -> String {
    let path = format!("{}/api/rooms", device.mount());
    let opened = device.post(&path, &json!({"patient_id": patient})).await;
    assert!(opened.status < 300, "{}", opened.text());
    text(&opened.json()["id"])
}

pub(super) async fn send(device: &Device, room: &str, words: &str, check: &str) -> Answer {
    let client_id = format!("{:032x}", rand::random::<u128>());
    let body = json!({"client_id": client_id, "text": words, "patient_check": check});
    let path = format!("{}/api/rooms/{room}/messages", device.mount());
    device.post(&path, &body).await
}

/// The other patients who may have been meant, and why.
pub(super) fn others(answer: &Answer) -> Vec<(String, String)> {
    answer.is_problem(409, "wrong-patient");
    let other = |other: &Value| (text(&other["mrn"]), text(&other["why"]));
    let problem = answer.json();
    problem["others"]
        .as_array()
        .unwrap()
        .iter()
        .map(other)
        .collect()
}

pub(super) async fn audited(hospital: &Hospital, action: &str) -> i64 {
    let count = format!("SELECT count(*) FROM hims_audit WHERE action = '{action}'");
    hospital.database.number(&count).await
}

async fn another_patients_mrn_bed_or_name_stops_a_message(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    stops_a_message(&hospital.device("d01").await).await;
}

#[tokio::test]
async fn the_stream_mount_stops_a_message_too() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    stops_a_message(&hospital.device("d01").await.on(STREAM)).await;
    assert!(audited(&hospital, "see-patient-warning").await > 0);
}

async fn stops_a_message(device: &Device) {
    let room = room_of(device, "1").await;
    let before = device.messages(&room).await.len();
    for (words, mrn, why) in [
        ("Repeat for LMH-900103 please", "LMH-900103", "mrn"),
        ("lmh 900103 is back", "LMH-900103", "mrn"),
        ("K is back for A2-06.", "LMH-900106", "bed"),
        ("seen in ed-r2", "LMH-900107", "bed"),
        ("YUSRA  CALLOWAY's potassium is 6.9", "LMH-900103", "name"),
        ("Tamsin-Oduya, Leif: sats 96%", "LMH-900104", "name"),
    ] {
        let stopped = send(device, &room, words, "ask").await;
        assert_eq!(others(&stopped), [(mrn.into(), why.into())], "{words}");
        let problem = stopped.json();
        assert_eq!(problem["patient"]["name"], "Odalys Fernwick");
        assert_eq!(problem["patient"]["bed"], "A2-04");
        assert!(text(&problem["others"][0]["born"]).len() == 10, "{words}");
        assert!(!text(&problem["detail"]).contains("Fernwick"));
    }
    assert_eq!(device.messages(&room).await.len(), before);
    // So does the reason of an urgent message, which stands above everything.
    let urgent = json!({
        "client_id": "urgent", "text": "Come please", "urgency": "urgent",
        "urgent_reason": "LMH-900103 is arresting", "patient_check": "ask",
    });
    let path = format!("{}/api/rooms/{room}/messages", device.mount());
    let stopped = device.post(&path, &urgent).await;
    assert_eq!(others(&stopped), [("LMH-900103".into(), "mrn".into())]);
    assert_eq!(device.messages(&room).await.len(), before);
    // Asked anew for every message, and sent when it is right all the same.
    for _ in 0..2 {
        let words = "Same bay as Casimir Dunmore";
        assert_eq!(send(device, &room, words, "ask").await.status, 409);
        assert_eq!(send(device, &room, words, "confirmed").await.status, 201);
    }
    assert_eq!(device.messages(&room).await.len(), before + 2);
    let unknown = send(device, &room, "Fine", "maybe").await;
    unknown.is_problem(422, "invalid");

    // What a message is changed to is stopped as well; what it says already is not.
    let sent = send(device, &room, "K is 6.1", "ask").await.json();
    let path = format!(
        "{}/api/rooms/{room}/messages/{}",
        device.mount(),
        text(&sent["id"])
    );
    let change = async |words: &str, check: &str| {
        let body = json!({"text": words, "patient_check": check});
        device.patch(&path, &body).await
    };
    let stopped = change("K of LMH-900103 is 6.1", "ask").await;
    assert_eq!(others(&stopped), [("LMH-900103".into(), "mrn".into())]);
    assert_eq!(device.get(&path).await.json()["text"], "K is 6.1");
    let changed = change("K of LMH-900103 is 6.1", "confirmed").await;
    assert_eq!(changed.json()["text"], "K of LMH-900103 is 6.1");
    assert_eq!(change("K of LMH-900103 is 6.1", "ask").await.status, 200);
    change("Fine", "maybe").await.is_problem(422, "invalid");
}

async fn the_rooms_own_patient_stops_nothing(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = room_of(&device, "1").await;
    for words in [
        "Odalys Fernwick (LMH-900101) in A2-04 is better",
        "K 6.9, BP 98/60, at 19:00, 4-hourly, review in OPD or ED",
        "Fernwick: Casimir next door is louder",
    ] {
        let sent = send(&device, &room, words, "ask").await;
        assert_eq!(sent.status, 201, "{}", sent.text());
    }
    assert_eq!(audited(&hospital, "see-patient-warning").await, 0);
}

async fn a_namesake_on_the_ward_stops_once_a_room_and_doctor(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let first = hospital.device("d01").await;
    let second = hospital.device("d02").await;
    let (bertrand, bertram) = (room_of(&first, "2").await, room_of(&first, "9").await);
    let namesake = [("LMH-900109".into(), "namesake".into())];
    let stopped = send(&first, &bertrand, "Fast from 02:00.", "ask").await;
    assert_eq!(others(&stopped), namesake);
    // Not sending it is no answer to who is meant.
    let stopped = send(&first, &bertrand, "Fast from 02:00.", "ask").await;
    assert_eq!(others(&stopped), namesake);
    let sent = send(&first, &bertrand, "Fast from 02:00.", "confirmed").await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    let sent = send(&first, &bertrand, "Angiography at 9.", "ask").await;
    assert_eq!(sent.status, 201, "known by now: {}", sent.text());
    // The name itself is asked for at every message, and so is all that points to the other.
    for (words, why) in [
        ("Bertram's trop is 300", "name"),
        ("Mr Ashgrove in bed 5 has pain", "bed"),
        ("LMH 900109 is fasting", "mrn"),
        ("900109 is fasting", "mrn"),
    ] {
        let pointed = send(&first, &bertrand, words, "ask").await;
        assert_eq!(
            others(&pointed),
            [("LMH-900109".into(), why.into())],
            "{words}"
        );
    }
    for words in ["Bertrand's trop is 300", "Mr Ashgrove in bed 2 has pain"] {
        let sent = send(&first, &bertrand, words, "ask").await;
        assert_eq!(sent.status, 201, "{words}: {}", sent.text());
    }
    let named = send(&first, &bertrand, "Not Bertram Ashgrove!", "ask").await;
    assert_eq!(others(&named), [("LMH-900109".into(), "name".into())]);
    // The other room and the other doctor are asked for themselves.
    let stopped = send(&first, &bertram, "Echo today.", "ask").await;
    assert_eq!(others(&stopped), [("LMH-900102".into(), "namesake".into())]);
    room_of(&second, "2").await;
    let stopped = send(&second, &bertrand, "First on the list.", "ask").await;
    assert_eq!(others(&stopped), namesake);
    // Off the ward nobody is taken for another.
    let away = "UPDATE patients SET ward = 'B3', bed = 'B3-01' WHERE id = 9";
    hospital.database.execute(away).await;
    let sent = send(&second, &bertrand, "First on the list.", "ask").await;
    assert_eq!(sent.status, 201, "{}", sent.text());
}

async fn every_choice_is_written_down(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = room_of(&device, "1").await;
    send(&device, &room, "For A2-06", "ask").await;
    let entry = format!(
        "SELECT count(*) FROM hims_audit WHERE action = 'see-patient-warning' AND actor_id = '1'
            AND room_id = '{room}' AND subject = '6' AND decision = 'allowed'"
    );
    assert_eq!(hospital.database.number(&entry).await, 1);
    assert_eq!(audited(&hospital, "check-patient").await, 1);
    let warning = format!("{CHAT}/api/rooms/{room}/patient-warning");
    let withdrawn = json!({"choice": "withdrawn", "client_id": "c-1"});
    assert_eq!(device.post(&warning, &withdrawn).await.status, 204);
    assert_eq!(audited(&hospital, "withdraw-after-warning").await, 1);
    send(&device, &room, "For A2-06", "confirmed").await;
    assert_eq!(audited(&hospital, "send-despite-warning").await, 1);
    let wrong = device.post(&warning, &json!({"choice": "sent"})).await;
    wrong.is_problem(422, "invalid");
    let words =
        "SELECT count(*) FROM hims_audit WHERE subject LIKE '%A2-06%' OR subject LIKE '%Dunmore%'";
    assert_eq!(hospital.database.number(words).await, 0);
    assert!(!hospital.server.printed().contains("Dunmore"));
}

async fn a_room_without_a_patient_asks_who_is_named(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    for group in [
        device.new_room(&["2"]).await,
        device.new_room(&["2", "3"]).await,
    ] {
        for (words, mrn, why) in [
            ("Bertram Ashgrove K 6.2", "LMH-900109", "name"),
            ("900103 for dialysis", "LMH-900103", "mrn"),
            ("Dunmore in A2-06 has fallen", "LMH-900106", "name"),
        ] {
            let stopped = send(&device, &group, words, "ask").await;
            assert_eq!(others(&stopped), [(mrn.into(), why.into())], "{words}");
            assert!(stopped.json()["patient"].is_null());
            assert!(text(&stopped.json()["detail"]).contains("names a patient"));
        }
        for words in [
            "A2-06 is free",
            "Bed 6 is free",
            "Rota gap on Friday",
            "Dr Dunmore is away",
        ] {
            let sent = send(&device, &group, words, "ask").await;
            assert_eq!(sent.status, 201, "{words}: {}", sent.text());
        }
        assert_eq!(audited(&hospital, "send-despite-warning").await % 2, 0);
        for check in ["confirmed", "confirmed"] {
            let sent = send(&device, &group, "Bertram Ashgrove K 6.2", check).await;
            assert_eq!(sent.status, 201, "{}", sent.text());
        }
        let again = send(&device, &group, "Bertram Ashgrove K 6.4", "ask").await;
        assert_eq!(again.status, 409);
    }
    assert_eq!(audited(&hospital, "send-despite-warning").await, 4);
}

/// More of them, with how often they are told right: `crates/ports/tests/wrong_patient`.
async fn people_write_names_beds_and_numbers_in_many_ways(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = room_of(&device, "2").await;
    send(&device, &room, "Fast from 02:00.", "confirmed").await;
    for (words, mrn) in [
        ("MRN 900106 needs a bladder scan", "LMH-900106"),
        ("pt 900 106 needs a cannula", "LMH-900106"),
        ("A2 bed 6: sats 84%", "LMH-900106"),
        ("Bed 6 on A2 is unwell", "LMH-900106"),
        ("Mr Dunmore is more confused", "LMH-900106"),
        ("Dunmore, C. for CT head", "LMH-900106"),
        ("Cassimir Dunmore's urine", "LMH-900106"),
        ("Casimir Dunmroe's urine", "LMH-900106"),
        ("Ms Calloway K 6.9", "LMH-900103"),
        ("bed 5 is grey", "LMH-900109"),
    ] {
        let stopped = send(&device, &room, words, "ask").await;
        assert_eq!(others(&stopped)[0].0, mrn, "{words}");
    }
    for words in [
        "Ring 01632 900106, bleep 900106",
        "After dialysis back to B3-07 or D2-01",
        "Dr Dunmore rang from the practice",
        "In bed 5 hours, bed 2 is his",
        "Rose to 38.4, hand swollen, may go home",
    ] {
        let sent = send(&device, &room, words, "ask").await;
        assert_eq!(sent.status, 201, "{words}: {}", sent.text());
    }
}

async fn what_the_other_application_changed_is_known(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = room_of(&device, "1").await;
    let sent = send(&device, &room, "For Zoe O'Brien", "ask").await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    let renamed = "UPDATE patients SET name = 'Zoë O’Brien' WHERE id = 6";
    hospital.database.execute(renamed).await;
    let named = send(&device, &room, "For ZOE O'BRIEN", "ask").await;
    assert_eq!(others(&named), [("LMH-900106".into(), "name".into())]);
    let sent = send(&device, &room, "For Casimir Dunmore", "ask").await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    let added = "INSERT INTO patients (name, mrn, bed) VALUES ('Ines Quary', 'X/77.1', 'Z9 01')";
    hospital.database.execute(added).await;
    for (words, why) in [("Ines Quary", "name"), ("x/77.1", "mrn"), ("Z9-01", "bed")] {
        let named = send(&device, &room, words, "ask").await;
        assert_eq!(others(&named), [("X/77.1".into(), why.into())], "{words}");
    }
    let gone = "UPDATE patients SET deleted_at = '2030-01-01 00:00:00' WHERE name = 'Ines Quary'";
    hospital.database.execute(gone).await;
    let sent = send(&device, &room, "Ines Quary", "ask").await;
    assert_eq!(sent.status, 201, "{}", sent.text());
}
