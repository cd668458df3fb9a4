//! Letters typed without looking where the focus is: they are written, and do nothing else.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use super::keyboard::{CONTROL, press};
use super::visit::{ends_with, no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, STREAM},
    hospital::Hospital,
    wait::until_equal,
};

const ASK: &str = "[data-testid=key-ask]";
const EDITING: &str = "[data-testid=editing]";
const KEYS: &str =
    "aaaeeejjkkrrruubcdfghilmnopqstvwxyzAERJKUW0123456789.,;:!?'\"()[]{}<>@#%&*+-_=/\\|~^$ ";
/// These are pages and lists of their own, as the sheet says, where nobody writes yet.
const LEAD_AWAY: [char; 2] = ['/', '?'];
const ROUNDS: usize = 12;
const SEED: u64 = 20_261_128;

/// The place of the focus when somebody begins to type.
#[derive(Clone, Copy, Debug)]
enum Opened {
    Fresh,
    AtUrgent,
    AtOwn,
    Unfocused,
    Clicked,
}

const OPENED: [Opened; 5] = [
    Opened::Fresh,
    Opened::AtUrgent,
    Opened::AtOwn,
    Opened::Unfocused,
    Opened::Clicked,
];

async fn run(browser: &Browser, script: &str) -> Value {
    browser.client().execute(script, Vec::new()).await.unwrap()
}

async fn composed(browser: &Browser) -> String {
    let value = run(
        browser,
        "return document.querySelector('[data-testid=composer-text]').value",
    )
    .await;
    value.as_str().unwrap_or_default().to_owned()
}

async fn holds(browser: &Browser, words: &str) {
    until_equal("the composer", words, async || composed(browser).await).await;
}

async fn type_anywhere(browser: &Browser, words: &str) {
    let keys = words
        .chars()
        .fold(KeyActions::new("keyboard".into()), |keys, value| {
            keys.then(KeyAction::Down { value })
                .then(KeyAction::Up { value })
        });
    browser.client().perform_actions(keys).await.unwrap();
}

/// The parts of the room's messages that actions change: texts, edits, recalls, acknowledgements.
async fn state(device: &Device, room: &str) -> Vec<Value> {
    let messages = device.messages(room).await;
    let kept = |message: &Value| {
        json!([
            message["id"],
            message["text"],
            message["edited_at"],
            message["recalled_at"],
            message["receipts"]["acknowledged"],
        ])
    };
    messages.iter().map(kept).collect()
}

async fn open(browser: &Browser, page: &str, how: Opened, urgent: &str, own: &str) {
    let at = match how {
        Opened::AtUrgent => format!("{page}?message={urgent}"),
        Opened::AtOwn => format!("{page}?message={own}"),
        Opened::Fresh | Opened::Unfocused | Opened::Clicked => page.to_owned(),
    };
    browser.goto(&at).await;
    browser.wait_for(".js .message.urgent").await;
    match how {
        Opened::Unfocused => {
            run(browser, "document.activeElement.blur()").await;
        }
        Opened::Clicked => browser.click(".message.mine .text").await,
        Opened::Fresh | Opened::AtUrgent | Opened::AtOwn => {}
    }
}

#[tokio::test]
async fn letters_typed_into_a_room_do_nothing_but_write() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    for (mount, size) in [
        (CHAT, Size::DESKTOP),
        (STREAM, Size::PHONE),
        (CHAT, Size::PHONE),
        (STREAM, Size::DESKTOP),
    ] {
        let colleague = hospital.device("d02").await.on(mount);
        let own = hospital.device("d01").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        let mine = own.says(&room, "Amlodipine 5 mg").await["id"].clone();
        let body = json!({"client_id": "u", "text": "Septic shock, bed 7", "urgency": "urgent"});
        let path = format!("{mount}/api/rooms/{room}/messages");
        let urgent = colleague.post(&path, &body).await.json()["id"].clone();
        let (mine, urgent) = (mine.as_str().unwrap(), urgent.as_str().unwrap());
        let before = state(&colleague, &room).await;

        let doctor = Browser::open(size).await;
        sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
        let page = hospital.server.url(&format!("{mount}/rooms/{room}"));
        let mut random = StdRng::seed_from_u64(SEED);
        let keys: Vec<char> = KEYS.chars().collect();
        for round in 0..ROUNDS {
            let how = OPENED[round % OPENED.len()];
            let first = loop {
                let key = *keys.choose(&mut random).unwrap();
                if !LEAD_AWAY.contains(&key) && key != ' ' {
                    break key;
                }
            };
            let length = random.random_range(3..14);
            let rest = (0..length).map(|_| *keys.choose(&mut random).unwrap());
            let words: String = std::iter::once(first).chain(rest).collect();
            let what = format!("seed {SEED}, round {round}, {how:?}, {mount}: {words:?}");

            open(&doctor, &page, how, urgent, mine).await;
            type_anywhere(&doctor, &words).await;
            until_equal(&what, words.as_str(), async || composed(&doctor).await).await;
            assert!(doctor.texts_of(EDITING).await.is_empty(), "{what}");
            assert!(doctor.texts_of("#answering").await.is_empty(), "{what}");
            assert!(doctor.texts_of("dialog").await.is_empty(), "{what}");
            doctor.wait_for("[data-testid=acknowledge]").await;
            assert_eq!(state(&colleague, &room).await, before, "{what}");
            let clear = "const text = document.querySelector('[data-testid=composer-text]');
                text.value = '';
                text.dispatchEvent(new Event('input', { bubbles: true }));";
            run(&doctor, clear).await;
        }
        no_errors(&doctor.console().await);
    }
}

