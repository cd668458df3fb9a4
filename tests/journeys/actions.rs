//! Actions on a message: edited, recalled, linked to, looked into.

use fantoccini::key::Key;

use super::visit::{self, TEXTS, ends_with, no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM, text},
    hospital::Hospital,
    wait::until,
};

const TEXT: &str = "[data-testid=composer-text]";
const MINE: &str = ".message.mine:last-of-type .text";

#[tokio::test]
async fn an_own_message_is_edited_and_recalled_on_the_legacy_mount() {
    edited_and_recalled(CHAT, Size::DESKTOP).await;
}

#[tokio::test]
async fn an_own_message_is_edited_and_recalled_on_the_stream_mount_on_a_phone() {
    edited_and_recalled(STREAM, Size::PHONE).await;
}

async fn edited_and_recalled(mount: &'static str, size: Size) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await.on(mount);
    let room = colleague.new_room(&["1"]).await;
    let page = hospital.server.url(&format!("{mount}/rooms/{room}"));
    let (writer, reader) = (Browser::open(size).await, Browser::open(size).await);
    sign_in(&writer, &hospital.server.url("/login"), "d01").await;
    sign_in(&reader, &hospital.server.url("/login"), "d02").await;
    writer.goto(&page).await;
    reader.goto(&page).await;
    say(&writer, "Amlodipine 50 mg").await;
    ends_with(&reader, &["Amlodipine 50 mg"]).await;

    // What stands in the composer waits while a message is edited there.
    writer.fill(TEXT, "and aspirin").await;
    visit::from_menu(&writer, MINE, "edit").await;
    writer.wait_for("[data-testid=editing]").await;
    writer.fill(TEXT, "Amlodipine 5 mg").await;
    writer.click("[data-testid=composer-send]").await;
    writer.wait_until_gone("[data-testid=editing]").await;
    ends_with(&writer, &["Amlodipine 5 mg"]).await;
    ends_with(&reader, &["Amlodipine 5 mg"]).await;
    reader.wait_for_text(".edited", "Edited").await;
    let composer = writer.wait_for(TEXT).await;
    assert_eq!(
        composer.prop("value").await.unwrap().as_deref(),
        Some("and aspirin")
    );

    // Giving an edit up changes nothing.
    visit::from_menu(&writer, MINE, "edit").await;
    writer.keys(TEXT, " or so").await;
    writer.click("[data-testid=editing-stop]").await;
    writer.wait_until_gone("[data-testid=editing]").await;
    ends_with(&writer, &["Amlodipine 5 mg"]).await;

    // The other one's message offers neither.
    colleague.says(&room, "Understood.").await;
    ends_with(&writer, &["Amlodipine 5 mg", "Understood."]).await;
    visit::open_menu(&writer, ".message:not(.mine) .text").await;
    writer.wait_for("[data-do=reply]").await;
    writer
        .wait_until_gone("[data-do=edit], [data-do=recall]")
        .await;
    writer.click("[data-do=details]").await;
    writer
        .wait_for_text("[data-testid=details]", "Read (1)")
        .await;
    writer.click("[data-testid=details] button").await;
    writer.wait_until_gone("[data-testid=details]").await;

    // Recalled, after one question.
    visit::from_menu(&writer, ".message.mine .text", "recall").await;
    writer.click("[data-testid=recall-keep]").await;
    writer.wait_until_gone("[data-testid=recall-ask]").await;
    visit::from_menu(&writer, ".message.mine .text", "recall").await;
    writer.click("[data-testid=recall-confirm]").await;
    writer
        .wait_for_text("[data-testid=tombstone]", "Recalled")
        .await;
    reader
        .wait_for_text("[data-testid=tombstone]", "Recalled")
        .await;
    assert_eq!(reader.texts_of(TEXTS).await, ["Understood."]);
    no_errors(&writer.console().await);
    no_errors(&reader.console().await);
}

