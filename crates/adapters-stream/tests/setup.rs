//! The set-up of an app, what it keeps others from doing, and the checks that find it missing.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/app.rs"]
mod app;
#[path = "support/talk.rs"]
mod talk;

use std::sync::Arc;

use app::App;
use hims_chat_stream::{
    Stream,
    check::{self, Finding, Limits, Verdict},
    client::{Client, UserToken},
    setup,
};
use jiff::Timestamp;
use ports::SystemClock;
use serde_json::{Value, json};
use talk::{group, say};

#[tokio::test(flavor = "multi_thread")]
async fn setting_up_again_changes_nothing_and_repairs_what_was_changed() {
    let app = App::sandboxed(0).await;
    let (client, name) = (app.stream.client(), app.settings.channel_type.as_str());
    let difference = setup::difference(client, name).await.unwrap();
    assert!(difference.is_empty(), "{difference}");

    let other = setup::difference(client, "another-type").await.unwrap();
    let lines = other.lines().join("\n");
    assert!(lines.contains("+ channel type another-type"), "{lines}");
    assert!(!lines.contains("+ role"), "that is there: {lines}");
    setup::apply(client, &other).await.unwrap();
    assert!(
        setup::difference(client, "another-type")
            .await
            .unwrap()
            .is_empty()
    );

    let mut open = hims_chat_stream::client::ChannelTypeChange::default();
    open.grants
        .insert("user".to_owned(), vec!["read-channel".to_owned()]);
    open.config
        .insert("push_notifications".to_owned(), json!(true));
    client.update_channel_type(name, &open).await.unwrap();
    let difference = setup::difference(client, name).await.unwrap();
    let lines = difference.lines().join("\n");
    assert!(lines.contains("- user may read-channel"), "{lines}");
    assert!(
        lines.contains("~ push_notifications: true -> false"),
        "{lines}"
    );
    setup::apply(client, &difference).await.unwrap();
    assert!(setup::difference(client, name).await.unwrap().is_empty());
}

