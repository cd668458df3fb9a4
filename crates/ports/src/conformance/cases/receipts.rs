use domain::{Doctor, Event, Mark, Message, ReceiptKind};
use futures_util::future::join_all;

use crate::{
    ErrorKind,
    conformance::{
        Fixture,
        refused::{not_found, odd_messages, refused},
        scene::{Scene, page_size},
    },
};

fn who(marks: &[Mark]) -> Vec<&str> {
    marks.iter().map(|mark| mark.doctor.as_str()).collect()
}

/// Whether the backend knows arrival; one that does not says so.
async fn knows_arrival(s: &Scene, doctor: &Doctor, message: &Message) -> bool {
    let knows = s.backend.capabilities.delivered_receipts;
    let receipts = &s.backend.receipts;
    let marked = receipts
        .mark_delivered(doctor, &message.room, &message.id)
        .await;
    if knows {
        marked.unwrap();
    } else {
        refused(marked, ErrorKind::Unsupported);
    }
    knows
}

pub async fn delivered_is_not_read(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let message = s.say(&ana, &room, "arrived?").await;
    if knows_arrival(&s, &ben, &message).await {
        let seen = s.see(&ana, &message).await.receipts;
        assert_eq!(who(&seen.delivered), [ben.id().as_str()]);
    }
    assert!(s.see(&ana, &message).await.receipts.read.is_empty());
    assert_eq!(s.unread(&ben, &room).await, 1);
}

pub async fn read_is_delivered_as_well(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let message = s.say(&ana, &room, "seen?").await;
    s.read(&ben, &message).await;
    let seen = s.see(&cleo, &message).await.receipts;
    assert_eq!(who(&seen.read), [ben.id().as_str()]);
    if s.backend.capabilities.delivered_receipts {
        assert_eq!(who(&seen.delivered), [ben.id().as_str()]);
    }
    assert!(seen.acknowledged.is_empty());
}

pub async fn a_mark_covers_everything_before_it_and_nothing_after(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let mut said = Vec::new();
    for text in ["one", "two", "three", "four", "five"] {
        said.push(s.say(&ana, &room, text).await);
    }
    s.read(&ben, &said[3]).await;
    let history = s.history(&ana, &room).await;
    let read: Vec<bool> = history
        .iter()
        .map(|seen| !seen.receipts.read.is_empty())
        .collect();
    assert_eq!(read, [true, true, true, true, false]);
    // A page that ends before the mark, and one message alone, say the same.
    let before = domain::MessageCursor::Before(said[2].id.clone());
    let messages = &s.backend.messages;
    let page = messages
        .page(&ana, &room, &before, page_size(2))
        .await
        .unwrap();
    assert_eq!(page.messages, history[..2]);
    for (message, seen) in said.iter().zip(&history) {
        assert_eq!(s.see(&ana, message).await, *seen);
    }
}

pub async fn a_mark_never_moves_back(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let one = s.say(&ana, &room, "one").await;
    let two = s.say(&ana, &room, "two").await;
    s.read(&ben, &two).await;
    let before = s.history(&ana, &room).await;
    s.read(&ben, &one).await;
    knows_arrival(&s, &ben, &one).await;
    assert_eq!(s.history(&ana, &room).await, before);
    assert_eq!(s.unread(&ben, &room).await, 0);
}

pub async fn a_mark_keeps_its_first_time(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let one = s.say(&ana, &room, "one").await;
    let two = s.say(&ana, &room, "two").await;
    s.read(&ben, &one).await;
    let first = s.see(&ana, &one).await.receipts;
    assert_eq!(first.read.len(), 1);
    s.read(&ben, &one).await;
    s.read(&ben, &two).await;
    let later = s.see(&ana, &one).await.receipts;
    assert_eq!(later, first);
    let second = s.see(&ana, &two).await.receipts.read;
    assert!(second[0].at >= first.read[0].at);
}

pub async fn ones_own_message_carries_no_receipt_of_ones_own(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let own = s.say(&ana, &room, "mine").await;
    s.read(&ana, &own).await;
    knows_arrival(&s, &ana, &own).await;
    assert_eq!(
        s.see(&ana, &own).await.receipts,
        domain::Receipts::default()
    );
    let theirs = s.say(&ben, &room, "yours").await;
    s.read(&ana, &theirs).await;
    assert_eq!(
        s.see(&ben, &own).await.receipts,
        domain::Receipts::default()
    );
    let seen = s.see(&ben, &theirs).await.receipts;
    assert_eq!(who(&seen.read), [ana.id().as_str()]);
}

pub async fn marks_at_once_end_at_the_furthest(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let mut said = Vec::new();
    for number in 0..10 {
        said.push(s.say(&ana, &room, &format!("number {number}")).await.id);
    }
    let marks = [4, 9, 0, 7, 2, 8, 1, 6, 3, 5].map(|number| {
        let (receipts, ben) = (s.backend.receipts.clone(), ben.clone());
        let (room, id) = (room.clone(), said[number].clone());
        tokio::spawn(async move { receipts.mark_read(&ben, &room, &id).await })
    });
    for mark in join_all(marks).await {
        mark.unwrap().unwrap();
    }
    assert_eq!(s.unread(&ben, &room).await, 0);
    let history = s.history(&ana, &room).await;
    assert!(
        history
            .iter()
            .all(|seen| who(&seen.receipts.read) == [ben.id().as_str()])
    );
}

pub async fn a_mark_needs_a_message_of_the_room(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let other = s.group(&[&ana, &ben]).await;
    s.say(&ana, &room, "here").await;
    let elsewhere = s.say(&ana, &other, "there").await.id;
    let receipts = &s.backend.receipts;
    for id in odd_messages().chain([elsewhere]) {
        not_found(receipts.mark_read(&ben, &room, &id).await);
        if s.backend.capabilities.delivered_receipts {
            not_found(receipts.mark_delivered(&ben, &room, &id).await);
        }
        if s.backend.capabilities.acknowledgement {
            not_found(receipts.acknowledge(&ben, &room, &id).await);
        }
    }
    assert_eq!(s.unread(&ben, &room).await, 1);
}

fn is_read(event: &Event, by: &Doctor, message: &Message) -> bool {
    matches!(
        event,
        Event::Receipt { message: of, doctor, kind: ReceiptKind::Read, .. }
            if *of == message.id && doctor == by.id()
    )
}

pub async fn a_mark_is_told_to_the_others_once(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let mut listeners = [s.listen(&ana).await, s.listen(&cleo).await];
    let one = s.say(&ana, &room, "one").await;
    let two = s.say(&ana, &room, "two").await;
    s.read(&ben, &one).await;
    for listener in &mut listeners {
        listener.until(|event| is_read(event, &ben, &one)).await;
    }
    s.read(&ben, &one).await;
    s.read(&ben, &two).await;
    for listener in &mut listeners {
        let told = listener.until(|event| is_read(event, &ben, &two)).await;
        assert!(
            !told.iter().any(|event| is_read(event, &ben, &one)),
            "told twice"
        );
    }
}
