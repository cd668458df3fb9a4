//! Doctors only, on Stream's side too: who leaves the hospital loses what a client library has.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{Answer, Device, STREAM, send},
    hospital::{DIRECT_MODE, Hospital},
    on_both_databases,
    wait::until,
};

on_both_databases!(
    a_token_ends_when_its_doctor_leaves_the_hospital,
    a_token_ends_when_its_doctor_is_no_doctor_any_more,
    a_token_ends_at_sign_out,
);

async fn token(device: &Device) -> Value {
    let answer = send(device.request(Method::POST, &format!("{STREAM}/api/token"))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// Asks the sandbox for the doctor's rooms, as a client library in the browser does.
async fn rooms_at_stream(token: &Value) -> Answer {
    let text = |field: &str| token[field].as_str().expect("a text").to_owned();
    let filter = json!({"members": {"$in": [token["user_id"]]}});
    let request = reqwest::Client::new()
        .post(format!(
            "{}/channels?api_key={}&user_id={}",
            text("base_url"),
            text("api_key"),
            text("user_id")
        ))
        .header("authorization", text("token"))
        .header("stream-auth-type", "jwt")
        .json(&json!({"filter_conditions": filter, "state": true}));
    send(request).await
}

async fn refused(token: &Value) -> Option<()> {
    let answer = rooms_at_stream(token).await;
    if answer.status == 201 || answer.status == 200 {
        return None;
    }
    assert_eq!(answer.status, 401, "{}", answer.text());
    assert_eq!(answer.json()["code"], 40);
    Some(())
}

async fn entries(hospital: &Hospital) -> i64 {
    let count =
        "SELECT count(*) FROM hims_audit WHERE action = 'keep-client-access' AND actor_id = '2'";
    hospital.database.number(count).await
}

async fn ends_by(engine: Engine, change: &str, back: &str) {
    let hospital = Hospital::open_with(engine, &[DIRECT_MODE]).await;
    let device = hospital.device("d02").await;
    let colleague = hospital.device("d01").await.on(STREAM);
    let room = colleague.new_room(&["2"]).await;
    let (own, others) = (token(&device).await, token(&colleague).await);
    assert!(refused(&own).await.is_none());

    let who = "WHERE email = 'd02@larkmere.example'";
    hospital
        .database
        .execute(&format!("UPDATE users SET {change} {who}"))
        .await;
    // Stream takes 60 calls a minute of a user, so it is asked once there is something to see.
    until("the departure to be written down", async || {
        (entries(&hospital).await == 1).then_some(())
    })
    .await;
    until("the leaver's token to be refused", async || {
        refused(&own).await
    })
    .await;
    assert!(refused(&others).await.is_none(), "a colleague goes on");

    hospital
        .database
        .execute(&format!("UPDATE users SET {back} {who}"))
        .await;
    let again = until("the doctor to be let in again", async || {
        let device = Device::new(&hospital.server);
        let answer = device
            .sign_in("d02@larkmere.example", crate::support::device::PASSWORD)
            .await;
        (answer.status == 303).then_some(device)
    })
    .await
    .on(STREAM);
    // A token is dated back a little: one of now is good when those of before are not.
    until("a new token to be taken", async || {
        let answer = send(again.request(Method::POST, &format!("{STREAM}/api/token"))).await;
        let is_good = answer.status == 200 && refused(&answer.json()).await.is_none();
        is_good.then_some(())
    })
    .await;
    again.says(&room, "Back again.").await;
    assert_eq!(entries(&hospital).await, 1);
}

async fn a_token_ends_when_its_doctor_leaves_the_hospital(engine: Engine) {
    ends_by(engine, "is_active = false", "is_active = true").await;
}

async fn a_token_ends_when_its_doctor_is_no_doctor_any_more(engine: Engine) {
    ends_by(engine, "role = 'pharmacist'", "role = 'doctor'").await;
}

async fn a_token_ends_at_sign_out(engine: Engine) {
    let hospital = Hospital::open_with(engine, &[DIRECT_MODE]).await;
    let device = hospital.device("d02").await;
    let own = token(&device).await;
    assert!(refused(&own).await.is_none());
    assert_eq!(device.form("/logout", &[]).await.status, 303);
    assert!(refused(&own).await.is_some());
}
