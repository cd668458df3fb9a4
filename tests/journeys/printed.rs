//! A conversation on paper reads like a record: the patient on top, each message with its author, its
//! full date and its state, and nothing to press.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;

use super::{screens::room, visit::sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    hospital::Hospital,
};

/// Every text that is laid out for paper, by the kind of its element.
const LAID_OUT: &str = "
    const shown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility === 'visible';
    const texts = (selector) => Array.from(document.querySelectorAll(selector)).filter(shown)
        .map((element) => element.textContent.trim());
    const stamped = Array.from(document.querySelectorAll('.message')).map((message) =>
        getComputedStyle(message.querySelector('.clock'), '::after').content);
    return {
        banner: texts('.patient-banner').join(' '),
        messages: texts('.message').length,
        authors: texts('.message .author').length,
        stamped,
        note: texts('#print-note').join(' '),
        chrome: texts('.sidebar, .composer, button, .skip, .more, .reply'),
    };";

#[tokio::test]
async fn a_busy_room_prints_as_a_record() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let room = room(&hospital.device("d01").await, "Yusra Calloway").await;
    let browser = Browser::open(Size::DESKTOP).await;
    sign_in(&browser, &hospital.server.url("/login"), "d01").await;
    browser.goto(&hospital.server.url(&room)).await;
    browser.wait_for(".js [data-testid=message-list]").await;

    let paper = json!({"media": "print"});
    browser.devtools("Emulation.setEmulatedMedia", paper).await;
    let laid = browser
        .client()
        .execute(LAID_OUT, Vec::new())
        .await
        .unwrap();
    let banner = laid["banner"].as_str().unwrap();
    for words in ["Yusra Calloway", "LMH-900103", "B3-07", "Born"] {
        assert!(banner.contains(words), "{words} in {banner}");
    }
    let note = laid["note"].as_str().unwrap();
    for words in [
        "Larkmere",
        "Printed by Dr Imara Okello-Voss",
        "conversation",
    ] {
        assert!(note.contains(words), "{words} in {note}");
    }
    assert_eq!(laid["messages"], laid["authors"], "each with its author");
    let stamped = laid["stamped"].as_array().unwrap();
    assert!(!stamped.is_empty());
    for stamp in stamped {
        let stamp = stamp.as_str().unwrap();
        assert!(stamp.contains("20") && stamp.contains(':'), "{stamp}");
    }
    assert_eq!(laid["chrome"], json!([]));

    kept_as(&browser, "conversation.pdf").await;
}

async fn kept_as(browser: &Browser, name: &str) {
    let pdf = browser.devtools("Page.printToPDF", json!({"printBackground": false}));
    let pdf = BASE64_STANDARD.decode(pdf.await["data"].as_str().unwrap());
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), pdf.unwrap()).unwrap();
}

/// Of the texts on the page for paper those that are laid out, joined.
const ON_PAPER: &str = "
    const shown = (element) => element.getClientRects().length > 0;
    const texts = (selector) => Array.from(document.querySelectorAll(selector)).filter(shown)
        .map((element) => element.textContent.trim());
    return {
        head: texts('.sheets-head').join(' '),
        scope: texts('[data-testid=paper-scope]').join(' '),
        messages: texts('[data-testid=paper-message]').length,
        chrome: texts('.sidebar, button, .skip, form, .back, .ribbon, .urgent-strip'),
    };";

#[tokio::test]
async fn the_page_for_paper_is_reached_from_the_room_and_prints_all_of_it() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let device = hospital.device("d01").await;
    let room = room(&device, "Yusra Calloway").await;
    let id = room.rsplit('/').next().unwrap();
    let all = device.all_messages(id).await.len();
    let browser = Browser::open(Size::DESKTOP).await;
    sign_in(&browser, &hospital.server.url("/login"), "d01").await;
    browser.goto(&hospital.server.url(&room)).await;
    browser.click("[data-testid=print-this-room]").await;
    browser.wait_for("[data-testid=paper-print]").await;
    super::screens::looks_right(&browser, "paper").await;
    let paper = json!({"media": "print"});
    browser.devtools("Emulation.setEmulatedMedia", paper).await;
    let laid = browser.client().execute(ON_PAPER, Vec::new()).await;
    let laid = laid.unwrap();
    for words in ["Yusra Calloway", "LMH-900103", "Larkmere"] {
        assert!(laid["head"].as_str().unwrap().contains(words), "{laid}");
    }
    let scope = laid["scope"].as_str().unwrap();
    assert!(
        scope.contains(&format!("The whole conversation: {all} messages")),
        "{laid}"
    );
    assert_eq!(laid["messages"], all);
    assert_eq!(laid["chrome"], json!([]));
    kept_as(&browser, "paper.pdf").await;
    super::visit::no_errors(&browser.console().await);
}
