use domain::{Doctor, Event, Message, ReceiptKind, RoomId};

use crate::conformance::{
    Fixture,
    listener::{Listener, is_of},
    refused::{not_found, odd_messages},
    scene::Scene,
};

async fn unread_from(s: &Scene, doctor: &Doctor, message: &Message) {
    let receipts = &s.backend.receipts;
    receipts
        .mark_unread(doctor, &message.room, &message.id)
        .await
        .unwrap();
}

/// Four messages of the doctor.
async fn four(s: &Scene, doctor: &Doctor, room: &RoomId) -> Vec<Message> {
    let mut said = Vec::new();
    for text in ["one", "two", "three", "four"] {
        said.push(s.say(doctor, room, text).await);
    }
    said
}

/// The next the doctor is told of a room: the room itself, with so much unread.
async fn told(listener: &mut Listener, room: &RoomId, unread: u32) {
    let events = listener
        .until(|event| matches!(event, Event::Room(seen) if seen.id == *room))
        .await;
    let Some(Event::Room(seen)) = events.last() else {
        unreachable!("it was waited for");
    };
    assert_eq!(seen.unread, unread);
}

fn is_read_by(event: &Event, doctor: &Doctor) -> bool {
    matches!(event, Event::Receipt { doctor: by, kind: ReceiptKind::Read, .. } if by == doctor.id())
}

pub async fn what_is_marked_unread_counts_again_everywhere(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let said = four(&s, &ana, &room).await;
    s.read(&ben, &said[3]).await;
    let mut devices = [s.listen(&ben).await, s.listen(&ben).await];
    let mut others = [s.listen(&ana).await, s.listen(&cleo).await];
    unread_from(&s, &ben, &said[1]).await;
    assert_eq!(s.unread(&ben, &room).await, 3);
    assert_eq!(s.unread(&cleo, &room).await, 4, "each for themselves");
    for device in &mut devices {
        told(device, &room, 3).await;
    }
    // In part, and then whole.
    s.read(&ben, &said[2]).await;
    assert_eq!(s.unread(&ben, &room).await, 1);
    for device in &mut devices {
        told(device, &room, 1).await;
    }
    s.read(&ben, &said[3]).await;
    assert_eq!(s.unread(&ben, &room).await, 0);
    let last = s.say(&ana, &room, "five").await;
    for other in &mut others {
        let told = other.until_posted(&last).await;
        assert!(
            !told.iter().any(|event| is_read_by(event, &ben)),
            "told others"
        );
        let rooms = told.iter().filter(|event| matches!(event, Event::Room(_)));
        assert_eq!(rooms.filter(|event| is_of(event, &room)).count(), 0);
    }
    assert_eq!(s.unread(&ben, &room).await, 1);
}

pub async fn receipts_stay_when_something_is_marked_unread(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let said = four(&s, &ana, &room).await;
    s.read(&ben, &said[0]).await;
    s.read(&ben, &said[2]).await;
    let before = s.history(&ana, &room).await;
    unread_from(&s, &ben, &said[0]).await;
    assert_eq!(s.unread(&ben, &room).await, 4);
    assert_eq!(s.history(&ana, &room).await, before, "others saw it read");
    s.read(&ben, &said[1]).await;
    assert_eq!(s.unread(&ben, &room).await, 2);
    assert_eq!(s.history(&ana, &room).await, before, "at its first time");
    s.read(&ben, &said[2]).await;
    assert_eq!(s.history(&ana, &room).await, before);
    let mut listener = s.listen(&ana).await;
    s.read(&ben, &said[3]).await;
    listener.until(|event| is_read_by(event, &ben)).await;
    let after = s.history(&ana, &room).await;
    assert_eq!(
        after[..3],
        before[..3],
        "what is read further changes nothing before"
    );
    assert_eq!(after[3].receipts.read.len(), 1);
    assert_eq!(s.unread(&ben, &room).await, 0);
}

pub async fn marking_unread_only_goes_back(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let said = four(&s, &ana, &room).await;
    unread_from(&s, &ben, &said[3]).await;
    assert_eq!(s.unread(&ben, &room).await, 4, "all of it was unread");
    s.read(&ben, &said[3]).await;
    for _ in 0..2 {
        unread_from(&s, &ben, &said[1]).await;
        assert_eq!(s.unread(&ben, &room).await, 3);
    }
    unread_from(&s, &ben, &said[2]).await;
    assert_eq!(s.unread(&ben, &room).await, 3, "two is unread as well");
    let own = s.say(&ben, &room, "mine").await;
    s.read(&ben, &own).await;
    unread_from(&s, &ben, &own).await;
    assert_eq!(s.unread(&ben, &room).await, 0, "one's own is never unread");
    s.add(&ana, &room, &cleo).await;
    assert_eq!(s.unread(&cleo, &room).await, 0);
    unread_from(&s, &cleo, &said[3]).await;
    assert_eq!(
        s.unread(&cleo, &room).await,
        2,
        "also from before the joining"
    );
    s.recall(&ana, &said[3]).await;
    assert_eq!(s.unread(&cleo, &room).await, 1);
    s.read(&cleo, &own).await;
    assert_eq!(s.unread(&cleo, &room).await, 0);
}

pub async fn marking_unread_needs_a_message_of_the_room(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let other = s.group(&[&ana, &ben]).await;
    let said = s.say(&ana, &room, "here").await;
    let elsewhere = s.say(&ana, &other, "there").await.id;
    s.read(&ben, &said).await;
    let receipts = &s.backend.receipts;
    for id in odd_messages().chain([elsewhere]) {
        not_found(receipts.mark_unread(&ben, &room, &id).await);
    }
    s.remove(&ana, &room, &cleo).await;
    not_found(receipts.mark_unread(&cleo, &room, &said.id).await);
    assert_eq!(s.unread(&ben, &room).await, 0);
}
