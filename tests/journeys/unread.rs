//! A room opens at the first unread message, and only what was on screen counts as read.

use serde_json::Value;

use super::visit::{TEXTS, ends_with, no_errors, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, STREAM},
    hospital::Hospital,
    wait::until,
};

async fn unread(device: &Device, room: &str) -> u64 {
    let path = format!("{}/api/rooms/{room}", device.mount());
    device.get(&path).await.json()["unread"].as_u64().unwrap()
}

/// The texts that are wholly in view.
async fn in_view(browser: &Browser) -> Vec<String> {
    let script = "
        const { top, bottom } = document.getElementById('scroller').getBoundingClientRect();
        return Array.from(document.querySelectorAll('.message .text'))
            .filter((text) => text.getBoundingClientRect().top >= top && text.getBoundingClientRect().bottom <= bottom)
            .map((text) => text.textContent);";
    let texts = browser.client().execute(script, Vec::new()).await.unwrap();
    let texts = texts.as_array().unwrap().iter();
    texts.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_room_opens_at_the_first_unread_message() {
    for (mount, size) in [(CHAT, Size::DESKTOP), (STREAM, Size::PHONE)] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let me = hospital.device("d01").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        let mut read = Value::Null;
        for number in 0..10 {
            read = colleague.says(&room, &format!("Read {number}")).await["id"].clone();
        }
        let mark = serde_json::json!({"message_id": read});
        let path = format!("{mount}/api/rooms/{room}/read");
        assert_eq!(me.post(&path, &mark).await.status, 204);
        for number in 0..60 {
            colleague.says(&room, &format!("Unread {number}")).await;
        }
        assert_eq!(unread(&me, &room).await, 60);

        let doctor = Browser::open(size).await;
        sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
        doctor
            .goto(&hospital.server.url(&format!("{mount}/rooms/{room}")))
            .await;
        doctor.wait_for("[data-testid=new-line]").await;
        until("the first unread message to be in view", async || {
            in_view(&doctor)
                .await
                .contains(&"Unread 0".to_owned())
                .then_some(())
        })
        .await;
        let shown = in_view(&doctor).await;
        assert!(!shown.contains(&"Unread 59".to_owned()), "{shown:?}");
        doctor
            .wait_for_text("[data-testid=jump-latest]", "Jump to latest (")
            .await;
        doctor
            .screenshot(&format!(
                "first-unread-{}",
                mount.rsplit('/').next().unwrap()
            ))
            .await;

        // What is below the screen stays unread, here and in the list.
        let seen = shown
            .iter()
            .filter(|text| text.starts_with("Unread"))
            .count() as u64;
        until("what was on screen to be read", async || {
            (unread(&me, &room).await == 60 - seen).then_some(())
        })
        .await;
        doctor.click("[data-testid=jump-latest]").await;
        ends_with(&doctor, &["Unread 59"]).await;
        until("the rest to be read", async || {
            (unread(&me, &room).await == 0).then_some(())
        })
        .await;
        no_errors(&doctor.console().await);
    }
}

#[tokio::test]
async fn a_page_that_nobody_looks_at_reads_nothing() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let me = hospital.device("d01").await;
    let room = colleague.new_room(&["1"]).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    let client = doctor.client();
    let talking = client.window().await.unwrap();
    // A headless browser takes every tab for the one in front; this one is told that it is not.
    let away = "document.hasFocus = () => false";
    client.execute(away, Vec::new()).await.unwrap();
    let front = client.new_window(true).await.unwrap().handle;
    client.switch_to_window(front).await.unwrap();
    doctor.resize(Size::DESKTOP).await;
    doctor.goto(&hospital.server.url("/doctor/patients")).await;
    colleague.says(&room, "While you were away").await;
    let row = format!("[data-testid=room][data-room-id=\"{room}\"] [data-testid=unread]");
    doctor.wait_for_text(&row, "1").await;
    assert_eq!(unread(&me, &room).await, 1);

    client.close_window().await.unwrap();
    client.switch_to_window(talking).await.unwrap();
    doctor.wait_for_text(TEXTS, "While you were away").await;
    assert_eq!(unread(&me, &room).await, 1);
    let back = "delete document.hasFocus; dispatchEvent(new Event('focus'))";
    client.execute(back, Vec::new()).await.unwrap();
    until("it to be read once it is looked at", async || {
        (unread(&me, &room).await == 0).then_some(())
    })
    .await;
}

