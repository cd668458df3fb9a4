//! How long a session lasts, and what ends it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, send},
    hospital::Hospital,
    on_both_databases,
    wait::until,
};

on_both_databases!(
    an_idle_session_ends,
    a_session_in_use_goes_on,
    what_a_page_does_by_itself_keeps_nobody_signed_in,
    a_page_of_who_was_signed_in_before_does_nothing,
    the_idle_time_is_configured,
    a_doctor_who_leaves_the_hospital_is_out_within_seconds,
    sign_out_ends_the_live_stream,
    an_idle_end_ends_the_live_stream,
);

async fn end_sessions_in(database: &Database, seconds: i64) {
    let sqlite =
        format!("UPDATE hims_sessions SET expires_at = (unixepoch() + {seconds}) * 1000000");
    let postgres =
        format!("UPDATE hims_sessions SET expires_at = now() + interval '1 second' * {seconds}");
    database.execute(database.words(&sqlite, &postgres)).await;
}

async fn seconds_left(database: &Database) -> i64 {
    let sqlite = "SELECT max(expires_at) / 1000000 - unixepoch() FROM hims_sessions";
    let postgres = "SELECT extract(epoch FROM max(expires_at) - now())::bigint FROM hims_sessions";
    database.number(database.words(sqlite, postgres)).await
}

async fn is_out(device: &Device) -> Option<Value> {
    let answer = device.get(&format!("{CHAT}/api/rooms")).await;
    (answer.status == 401).then(|| answer.json())
}

async fn an_idle_session_ends(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    assert!(is_out(&device).await.is_none());
    end_sessions_in(&hospital.database, -1).await;
    until("the idle session to end", async || is_out(&device).await).await;
}

async fn a_session_in_use_goes_on(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    end_sessions_in(&hospital.database, 300).await;
    until("use to move the session's end", async || {
        assert!(is_out(&device).await.is_none());
        (seconds_left(&hospital.database).await > 14 * 60).then_some(())
    })
    .await;
}

async fn what_a_page_does_by_itself_keeps_nobody_signed_in(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    end_sessions_in(&hospital.database, 300).await;
    // A program that knows nothing of the session yet has to look it up.
    hospital.server.stop().await;
    hospital.restart().await;
    let rooms = device.request(Method::GET, &format!("{CHAT}/api/rooms"));
    let by_itself = send(rooms.header("x-hims-background", "1")).await;
    assert_eq!(by_itself.status, 200);
    let _stream = device.listen().await;
    assert!(seconds_left(&hospital.database).await <= 300);
}

/// Two doctors may sign in on one browser, one after the other.
async fn a_page_of_who_was_signed_in_before_does_nothing(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let post = async |page_of: &str| {
        let body = json!({"client_id": "c", "text": "Signed by whom?"});
        let request = device.request(Method::POST, &path).json(&body);
        send(request.header("x-hims-doctor", page_of)).await
    };
    post("2").await.is_problem(409, "other-doctor");
    assert!(device.messages(&room).await.is_empty());
    assert_eq!(post("1").await.status, 201);
    let stream = device.get(&format!("{CHAT}/api/events?doctor=2")).await;
    stream.is_problem(409, "other-doctor");
}

async fn the_idle_time_is_configured(engine: Engine) {
    let hospital = Hospital::open_with(engine, &[("HIMS_IDLE_MINUTES", "1")]).await;
    let _device = hospital.device("d01").await;
    let left = seconds_left(&hospital.database).await;
    assert!((30..=60).contains(&left), "{left} s of 60");
}

async fn a_doctor_who_leaves_the_hospital_is_out_within_seconds(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d02").await;
    let mut live = device.listen().await;
    let leave = "UPDATE users SET is_active = false WHERE email = 'd02@larkmere.example'";
    hospital.database.execute(leave).await;
    until("the leaver to be out", async || is_out(&device).await).await;
    live.ended().await;
}

async fn sign_out_ends_the_live_stream(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let elsewhere = hospital.device("d01").await;
    let (mut live, mut other) = (device.listen().await, elsewhere.listen().await);
    assert_eq!(device.form("/logout", &[]).await.status, 303);
    live.ended().await;
    // Signed in at another computer, the doctor goes on.
    let room = elsewhere.new_room(&["2"]).await;
    elsewhere.says(&room, "Still here.").await;
    assert_eq!(other.next_texts(1).await, ["Still here."]);
}

async fn an_idle_end_ends_the_live_stream(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let mut live = device.listen().await;
    end_sessions_in(&hospital.database, -1).await;
    live.ended().await;
}
