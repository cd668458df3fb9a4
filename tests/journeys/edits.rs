//! Edits in the composer: what waits beside them, and what becomes of their words when they are left.

use fantoccini::key::Key;
use serde_json::json;

use super::files::pick;
use super::visit::{ends_with, from_menu, no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM},
    hospital::Hospital,
    wait::until,
};

const TEXT: &str = "[data-testid=composer-text]";
const EDITING: &str = "[data-testid=editing]";
const FIRST: &str = ".message.mine:not(.message.mine ~ .message.mine) .text";
const LAST: &str = ".message.mine:last-of-type .text";

async fn holds(browser: &Browser, words: &str) {
    until("the composer to hold these words", async || {
        let field = browser.wait_for(TEXT).await;
        let value = field.prop("value").await.unwrap().unwrap_or_default();
        (value == words).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_message_that_waited_for_its_file_goes_beside_an_edit() {
    for (mount, size) in [(CHAT, Size::DESKTOP), (STREAM, Size::PHONE)] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        let folder = tempfile::tempdir().unwrap();
        let doctor = Browser::open(size).await;
        sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
        doctor
            .goto(&hospital.server.url(&format!("{mount}/rooms/{room}")))
            .await;
        say(&doctor, "Amlodipine 50 mg").await;
        ends_with(&doctor, &["Amlodipine 50 mg"]).await;
        doctor.wait_until_gone(".message.unplaced").await;

        let slow =
            json!({"network_conditions": {"offline": false, "latency": 0, "throughput": 20_000}});
        doctor.network(slow).await;
        pick(&doctor, folder.path(), &[("letter.txt", &[b'x'; 800_000])]).await;
        doctor.wait_for("[data-testid=attach-progress]").await;
        say(&doctor, "See the letter.").await;
        doctor
            .wait_for_text("[data-testid=attach-note]", "Sent as soon as")
            .await;
        from_menu(&doctor, LAST, "edit").await;
        doctor.wait_for(EDITING).await;
        doctor.keys(TEXT, " or").await;
        doctor.set_offline(false).await;
        ends_with(&doctor, &["Amlodipine 50 mg", "See the letter."]).await;
        doctor
            .wait_for_text("[data-testid=attachment]", "letter.txt")
            .await;
        doctor.wait_for(EDITING).await;
        holds(&doctor, "Amlodipine 50 mg or").await;
        let sent = until("both to be stored", async || {
            let sent = colleague.messages(&room).await;
            (sent.len() == 2).then_some(sent)
        })
        .await;
        assert_eq!(sent[0]["text"], "Amlodipine 50 mg");
        assert_eq!(sent[1]["attachments"].as_array().unwrap().len(), 1);

        doctor.keys(TEXT, &Key::Escape.to_string()).await;
        doctor.wait_until_gone(EDITING).await;
        holds(&doctor, "").await;
        no_errors(&doctor.console().await);
    }
}

#[tokio::test]
async fn escape_keeps_the_changed_words_of_each_message() {
    for (mount, size) in [(CHAT, Size::DESKTOP), (STREAM, Size::PHONE)] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        let doctor = Browser::open(size).await;
        sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
        doctor
            .goto(&hospital.server.url(&format!("{mount}/rooms/{room}")))
            .await;
        say(&doctor, "First").await;
        say(&doctor, "Second").await;
        ends_with(&doctor, &["First", "Second"]).await;
        doctor.wait_until_gone(".message.unplaced").await;
        doctor.fill(TEXT, "A draft").await;

        from_menu(&doctor, FIRST, "edit").await;
        holds(&doctor, "First").await;
        doctor.keys(TEXT, " changed").await;
        doctor.keys(TEXT, &Key::Escape.to_string()).await;
        doctor
            .wait_for_text("[data-testid=toast]", "Your changes are kept")
            .await;
        doctor.wait_until_gone(EDITING).await;
        holds(&doctor, "A draft").await;
        from_menu(&doctor, LAST, "edit").await;
        holds(&doctor, "Second").await;
        doctor.keys(TEXT, " too").await;
        // Straight on to the other one, and back.
        from_menu(&doctor, FIRST, "edit").await;
        holds(&doctor, "First changed").await;
        doctor.click("[data-testid=composer-send]").await;
        ends_with(&doctor, &["First changed", "Second"]).await;
        from_menu(&doctor, LAST, "edit").await;
        holds(&doctor, "Second too").await;

        // Given up by its button, the words are gone; and so are those that were saved.
        doctor.click("[data-testid=editing-stop]").await;
        doctor.wait_until_gone(EDITING).await;
        for (css, words) in [(LAST, "Second"), (FIRST, "First changed")] {
            from_menu(&doctor, css, "edit").await;
            holds(&doctor, words).await;
            doctor.keys(TEXT, &Key::Escape.to_string()).await;
            doctor.wait_until_gone(EDITING).await;
        }
        holds(&doctor, "A draft").await;
        no_errors(&doctor.console().await);
    }
}