/// Keeps the next answer with the list of rooms back until `release()`, and has the page ask for it.
const HOLD: &str = "
    const [done] = arguments;
    const ask = window.fetch;
    window.fetch = async (path, ...rest) => {
        const answer = await ask(path, ...rest);
        if (!String(path).includes('rooms?limit')) return answer;
        window.fetch = ask;
        await new Promise((release) => { window.release = release; done(); });
        return answer;
    };
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));";

/// Lets the held answer go, and ends when the page has asked again.
const RELEASE: &str = "
    const [done] = arguments;
    const ask = window.fetch;
    window.fetch = async (...call) => {
        const answer = await ask(...call);
        done();
        return answer;
    };
    window.release();";

#[tokio::test]
async fn an_overtaken_answer_takes_no_mark_away() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor.goto(&hospital.server.url("/doctor/patients")).await;
    doctor.wait_for(".js [data-testid=room]").await;
    let client = doctor.client();
    client.execute_async(HOLD, Vec::new()).await.unwrap();
    colleague.says(&room, "Said meanwhile").await;
    let row = format!("[data-testid=room][data-room-id=\"{room}\"] [data-testid=unread]");
    doctor.wait_for_text(&row, "1").await;
    client.execute_async(RELEASE, Vec::new()).await.unwrap();
    doctor.wait_for_text(&row, "1").await;
}

/// Keeps all news from the second on back until `release()`, which tells it in its order, and how many messages that
/// were by now. The first says that the page listens.
const HOLD_NEWS: &str = "
    const held = [];
    let messages = 0;
    window.isListening = false;
    window.release = () => {
        held.splice(0).forEach((tell) => tell());
        return messages;
    };
    const listen = EventSource.prototype.addEventListener;
    EventSource.prototype.addEventListener = function (type, tell) {
        listen.call(this, type, (event) => {
            const told = () => {
                tell(event);
                if (type === 'message.posted') messages += 1;
            };
            if (isListening) held.push(told);
            else told();
            window.isListening = true;
        });
    };";

#[tokio::test]
async fn a_message_that_an_answer_was_quicker_to_tell_counts_once() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    let script = serde_json::json!({"source": HOLD_NEWS});
    doctor
        .devtools("Page.addScriptToEvaluateOnNewDocument", script)
        .await;
    doctor.goto(&hospital.server.url("/doctor/patients")).await;
    doctor.wait_for(".js [data-testid=room]").await;
    let client = doctor.client();
    until("the page to listen", async || {
        let listens = client.execute("return isListening", Vec::new()).await;
        (listens.unwrap() == true).then_some(())
    })
    .await;
    colleague.says(&room, "One").await;
    colleague.says(&room, "Two").await;
    // The page asks for all there is, as it does when another tab begins to listen.
    let ask = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))";
    client.execute(ask, Vec::new()).await.unwrap();
    let row = format!("[data-testid=room][data-room-id=\"{room}\"] [data-testid=unread]");
    doctor.wait_for_text(&row, "2").await;
    let told = async |messages: u64| {
        until("the news", async || {
            let told = client.execute("return release()", Vec::new()).await;
            (told.unwrap() == messages).then_some(())
        })
        .await;
    };
    told(2).await;
    assert_eq!(doctor.texts_of(&row).await, ["2\nunread"]);
    colleague.says(&room, "Three").await;
    told(3).await;
    assert_eq!(doctor.texts_of(&row).await, ["3\nunread"]);
}

