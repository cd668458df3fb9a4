//! An answer about a draft that comes late never stands in the way of what is written: a page that was made before the last save, an answer
//! from before the last key.

use serde_json::{Value, json};

use super::visit::{ends_with, no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, OnItsWay, Size},
    database::Engine,
    device::{CHAT, Device, STREAM},
    hospital::Hospital,
    wait::{until, until_equal},
};

const TEXT: &str = "[data-testid=composer-text]";
const PLACES: [(&str, Size); 2] = [(CHAT, Size::DESKTOP), (STREAM, Size::PHONE)];

/// The whole text that the composer holds.
async fn holds(browser: &Browser, words: &str) {
    until_equal("the composer", words, async || {
        let field = browser.wait_for(TEXT).await;
        field.prop("value").await.unwrap().unwrap_or_default()
    })
    .await;
}

/// A room with one doctor at it, who writes, and the same doctor elsewhere, who sees what is saved.
struct Room {
    doctor: Browser,
    elsewhere: Device,
    page: String,
    path: String,
}

impl Room {
    async fn open(hospital: &Hospital, mount: &'static str, size: Size) -> Self {
        let colleague = hospital.device("d02").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        let doctor = Browser::open(size).await;
        sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
        Self {
            doctor,
            elsewhere: hospital.device("d01").await,
            page: hospital.server.url(&format!("{mount}/rooms/{room}")),
            path: format!("{mount}/api/rooms/{room}/draft"),
        }
    }

    /// The server has these words, and this page has heard so.
    async fn saved(&self, words: &str) {
        self.kept(words).await;
        until("the page to hear of it", async || {
            (here(&self.doctor, UNSAVED).await == false).then_some(())
        })
        .await;
    }

