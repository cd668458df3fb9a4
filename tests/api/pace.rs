//! A doctor, or their program, goes faster than a person does.

use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{Answer, CHAT, Device},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    a_doctor_gone_wild_is_slowed_and_written_down,
    limits_are_set_and_switched_off,
);

async fn urgent(device: &Device, room: &str, number: usize) -> Answer {
    let body = json!({
        "client_id": format!("u-{number}"),
        "text": "Come at once",
        "urgency": "urgent",
        "urgent_reason": "Deteriorating",
    });
    device
        .post(&format!("{CHAT}/api/rooms/{room}/messages"), &body)
        .await
}

async fn a_doctor_gone_wild_is_slowed_and_written_down(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let wild = hospital.device("d01").await;
    let room = wild.new_room(&["2"]).await;
    let mut taken = 0;
    for number in 0..60 {
        let answer = urgent(&wild, &room, number).await;
        if answer.status == 201 {
            taken += 1;
        } else {
            answer.is_problem(429, "too-many-requests");
            assert!(answer.header("retry-after").parse::<u64>().is_ok());
        }
    }
    assert!((30..60).contains(&taken), "{taken} of 60");
    let denied = "SELECT count(*) FROM hims_audit WHERE actor_id = '1' AND action = 'post-message' \
                  AND decision = 'denied' AND reason = 'too-fast'";
    let denied = hospital.database.number(denied).await;
    assert!((1..10).contains(&denied), "{denied} entries");
    // What is not urgent goes on, and so do colleagues at the same address.
    wild.says(&room, "Not urgent.").await;
    let colleague = hospital.device("d02").await;
    assert_eq!(urgent(&colleague, &room, 0).await.status, 201);
    // A signed-in browser is no other doctor.
    let again = hospital.device("d01").await;
    urgent(&again, &room, 1_000)
        .await
        .is_problem(429, "too-many-requests");

    let mut opened = 0;
    for _ in 0..130 {
        let body: Value = json!({"participant_ids": ["2"], "title": "Round"});
        let answer = wild.post(&format!("{CHAT}/api/rooms"), &body).await;
        opened += usize::from(answer.status == 201);
        assert!([201, 429].contains(&answer.status), "{}", answer.text());
    }
    assert!((90..130).contains(&opened), "{opened} of 130 groups");
}

async fn limits_are_set_and_switched_off(engine: Engine) {
    let few = [("HIMS_RATE_LIMITS", "messages=3/1, urgent=1/1")];
    let hospital = Hospital::open_with(engine, &few).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    assert_eq!(urgent(&device, &room, 0).await.status, 201);
    assert_eq!(urgent(&device, &room, 1).await.status, 429);
    device.says(&room, "Two").await;
    device.says(&room, "Three").await;
    let body = json!({"client_id": "four", "text": "Four"});
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let answer = device.post(&path, &body).await;
    answer.is_problem(429, "too-many-requests");
    assert_eq!(device.messages(&room).await.len(), 3);

    let hospital = Hospital::open_with(engine, &[("HIMS_RATE_LIMITS", "off")]).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    for number in 0..40 {
        assert_eq!(urgent(&device, &room, number).await.status, 201);
    }
}
