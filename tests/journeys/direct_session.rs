//! A page that listens to Stream itself keeps a good token, and ends with the doctor's session.

use super::{
    direct::{login, order, sdk, streams},
    visit::{ends_with, no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{Device, STREAM},
    hospital::Hospital,
    wait::until,
};
use serde_json::json;

/// How many tokens our server has made.
async fn tokens(device: &Device) -> u64 {
    let metrics = device.get("/metrics").await.text();
    let route = format!("{STREAM}/api/token");
    let made = |line: &&str| line.starts_with("http_requests_total") && line.contains(&route);
    let counts = metrics.lines().filter(made);
    counts
        .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
        .sum()
}

/// A doctor whose page listens to Stream itself, in a room with a colleague.
struct Talk {
    doctor: Browser,
    colleague: Device,
    room: String,
    /// There as long as the others.
    _hospital: Hospital,
}

impl Talk {
    async fn open(more: &[(&str, &str)]) -> Self {
        let sdk = sdk().await;
        let mut environment = vec![("STREAM_JS_SDK", sdk.to_str().expect("a plain path"))];
        environment.extend(more);
        let hospital = Hospital::open_with(Engine::Sqlite, &environment).await;
        let colleague = hospital.device("d02").await.on(STREAM);
        let room = colleague.new_room(&["1"]).await;
        let doctor = Browser::open(Size::DESKTOP).await;
        sign_in(&doctor, &hospital.server.url(&login()), "d01").await;
        let page = format!("{STREAM}/rooms/{room}");
        doctor.goto(&hospital.server.url(&page)).await;
        Self {
            doctor,
            colleague,
            room,
            _hospital: hospital,
        }
    }
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_and_nobody_notices() {
    let Talk {
        _hospital,
        colleague,
        doctor,
        room,
    } = Talk::open(&[("STREAM_TOKEN_SECONDS", "5")]).await;
    colleague.says(&room, "with the first token").await;
    ends_with(&doctor, &["with the first token"]).await;

    let first = tokens(&colleague).await;
    until("two more tokens", async || {
        (tokens(&colleague).await >= first + 2).then_some(())
    })
    .await;
    // Whatever the page asks Stream for now, the first token would not open any more.
    order(&colleague, &json!({"do": "drop_sockets", "user": "1"})).await;
    colleague.says(&room, "with a later one").await;
    ends_with(&doctor, &["with the first token", "with a later one"]).await;
    assert_eq!(streams(&colleague).await, 0);
    no_errors(&doctor.console().await);
}

#[tokio::test]
async fn tokens_that_ended_early_are_replaced() {
    let Talk {
        _hospital,
        colleague,
        doctor,
        room,
    } = Talk::open(&[]).await;
    colleague.says(&room, "before").await;
    ends_with(&doctor, &["before"]).await;
    order(&colleague, &json!({"do": "expire_tokens"})).await;
    order(&colleague, &json!({"do": "drop_sockets", "user": "1"})).await;
    colleague.says(&room, "after").await;
    ends_with(&doctor, &["before", "after"]).await;
    assert_eq!(streams(&colleague).await, 0);
}

#[tokio::test]
async fn a_sign_out_in_another_tab_closes_the_conversation() {
    let sdk = sdk().await;
    let environment = [("STREAM_JS_SDK", sdk.to_str().expect("a plain path"))];
    let hospital = Hospital::open_with(Engine::Sqlite, &environment).await;
    let room = hospital
        .device("d01")
        .await
        .on(STREAM)
        .new_room(&["2"])
        .await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url(&login()), "d01").await;
    let page = hospital.server.url(&format!("{STREAM}/rooms/{room}"));
    doctor.goto(&page).await;
    doctor.wait_for("[data-testid=composer-text]").await;
    let client = doctor.client();
    let first = client.window().await.unwrap();
    let second = client.new_window(true).await.unwrap().handle;
    client.switch_to_window(second).await.unwrap();
    doctor.goto(&page).await;
    doctor.click("[data-testid=sign-out]").await;
    doctor.wait_for_path("/login").await;
    client.switch_to_window(first).await.unwrap();
    doctor.wait_for_path("/login").await;
}
