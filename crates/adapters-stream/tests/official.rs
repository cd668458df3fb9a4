//! Comparison of our client with Stream's own Python SDK: the SDK is installed when this test runs
//! and makes the core calls against the sandbox, and both requests have to mean the same.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/app.rs"]
mod app;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use app::{App, KEY, SECRET};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hims_chat_stream::{
    Secret,
    client::{
        ChannelQuery, Client, Custom, Deletion, MessageChange, NewChannel, NewMessage, NewReaction,
        NewUser, ReactionOptions, ReadUpTo, SendOptions, Signer, Sort, UserChange,
    },
};
use jiff::Timestamp;
use serde_json::{Value, json};
use stream_sandbox::RecordedRequest;
use tokio::process::Command;

const NO_PYTHON: &str =
    "This test needs Python 3.9 or later with pip: apt-get install python3 python3-pip";

/// The folder that the SDK is installed in, once for many runs.
async fn sdk() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-sdk");
    std::fs::create_dir_all(&folder).unwrap();
    let done = folder.join("installed");
    if !done.exists() {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--upgrade"])
            .args(["--disable-pip-version-check", "--target", "."])
            .arg("stream-chat>=4.31,<5")
            .current_dir(&folder);
        run(pip).await;
        std::fs::write(done, "").unwrap();
    }
    folder
}

async fn run(mut command: Command) -> String {
    let output = command.kill_on_drop(true).output().await;
    let output = output.unwrap_or_else(|error| panic!("{error}. {NO_PYTHON}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{NO_PYTHON}");
    String::from_utf8(output.stdout).unwrap()
}

async fn theirs(base_url: &str) -> String {
    let folder = sdk().await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official/ten_calls.py");
    let mut python = Command::new("python3");
    python
        .arg(script)
        .args([base_url, KEY, SECRET])
        .env("PYTHONPATH", folder);
    run(python).await.trim().to_owned()
}

fn custom(fields: Value) -> Custom {
    fields.as_object().unwrap().clone()
}

async fn ours(client: &Client) -> String {
    let lee = NewUser::new("lee").named("Dr Lee").in_role("doctor");
    let users = [
        lee.with("specialty", "Nephrology"),
        NewUser::new("kim").named("Dr Kim").in_role("doctor"),
    ];
    client.upsert_users(&users).await.unwrap();
    let (set, unset) = (json!({"grade": "registrar"}), ["ward"]);
    let change = UserChange::new("kim").set(set).unset(unset);
    client.update_users(&[change]).await.unwrap();
    let (kind, id) = ("doctor-chat", "room-1");
    let channel = NewChannel::new("lee")
        .members(["lee"])
        .with_all(custom(json!({"kind": "group"})));
    client
        .get_or_create_channel(kind, id, &channel)
        .await
        .unwrap();
    client.add_members(kind, id, &["kim"]).await.unwrap();
    let set = json!({"title": "Night"});
    let floor = ["floor".to_owned()];
    client.update_channel(kind, id, &set, &floor).await.unwrap();
    let message =
        NewMessage::new("m-1", "lee", "Potassium is 5.9").with_all(custom(json!({"urgent": true})));
    let plainly = SendOptions::new().skip_enrich_url(true);
    client
        .send_message_as(kind, id, &message, &plainly)
        .await
        .unwrap();
    client.message("m-1").await.unwrap();
    let set = json!({"text": "Potassium is 6.1"});
    let change = MessageChange::new("lee").set(set).unset(["urgent"]);
    let change = change.skip_enrich_url(true);
    client.update_message("m-1", &change).await.unwrap();
    let seen = NewReaction::new("acknowledged", "kim");
    let quiet = ReactionOptions::new().skip_push(true);
    client.add_reaction("m-1", &seen, &quiet).await.unwrap();
    let read = ReadUpTo::new("kim").message_id("m-1");
    client.mark_read(kind, id, &read).await.unwrap();
    let query = ChannelQuery::new(json!({"members": {"$in": ["kim"]}}))
        .sort(Sort::ascending("created_at"))
        .limit(30)
        .offset(0)
        .messages(20)
        .members(100);
    client.query_channels(&query).await.unwrap();
    client
        .delete_message("m-1", "lee", Deletion::Soft)
        .await
        .unwrap();
    let now = Timestamp::from_second(1_795_000_000).unwrap();
    let signer = Signer::new(&Secret::new(SECRET));
    signer
        .token("lee")
        .at(now)
        .lives_for(Duration::from_secs(3_600))
        .sign()
        .token
}

/// A call as Stream understands it.
fn meaning(request: &RecordedRequest) -> Value {
    let url = reqwest::Url::parse(&format!("http://localhost/?{}", request.query)).unwrap();
    let query: BTreeMap<String, String> = url
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    json!({
        "method": request.method,
        "path": request.path,
        "query": query,
        "authenticates": request.headers.get("stream-auth-type"),
        "body": plain(request.json()),
    })
}

/// Two ways of saying one thing are one: nothing and null, a user and the id of one.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| match (name.as_str(), value) {
                ("user" | "created_by", Value::Object(user)) if user.len() == 1 => {
                    (format!("{name}_id"), user["id"].clone())
                }
                (_, value) => (name, plain(value)),
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(plain).collect(),
        other => other,
    }
}

/// Fields we send that the SDK does not let its caller send: endpoint, field of the body, reason.
const DIFFERENCES: &[(&str, &str, &str)] = &[(
    "SendReaction",
    "skip_push",
    "an acknowledgement is no news for anybody's telephone; the SDK has no argument for it",
)];

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn by_endpoint(app: &App) -> BTreeMap<&'static str, Value> {
    let recorded = app.sandbox().recorded();
    app.sandbox().forget_recorded();
    recorded
        .iter()
        .map(|request| (request.endpoint, meaning(request)))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_core_calls_are_those_of_the_official_sdk() {
    let app = App::sandboxed(0).await;
    app.sandbox().forget_recorded();
    let their_token = theirs(app.sandbox().base_url()).await;
    let their_calls = by_endpoint(&app);

    let app = App::sandboxed(0).await;
    app.sandbox().forget_recorded();
    let our_token = ours(app.stream.client()).await;
    let our_calls = by_endpoint(&app);

    assert_eq!(their_calls.len(), 12, "{:?}", their_calls.keys());
    for (endpoint, theirs) in &their_calls {
        let mut ours = our_calls[endpoint].clone();
        for (place, field, _reason) in DIFFERENCES {
            if place == endpoint {
                let body = ours["body"].as_object_mut().unwrap();
                assert!(body.remove(*field).is_some(), "{endpoint} {field}");
            }
        }
        assert_eq!(&ours, theirs, "{endpoint}");
    }
    assert_eq!(our_calls.len(), their_calls.len());
    assert_eq!(claims(&our_token), claims(&their_token));
}
