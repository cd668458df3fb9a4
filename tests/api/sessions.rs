//! How long a session lasts, and what ends it.

use serde_json::Value;

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device},
    hospital::Hospital,
    on_both_databases,
    wait::until,
};

on_both_databases!(
    an_idle_session_ends,
    a_session_in_use_goes_on,
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
