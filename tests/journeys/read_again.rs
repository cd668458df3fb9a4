//! A message that was read while nobody could be told so is told as read later.

use serde_json::{Value, json};

use super::visit::{TEXTS, ends_with, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, STREAM},
    hospital::Hospital,
    wait::until,
};

/// Counts the calls that mark as read; the first so many are answered 503.
const BUSY: &str = "
    let [busy] = arguments;
    const real = window.fetch;
    window.marks = 0;
    window.fetch = (address, options) => {
        if (!String(address).endsWith('/read')) return real(address, options);
        window.marks += 1;
        busy -= 1;
        return busy < 0 ? real(address, options)
            : Promise.resolve(new Response('{}', { status: 503, headers: { 'retry-after': '1' } }));
    };";

async fn marks(browser: &Browser) -> u64 {
    let marks = browser
        .client()
        .execute("return window.marks", Vec::new())
        .await;
    marks.unwrap().as_u64().unwrap()
}

async fn is_read(device: &Device, room: &str) {
    until("the message to be read", async || {
        let path = format!("{}/api/rooms/{room}", device.mount());
        (device.get(&path).await.json()["unread"] == 0).then_some(())
    })
    .await;
}

async fn looks_at(mount: &'static str, hospital: &Hospital, room: &str, busy: Value) -> Browser {
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{mount}/rooms/{room}")))
        .await;
    ends_with(&doctor, &["Seen"]).await;
    is_read(&hospital.device("d01").await.on(mount), room).await;
    doctor.client().execute(BUSY, vec![busy]).await.unwrap();
    doctor
}

#[tokio::test]
async fn when_the_network_is_back() {
    for mount in [CHAT, STREAM] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        colleague.says(&room, "Seen").await;
        let doctor = looks_at(mount, &hospital, &room, json!(0)).await;

        // The stream that is open stays so: the message comes, and that it is read cannot be told.
        doctor.set_offline(true).await;
        colleague.says(&room, "Read in the lift").await;
        doctor.wait_for_text(TEXTS, "Read in the lift").await;
        until("it to be told in vain", async || {
            (marks(&doctor).await > 0).then_some(())
        })
        .await;
        doctor.set_offline(false).await;
        is_read(&hospital.device("d01").await.on(mount), &room).await;
    }
}

#[tokio::test]
async fn when_the_server_is_not_busy_any_more() {
    for mount in [CHAT, STREAM] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        colleague.says(&room, "Seen").await;
        let doctor = looks_at(mount, &hospital, &room, json!(1)).await;
        colleague.says(&room, "Read while busy").await;
        doctor.wait_for_text(TEXTS, "Read while busy").await;
        is_read(&hospital.device("d01").await.on(mount), &room).await;
        assert_eq!(marks(&doctor).await, 2, "tried again once, and not more");
    }
}
