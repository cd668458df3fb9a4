use domain::{Doctor, MessageCursor, MessageId, RoomId, StaffId};

use crate::{
    Error,
    conformance::{
        Fixture,
        refused::{not_found, odd_ids, odd_messages, same_refusal},
        scene::{Scene, content, note, page_size},
    },
};

/// Collects the answers of every call that names a room, made by somebody who is not in it.
async fn refusals(s: &Scene, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Vec<Error> {
    let backend = &s.backend;
    let (latest, size) = (MessageCursor::Latest, page_size(10));
    let after = MessageCursor::After(message.clone());
    let rooms = &backend.rooms;
    let messages = &backend.messages;
    let receipts = &backend.receipts;
    let newcomer = &s.everyone[3];
    let own: &StaffId = doctor.id();
    vec![
        not_found(rooms.get(doctor, room).await),
        not_found(rooms.add_participant(doctor, room, newcomer).await),
        not_found(rooms.remove_participant(doctor, room, newcomer.id()).await),
        not_found(rooms.remove_participant(doctor, room, own).await),
        not_found(messages.post(doctor, room, &note("let me in")).await),
        not_found(messages.page(doctor, room, &latest, size).await),
        not_found(messages.page(doctor, room, &after, size).await),
        not_found(messages.get(doctor, room, message).await),
        not_found(messages.edit(doctor, room, message, &content("mine")).await),
        not_found(messages.recall(doctor, room, message).await),
        not_found(receipts.mark_read(doctor, room, message).await),
        not_found(backend.live.typing(doctor, room, true).await),
    ]
}

pub async fn an_unknown_room_is_like_somebody_elses(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, dan] = s.doctors();
    let theirs = s.group(&[&ana, &ben, &dan]).await;
    let message = s.say(&ana, &theirs, "between us").await;
    let nowhere = RoomId::parse("9223372036854775807").unwrap();
    let known = refusals(&s, &cleo, &theirs, &message.id).await;
    let unknown = refusals(&s, &cleo, &nowhere, &message.id).await;
    for (known, unknown) in known.iter().zip(&unknown) {
        same_refusal(known, unknown);
    }
    // The same calls are answered to one who takes part.
    assert_eq!(s.see(&ben, &message).await.id, message.id);
    let room = s.backend.rooms.get(&ben, &theirs).await.unwrap();
    assert_eq!(room.participants.len(), 3, "nobody came, nobody went");
}

pub async fn ids_that_are_no_number_or_too_large_are_not_found(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let message = s.say(&ana, &room, "here").await;
    for id in odd_ids() {
        let nowhere = RoomId::parse(id).unwrap();
        refusals(&s, &ana, &nowhere, &message.id).await;
    }
    let messages = &s.backend.messages;
    let receipts = &s.backend.receipts;
    for id in odd_messages() {
        not_found(messages.get(&ana, &room, &id).await);
        not_found(messages.edit(&ana, &room, &id, &content("x")).await);
        not_found(messages.recall(&ana, &room, &id).await);
        not_found(receipts.mark_read(&ana, &room, &id).await);
    }
    for id in odd_ids() {
        let nobody = StaffId::parse(id).unwrap();
        let rooms = &s.backend.rooms;
        not_found(rooms.remove_participant(&ana, &room, &nobody).await);
        let presence = s.backend.live.presence(&ana, &[nobody]).await.unwrap();
        assert!(presence.is_empty(), "an unknown id is left out");
    }
}

pub async fn a_message_of_another_room_is_not_found(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let one = s.group(&[&ana, &ben]).await;
    let other = s.group(&[&ana, &ben]).await;
    let message = s.say(&ana, &one, "in the first room").await;
    let (messages, receipts) = (&s.backend.messages, &s.backend.receipts);
    not_found(messages.get(&ana, &other, &message.id).await);
    not_found(
        messages
            .edit(&ana, &other, &message.id, &content("x"))
            .await,
    );
    not_found(messages.recall(&ana, &other, &message.id).await);
    not_found(receipts.mark_read(&ben, &other, &message.id).await);
    assert_eq!(s.see(&ben, &message).await, message);
}

pub async fn a_stranger_finds_no_room_in_the_list(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let theirs = s.group(&[&ana, &ben]).await;
    s.backend
        .rooms
        .open_patient(&ana, &s.patients[0])
        .await
        .unwrap();
    let list = s
        .backend
        .rooms
        .list(&cleo, None, page_size(100))
        .await
        .unwrap();
    assert!(list.rooms.is_empty() && list.next.is_none());
    s.add(&ana, &theirs, &cleo).await;
    let list = s
        .backend
        .rooms
        .list(&cleo, None, page_size(100))
        .await
        .unwrap();
    assert_eq!(
        list.rooms.len(),
        1,
        "as a participant she would have seen it"
    );
}
