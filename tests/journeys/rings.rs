//! Events that ring, and that the notice says no name.

use serde_json::{Value, json};

use super::visit::{no_errors, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, PASSWORD},
    hospital::Hospital,
    wait::until,
};

/// Notifications and tones are written down instead of shown and heard.
pub(super) const RECORDER: &str = "
    window.told = [];
    const note = (line) => {
        window.told.push(line);
        localStorage.setItem('told', JSON.stringify([...JSON.parse(localStorage.getItem('told') ?? '[]'), line]));
    };
    window.Notification = class extends EventTarget {
        static permission = 'granted';
        static requestPermission = async () => 'granted';
        constructor(title, options = {}) { super(); this.title = title; note(`notice ${title} ${options.body ?? ''}`.trim()); }
        close() { note(`closed ${this.title}`); }
    };
    AudioContext.prototype.createOscillator = new Proxy(AudioContext.prototype.createOscillator, {
        apply(make, context) { note('tone'); return Reflect.apply(make, context, []); },
    });";

pub(super) async fn told(browser: &Browser) -> Vec<String> {
    let script = "return JSON.parse(localStorage.getItem('told') ?? '[]')";
    let told = browser.client().execute(script, Vec::new()).await.unwrap();
    let lines = told.as_array().unwrap().iter();
    lines.filter_map(Value::as_str).map(str::to_owned).collect()
}

async fn hears(browser: &Browser, lines: &[&str]) {
    until(&format!("{lines:?} to be told"), async || {
        (told(browser).await == lines).then_some(())
    })
    .await;
}

pub(super) async fn urgent(colleague: &Device, room: &str, id: &str) -> String {
    let body = json!({"client_id": id, "text": "Zenobia is bleeding", "urgency": "urgent"});
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let posted = colleague.post(&path, &body).await;
    assert_eq!(posted.status, 201, "{}", posted.text());
    posted.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn urgent_rings_once_for_all_tabs_and_says_no_name() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let doctor_elsewhere = hospital.device("d01").await;
    let colleague = hospital.device("d07").await;
    let open = json!({"patient_id": "12"});
    let path = format!("{CHAT}/api/rooms");
    doctor_elsewhere.post(&path, &open).await;
    let room = colleague.post(&path, &open).await.json()["id"].clone();
    let room = room.as_str().unwrap().to_owned();

    let doctor = Browser::open(Size::DESKTOP).await;
    let script = json!({"source": RECORDER});
    doctor
        .devtools("Page.addScriptToEvaluateOnNewDocument", script.clone())
        .await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor.wait_for(".js [data-testid=rooms]").await;
    let client = doctor.client();
    let first = client.window().await.unwrap();
    let second = client.new_window(true).await.unwrap().handle;
    client.switch_to_window(second).await.unwrap();
    doctor
        .devtools("Page.addScriptToEvaluateOnNewDocument", script)
        .await;
    doctor.goto(&hospital.server.url(CHAT)).await;
    doctor.wait_for(".js [data-testid=rooms]").await;
    client.switch_to_window(first).await.unwrap();

    // Routine is quiet.
    colleague.says(&room, "Nothing pressing").await;
    let unread = format!("[data-room-id=\"{room}\"] [data-testid=unread]");
    doctor.wait_for_text(&unread, "1").await;
    assert_eq!(told(&doctor).await, [""; 0]);
    let title = client.title().await.unwrap();
    assert!(
        title.starts_with('(') && title.ends_with("Patients – Doctor chat"),
        "{title}"
    );

    let message = urgent(&colleague, &room, "u-1").await;
    hears(&doctor, &["tone", "tone", "notice Urgent message, ward C1"]).await;
    // Acknowledged on another device, it is withdrawn.
    let acknowledged = format!("{CHAT}/api/rooms/{room}/messages/{message}/acknowledgement");
    doctor_elsewhere.post(&acknowledged, &json!({})).await;
    let so_far = [
        "tone",
        "tone",
        "notice Urgent message, ward C1",
        "closed Urgent message, ward C1",
    ];
    hears(&doctor, &so_far).await;

    // Routine too, when somebody wants it so; the sound of urgent ones off.
    doctor.click("[data-testid=rings-open]").await;
    doctor.wait_for("[data-testid=rings]").await;
    assert!(doctor.accessibility_violations().await.is_empty());
    doctor.click("[data-testid=ring-urgent-sound]").await;
    doctor.click("[data-testid=ring-routine-notice]").await;
    doctor
        .keys(
            "[data-testid=ring-routine-notice]",
            &fantoccini::key::Key::Escape.to_string(),
        )
        .await;
    doctor.wait_until_gone("[data-testid=rings]").await;
    colleague.says(&room, "Still nothing pressing").await;
    let mut so_far = so_far.to_vec();
    so_far.push("notice New message, ward C1");
    hears(&doctor, &so_far).await;
    urgent(&colleague, &room, "u-2").await;
    so_far.push("notice Urgent message, ward C1");
    hears(&doctor, &so_far).await;

    // What became urgent while nobody was there rings when the page comes back, once.
    doctor.click("[data-testid=lock-now]").await;
    doctor
        .wait_for_text("[data-testid=lock]", "do not ring here")
        .await;
    so_far.extend([
        "closed New message, ward C1",
        "closed Urgent message, ward C1",
    ]);
    urgent(&colleague, &room, "u-3").await;
    doctor.fill("[data-testid=unlock-password]", PASSWORD).await;
    doctor.click("[data-testid=unlock-submit]").await;
    so_far.push("notice Urgent message, ward C1");
    hears(&doctor, &so_far).await;
    urgent(&colleague, &room, "u-4").await;
    so_far.push("notice Urgent message, ward C1");
    hears(&doctor, &so_far).await;
    // Ended sessions say so in the console.
    let mut console = doctor.console().await;
    console.retain(|line| !line.contains("401"));
    no_errors(&console);
}
