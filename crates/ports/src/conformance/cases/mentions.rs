use domain::{Content, Doctor, Event, NewMessage, Room, RoomId, StaffId};

use crate::conformance::{
    Fixture,
    refused::{invalid, odd_ids},
    scene::{Scene, content, note},
};

/// A message that calls these by name.
fn calling(words: &str, doctors: &[&Doctor]) -> NewMessage {
    NewMessage {
        content: mentioning(words, doctors),
        ..note(words)
    }
}

fn mentioning(words: &str, doctors: &[&Doctor]) -> Content {
    content(words).mentioning(doctors.iter().map(|doctor| doctor.id().clone()))
}

fn ids(doctors: &[&Doctor]) -> Vec<StaffId> {
    mentioning("all", doctors).mentions().to_vec()
}

async fn room_of(s: &Scene, doctor: &Doctor, room: &RoomId) -> Room {
    s.backend.rooms.get(doctor, room).await.unwrap()
}

pub async fn a_mention_is_kept_and_told(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let mut listener = s.listen(&ben).await;
    let new = calling("@Cleo @Ben bed 4", &[&cleo, &ben, &cleo]);
    let said = s.post(&ana, &room, &new).await;
    assert_eq!(said.mentions, ids(&[&ben, &cleo]), "each once");
    let told = listener.until_posted(&said).await;
    assert!(
        matches!(told.last(), Some(Event::MessagePosted(told)) if told.mentions == said.mentions)
    );
    assert_eq!(s.see(&cleo, &said).await.mentions, said.mentions);
    assert_eq!(s.history(&ben, &room).await[0].mentions, said.mentions);
    let again = s.backend.messages.post(&ana, &room, &new).await.unwrap();
    assert_eq!(
        (again.repeated, again.message.mentions),
        (true, said.mentions.clone())
    );
    let last = room_of(&s, &ben, &room).await.last_message.unwrap();
    assert_eq!(last.mentions, said.mentions);
    assert!(s.say(&ana, &room, "nobody").await.mentions.is_empty());
    let recalled = s.recall(&ana, &said).await;
    assert!(
        recalled.mentions.is_empty(),
        "nobody is called by a tombstone"
    );
}

pub async fn only_participants_are_mentioned(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, dan] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let messages = &s.backend.messages;
    let mine = s.say(&ana, &room, "mine").await;
    s.remove(&ana, &room, &cleo).await;
    let mut strangers = vec![mentioning("x", &[&ben, &dan]), mentioning("x", &[&cleo])];
    let odd = odd_ids().map(|id| content("x").mentioning([StaffId::parse(id).unwrap()]));
    strangers.extend(odd);
    for stranger in strangers {
        let new = NewMessage {
            content: stranger.clone(),
            ..note("x")
        };
        invalid(messages.post(&ana, &room, &new).await, "mention_ids");
        let edit = messages.edit(&ana, &room, &mine.id, &stranger).await;
        invalid(edit, "mention_ids");
    }
    assert_eq!(s.history(&ana, &room).await, [mine], "nothing is stored");
    let all = s.post(&ana, &room, &calling("both", &[&ana, &ben])).await;
    assert_eq!(all.mentions, ids(&[&ana, &ben]), "oneself too");
}

pub async fn an_edit_replaces_the_mentions(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let said = s.post(&ana, &room, &calling("@Ben", &[&ben])).await;
    let messages = &s.backend.messages;
    let edit = async |words: &str, doctors: &[&Doctor]| {
        let content = mentioning(words, doctors);
        let edited = messages
            .edit(&ana, &room, &said.id, &content)
            .await
            .unwrap();
        assert_eq!(edited.mentions, ids(doctors));
        assert_eq!(s.see(&cleo, &said).await, edited);
        edited
    };
    let mut listener = s.listen(&ben).await;
    assert_eq!(
        edit("@Ben", &[&ben]).await,
        said,
        "the same again changes nothing"
    );
    let also = edit("@Ben", &[&ben, &cleo]).await;
    assert!(also.edited_at.is_some(), "whom it mentions is what it says");
    listener
        .until(
            |event| matches!(event, Event::MessageEdited(told) if told.mentions == also.mentions),
        )
        .await;
    edit("@Cleo", &[&cleo]).await;
    s.remove(&ana, &room, &cleo).await;
    let kept = mentioning("@Cleo, who left", &[&cleo]);
    let kept = messages.edit(&ana, &room, &said.id, &kept);
    assert_eq!(
        kept.await.unwrap().mentions,
        ids(&[&cleo]),
        "a mention outlives the leaving"
    );
    s.add(&ana, &room, &cleo).await;
    edit("nobody", &[]).await;
}

pub async fn a_room_tells_of_an_unread_mention(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let mentioned = async |doctor: &Doctor| {
        let alone = room_of(&s, doctor, &room).await.mentioned;
        let list = s
            .backend
            .rooms
            .list(doctor, None, domain::PageSize::DEFAULT)
            .await;
        assert_eq!(
            list.unwrap().rooms[0].mentioned,
            alone,
            "the list and the room agree"
        );
        alone
    };
    let said = s
        .post(&ana, &room, &calling("@Ben @Ana", &[&ben, &ana]))
        .await;
    assert!(mentioned(&ben).await);
    assert!(!mentioned(&cleo).await, "somebody else is meant");
    assert!(!mentioned(&ana).await, "one does not call oneself");
    let after = s.say(&ana, &room, "bed 4").await;
    assert!(mentioned(&ben).await, "further back too");
    s.read(&ben, &after).await;
    assert!(!mentioned(&ben).await, "it was read");
    let second = s.post(&ana, &room, &calling("@Ben", &[&ben])).await;
    assert!(mentioned(&ben).await);
    s.recall(&ana, &second).await;
    assert!(!mentioned(&ben).await, "what was recalled calls nobody");
    s.backend
        .messages
        .edit(&ana, &room, &said.id, &mentioning("@Cleo", &[&cleo]))
        .await
        .unwrap();
    assert!(mentioned(&cleo).await, "an edit may call somebody");
}
