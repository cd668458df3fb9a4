//! Direct mode: Stream's own SDK in the browser, installed when this test runs and never committed.

use std::path::{Path, PathBuf};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::process::Command;

use super::visit::{TEXTS, ends_with, no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{Device, STREAM, send, text},
    hospital::Hospital,
    npm::{self, NO_NODE},
    wait::until,
};

/// The SDK as one ES module, made once for many runs.
pub(super) async fn sdk() -> PathBuf {
    static MADE: tokio::sync::OnceCell<PathBuf> = tokio::sync::OnceCell::const_new();
    MADE.get_or_init(make).await.clone()
}

async fn make() -> PathBuf {
    let folder = npm::installed("browser-sdk", &["stream-chat@9", "esbuild@0.25"]);
    let module = folder.join("stream-chat.js");
    if module.exists() {
        return module;
    }
    // Other processes may make it too.
    let made = format!("made-{}.js", std::process::id());
    let mut bundle = Command::new("node_modules/.bin/esbuild");
    bundle.args([
        "node_modules/stream-chat/dist/esm/index.mjs",
        "--bundle",
        "--format=esm",
        "--platform=browser",
        "--log-level=error",
    ]);
    bundle.arg(format!("--outfile={made}"));
    run(bundle, &folder).await;
    std::fs::rename(folder.join(made), &module).expect("the module is there");
    module
}

async fn run(mut command: Command, folder: &Path) {
    let command = command
        .current_dir(folder)
        .stdin(std::process::Stdio::null())
        .kill_on_drop(true);
    let output = command.output().await;
    let output = output.unwrap_or_else(|error| panic!("{error}. {NO_NODE}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{NO_NODE}");
}

/// Tells the sandbox what to do, as its own page does.
pub(super) async fn order(device: &Device, order: &Value) {
    let token = send(device.request(Method::POST, &format!("{STREAM}/api/token"))).await;
    let sandbox = text(&token.json()["base_url"]);
    let request = reqwest::Client::new().post(format!("{sandbox}/sandbox/orders"));
    let answer = send(request.json(order)).await;
    assert!(answer.status < 300, "{}", answer.text());
}

/// A login that leads to the Stream mount at once: pages of other mounts hear of it from our server.
pub(super) fn login() -> String {
    format!("/login?next={STREAM}")
}

/// How many event streams our server was asked for.
pub(super) async fn streams(device: &Device) -> usize {
    let metrics = device.get("/metrics").await.text();
    let events = format!("{STREAM}/api/events");
    let opened = |line: &&str| line.starts_with("http_requests_total") && line.contains(&events);
    metrics.lines().filter(opened).count()
}

#[tokio::test]
async fn a_page_listens_to_stream_itself_and_shows_the_same() {
    let sdk = sdk().await;
    let sdk = sdk.to_str().expect("a plain path");
    let hospital = Hospital::open_with(Engine::Sqlite, &[("STREAM_JS_SDK", sdk)]).await;
    let colleague = hospital.device("d02").await.on(STREAM);
    let room = colleague.new_room(&["1"]).await;
    colleague.says(&room, "before").await;

    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url(&login()), "d01").await;
    let page = format!("{STREAM}/rooms/{room}");
    doctor.goto(&hospital.server.url(&page)).await;
    ends_with(&doctor, &["before"]).await;
    let served = hospital.device("d01").await.page(&page).await;
    let policy = served.header("content-security-policy");
    assert!(
        policy.contains("connect-src 'self' http://127.0.0.1:"),
        "{policy}"
    );

    // Heard over the SDK: our own event stream was never asked for.
    colleague.says(&room, "one").await;
    ends_with(&doctor, &["before", "one"]).await;
    say(&doctor, "two").await;
    ends_with(&doctor, &["before", "one", "two"]).await;
    let typing = format!("{STREAM}/api/rooms/{room}/typing");
    colleague.post(&typing, &json!({"typing": true})).await;
    doctor
        .wait_for_text("[data-testid=typing]", "is typing")
        .await;
    let posted = colleague.says(&room, "Potasium").await;
    ends_with(&doctor, &["before", "one", "two", "Potasium"]).await;
    let address = format!("{STREAM}/api/rooms/{room}/messages/{}", text(&posted["id"]));
    colleague
        .patch(&address, &json!({"text": "Potassium"}))
        .await;
    ends_with(&doctor, &["before", "one", "two", "Potassium"]).await;
    let own = text(&colleague.messages(&room).await[2]["id"]);
    let read = format!("{STREAM}/api/rooms/{room}/read");
    colleague.post(&read, &json!({"message_id": own})).await;
    doctor
        .wait_for_text("[data-testid=receipt]", "Read by")
        .await;
    assert_eq!(streams(&colleague).await, 0);
    no_errors(&doctor.console().await);

    // What arrived in this browser counts as delivered.
    until("the message to be delivered", async || {
        let message = colleague.get(&address).await.json();
        let delivered = message["receipts"]["delivered"].as_array()?.clone();
        let read = message["receipts"]["read"].as_array()?.clone();
        let marks = [delivered, read].concat();
        marks
            .iter()
            .any(|mark| mark["doctor_id"] == "1")
            .then_some(())
    })
    .await;

    // The socket breaks: what was said meanwhile is there once when it is back.
    order(&colleague, &json!({"do": "drop_sockets", "user": "1"})).await;
    colleague.says(&room, "said in the gap").await;
    colleague.says(&room, "and after it").await;
    doctor.wait_for_text(TEXTS, "and after it").await;
    let expected: Vec<_> = colleague.messages(&room).await;
    let expected: Vec<_> = expected
        .iter()
        .map(|message| text(&message["text"]))
        .collect();
    until("the page to show what there is, once", async || {
        (doctor.texts_of(TEXTS).await == expected).then_some(())
    })
    .await;

    // The page made anew shows the same.
    doctor.reload().await;
    ends_with(&doctor, &["and after it"]).await;
    assert_eq!(doctor.texts_of(TEXTS).await, expected);
}

#[tokio::test]
async fn a_wrong_library_is_named_at_the_start_and_a_missing_one_is_done_without() {
    use crate::support::{database::Database, server::Server};
    let cases = [
        "http://cdn.example/sdk.js",
        "/nowhere/sdk.js",
        "javascript://x",
    ];
    for place in cases {
        let output =
            Server::output(&Database::sqlite(), &["serve"], &[("STREAM_JS_SDK", place)]).await;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            said.starts_with("hims-chat: STREAM_JS_SDK"),
            "{place}: {said}"
        );
    }

    let gone = ("STREAM_JS_SDK", "https://127.0.0.1:1/sdk.js");
    let hospital = Hospital::open_with(Engine::Sqlite, &[gone]).await;
    let colleague = hospital.device("d02").await.on(STREAM);
    let room = colleague.new_room(&["1"]).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url(&login()), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{STREAM}/rooms/{room}")))
        .await;
    colleague.says(&room, "over our own events").await;
    ends_with(&doctor, &["over our own events"]).await;
}
