//! Drafts: a text that was not sent is there again after a reload, in another room, at another login.

use fantoccini::{Locator, key::Key};

use super::visit::{ends_with, no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM},
    hospital::Hospital,
    wait::until,
};

const TEXT: &str = "[data-testid=composer-text]";

async fn holds(browser: &Browser, words: &str) {
    until("the composer to hold the draft", async || {
        let field = browser.wait_for(TEXT).await;
        let value = field.prop("value").await.unwrap().unwrap_or_default();
        (value == words).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_draft_waits_for_its_doctor() {
    for (mount, size) in [(CHAT, Size::DESKTOP), (STREAM, Size::PHONE)] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let (room, other) = (
            colleague.new_room(&["1"]).await,
            colleague.new_room(&["1", "3"]).await,
        );
        colleague.says(&room, "Is the MRI booked?").await;
        let page = |room: &str| hospital.server.url(&format!("{mount}/rooms/{room}"));
        let row = format!("[data-testid=room][data-room-id=\"{room}\"]");

        let doctor = Browser::open(size).await;
        sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
        doctor.goto(&page(&room)).await;
        doctor.click("[data-testid=message-text]").await;
        doctor.click(".message:focus [data-testid=reply]").await;
        doctor.fill(TEXT, "Yes, tomorrow at").await;
        doctor.click(".urgent-switch").await;

        doctor.reload().await;
        holds(&doctor, "Yes, tomorrow at").await;
        doctor
            .wait_for_text("#answering", "Is the MRI booked?")
            .await;
        doctor.wait_for(".urgent-switch :checked").await;

        // Another room has its own, and the list says where one waits.
        doctor.goto(&page(&other)).await;
        holds(&doctor, "").await;
        doctor.goto(&hospital.server.url(mount)).await;
        doctor.wait_for_text(&row, "Draft").await;

        // The session ends by itself; another doctor finds nothing of it.
        doctor.client().delete_all_cookies().await.unwrap();
        sign_in(&doctor, &page(&room), "d02").await;
        doctor.goto(&page(&room)).await;
        holds(&doctor, "").await;
        doctor.client().delete_all_cookies().await.unwrap();
        sign_in(&doctor, &page(&room), "d01").await;
        holds(&doctor, "Yes, tomorrow at").await;
        doctor.click(".urgent-switch").await;
        say(&doctor, "Yes, tomorrow at nine.").await;
        doctor
            .wait_for_text(".message.mine .quote", "Is the MRI")
            .await;
        doctor.goto(&hospital.server.url(mount)).await;
        doctor.wait_for_text(&row, "tomorrow at nine").await;
        assert!(!doctor.text_of(&row).await.contains("Draft"));
        // The session was taken away under an open page, and what it then asked for was refused.
        let console = doctor.console().await.into_iter();
        no_errors(
            &console
                .filter(|line| !line.contains("status of 401"))
                .collect::<Vec<_>>(),
        );
    }
}

/// Never tells the page that a draft was saved, though it is.
const NO_ANSWER: &str = "
    const ask = window.fetch;
    window.fetch = (path, options) => {
        const answer = ask(path, options);
        return options?.method === 'PUT' && String(path).endsWith('/draft') ? new Promise(() => {}) : answer;
    };";

#[tokio::test]
async fn words_that_were_taken_out_do_not_come_back() {
    for (mount, size) in [(CHAT, Size::DESKTOP), (STREAM, Size::PHONE)] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let elsewhere = hospital.device("d01").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        let page = hospital.server.url(&format!("{mount}/rooms/{room}"));
        let path = format!("{mount}/api/rooms/{room}/draft");
        let kept = async || elsewhere.get(&path).await.json()["draft"]["text"].clone();
        let doctor = Browser::open(size).await;
        sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
        // Back in the room, or on a page without a composer.
        for next in [page.clone(), hospital.server.url(mount)] {
            doctor.goto(&page).await;
            doctor.wait_for(".js [data-testid=composer-text]").await;
            doctor
                .client()
                .execute(NO_ANSWER, Vec::new())
                .await
                .unwrap();
            doctor.fill(TEXT, "Amlodipine 5 mg").await;
            until("the words to be saved", async || {
                (kept().await == "Amlodipine 5 mg").then_some(())
            })
            .await;
            doctor.keys(TEXT, &format!("{}a", Key::Control)).await;
            doctor.keys(TEXT, &Key::Delete.to_string()).await;
            doctor.goto(&next).await;
            if next == page {
                holds(&doctor, "").await;
            }
            until("the words to be gone", async || {
                kept().await.is_null().then_some(())
            })
            .await;
        }
        // What was saved unheard is found out by a refusal.
        let mut console = doctor.console().await;
        console.retain(|line| !line.contains("status of 409"));
        no_errors(&console);
    }
}

/// Whether the browser would ask before it closes this page.
async fn asks_before_it_goes(browser: &Browser) -> bool {
    let script = "const event = new Event('beforeunload', { cancelable: true });
        dispatchEvent(event);
        return event.defaultPrevented;";
    let asked = browser.client().execute(script, Vec::new()).await.unwrap();
    asked.as_bool().unwrap()
}

#[tokio::test]
async fn a_draft_is_wherever_its_doctor_goes_on() {
    for (mount, size) in [(CHAT, Size::PHONE), (STREAM, Size::DESKTOP)] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        let said = colleague.says(&room, "Is the MRI booked?").await;
        let page = hospital.server.url(&format!("{mount}/rooms/{room}"));

        let ward = Browser::open(Size::DESKTOP).await;
        sign_in(&ward, &hospital.server.url("/login"), "d01").await;
        ward.goto(&page).await;
        ward.click("[data-testid=message-text]").await;
        ward.click(".message:focus [data-testid=reply]").await;
        ward.fill(TEXT, "Yes, tomorrow at").await;

        // A second tab of the same browser, and after it the first again.
        let client = ward.client();
        let first = client.window().await.unwrap();
        let second = client.new_window(true).await.unwrap().handle;
        client.switch_to_window(second.clone()).await.unwrap();
        ward.goto(&page).await;
        holds(&ward, "Yes, tomorrow at").await;
        ward.wait_for_text("#answering", "Is the MRI booked?").await;
        ward.keys(TEXT, " nine").await;
        client.switch_to_window(first.clone()).await.unwrap();
        holds(&ward, "Yes, tomorrow at nine").await;

        // Signed out at once after the last key; another device.
        ward.keys(TEXT, ", in B").await;
        let sign_out = "document.querySelector('form[action=\"/logout\"]').requestSubmit()";
        client.execute(sign_out, Vec::new()).await.unwrap();
        ward.wait_for_path("/login").await;
        let kept = "return JSON.stringify({ ...sessionStorage })";
        let kept = client.execute(kept, Vec::new()).await.unwrap();
        assert!(!kept.as_str().unwrap().contains("tomorrow"), "{kept}");
        let phone = Browser::open(size).await;
        sign_in(&phone, &page, "d01").await;
        phone.goto(&page).await;
        holds(&phone, "Yes, tomorrow at nine, in B").await;
        phone
            .wait_for_text("#answering", "Is the MRI booked?")
            .await;
        assert!(!asks_before_it_goes(&phone).await);

        // Sent on the phone, it waits nowhere to be sent again.
        sign_in(&ward, &hospital.server.url("/login"), "d01").await;
        ward.goto(&page).await;
        holds(&ward, "Yes, tomorrow at nine, in B").await;
        say(&phone, "Yes, tomorrow at nine, in B.").await;
        let draft = format!("{mount}/api/rooms/{room}/draft");
        let device = hospital.device("d01").await;
        until("the draft to be gone", async || {
            let draft = device.get(&draft).await.json();
            draft["draft"].is_null().then_some(())
        })
        .await;
        client.switch_to_window(second).await.unwrap();
        client.switch_to_window(first).await.unwrap();
        let looked = "document.dispatchEvent(new Event('visibilitychange'))";
        client.execute(looked, Vec::new()).await.unwrap();
        holds(&ward, "").await;
        let sent = device.on(mount).messages(&room).await;
        let sent = sent.iter().find(|message| message["author"]["id"] == "1");
        assert_eq!(sent.unwrap()["reply_to"], said["id"]);
        no_errors(&phone.console().await);
    }
}

