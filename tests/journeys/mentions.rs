//! "@" names a colleague, who sees it in the list and in the text.

use fantoccini::key::Key;

use super::visit::{TEXTS, no_errors, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM},
    hospital::Hospital,
    wait::until,
};

const TEXT: &str = "[data-testid=composer-text]";

#[tokio::test]
async fn a_colleague_is_mentioned() {
    for (mount, size) in [(CHAT, Size::DESKTOP), (STREAM, Size::PHONE)] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let room = colleague.new_room(&["1", "4"]).await;
        let page = hospital.server.url(&format!("{mount}/rooms/{room}"));
        let row = format!("[data-testid=room][data-room-id=\"{room}\"]");
        let (writer, meant) = (Browser::open(size).await, Browser::open(size).await);
        sign_in(&writer, &hospital.server.url("/login"), "d01").await;
        sign_in(&meant, &hospital.server.url("/login"), "d04").await;
        meant.goto(&hospital.server.url(mount)).await;
        writer.goto(&page).await;

        // By keyboard, and by mouse or finger.
        writer.keys(TEXT, "Could @lis").await;
        writer
            .wait_for_text("[data-testid=mention-choice]", "Dr Kwabena Lisle")
            .await;
        writer.keys(TEXT, &Key::Enter.to_string()).await;
        writer.keys(TEXT, "ask @card").await;
        writer.click("[data-testid=mention-choice]").await;
        writer
            .wait_until_gone("[data-testid=mention-choices]")
            .await;
        writer
            .keys(TEXT, "please, see https://nice.org.uk/ng158.")
            .await;
        writer.click("[data-testid=composer-send]").await;
        let said = "Could @Dr Kwabena Lisle ask @Dr Teodor Brannigan please, see https://nice.org.uk/ng158.";
        writer.wait_for_text(TEXTS, said).await;
        // Drawn once more when the server has it.
        until("both to be marked as mentioned", async || {
            let both = ["@Dr Kwabena Lisle", "@Dr Teodor Brannigan"];
            (writer.texts_of(".mention").await == both).then_some(())
        })
        .await;

        meant.wait_for_text(&row, "Mentions you").await;
        meant.reload().await;
        meant.wait_for_text(&row, "Mentions you").await;
        meant.click(&format!("{row} a")).await;
        meant.wait_for_text(TEXTS, said).await;
        assert_eq!(
            meant.texts_of(".mention.of-me").await,
            ["@Dr Kwabena Lisle"]
        );
        meant
            .wait_for("[data-testid=message-text] a[href=\"https://nice.org.uk/ng158\"][rel=\"noopener noreferrer\"]")
            .await;
        until("the message to be read", async || {
            let said = colleague.messages(&room).await;
            let readers = said.last()?["receipts"]["read"].as_array()?.clone();
            readers
                .iter()
                .any(|mark| mark["doctor_id"] == "4")
                .then_some(())
        })
        .await;
        meant.goto(&hospital.server.url(mount)).await;
        meant.wait_for(&row).await;
        meant
            .wait_until_gone(&format!("{row} [data-testid=mentioned]"))
            .await;
        no_errors(&writer.console().await);
        no_errors(&meant.console().await);
    }
}

#[tokio::test]
async fn a_room_waits_again_from_a_message_on() {
    for mount in [CHAT, STREAM] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        for words in ["one", "two", "three"] {
            colleague.says(&room, words).await;
        }
        let badge = format!("[data-testid=room][data-room-id=\"{room}\"] [data-testid=unread]");
        let (desk, phone) = (
            Browser::open(Size::DESKTOP).await,
            Browser::open(Size::PHONE).await,
        );
        for browser in [&desk, &phone] {
            sign_in(browser, &hospital.server.url("/login"), "d01").await;
            browser.goto(&hospital.server.url(mount)).await;
            browser.wait_for_text(&badge, "3").await;
        }
        desk.goto(&hospital.server.url(&format!("{mount}/rooms/{room}")))
            .await;
        phone.wait_until_gone(&badge).await;
        desk.keys("#log", &Key::Up.to_string()).await;
        desk.keys(".message:focus", &Key::Up.to_string()).await;
        desk.keys(".message:focus", "u").await;
        desk.wait_for_text("[data-testid=toast]", "Marked unread")
            .await;
        desk.wait_for_text(&badge, "2").await;
        phone.wait_for_text(&badge, "2").await;
        desk.goto(&hospital.server.url(mount)).await;
        desk.wait_for_text(&badge, "2").await;
        no_errors(&desk.console().await);
    }
}
