//! However many tabs, a browser holds one live stream a mount: that of a tab in sight.

use super::visit::{ends_with, no_errors, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, STREAM},
    hospital::Hospital,
    wait::until,
};

/// How many live streams were opened since the program started, on each mount.
async fn streams(device: &Device) -> [usize; 2] {
    let metrics = device.get("/metrics").await.text();
    [CHAT, STREAM].map(|mount| {
        let route = format!("{mount}/api/events\"");
        let opened = metrics
            .lines()
            .filter(|line| line.starts_with("http_requests_total") && line.contains(&route));
        opened
            .map(|line| line.rsplit(' ').next().unwrap().parse::<usize>().unwrap())
            .sum()
    })
}

#[tokio::test]
async fn two_tabs_share_one_stream_and_the_second_takes_over() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let page = hospital.server.url(&format!("{CHAT}/rooms/{room}"));
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor.goto(&page).await;
    colleague.says(&room, "one").await;
    ends_with(&doctor, &["one"]).await;
    // One of the page after the login, one of this page.
    let before = [2, 2];
    until("both streams to stand", async || {
        (streams(&colleague).await == before).then_some(())
    })
    .await;

    let client = doctor.client();
    let first = client.window().await.unwrap();
    // In a window of its own: both are in sight.
    let second = client.new_window(false).await.unwrap().handle;
    client.switch_to_window(second.clone()).await.unwrap();
    doctor.resize(Size::DESKTOP).await;
    doctor.goto(&page).await;
    colleague.says(&room, "two").await;
    ends_with(&doctor, &["one", "two"]).await;
    client.switch_to_window(first).await.unwrap();
    ends_with(&doctor, &["one", "two"]).await;
    assert_eq!(
        streams(&colleague).await,
        before,
        "the second tab opened none"
    );
    no_errors(&doctor.console().await);

    client.close_window().await.unwrap();
    client.switch_to_window(second).await.unwrap();
    until("the second tab to take over", async || {
        (streams(&colleague).await == before.map(|count| count + 1)).then_some(())
    })
    .await;
    colleague.says(&room, "three").await;
    ends_with(&doctor, &["one", "two", "three"]).await;
}