#[tokio::test]
async fn a_draft_that_cannot_be_saved_is_asked_about() {
    use crate::support::cable::Cable;
    let hospital = Hospital::open(Engine::Sqlite).await;
    let room = hospital.device("d02").await.new_room(&["1"]).await;
    let cable = Cable::to(&hospital.server).await;
    let doctor = Browser::open(Size::PHONE).await;
    sign_in(&doctor, &cable.url("/login"), "d01").await;
    doctor
        .goto(&cable.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    doctor.fill(TEXT, "Saved").await;
    let draft = format!("{CHAT}/api/rooms/{room}/draft");
    let device = hospital.device("d01").await;
    until("the draft to be saved", async || {
        let draft = device.get(&draft).await.json();
        (draft["draft"]["text"] == "Saved").then_some(())
    })
    .await;
    assert!(!asks_before_it_goes(&doctor).await);
    cable.pull();
    doctor.fill(TEXT, "Not saved").await;
    until("the browser to ask", async || {
        asks_before_it_goes(&doctor).await.then_some(())
    })
    .await;
    let sign_out = "document.querySelector('form[action=\"/logout\"]').requestSubmit()";
    doctor.client().execute(sign_out, Vec::new()).await.unwrap();
    until("the question", async || {
        let question = doctor.client().get_alert_text().await.ok()?;
        assert_eq!(
            question,
            "What you have written is not saved. Sign out and discard?"
        );
        Some(())
    })
    .await;
    doctor.client().dismiss_alert().await.unwrap();
    holds(&doctor, "Not saved").await;
    cable.plug_in();
    until("the draft to be saved after all", async || {
        let draft = device.get(&draft).await.json();
        (draft["draft"]["text"] == "Not saved").then_some(())
    })
    .await;

    // A change to a message is kept in the tab only.
    say(&doctor, "Sent").await;
    ends_with(&doctor, &["Sent"]).await;
    until("the message to be changed", async || {
        doctor.keys(TEXT, &Key::Up.to_string()).await;
        let edit = Locator::Css(".is-editing");
        doctor.client().find(edit).await.ok()
    })
    .await;
    doctor.keys(TEXT, " and changed").await;
    until("the browser to ask", async || {
        asks_before_it_goes(&doctor).await.then_some(())
    })
    .await;
    doctor.click("#editing-stop").await;
    holds(&doctor, "").await;
    assert!(!asks_before_it_goes(&doctor).await);
}
