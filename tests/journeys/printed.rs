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
    assert_eq!(laid["messages"], laid["authors"], "each with its author");
    let stamped = laid["stamped"].as_array().unwrap();
    assert!(!stamped.is_empty());
    for stamp in stamped {
        let stamp = stamp.as_str().unwrap();
        assert!(stamp.contains("20") && stamp.contains(':'), "{stamp}");
    }
    assert_eq!(laid["chrome"], json!([]));

    let pdf = browser.devtools("Page.printToPDF", json!({"printBackground": false}));
    let pdf = BASE64_STANDARD.decode(pdf.await["data"].as_str().unwrap());
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("conversation.pdf"), pdf.unwrap()).unwrap();
}
