//! The journey of two doctors is the same, whichever backend is behind the prefix.

use super::{
    doctors::{At, talk_about_a_patient},
    visit::{TEXTS, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM},
    hospital::Hospital,
};

fn stream_behind(prefix: &'static str) -> At {
    At {
        prefix,
        backend: "stream",
        label: "Stream Chat",
    }
}

fn legacy_behind(prefix: &'static str) -> At {
    At {
        prefix,
        backend: "legacy",
        label: "Legacy Chat",
    }
}

#[tokio::test]
async fn on_the_stream_mount() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let room = talk_about_a_patient(&hospital, &stream_behind(STREAM)).await;

    let browser = Browser::open(Size {
        width: 1440,
        height: 900,
    })
    .await;
    browser.prefer_dark(false).await;
    sign_in(&browser, &hospital.server.url("/login"), "d01").await;
    browser.goto(&hospital.server.url(&room)).await;
    browser.wait_for_text(TEXTS, "Thank you.").await;
    browser.wait_for("[data-testid=sandbox]").await;
    browser
        .screenshot("stream-conversation-1440x900-light")
        .await;
}

#[tokio::test]
async fn with_the_backends_exchanged() {
    let mounts = "/doctor/chat=stream,/doctor/stream-chat=legacy";
    let hospital = Hospital::open_with(Engine::Sqlite, &[("HIMS_MOUNTS", mounts)]).await;
    talk_about_a_patient(&hospital, &stream_behind(CHAT)).await;
    talk_about_a_patient(&hospital, &legacy_behind(STREAM)).await;
}
