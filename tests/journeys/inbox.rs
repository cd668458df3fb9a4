//! The rooms of both chats on one page.

use super::{
    screens::looks_right,
    visit::{no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::STREAM,
    hospital::Hospital,
    wait::until,
};

const FIRST: &str = "#inbox-list > .room:first-child";

#[tokio::test]
async fn rooms_of_both_chats_come_live_in_one_list() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let there = colleague.on(STREAM).new_room(&["1"]).await;
    colleague.on(STREAM).says(&there, "Bed 12 is free.").await;
    for (size, name) in [(Size::DESKTOP, "inbox-desk"), (Size::PHONE, "inbox-phone")] {
        let doctor = Browser::open(size).await;
        sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
        // The way there, and how much is unread on both.
        doctor.wait_for("[data-testid=inbox-unread]").await;
        doctor.click("[data-testid=inbox-link]").await;
        doctor.wait_for(".js [data-testid=inbox]").await;
        doctor.wait_for_text(FIRST, "Stream").await;

        // A new room of the one, then a message in the other: each comes first.
        let here = colleague.new_room(&["1"]).await;
        colleague.says(&here, "From the legacy chat.").await;
        doctor.wait_for_text(FIRST, "From the legacy chat.").await;
        doctor.wait_for_text(FIRST, "Legacy").await;
        colleague
            .on(STREAM)
            .says(&there, "And now from Stream.")
            .await;
        doctor.wait_for_text(FIRST, "And now from Stream.").await;
        looks_right(&doctor, name).await;

        // By keyboard into the first.
        doctor.keys("body", "j").await;
        doctor.wait_for(&format!("{FIRST} a:focus")).await;
        doctor.keys(&format!("{FIRST} a"), "\u{e007}").await;
        doctor
            .wait_for_path(&format!("{STREAM}/rooms/{there}"))
            .await;
        doctor.wait_for("[data-testid=message-list]").await;
        no_errors(&doctor.console().await);
    }
}

#[tokio::test]
async fn earlier_rooms_are_shown_below() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let device = hospital.device("d01").await;
    for _ in 0..60 {
        device.new_room(&["2"]).await;
    }
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor.goto(&hospital.server.url("/doctor/inbox")).await;
    doctor.wait_for(".js [data-testid=inbox]").await;
    doctor
        .wait_until_gone("#inbox-list > .room:nth-child(61)")
        .await;
    doctor.click("[data-testid=inbox-more]").await;
    doctor.wait_for("#inbox-list > .room:nth-child(61)").await;
    no_errors(&doctor.console().await);
}

#[tokio::test]
async fn the_title_counts_the_unread_rooms_of_both() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let (reader, colleague) = (hospital.device("d01").await, hospital.device("d02").await);
    let (here, there) = (
        colleague.new_room(&["1"]).await,
        colleague.on(STREAM).new_room(&["1"]).await,
    );
    let unread = reader.get("/doctor/inbox/api/unread").await.json();
    let unread = unread["rooms"].as_u64().unwrap();
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor.goto(&hospital.server.url("/doctor/inbox")).await;
    let titled = async |count: u64| {
        let wanted = format!("({count}) Inbox – Doctor chat");
        until("the title to count", async || {
            (doctor.client().title().await.unwrap() == wanted).then_some(())
        })
        .await;
    };
    titled(unread).await;
    colleague.says(&here, "one").await;
    titled(unread + 1).await;
    colleague.on(STREAM).says(&there, "two").await;
    titled(unread + 2).await;
}

#[tokio::test]
async fn without_scripts_it_is_a_page_of_links() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let there = colleague.on(STREAM).new_room(&["1"]).await;
    colleague.on(STREAM).says(&there, "Bed 12 is free.").await;
    let doctor = Browser::open_without_javascript(Size::PHONE).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor.click("[data-testid=inbox-link]").await;
    doctor.wait_for_text(FIRST, "Bed 12 is free.").await;
    doctor.wait_for_text(FIRST, "Stream").await;
    doctor.click(&format!("{FIRST} a")).await;
    doctor
        .wait_for_text("[data-testid=message-text]", "Bed 12 is free.")
        .await;
}
