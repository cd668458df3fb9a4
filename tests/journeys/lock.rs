//! A page that nobody touches hides what it shows, in every tab, and comes back as it was.

use fantoccini::cookies::Cookie;
use serde_json::json;

use super::visit::{ends_with, no_errors, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, PASSWORD, STREAM},
    hospital::Hospital,
    wait::until,
};

const DRAFT: &str = "Half a thought about the potassium";

/// Makes the page believe that nobody has touched any tab for so long.
async fn idle_for(browser: &Browser, seconds: u32) {
    // A page that comes to life notes that somebody is there.
    browser.wait_for("html.js").await;
    // It looks at the clock at once: a browser tells the page of a pointer that stands still when what is beneath it
    // moves, and that counts as somebody.
    let script = "localStorage.setItem(`active ${document.body.dataset.doctorId}`, Date.now() - arguments[0] * 1000); \
        document.dispatchEvent(new Event('visibilitychange'))";
    let done = browser.client().execute(script, vec![json!(seconds)]).await;
    done.unwrap();
}

/// Everything somebody could read: with the eyes, with a screen reader, in the title, in the page when it is saved, or
/// in what the tab keeps.
async fn readable(browser: &Browser) -> String {
    let script = "return document.title + document.documentElement.outerHTML + JSON.stringify({ ...sessionStorage, ...localStorage })";
    let text = browser.client().execute(script, Vec::new()).await.unwrap();
    let tree = browser.devtools("Accessibility.getFullAXTree", json!({}));
    let nodes = tree.await["nodes"].as_array().unwrap().clone();
    let names = nodes
        .iter()
        .filter(|node| node["ignored"] != true)
        .filter_map(|node| node["name"]["value"].as_str());
    format!("{}{}", text.as_str().unwrap(), names.collect::<String>())
}

async fn hides(browser: &Browser) {
    browser.wait_for("[data-testid=lock]").await;
    let readable = readable(browser).await;
    for word in [
        "Amara Vint",
        "LMH-900112",
        "Gloves",
        "Half a thought",
        "Dr Noor",
    ] {
        assert!(!readable.contains(word), "{word} in {readable}");
    }
    assert!(readable.contains("Locked"));
}

async fn unlock(browser: &Browser, password: &str) {
    browser
        .fill("[data-testid=unlock-password]", password)
        .await;
    browser.click("[data-testid=unlock-submit]").await;
}

/// The session that a browser with these cookies had opens nothing any more.
async fn is_over(hospital: &Hospital, mount: &str, cookies: &[Cookie<'_>]) {
    let session = cookies.iter().find(|cookie| cookie.name() == "hims_chat");
    let session = format!("hims_chat={}", session.unwrap().value());
    until("the session to be over", async || {
        let stranger = Device::new(&hospital.server);
        let request = stranger.request(reqwest::Method::GET, &format!("{mount}/api/rooms"));
        let request = request.header("cookie", &session);
        (crate::support::device::send(request).await.status == 401).then_some(())
    })
    .await;
}

/// A room about a patient in which somebody else has spoken.
async fn room(colleague: &Device, mount: &str, doctor: &Device) -> String {
    let opened = colleague
        .post(&format!("{mount}/api/rooms"), &json!({"patient_id": "12"}))
        .await;
    let room = opened.json()["id"].as_str().unwrap().to_owned();
    let joined = doctor
        .post(&format!("{mount}/api/rooms"), &json!({"patient_id": "12"}))
        .await;
    assert!(joined.status < 300, "{}", joined.text());
    room
}

async fn locks_and_unlocks(mount: &'static str) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d07").await.on(mount);
    let room = room(&colleague, mount, &hospital.device("d01").await).await;
    colleague.says(&room, "Gloves without latex").await;
    let url = |path: &str| hospital.server.url(path);
    let page = format!("{mount}/rooms/{room}");

    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &url("/login"), "d01").await;
    doctor.goto(&url("/doctor/patients/12")).await;
    let client = doctor.client();
    let first = client.window().await.unwrap();
    let second = client.new_window(true).await.unwrap().handle;
    client.switch_to_window(second.clone()).await.unwrap();
    doctor.goto(&url(&page)).await;
    ends_with(&doctor, &["Gloves without latex"]).await;
    doctor.keys("[data-testid=composer-text]", DRAFT).await;
    no_errors(&doctor.console().await);

    // It warns, and whoever is there stays.
    idle_for(&doctor, 9 * 60 + 1).await;
    doctor
        .wait_for_text("[data-testid=idle-warning]", "This page locks in")
        .await;
    doctor.click("[data-testid=idle-stay]").await;
    doctor.wait_until_gone("[data-testid=idle-warning]").await;

    // Nobody is there: every tab is covered, and the session over.
    let cookies = client.get_all_cookies().await.unwrap();
    idle_for(&doctor, 10 * 60).await;
    hides(&doctor).await;
    client.switch_to_window(first.clone()).await.unwrap();
    hides(&doctor).await;
    client.switch_to_window(second.clone()).await.unwrap();
    is_over(&hospital, mount, &cookies).await;

    // What is said meanwhile comes with the next session.
    colleague.says(&room, "And the mask too").await;
    unlock(&doctor, "guess").await;
    doctor
        .wait_for_text("[data-testid=unlock-error]", "The password is wrong.")
        .await;
    hides(&doctor).await;
    unlock(&doctor, PASSWORD).await;
    doctor.wait_until_gone("[data-testid=lock]").await;
    ends_with(&doctor, &["Gloves without latex", "And the mask too"]).await;
    let draft = doctor.wait_for("[data-testid=composer-text]").await;
    assert_eq!(draft.prop("value").await.unwrap().as_deref(), Some(DRAFT));
    client.switch_to_window(first).await.unwrap();
    doctor
        .wait_for_text("[data-testid=patient-name]", "Amara Vint")
        .await;
    client.switch_to_window(second).await.unwrap();

    // Loaded anew while locked, it leads over the login to the same room, draft and all.
    let cookies = client.get_all_cookies().await.unwrap();
    idle_for(&doctor, 10 * 60).await;
    hides(&doctor).await;
    is_over(&hospital, mount, &cookies).await;
    doctor.reload().await;
    doctor.wait_for_path("/login").await;
    doctor
        .fill("[data-testid=login-email]", "d01@larkmere.example")
        .await;
    doctor.fill("[data-testid=login-password]", PASSWORD).await;
    doctor.click("[data-testid=login-submit]").await;
    doctor.wait_for_path(&page).await;
    let draft = doctor.wait_for("[data-testid=composer-text]").await;
    assert_eq!(draft.prop("value").await.unwrap().as_deref(), Some(DRAFT));
    doctor.wait_until_gone("[data-testid=lock]").await;

    // Somebody else takes over the computer: their pages, and no word of the first doctor's.
    idle_for(&doctor, 9 * 60 + 1).await;
    doctor.click("[data-testid=idle-lock]").await;
    hides(&doctor).await;
    doctor.click("[data-testid=lock-other]").await;
    doctor
        .fill("[data-testid=login-email]", "d07@larkmere.example")
        .await;
    doctor.fill("[data-testid=login-password]", PASSWORD).await;
    doctor.click("[data-testid=login-submit]").await;
    doctor.wait_for_path(&page).await;
    doctor
        .wait_for_text("[data-testid=signed-in-as]", "Dr Noor Haldane")
        .await;
    let draft = doctor.wait_for("[data-testid=composer-text]").await;
    assert_eq!(draft.prop("value").await.unwrap().as_deref(), Some(""));
}

