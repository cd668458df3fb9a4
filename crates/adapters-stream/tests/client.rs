//! The client alone, over the sandbox: the calls that the ports do not make.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/app.rs"]
mod app;

use std::{future::ready, time::Duration};

use app::App;
use bytes::Bytes;
use hims_chat_stream::client::{
    AppSettings, Channel, ChannelQuery, Client, Custom, Deactivation, Deletion, Filter, ImportMode,
    Kind, MemberQuery, MessageSearch, NewChannel, NewMessage, NewReaction, NewUser, RateLimitQuery,
    ReactionOptions, Reactivation, ReadUpTo, SendOptions, Sort, Truncation, UnreadFrom, UserChange,
    UserQuery,
    socket::{Listener, Reconnect, Step},
};
use jiff::Timestamp;
use serde_json::json;

const TYPE: &str = "messaging";

async fn with_channel(app: &App) -> &Client {
    let client = app.stream.client();
    let users = [
        NewUser::new("lee").named("Dr Lee"),
        NewUser::new("kim"),
        NewUser::new("bo"),
    ];
    client.upsert_users(&users).await.unwrap();
    let mut custom = Custom::new();
    custom.insert("name".to_owned(), json!("Ward"));
    let new = NewChannel::new("lee")
        .members(["lee", "kim"])
        .with_all(custom);
    client
        .get_or_create_channel(TYPE, "ward", &new)
        .await
        .unwrap();
    client
}

fn message(id: &str, text: &str) -> NewMessage {
    NewMessage::new(id, "lee", text)
}

fn by(filter: serde_json::Value) -> UserQuery {
    UserQuery::new(filter).limit(100)
}