/// A call as a client library makes it, with a user's own token.
async fn as_user(app: &App, token: &UserToken, path: &str, body: Value) -> u16 {
    let url = format!(
        "{}{path}?api_key={}&user_id={}",
        app.settings.base_url, app.settings.api_key, token.user_id
    );
    let request = reqwest::Client::new()
        .post(url)
        .header("authorization", &token.token)
        .header("stream-auth-type", "jwt")
        .header("content-type", "application/json")
        .body(body.to_string());
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doctors_token_reads_the_doctors_rooms_and_does_nothing_else() {
    let app = App::sandboxed(3).await;
    let backend = app.stream.backend();
    let room = group(&backend, &app.doctors[..2]).await;
    let message = say(&backend, &app.doctors[0], &room, "between us").await;
    let client = app.stream.client();
    let token = |number: usize| {
        let id = app.doctors[number].id().as_str();
        app.settings.signer().token(id).sign()
    };
    let channel = format!("/channels/{}/{room}", app.settings.channel_type);
    let read = json!({ "state": true });
    let query = format!("{channel}/query");
    assert!(
        as_user(&app, &token(1), &query, read.clone()).await < 300,
        "a member reads"
    );
    assert_eq!(
        as_user(&app, &token(2), &query, read.clone()).await,
        403,
        "another doctor does not"
    );
    let nurse = app.settings.signer().token("nurse-7").sign();
    client
        .upsert_users(&[hims_chat_stream::client::NewUser::new("nurse-7")])
        .await
        .unwrap();
    assert_eq!(
        as_user(&app, &nurse, &query, read).await,
        403,
        "nobody else does"
    );
    let words = json!({ "message": { "id": "m1", "text": "past the guard" } });
    let send = format!("{channel}/message");
    assert_eq!(
        as_user(&app, &token(1), &send, words).await,
        403,
        "only our server writes"
    );
    let edit = json!({ "message": { "id": message.id, "text": "changed" } });
    let path = format!("/messages/{}", message.id);
    assert_eq!(as_user(&app, &token(0), &path, edit).await, 403);
    let invite = json!({ "add_members": [app.doctors[2].id()] });
    assert_eq!(as_user(&app, &token(0), &channel, invite).await, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_tokens_are_worthless_and_later_ones_are_not() {
    let app = App::sandboxed(2).await;
    let doctor = &app.doctors[0];
    let room = group(&app.stream.backend(), &app.doctors).await;
    let query = format!("/channels/{}/{room}/query", app.settings.channel_type);
    let tokens = app.stream.client_tokens();
    let old = tokens.mint(doctor).await.unwrap();
    let shown = format!("{old:?}");
    assert!(!shown.contains(&old.token), "{shown}");
    let of = |token: ports::ClientToken| {
        UserToken::new(token.token, token.user_id).until(token.expires_at)
    };
    let old = of(old);
    assert!(as_user(&app, &old, &query, json!({})).await < 300);
    tokens.revoke(doctor).await.unwrap();
    assert_eq!(as_user(&app, &old, &query, json!({})).await, 401);
    let good_again = async {
        loop {
            let new = of(tokens.mint(doctor).await.unwrap());
            if as_user(&app, &new, &query, json!({})).await < 300 {
                break;
            }
        }
    };
    let second = std::time::Duration::from_secs(10);
    tokio::time::timeout(second, good_again)
        .await
        .expect("a token of a second later is good");
}

async fn checked(app: &App, client: &Client) -> Vec<Finding> {
    let limits = Limits {
        app_id: "4711".to_owned(),
        channel_type: app.settings.channel_type.clone(),
        monthly_users: 100,
    };
    check::online(client, &limits, Timestamp::now()).await
}

fn verdict<'a>(findings: &'a [Finding], check: &str) -> &'a Finding {
    findings
        .iter()
        .find(|finding| finding.check == check)
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_app_is_found_good() {
    let app = App::sandboxed(2).await;
    let findings = checked(&app, app.stream.client()).await;
    let bad: Vec<_> = findings
        .iter()
        .filter(|found| found.verdict != Verdict::Good)
        .collect();
    assert!(bad.is_empty(), "{bad:?}");
    assert_eq!(findings.len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_with_a_remedy() {
    let app = App::sandboxed(0).await;
    let with = |key: &str, secret: &str, base_url: &str| {
        let mut settings = hims_chat_stream::Settings::new("4711", key, secret);
        settings.base_url = base_url.to_owned();
        settings.patience.attempts = 1;
        Stream::new(&settings, Arc::new(SystemClock)).unwrap()
    };
    let here = app.settings.base_url.as_str();
    for (stream, words) in [
        (with("another", app::SECRET, here), "STREAM_API_KEY"),
        (with(app::KEY, "another", here), "STREAM_API_SECRET"),
        (
            with(app::KEY, app::SECRET, "http://127.0.0.1:9"),
            "firewall",
        ),
    ] {
        let findings = checked(&app, stream.client()).await;
        let access = verdict(&findings, "access");
        assert_eq!(access.verdict, Verdict::Bad);
        assert!(
            access.remedy.as_ref().unwrap().contains(words),
            "{access:?}"
        );
    }
    app.faults().suspend(true);
    let findings = checked(&app, app.stream.client()).await;
    assert!(
        findings
            .iter()
            .any(|f| f.verdict == Verdict::Bad && f.found.contains("suspended"))
    );
    app.faults().suspend(false);
    let mut open = hims_chat_stream::client::ChannelTypeChange::default();
    open.grants
        .insert("user".to_owned(), vec!["read-channel".to_owned()]);
    let client = app.stream.client();
    client
        .update_channel_type(&app.settings.channel_type, &open)
        .await
        .unwrap();
    let findings = checked(&app, client).await;
    assert_eq!(verdict(&findings, "grants").verdict, Verdict::Bad);
}