#[tokio::test]
async fn on_the_legacy_mount() {
    locks_and_unlocks(CHAT).await;
}

#[tokio::test]
async fn on_the_stream_mount() {
    locks_and_unlocks(STREAM).await;
}

#[tokio::test]
async fn a_page_that_is_locked_without_a_network_unlocks_when_it_is_back() {
    use crate::support::cable::Cable;
    let hospital = Hospital::open(Engine::Sqlite).await;
    let cable = Cable::to(&hospital.server).await;
    let doctor = Browser::open(Size::PHONE).await;
    sign_in(&doctor, &cable.url("/login"), "d01").await;
    cable.pull();
    doctor.click("[data-testid=lock-now]").await;
    doctor.wait_for("[data-testid=lock]").await;
    unlock(&doctor, PASSWORD).await;
    doctor
        .wait_for_text("[data-testid=unlock-error]", "the server did not answer")
        .await;
    cable.plug_in();
    unlock(&doctor, PASSWORD).await;
    doctor.wait_until_gone("[data-testid=lock]").await;
    doctor.wait_for("[data-testid=patients]").await;
}

/// Lets a test set the computer's clock, and the one that is never set and may stand still in sleep.
const CLOCKS: &str = "
    window.shift = { wall: 0, steady: 0 };
    const [wall, steady] = [Date.now, performance.now.bind(performance)];
    Date.now = () => wall() + shift.wall;
    performance.now = () => steady() + shift.steady;";

async fn shift(browser: &Browser, wall_minutes: f64, steady_minutes: f64) {
    let script = "shift.wall = arguments[0] * 60_000; shift.steady = arguments[1] * 60_000";
    let minutes = vec![json!(wall_minutes), json!(steady_minutes)];
    browser.client().execute(script, minutes).await.unwrap();
}

#[tokio::test]
async fn no_clock_that_is_set_postpones_the_lock() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    let script = json!({"source": CLOCKS});
    doctor
        .devtools("Page.addScriptToEvaluateOnNewDocument", script)
        .await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor.wait_for(".js [data-testid=patients]").await;
    // A clock that is put right by a little locks nothing; nine minutes later it warns.
    shift(&doctor, -0.5, 0.0).await;
    shift(&doctor, -0.5, 9.5).await;
    doctor.wait_for("[data-testid=idle-warning]").await;
    doctor.click("[data-testid=idle-stay]").await;
    doctor.wait_until_gone("[data-testid=idle-warning]").await;
    // Set back, set back by an hour, and asleep while the steady clock stood still.
    for (wall, steady) in [(-0.5, 20.0), (-60.0, 0.0), (15.0, 0.0)] {
        shift(&doctor, wall, steady).await;
        hides(&doctor).await;
        unlock(&doctor, PASSWORD).await;
        doctor.wait_for(".js [data-testid=patients]").await;
    }
}

#[tokio::test]
async fn a_hospital_may_switch_the_lock_off() {
    let off = [("HIMS_IDLE_LOCK_MINUTES", "0")];
    let hospital = Hospital::open_with(Engine::Sqlite, &off).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor.wait_for("[data-testid=go-open]").await;
    doctor.wait_until_gone("[data-testid=lock-now]").await;
    no_errors(&doctor.console().await);
}