#[tokio::test]
async fn what_keys_would_do_to_a_message_is_asked_first() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    doctor.wait_for(".js [data-testid=composer-text]").await;

    // Dead keys and input methods begin in the composer too, wherever the focus was.
    for (key, composing, composed) in [("Dead", "´", "é"), ("Process", "に", "日")] {
        run(&doctor, "document.activeElement.blur()").await;
        let down =
            json!({"type": "rawKeyDown", "key": key, "code": "KeyE", "windowsVirtualKeyCode": 229});
        doctor.devtools("Input.dispatchKeyEvent", down).await;
        let compose = json!({"text": composing, "selectionStart": 1, "selectionEnd": 1});
        doctor.devtools("Input.imeSetComposition", compose).await;
        doctor
            .devtools("Input.insertText", json!({"text": composed}))
            .await;
    }
    holds(&doctor, "é日").await;
    say(&doctor, "Amlodipine 5 mg").await;
    ends_with(&doctor, &["Amlodipine 5 mg"]).await;
    doctor.wait_until_gone(".message.unplaced").await;

    // A stray arrow opens an edit. Written on and sent without looking, nothing is changed.
    press(&doctor, "ArrowUp", 0).await;
    doctor.wait_for(EDITING).await;
    type_anywhere(&doctor, "0 at night").await;
    press(&doctor, "Enter", CONTROL).await;
    doctor.wait_for_text(ASK, "Amlodipine 5 mg0 at night").await;
    type_anywhere(&doctor, "yes ").await;
    doctor.wait_until_gone(ASK).await;
    holds(&doctor, "Amlodipine 5 mg0 at night").await;
    // Nor is it after a reload, which brings the edit back.
    doctor.reload().await;
    doctor.wait_for(EDITING).await;
    press(&doctor, "Enter", CONTROL).await;
    doctor.wait_for(ASK).await;
    press(&doctor, "Escape", 0).await;
    doctor.wait_until_gone(ASK).await;
    assert_eq!(
        colleague.messages(&room).await[0]["text"],
        "Amlodipine 5 mg"
    );
    // Its button saves it.
    doctor.click("[data-testid=composer-send]").await;
    ends_with(&doctor, &["Amlodipine 5 mg0 at night"]).await;

    // Where the keyboard went, a letter asks; what is typed on acknowledges nothing.
    let urgent = json!({"client_id": "u", "text": "Please come now", "urgency": "urgent"});
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    assert_eq!(colleague.post(&path, &urgent).await.status, 201);
    ends_with(&doctor, &["Amlodipine 5 mg0 at night", "Please come now"]).await;
    run(&doctor, "document.querySelector('#log').focus()").await;
    press(&doctor, "ArrowUp", 0).await;
    type_anywhere(&doctor, "are").await;
    doctor.wait_for_text(ASK, "Please come now").await;
    type_anywhere(&doctor, " ").await;
    doctor.wait_until_gone(ASK).await;
    doctor.wait_for("[data-testid=acknowledge]").await;
    let acknowledged = colleague.messages(&room).await[1]["receipts"]["acknowledged"].clone();
    assert_eq!(acknowledged, json!([]));
    no_errors(&doctor.console().await);
}
