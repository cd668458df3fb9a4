use domain::{MessageId, Urgency};

use crate::{
    ErrorKind,
    conformance::{
        Fixture,
        refused::{not_found, refused},
        scene::{Scene, call_for_help, content, ids, words},
    },
};

pub async fn an_edit_keeps_id_and_place(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let first = s.post(&ana, &room, &call_for_help("5 mg")).await;
    let second = s.say(&ben, &room, "sure?").await;
    let messages = &s.backend.messages;
    let edited = messages
        .edit(&ana, &room, &first.id, &content("50 mg"))
        .await
        .unwrap();
    assert!(edited.edited_at.is_some());
    let expected = domain::Message {
        edited_at: edited.edited_at,
        body: edited.body.clone(),
        ..first
    };
    assert_eq!(
        edited, expected,
        "nothing but the text and the time of the edit"
    );
    assert_eq!(edited.urgency, Urgency::Urgent);
    assert_eq!(words(&edited), Some("50 mg"));
    assert_eq!(s.history(&ben, &room).await, [edited, second]);
}

pub async fn the_same_text_again_changes_nothing(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let first = s.say(&ana, &room, "as it was").await;
    let messages = &s.backend.messages;
    let same = messages
        .edit(&ana, &room, &first.id, &content("as it was"))
        .await
        .unwrap();
    assert_eq!(same, first, "not edited");
    let edited = messages
        .edit(&ana, &room, &first.id, &content("new"))
        .await
        .unwrap();
    let same = messages
        .edit(&ana, &room, &first.id, &content("new"))
        .await
        .unwrap();
    assert_eq!(same, edited, "edited when it was");
    let back = messages
        .edit(&ana, &room, &first.id, &content("as it was"))
        .await
        .unwrap();
    assert_eq!(
        words(&back),
        Some("as it was"),
        "an older text is another text"
    );
}

pub async fn only_the_author_edits_and_recalls(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let theirs = s.say(&ana, &room, "mine").await;
    let messages = &s.backend.messages;
    let edited = messages
        .edit(&ben, &room, &theirs.id, &content("yours"))
        .await;
    refused(edited, ErrorKind::Forbidden);
    refused(
        messages.recall(&ben, &room, &theirs.id).await,
        ErrorKind::Forbidden,
    );
    assert_eq!(s.see(&ben, &theirs).await, theirs);
    s.recall(&ana, &theirs).await;
    let edited = messages
        .edit(&ben, &room, &theirs.id, &content("yours"))
        .await;
    refused(edited, ErrorKind::Forbidden);
    refused(
        messages.recall(&ben, &room, &theirs.id).await,
        ErrorKind::Forbidden,
    );
}

pub async fn an_unknown_message_cannot_be_changed(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let messages = &s.backend.messages;
    let none = MessageId::parse("9223372036854775807").unwrap();
    not_found(messages.edit(&ana, &room, &none, &content("x")).await);
    not_found(messages.recall(&ana, &room, &none).await);
}

pub async fn a_recall_leaves_a_tombstone(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let first = s.say(&ana, &room, "wrong patient").await;
    let second = s.say(&ben, &room, "what?").await;
    let gone = s.recall(&ana, &first).await;
    let expected = domain::Message {
        body: gone.body.clone(),
        ..first.clone()
    };
    assert_eq!(gone, expected, "nothing but the body");
    assert!(gone.is_recalled() && words(&gone).is_none());
    assert_eq!(s.see(&ana, &first).await, gone, "for its author too");
    let history = s.history(&ben, &room).await;
    assert_eq!(history, [gone.clone(), second], "in its place");
    s.add(&ben, &room, &cleo).await;
    assert_eq!(s.see(&cleo, &first).await, gone, "and for who comes later");
}

pub async fn recalling_again_changes_nothing(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let first = s.say(&ana, &room, "never mind").await;
    let gone = s.recall(&ana, &first).await;
    assert_eq!(s.recall(&ana, &first).await, gone, "recalled when it was");
}

pub async fn a_recalled_message_cannot_be_edited(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let first = s.say(&ana, &room, "never mind").await;
    s.recall(&ana, &first).await;
    let messages = &s.backend.messages;
    for text in ["here again", "never mind"] {
        let edited = messages.edit(&ana, &room, &first.id, &content(text)).await;
        refused(edited, ErrorKind::Conflict);
    }
    assert!(s.see(&ben, &first).await.is_recalled());
}

pub async fn an_edited_message_can_be_recalled(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let first = s.say(&ana, &room, "one").await;
    let messages = &s.backend.messages;
    messages
        .edit(&ana, &room, &first.id, &content("two"))
        .await
        .unwrap();
    assert!(s.recall(&ana, &first).await.is_recalled());
    assert!(words(&s.see(&ben, &first).await).is_none());
}

/// Whoever wins, a recalled message stays recalled.
pub async fn an_edit_and_a_recall_at_once_end_in_a_tombstone(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    for _ in 0..10 {
        let first = s.say(&ana, &room, "one").await;
        let edit = {
            let (messages, ana) = (s.backend.messages.clone(), ana.clone());
            let (room, id) = (room.clone(), first.id.clone());
            tokio::spawn(async move { messages.edit(&ana, &room, &id, &content("two")).await })
        };
        s.recall(&ana, &first).await;
        if let Err(error) = edit.await.unwrap() {
            assert_eq!(error.kind(), ErrorKind::Conflict);
        }
        assert!(s.see(&ben, &first).await.is_recalled());
    }
    assert_eq!(ids(&s.history(&ben, &room).await).len(), 10);
}