#[tokio::test]
async fn counts_are_the_same_on_every_tab_and_device() {
    for mount in [CHAT, STREAM] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        let row = format!("[data-testid=room][data-room-id=\"{room}\"]");
        let badge = format!("{row} [data-testid=unread]");
        let (desk, phone) = (
            Browser::open(Size::DESKTOP).await,
            Browser::open(Size::PHONE).await,
        );
        for browser in [&desk, &phone] {
            sign_in(browser, &hospital.server.url("/login"), "d01").await;
            browser.goto(&hospital.server.url(mount)).await;
            browser.wait_for(&row).await;
        }
        let client = desk.client();
        let first = client.window().await.unwrap();
        let second = client.new_window(true).await.unwrap().handle;
        client.switch_to_window(second.clone()).await.unwrap();
        desk.goto(&hospital.server.url(mount)).await;
        desk.wait_for(&row).await;

        for number in 1..=3 {
            colleague.says(&room, &format!("Message {number}")).await;
        }
        desk.wait_for_text(&badge, "3").await;
        phone.wait_for_text(&badge, "3").await;
        client.switch_to_window(first.clone()).await.unwrap();
        desk.wait_for_text(&badge, "3").await;

        // Read on the phone, nothing is unread anywhere.
        phone.click(&format!("{row} a")).await;
        ends_with(&phone, &["Message 1", "Message 2", "Message 3"]).await;
        desk.wait_until_gone(&badge).await;
        client.switch_to_window(second).await.unwrap();
        desk.wait_until_gone(&badge).await;
        no_errors(&desk.console().await);
        no_errors(&phone.console().await);
    }
}

#[tokio::test]
async fn the_patients_pages_say_where_something_is_unread() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let opening = serde_json::json!({"patient_id": "12"});
    let mut rooms = Vec::new();
    for (mount, count) in [(CHAT, 2), (STREAM, 1)] {
        let colleague = hospital.device("d07").await.on(mount);
        let me = hospital.device("d01").await.on(mount);
        let path = format!("{mount}/api/rooms");
        let room = colleague.post(&path, &opening).await.json()["id"].clone();
        assert!(me.post(&path, &opening).await.status < 300);
        let room = room.as_str().unwrap().to_owned();
        for number in 0..count {
            colleague.says(&room, &format!("Message {number}")).await;
        }
        rooms.push((me, room));
    }
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    let row = "[data-testid=patient-row][data-patient-id=\"12\"]";
    let mark = format!("{row} [data-testid=patient-unread]");
    let list = hospital.server.url("/doctor/patients");
    doctor.goto(&list).await;
    let shown = doctor.texts_of(&mark).await;
    assert_eq!(shown, ["2 unread, Legacy", "1 unread, Stream"]);
    doctor
        .goto(&hospital.server.url("/doctor/patients/12"))
        .await;
    let (legacy, stream) = ("[data-testid=unread-legacy]", "[data-testid=unread-stream]");
    doctor.wait_for_text(legacy, "2 unread").await;
    doctor.wait_for_text(stream, "1 unread").await;

    // Read there, it is marked no more.
    for (me, room) in &rooms {
        let page = format!("{}/rooms/{room}", me.mount());
        doctor.goto(&hospital.server.url(&page)).await;
        until("the room to be read", async || {
            (unread(me, room).await == 0).then_some(())
        })
        .await;
    }
    until("nothing to be marked", async || {
        doctor.goto(&list).await;
        doctor.texts_of(&mark).await.is_empty().then_some(())
    })
    .await;
    doctor
        .goto(&hospital.server.url("/doctor/patients/12"))
        .await;
    doctor.wait_for_text(legacy, "Nothing unread").await;
    doctor.wait_for_text(stream, "Nothing unread").await;
}