    async fn kept(&self, words: &str) {
        until_equal("the server's draft", words, async || {
            let draft = self.elsewhere.get(&self.path).await.json();
            draft["draft"]["text"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .await;
    }

    /// The same as [`Self::saved`], of the page that is about to be left.
    async fn saved_behind(&self, next: &OnItsWay<'_>, words: &str) {
        self.kept(words).await;
        until("the page to hear of it", async || {
            (next.run(UNSAVED).await == false).then_some(())
        })
        .await;
    }

    /// A fresh page, and these words saved from it.
    async fn with(&self, words: &str) {
        self.doctor.goto(&self.page).await;
        self.doctor.wait_for(&format!(".js {TEXT}")).await;
        self.doctor.fill(TEXT, words).await;
        self.saved(words).await;
    }
}

/// Whether the tab keeps words that the server is not known to have.
const UNSAVED: &str =
    "return Object.keys(page.sessionStorage).some((name) => / draft /.test(name))";

/// Puts these words into the composer in place of what is there, as keys would.
fn writing(words: &str) -> String {
    format!(
        "const text = page.document.querySelector('{TEXT}');
        text.value = {};
        text.dispatchEvent(new page.Event('input', {{ bubbles: true }}));",
        json!(words)
    )
}

/// Runs a script, to which `page` is the window of the page.
async fn here(doctor: &Browser, script: &str) -> Value {
    let script = format!("const page = window; {script}");
    doctor.client().execute(&script, Vec::new()).await.unwrap()
}

#[tokio::test]
async fn a_page_from_before_the_last_save_shows_what_was_written_last() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    for (mount, size) in PLACES {
        let room = Room::open(&hospital, mount, size).await;
        let doctor = &room.doctor;
        // Taken out and replaced, and saved so, while the page is on its way; and then changed once more.
        for (saved, left) in [
            ("", ""),
            ("Bisoprolol", "Bisoprolol"),
            ("Bisoprolol", ""),
            ("", "Ramipril"),
            ("Bisoprolol", "Ramipril"),
        ] {
            room.with("Amlodipine 5 mg").await;
            let next = doctor.leave_for(&room.page).await;
            next.run(&writing(saved)).await;
            room.saved_behind(&next, saved).await;
            if left != saved {
                next.run(&writing(left)).await;
            }
            next.arrives().await;
            holds(doctor, left).await;
            doctor.keys(TEXT, "!").await;
            holds(doctor, &format!("{left}!")).await;
            room.saved(&format!("{left}!")).await;
            doctor.goto(&room.page).await;
            holds(doctor, &format!("{left}!")).await;
        }

        // The first words of a room: the page that comes knows of none.
        say(doctor, "Sent").await;
        room.saved("").await;
        let next = doctor.leave_for(&room.page).await;
        next.run(&writing("Amlodipine")).await;
        room.saved_behind(&next, "Amlodipine").await;
        next.run(&writing("")).await;
        next.arrives().await;
        holds(doctor, "").await;
        doctor.keys(TEXT, "Ramipril").await;
        room.saved("Ramipril").await;
        holds(doctor, "Ramipril").await;

        // Sent meanwhile, they are not there to be sent again.
        let next = doctor.leave_for(&room.page).await;
        next.run("page.document.querySelector('#composer').requestSubmit()")
            .await;
        room.saved_behind(&next, "").await;
        next.arrives().await;
        holds(doctor, "").await;
        ends_with(doctor, &["Sent", "Ramipril"]).await;

        let mut console = doctor.console().await;
        console.retain(|line| !line.contains("status of 409"));
        no_errors(&console);
    }
}

/// Nothing about drafts goes out of the page.
const OFF: &str = "page.asked = page.fetch;
    page.fetch = (path, options) =>
        String(path).endsWith('/draft') ? Promise.reject(new TypeError()) : page.asked(path, options);";

#[tokio::test]
async fn a_room_shows_what_another_page_saved_for_it_on_the_way_back() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    for (mount, size) in PLACES {
        let room = Room::open(&hospital, mount, size).await;
        let other = hospital.device("d02").await.on(mount);
        let other = other.new_room(&["1", "3"]).await;
        let other = hospital.server.url(&format!("{mount}/rooms/{other}"));
        let doctor = &room.doctor;
        room.with("Amlodipine 5 mg").await;
        // Left before it could be saved that they were taken out.
        let urls = |urls: Value| doctor.devtools("Network.setBlockedURLs", json!({"urls": urls}));
        doctor.devtools("Network.enable", json!({})).await;
        urls(json!(["*/api/rooms/*/draft"])).await;
        here(doctor, &format!("{OFF} {}", writing(""))).await;
        doctor.goto(&other).await;
        doctor.wait_for(&format!(".js {TEXT}")).await;
        here(doctor, OFF).await;
        urls(json!([])).await;
        let back = doctor.leave_for(&room.page).await;
        room.kept("Amlodipine 5 mg").await;
        assert_eq!(back.run(UNSAVED).await, true);
        back.run("page.fetch = page.asked; page.dispatchEvent(new page.Event('online'))")
            .await;
        room.saved_behind(&back, "").await;
        back.arrives().await;
        holds(doctor, "").await;
        doctor.keys(TEXT, "Ramipril").await;
        room.saved("Ramipril").await;
        holds(doctor, "Ramipril").await;
    }
}

/// Asks for the draft as a page does when its doctor comes back to it. The answer is given at once and comes when
/// [`ARRIVE`] says so.
const LOOK: &str = "
    const ask = window.fetch;
    window.late = null;
    window.fetch = async (path, options) => {
        if (options?.method !== 'GET' || !String(path).endsWith('/draft')) return ask(path, options);
        window.fetch = ask;
        const answer = await ask(path, options);
        const words = await answer.text();
        await new Promise((arrive) => { window.late = arrive; });
        return new Response(words, { status: answer.status, headers: answer.headers });
    };
    document.dispatchEvent(new Event('visibilitychange'));";
/// Lets the answer come, and another one after it, so that the page has had its time.
const ARRIVE: &str = "
    const [done] = arguments;
    window.late();
    fetch(location.pathname).then((answer) => answer.text()).then(() => setTimeout(done));";

#[tokio::test]
async fn an_answer_from_before_the_last_key_changes_nothing() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    for (mount, size) in PLACES {
        let room = Room::open(&hospital, mount, size).await;
        let doctor = &room.doctor;
        let run = async |script: &str| here(doctor, script).await;
        let looks = async || {
            run(LOOK).await;
            until("the answer to be given", async || {
                (run("return window.late !== null").await == true).then_some(())
            })
            .await;
        };
        let arrive = async || {
            let client = doctor.client();
            client.execute_async(ARRIVE, Vec::new()).await.unwrap();
        };
        room.with("Amlodipine").await;

        // Replaced, and not saved yet; the answer holds what the page knew already.
        looks().await;
        run(&writing("Ramipril")).await;
        arrive().await;
        holds(doctor, "Ramipril").await;
        room.saved("Ramipril").await;

        // Replaced, and saved before the answer comes.
        looks().await;
        run(&writing("Bisoprolol")).await;
        room.saved("Bisoprolol").await;
        arrive().await;
        holds(doctor, "Bisoprolol").await;

        // Sent by somebody who comes back to the page and presses Send at once.
        looks().await;
        doctor.click("[data-testid=composer-send]").await;
        ends_with(doctor, &["Bisoprolol"]).await;
        arrive().await;
        holds(doctor, "").await;
        room.kept("").await;
        holds(doctor, "").await;
        no_errors(&doctor.console().await);
    }
}
