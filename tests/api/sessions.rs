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
    a_session_does_not_last_longer_because_a_clock_was_set_back,
    a_session_in_use_goes_on,
    what_a_page_does_by_itself_keeps_nobody_signed_in,
    a_page_of_who_was_signed_in_before_does_nothing,
    the_idle_time_is_configured,
    a_doctor_who_leaves_the_hospital_is_out_within_seconds,
    sign_out_ends_the_live_stream,
    an_idle_end_ends_the_live_stream,
    a_session_has_a_last_hour,
    a_changed_account_ends_its_sessions_and_no_others,
    a_clock_that_was_set_back_revives_nothing,
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

async fn a_session_does_not_last_longer_because_a_clock_was_set_back(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    // As if the clock had gone back by an hour since it was used.
    end_sessions_in(&hospital.database, 75 * 60).await;
    until("the session to end", async || is_out(&device).await).await;
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

/// Moves a time of every session, in seconds from now.
async fn set_in(database: &Database, column: &str, seconds: i64) {
    let sqlite = format!("UPDATE hims_sessions SET {column} = (unixepoch() + {seconds}) * 1000000");
    let postgres =
        format!("UPDATE hims_sessions SET {column} = now() + interval '1 second' * {seconds}");
    database.execute(database.words(&sqlite, &postgres)).await;
}

async fn a_session_has_a_last_hour(engine: Engine) {
    let hospital = Hospital::open_with(engine, &[("HIMS_SESSION_HOURS", "2")]).await;
    let device = hospital.device("d01").await;
    let mut live = device.listen().await;
    let sqlite = "SELECT max(ends_at) / 1000000 - unixepoch() FROM hims_sessions";
    let postgres = "SELECT extract(epoch FROM max(ends_at) - now())::bigint FROM hims_sessions";
    let words = hospital.database.words(sqlite, postgres);
    let left = hospital.database.number(words).await;
    assert!((7_100..=7_200).contains(&left), "{left} s of two hours");
    // Use moves the end by idleness up to it, and not beyond.
    set_in(&hospital.database, "ends_at", 400).await;
    end_sessions_in(&hospital.database, 100).await;
    until("use to move the session's end", async || {
        assert!(is_out(&device).await.is_none());
        (seconds_left(&hospital.database).await > 300).then_some(())
    })
    .await;
    assert!(seconds_left(&hospital.database).await <= 400);
    set_in(&hospital.database, "ends_at", -1).await;
    until("the last hour to come", async || is_out(&device).await).await;
    live.ended().await;
}

async fn a_changed_account_ends_its_sessions_and_no_others(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let other = hospital.device("d02").await;
    for change in [
        "password = '$2y$10$eW5vdGhpbmdzZWNyZXRoZOOf0U9GQ2gZfWdqNGOnu5.IdREv/E.F2'",
        "remember_token = 'Zq3'",
        "role = 'nurse'",
        "is_active = false",
    ] {
        let keep = "UPDATE users SET name = name, updated_at = created_at";
        hospital.database.execute(keep).await;
        let device = hospital.device("d01").await;
        let before =
            "CREATE TABLE kept AS SELECT * FROM users WHERE email = 'd01@larkmere.example'";
        hospital.database.execute(before).await;
        let change = format!("UPDATE users SET {change} WHERE email = 'd01@larkmere.example'");
        hospital.database.execute(&change).await;
        // As the other application may: there and back, before anybody looks.
        let back = "UPDATE users SET (password, remember_token, role, is_active) = \
            (SELECT password, remember_token, role, is_active FROM kept) WHERE email = 'd01@larkmere.example'";
        hospital.database.execute(back).await;
        hospital.database.execute("DROP TABLE kept").await;
        until("the session to end", async || is_out(&device).await).await;
        assert!(is_out(&other).await.is_none(), "{change}");
    }
}

/// A use that lies in the future was noted before the clock was set back: by three days here.
async fn a_clock_that_was_set_back_revives_nothing(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let three_days = 3 * 86_400;
    for (column, ahead) in [("used_at", 0), ("expires_at", 900), ("ends_at", 43_200)] {
        set_in(&hospital.database, column, three_days + ahead).await;
    }
    until("the session to count as ended", async || {
        is_out(&device).await
    })
    .await;
}

async fn an_idle_end_ends_the_live_stream(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let mut live = device.listen().await;
    end_sessions_in(&hospital.database, -1).await;
    live.ended().await;
}
