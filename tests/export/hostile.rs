//! A room in which everything is said that could break a page, a line or a bundle.

use serde_json::{Value, json};

use crate::support::{
    device::{Device, text},
    pictures::png,
};

pub(super) const SCRIPT: &str = "<script>window.hacked = 1; document.title = 'hacked'</script>";
pub(super) const BREAKS_OUT: &str = "\"></bdi></p></article></section></body><img src=x onerror=\"window.hacked = 2\"> ]]> --> {{ text }} {% raw %} &lt;b&gt;";
pub(super) const RIGHT_TO_LEFT: &str =
    "החולה קיבלה 5 mg (IV) ב־14:00\nand in Latin again\n\u{202e}overridden";
pub(super) const REASON: &str = "K⁺ 6.9 <b onmouseover=hack()> דחוף";
pub(super) const EDITED: &str = "sodium 128 <i>was 131</i>";
pub(super) const NOW_SAYS: &str = "sodium 138, a typing error";
pub(super) const RECALLED: &str = "recalled-canary <script>window.hacked = 3</script>";
pub(super) const WITHDRAWN: &str = "withdrawn.txt";
pub(super) const FILE: &str = "'><script>window.hacked = 4<.html";

/// Everything of it, said by `one` with `other` in the room: the room.
pub(super) async fn room(one: &Device, other: &Device, others: &[&str]) -> String {
    let room = one.new_room(others).await;
    let messages = format!("{}/api/rooms/{room}/messages", one.mount());
    let first = one.says(&room, SCRIPT).await;
    other.says(&room, BREAKS_OUT).await;
    let reply = json!({ "client_id": "reply", "text": RIGHT_TO_LEFT, "reply_to": first["id"] });
    sent(one.post(&messages, &reply).await.json());
    let urgent = json!({ "client_id": "urgent", "text": "Please come", "urgency": "urgent", "urgent_reason": REASON });
    let urgent = sent(one.post(&messages, &urgent).await.json());
    let unheard = json!({ "client_id": "unheard", "text": "Anybody?", "urgency": "urgent" });
    sent(one.post(&messages, &unheard).await.json());
    let acknowledged = format!("{messages}/{urgent}/acknowledgement");
    let answer = other.post(&acknowledged, &json!({})).await;
    assert!(answer.status < 300, "{}", answer.text());

    let edited = text(&one.says(&room, EDITED).await["id"]);
    let answer = one
        .patch(
            &format!("{messages}/{edited}"),
            &json!({ "text": NOW_SAYS }),
        )
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let withdrawn = one.upload(&room, WITHDRAWN, b"withdrawn bytes").await;
    let files = json!({ "client_id": "recalled", "text": RECALLED, "attachment_ids": [withdrawn.json()["id"]] });
    let recalled = sent(one.post(&messages, &files).await.json());
    let answer = one.delete(&format!("{messages}/{recalled}")).await;
    assert!(answer.status < 300, "{}", answer.text());

    let page = one
        .upload(&room, FILE, b"<script>window.hacked = 5</script>")
        .await
        .json();
    let picture = other
        .upload(&room, "ECG 12 leads.png", &png(640, 360))
        .await
        .json();
    let files = json!({ "client_id": "page", "attachment_ids": [page["id"]] });
    sent(one.post(&messages, &files).await.json());
    let files =
        json!({ "client_id": "picture", "text": "Seen", "attachment_ids": [picture["id"]] });
    sent(other.post(&messages, &files).await.json());
    room
}

fn sent(message: Value) -> String {
    assert!(message["id"].is_string(), "{message}");
    text(&message["id"])
}