async fn channels_of(client: &Client, user: &str) -> Vec<Channel> {
    let query = ChannelQuery::new(json!({ "members": { "$in": [user] } }))
        .sort(Sort::descending("last_updated"))
        .limit(30)
        .offset(0)
        .messages(5)
        .members(100);
    let found = client.query_channels(&query).await.unwrap();
    found.into_iter().map(|state| state.channel).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_written_changed_and_put_out_of_service() {
    let app = App::sandboxed(0).await;
    let client = with_channel(&app).await;
    let many: Vec<NewUser> = (0..250)
        .map(|number| NewUser::new(format!("many-{number}")))
        .collect();
    client.upsert_users(&many).await.unwrap();
    let moved = UserChange::new("many-249").set(json!({ "ward": "B2" }));
    client.update_users(&[moved]).await.unwrap();
    let filter = json!({ "id": { "$in": ["many-249", "nobody"] } });
    let found = client.query_users(&by(filter.clone())).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].custom["ward"], json!("B2"));
    let nowhere = UserChange::new("many-249").unset(["ward"]);
    client.update_users(&[nowhere]).await.unwrap();
    let found = client.query_users(&by(filter.clone())).await.unwrap();
    assert!(!found[0].custom.contains_key("ward"));

    client
        .deactivate_user("kim", &Deactivation::new())
        .await
        .unwrap();
    let token = app.settings.signer().token("kim").sign();
    let mut listener = Listener::of(client, NewUser::new("kim"), move || {
        ready(Ok(token.clone()))
    })
    .reconnects(Reconnect::Always)
    .open();
    assert!(
        matches!(listener.next().await, Some(Step::Lost(_))),
        "a deactivated user cannot connect"
    );
    drop(listener);
    client
        .reactivate_user("kim", &Reactivation::new())
        .await
        .unwrap();
    let token = app.settings.signer().token("kim").sign();
    let mut listener = Listener::of(client, NewUser::new("kim"), move || {
        ready(Ok(token.clone()))
    })
    .reconnects(Reconnect::Always)
    .open();
    assert!(matches!(
        listener.next().await,
        Some(Step::Connected { .. })
    ));
    assert_eq!(
        client
            .deactivate_user("nobody", &Deactivation::new())
            .await
            .unwrap_err()
            .kind(),
        Kind::NotFound
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_are_changed_hidden_emptied_and_deleted() {
    let app = App::sandboxed(0).await;
    let client = with_channel(&app).await;
    let changed = client
        .update_channel(TYPE, "ward", &json!({ "floor": 2 }), &["name".to_owned()])
        .await;
    let changed = changed.unwrap().channel.custom;
    assert_eq!(
        (changed.get("floor"), changed.get("name")),
        (Some(&json!(2)), None)
    );
    let mut data = Custom::new();
    data.insert("name".to_owned(), json!("Other"));
    let replaced = client
        .replace_channel(TYPE, "ward", &data)
        .await
        .unwrap()
        .channel
        .custom;
    assert_eq!(
        (replaced.get("floor"), replaced["name"].as_str()),
        (None, Some("Other"))
    );

    client.add_members(TYPE, "ward", &["bo"]).await.unwrap();
    let members = client
        .query_members(&MemberQuery::new(TYPE, "ward", Filter::all()))
        .await
        .unwrap();
    let members: Vec<&str> = members.iter().map(|member| member.user_id()).collect();
    assert_eq!(members.len(), 3);
    assert!(members.contains(&"bo"));
    client.remove_members(TYPE, "ward", &["bo"]).await.unwrap();
    assert!(channels_of(client, "bo").await.is_empty());
    let unknown = client
        .add_members(TYPE, "ward", &["nobody"])
        .await
        .unwrap_err();
    assert_eq!(unknown.kind(), Kind::Invalid);

    client
        .hide_channel(TYPE, "ward", "kim", false)
        .await
        .unwrap();
    client.show_channel(TYPE, "ward", "kim").await.unwrap();
    assert_eq!(channels_of(client, "kim").await.len(), 1);
    client
        .send_message(TYPE, "ward", &message("m1", "words"))
        .await
        .unwrap();
    client
        .truncate_channel(TYPE, "ward", &Truncation::new().hard_delete(true))
        .await
        .unwrap();
    assert_eq!(
        client.message("m1").await.unwrap_err().kind(),
        Kind::NotFound
    );
    client.delete_channel(TYPE, "ward", true).await.unwrap();
    assert!(channels_of(client, "lee").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_replaced_read_found_and_deleted_for_good() {
    let app = App::sandboxed(0).await;
    let client = with_channel(&app).await;
    for (id, text) in [("m1", "potassium high"), ("m2", "ECG done")] {
        client
            .send_message(TYPE, "ward", &message(id, text))
            .await
            .unwrap();
    }
    let both = client
        .messages(TYPE, "ward", &["m1", "m2", "m3"])
        .await
        .unwrap();
    assert_eq!(both.len(), 2);
    let replaced = client
        .replace_message(&message("m2", "ECG normal"), &SendOptions::new())
        .await
        .unwrap();
    assert_eq!(replaced.text, "ECG normal");
    let channels = json!({ "members": { "$in": ["kim"] } });
    let search = |channels| MessageSearch::new(channels).words("potassium").limit(10);
    let hits = client.search(&search(channels)).await.unwrap().results;
    assert_eq!(
        hits.iter()
            .map(|hit| hit.message.id.as_str())
            .collect::<Vec<_>>(),
        ["m1"]
    );
    let none = json!({ "members": { "$in": ["bo"] } });
    assert_eq!(
        client.search(&search(none)).await.unwrap_err().kind(),
        Kind::Invalid
    );

    assert_eq!(client.unread("kim").await.unwrap().total_unread_count, 2);
    let read = ReadUpTo::new("kim").message_id("m2");
    client.mark_read(TYPE, "ward", &read).await.unwrap();
    assert_eq!(client.unread("kim").await.unwrap().total_unread_count, 0);
    let unread = UnreadFrom::new("kim").message_id("m2");
    client.mark_unread(TYPE, "ward", &unread).await.unwrap();
    assert_eq!(client.unread("kim").await.unwrap().total_unread_count, 1);

    let seen = NewReaction::new("seen", "kim");
    client
        .add_reaction("m1", &seen, &ReactionOptions::new())
        .await
        .unwrap();
    assert_eq!(client.reactions("m1", 0).await.unwrap()[0].user_id, "kim");
    client.remove_reaction("m1", "seen", "kim").await.unwrap();
    assert!(client.reactions("m1", 0).await.unwrap().is_empty());
    client
        .delete_message("m1", "lee", Deletion::Hard)
        .await
        .unwrap();
    assert_eq!(
        client.message("m1").await.unwrap_err().kind(),
        Kind::NotFound
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_stored_fetched_and_deleted() {
    let app = App::sandboxed(0).await;
    let client = with_channel(&app).await;
    let bytes = Bytes::from_static(b"\x89PNG and more");
    let url = client
        .upload_file(TYPE, "ward", "lee", "a.png", "image/png", bytes.clone())
        .await;
    let url = url.unwrap();
    assert_eq!(client.fetch_file(&url, 1_000).await.unwrap(), bytes);
    assert_eq!(
        client.fetch_file(&url, 5).await.unwrap_err().kind(),
        Kind::TooLarge
    );
    client.delete_file(TYPE, "ward", &url).await.unwrap();
    let picture = client
        .upload_image(TYPE, "ward", "lee", "b.png", "image/png", bytes.clone())
        .await;
    let picture = picture.unwrap();
    assert_eq!(client.fetch_file(&picture, 1_000).await.unwrap(), bytes);
    client.delete_image(TYPE, "ward", &picture).await.unwrap();
    for gone in [url, picture] {
        let fetched = client.fetch_file(&gone, 1_000).await;
        assert_eq!(fetched.unwrap_err().kind(), Kind::NotFound);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_is_read_and_changed() {
    let app = App::sandboxed(0).await;
    let client = with_channel(&app).await;
    let settings = AppSettings::new()
        .webhook_url("http://127.0.0.1:9/webhooks/stream")
        .enable_hook_payload_compression(true);
    client.update_app(&settings).await.unwrap();
    let read = client.app().await.unwrap();
    assert_eq!((read.id, read.suspended), (4711, false));
    assert_eq!(read.webhook_url, "http://127.0.0.1:9/webhooks/stream");
    let limits = client
        .rate_limits(&RateLimitQuery::new().server_side(true))
        .await
        .unwrap()
        .server_side;
    assert!(
        limits
            .get("GetApp")
            .is_some_and(|limit| limit.remaining < limit.limit)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_history_is_imported_once() {
    let app = App::sandboxed(0).await;
    let client = with_channel(&app).await;
    let lines = [
        json!({ "type": "user", "data": { "id": "old" } }),
        json!({ "type": "channel", "data": { "type": TYPE, "id": "past", "created_by": "old" } }),
        json!({ "type": "member", "data": { "user_id": "old", "channel_type": TYPE, "channel_id": "past" } }),
        json!({ "type": "message", "data": {
            "id": "legacy-1", "channel_type": TYPE, "channel_id": "past", "user": "old", "type": "regular",
            "text": "in 2019", "created_at": "2019-01-01T00:00:00Z",
        } }),
    ];
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), lines).unwrap();
    for _ in 0..2 {
        let mut task = client
            .start_import(file.path(), ImportMode::Upsert)
            .await
            .unwrap();
        let done = async {
            while task.is_over().is_none() {
                task = client.import(&task.id).await.unwrap();
            }
            task.is_over()
        };
        let done = tokio::time::timeout(Duration::from_secs(10), done).await;
        assert_eq!(done.unwrap(), Some(true));
    }
    assert_eq!(client.message("legacy-1").await.unwrap().text, "in 2019");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_tokens_of_an_app_can_be_revoked() {
    let app = App::sandboxed(0).await;
    let client = with_channel(&app).await;
    let before = Timestamp::now()
        .checked_add(jiff::SignedDuration::from_secs(60))
        .ok();
    client.revoke_all_tokens(before).await.unwrap();
    let token = app.settings.signer().token("kim").sign();
    let mut listener = Listener::of(client, NewUser::new("kim"), move || {
        ready(Ok(token.clone()))
    })
    .reconnects(Reconnect::Always)
    .open();
    match listener.next().await {
        Some(Step::Lost(error)) => assert_eq!(error.kind(), Kind::TokenExpired),
        other => panic!("{other:?}"),
    }
}
