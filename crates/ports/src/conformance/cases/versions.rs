use domain::Message;

use crate::{
    ErrorKind,
    conformance::{
        Fixture,
        refused::{not_found, odd_messages, refused},
        scene::{Scene, content},
    },
};

/// A scene whose backend keeps versions, with a message that was edited twice, as it is now; one
/// that keeps none says so.
async fn edited_twice(fixture: Fixture) -> Option<(Scene, [Message; 2])> {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let first = s.say(&ana, &room, "5 mg").await;
    let messages = &s.backend.messages;
    if !s.backend.capabilities.edit_history {
        let asked = messages.versions(&ben, &room, &first.id).await;
        refused(asked, ErrorKind::Unsupported);
        return None;
    }
    let mut edited = Vec::new();
    for words in ["50 mg", "5.0 mg"] {
        let words = content(words);
        let message = messages.edit(&ana, &room, &first.id, &words).await.unwrap();
        edited.push(message);
    }
    let edited = edited.try_into().ok()?;
    Some((s, edited))
}

pub async fn what_a_message_said_before_can_be_read(fixture: Fixture) {
    let Some((s, [once, twice])) = edited_twice(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let messages = &s.backend.messages;
    let versions = messages.versions(&ben, &twice.room, &twice.id).await;
    let versions = versions.unwrap();
    let texts: Vec<_> = versions
        .iter()
        .map(|version| version.text.as_ref().unwrap().as_str())
        .collect();
    assert_eq!(
        texts,
        ["5 mg", "50 mg"],
        "oldest first, without what it says now"
    );
    assert_eq!(versions[0].written_at, twice.sent_at);
    assert_eq!(versions[1].written_at, versions[0].replaced_at);
    assert!(versions[0].replaced_at <= versions[1].replaced_at);
    assert!(once.edited_at <= twice.edited_at);
    let again = messages.versions(&ana, &twice.room, &twice.id).await;
    assert_eq!(again.unwrap(), versions, "its author reads the same");
    let plain = s.say(&ana, &twice.room, "never edited").await;
    let none = messages.versions(&ben, &plain.room, &plain.id).await;
    assert_eq!(none.unwrap(), []);
}

pub async fn what_a_recalled_message_said_is_told_to_nobody(fixture: Fixture) {
    let Some((s, [_, twice])) = edited_twice(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    s.recall(&ana, &twice).await;
    let messages = &s.backend.messages;
    for doctor in [&ana, &ben] {
        let versions = messages.versions(doctor, &twice.room, &twice.id).await;
        assert_eq!(versions.unwrap(), []);
    }
}

pub async fn versions_are_for_those_in_the_room(fixture: Fixture) {
    let Some((s, [_, twice])) = edited_twice(fixture).await else {
        return;
    };
    let [ana, ben, cleo, _] = s.doctors();
    let messages = &s.backend.messages;
    not_found(messages.versions(&cleo, &twice.room, &twice.id).await);
    let other = s.group(&[&ana, &ben]).await;
    for id in odd_messages().chain([twice.id.clone()]) {
        not_found(messages.versions(&ben, &other, &id).await);
    }
    s.remove(&ana, &twice.room, &ben).await;
    not_found(messages.versions(&ben, &twice.room, &twice.id).await);
}