#[tokio::test]
async fn the_keyboard_reaches_everything() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    say(&doctor, "First").await;
    say(&doctor, "Second").await;
    ends_with(&doctor, &["First", "Second"]).await;
    until("both to be sent", async || {
        let placed = ".message.mine:not(.sending, .unplaced) .text";
        (doctor.texts_of(placed).await.len() == 2).then_some(())
    })
    .await;

    // The last own message, from an empty composer: what keys alone began, they do not save unasked.
    doctor.keys(TEXT, &Key::Up.to_string()).await;
    doctor.wait_for("[data-testid=editing]").await;
    doctor.keys(TEXT, " edited").await;
    doctor.keys(TEXT, &(Key::Control + "\u{e007}")).await;
    doctor
        .wait_for_text("[data-testid=key-ask]", "Second edited")
        .await;
    doctor.click("[data-testid=key-ask-yes]").await;
    ends_with(&doctor, &["First", "Second edited"]).await;
    doctor.wait_until_gone("[data-testid=editing]").await;

    // From a message: its own keys, and the menu with arrows.
    doctor.keys("#log", &Key::Up.to_string()).await;
    doctor.keys(".message:focus", &Key::Up.to_string()).await;
    doctor.keys(".message:focus", "e").await;
    doctor.keys(TEXT, &Key::Escape.to_string()).await;
    doctor.wait_until_gone("[data-testid=editing]").await;
    doctor.keys(".message:focus", &Key::Enter.to_string()).await;
    doctor.wait_for("[data-testid=message-menu]").await;
    doctor
        .keys("[data-do=reply]:focus", &Key::Up.to_string())
        .await;
    doctor
        .keys("[data-do=recall]:focus", &Key::Escape.to_string())
        .await;
    doctor.wait_until_gone("[data-testid=message-menu]").await;
    doctor.keys(".message:focus", "r").await;
    doctor.wait_for_text("#answering", "First").await;
    doctor.keys(TEXT, "Answer").await;
    doctor.keys(TEXT, &(Key::Control + "\u{e007}")).await;
    ends_with(&doctor, &["First", "Second edited", "Answer"]).await;
    doctor.wait_for_text(".quote", "First").await;
    no_errors(&doctor.console().await);
}

#[tokio::test]
async fn a_link_to_a_message_leads_to_it() {
    for (mount, size) in [(CHAT, Size::DESKTOP), (STREAM, Size::PHONE)] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        let mut wanted = String::new();
        for number in 0..90 {
            let message = colleague.says(&room, &format!("Line {number}")).await;
            if number == 20 {
                wanted = text(&message["id"]);
            }
        }
        let elsewhere = colleague.new_room(&["1", "3"]).await;
        let foreign = text(&colleague.says(&elsewhere, "Elsewhere").await["id"]);
        let page = hospital.server.url(&format!("{mount}/rooms/{room}"));
        let doctor = Browser::open(size).await;
        sign_in(&doctor, &hospital.server.url("/login"), "d01").await;

        // Copied from the menu, pasted, followed.
        doctor.goto(&format!("{page}?message={wanted}")).await;
        doctor.wait_for_text(".message.marked", "Line 20").await;
        visit::from_menu(&doctor, ".message.marked .text", "link").await;
        doctor
            .wait_for_text("[data-testid=toast]", "Link copied")
            .await;
        doctor.keys(TEXT, &(Key::Control + "v")).await;
        let composer = doctor.wait_for(TEXT).await;
        let copied = composer.prop("value").await.unwrap().unwrap_or_default();
        assert_eq!(copied, format!("{page}?message={wanted}"));

        // What is sent from an older part stands at the end of the room.
        doctor.fill(TEXT, "Written while reading").await;
        doctor.click("[data-testid=composer-send]").await;
        ends_with(&doctor, &["Line 89", "Written while reading"]).await;
        doctor.goto(&format!("{page}?message={wanted}")).await;
        doctor.wait_for(".message.marked").await;
        doctor.click("[data-testid=show-latest]").await;
        ends_with(&doctor, &["Line 89", "Written while reading"]).await;

        // A quote leads to what it quotes, wherever that is.
        let path = format!("{mount}/api/rooms/{room}/messages");
        let answer =
            serde_json::json!({"client_id": "q", "text": "About that line", "reply_to": wanted});
        assert_eq!(colleague.post(&path, &answer).await.status, 201);
        doctor.wait_for_text(TEXTS, "About that line").await;
        doctor.click(".message:last-of-type .quote").await;
        doctor.wait_for_text(".message.marked", "Line 20").await;

        // Somebody else's, or none: the room, and a word about it.
        for id in [foreign.as_str(), "987654", "no id at all"] {
            doctor.goto(&format!("{page}?message={id}")).await;
            doctor
                .wait_for_text("[data-testid=room-notice]", "not in this room")
                .await;
            ends_with(&doctor, &["About that line"]).await;
        }
        no_errors(&doctor.console().await);
    }
}
