use domain::{Doctor, Event, NewMessage, PageSize, ReceiptKind, UrgentReason};

use crate::{
    ErrorKind,
    conformance::{
        Fixture,
        refused::{not_found, refused},
        scene::{Scene, call_for_help, content, note},
    },
};

/// A scene whose backend takes acknowledgements; one that does not says so.
async fn taking_acknowledgements(fixture: Fixture) -> Option<Scene> {
    let s = Scene::of(fixture);
    if s.backend.capabilities.acknowledgement {
        return Some(s);
    }
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let help = s.post(&ana, &room, &call_for_help("please come")).await;
    let answer = s.backend.receipts.acknowledge(&ben, &room, &help.id).await;
    refused(answer, ErrorKind::Unsupported);
    None
}

pub async fn an_urgent_message_is_acknowledged_and_so_read(fixture: Fixture) {
    let Some(s) = taking_acknowledgements(fixture).await else {
        return;
    };
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let earlier = s.say(&ana, &room, "bed 4").await;
    let help = s.post(&ana, &room, &call_for_help("please come")).await;
    let receipts = &s.backend.receipts;
    receipts.acknowledge(&ben, &room, &help.id).await.unwrap();
    let first = s.see(&ana, &help).await.receipts;
    assert_eq!(first.acknowledged.len(), 1);
    assert_eq!(first.acknowledged[0].doctor, *ben.id());
    assert_eq!(first.read.len(), 1);
    assert_eq!(s.see(&ana, &earlier).await.receipts.read.len(), 1);
    assert_eq!(s.unread(&ben, &room).await, 0);

    receipts.acknowledge(&ben, &room, &help.id).await.unwrap();
    assert_eq!(
        s.see(&ana, &help).await.receipts,
        first,
        "at its first time"
    );
    receipts.acknowledge(&cleo, &room, &help.id).await.unwrap();
    let both = s.see(&ana, &help).await.receipts.acknowledged;
    assert_eq!((both.len(), &both[0]), (2, &first.acknowledged[0]));
    assert_eq!(s.history(&cleo, &room).await[1], s.see(&ana, &help).await);
}

pub async fn only_an_urgent_message_of_another_is_acknowledged(fixture: Fixture) {
    let Some(s) = taking_acknowledgements(fixture).await else {
        return;
    };
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let routine = s.say(&ana, &room, "when you can").await.id;
    let own = s.post(&ben, &room, &call_for_help("my own")).await.id;
    let gone = s.post(&ana, &room, &call_for_help("never mind")).await;
    s.recall(&ana, &gone).await;
    let open = s.post(&ana, &room, &call_for_help("please come")).await;
    let receipts = &s.backend.receipts;
    for message in [&routine, &own, &gone.id] {
        refused(
            receipts.acknowledge(&ben, &room, message).await,
            ErrorKind::Conflict,
        );
    }
    not_found(receipts.acknowledge(&cleo, &room, &open.id).await);
    let history = s.history(&ana, &room).await;
    assert!(
        history
            .iter()
            .all(|seen| seen.receipts.acknowledged.is_empty())
    );
    receipts.acknowledge(&ben, &room, &open.id).await.unwrap();
}

pub async fn an_acknowledgement_is_told_to_the_author_once(fixture: Fixture) {
    let Some(s) = taking_acknowledgements(fixture).await else {
        return;
    };
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let mut listener = s.listen(&ana).await;
    let help = s.post(&ana, &room, &call_for_help("please come")).await;
    let is_by = |event: &Event, by: &Doctor| {
        matches!(
            event,
            Event::Receipt { room: of, message, doctor, kind: ReceiptKind::Acknowledged, .. }
                if *of == room && *message == help.id && doctor == by.id()
        )
    };
    let receipts = &s.backend.receipts;
    receipts.acknowledge(&ben, &room, &help.id).await.unwrap();
    listener.until(|event| is_by(event, &ben)).await;
    receipts.acknowledge(&ben, &room, &help.id).await.unwrap();
    receipts.acknowledge(&cleo, &room, &help.id).await.unwrap();
    let told = listener.until(|event| is_by(event, &cleo)).await;
    assert!(!told.iter().any(|event| is_by(event, &ben)), "told twice");
}

pub async fn a_room_is_urgent_until_the_reader_acknowledges(fixture: Fixture) {
    let Some(s) = taking_acknowledgements(fixture).await else {
        return;
    };
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let urgent = async |doctor: &Doctor| {
        let seen = s.backend.rooms.get(doctor, &room).await.unwrap().urgent;
        let listed = s
            .backend
            .rooms
            .list(doctor, None, PageSize::DEFAULT)
            .await
            .unwrap();
        assert_eq!(listed.rooms[0].urgent, seen);
        seen
    };
    assert!(!urgent(&ben).await);
    let help = s.post(&ana, &room, &call_for_help("please come")).await;
    let after = s.say(&ana, &room, "bed 4, that is").await;
    s.read(&ben, &after).await;
    assert!(urgent(&ben).await, "reading is not acknowledging");
    assert!(
        !urgent(&ana).await,
        "one's own call does not wait for oneself"
    );
    s.backend
        .receipts
        .acknowledge(&ben, &room, &help.id)
        .await
        .unwrap();
    assert!(!urgent(&ben).await);
    assert!(urgent(&cleo).await, "each for themselves");
    s.recall(&ana, &help).await;
    assert!(!urgent(&cleo).await, "what was recalled waits for nobody");
}

pub async fn an_urgent_message_says_why(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let why = UrgentReason::parse("K⁺ 6.9 – דחוף 👩🏽‍⚕️").ok();
    let help = NewMessage {
        urgent_reason: why.clone(),
        ..call_for_help("please come")
    };
    let said = s.post(&ana, &room, &help).await;
    assert_eq!(said.urgent_reason, why);
    assert_eq!(s.see(&ben, &said).await, said);
    let room_of_ben = s.backend.rooms.get(&ben, &room).await.unwrap();
    assert_eq!(room_of_ben.last_message.unwrap().urgent_reason, why);
    let without = s.post(&ana, &room, &call_for_help("and here")).await;
    assert_eq!(without.urgent_reason, None);
    let routine = NewMessage {
        urgent_reason: why.clone(),
        ..note("when you can")
    };
    let routine = s.post(&ana, &room, &routine).await;
    assert_eq!(routine.urgent_reason, None, "a routine message has none");
    assert_eq!(
        s.history(&ben, &room).await,
        [said.clone(), without, routine]
    );

    let messages = &s.backend.messages;
    let words = content("come now");
    let edited = messages.edit(&ana, &room, &said.id, &words);
    assert_eq!(
        edited.await.unwrap().urgent_reason,
        why,
        "an edit leaves it"
    );
    assert_eq!(s.recall(&ana, &said).await.urgent_reason, None);
    assert_eq!(
        s.see(&ben, &said).await.urgent_reason,
        None,
        "a tombstone says nothing"
    );
}

pub async fn what_waits_is_listed_over_all_rooms(fixture: Fixture) {
    let Some(s) = taking_acknowledgements(fixture).await else {
        return;
    };
    let [ana, ben, cleo, dan] = s.doctors();
    let messages = &s.backend.messages;
    let waiting = async |doctor: &Doctor| {
        let waiting = messages.waiting(doctor).await.unwrap();
        waiting
            .into_iter()
            .map(|message| message.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(waiting(&ben).await, []);
    let (one, two) = (
        s.group(&[&ana, &ben]).await,
        s.group(&[&ana, &ben, &cleo]).await,
    );
    let first = s.post(&ana, &two, &call_for_help("first")).await;
    s.say(&ana, &one, "routine").await;
    let second = s.post(&ana, &one, &call_for_help("second")).await;
    let own = s.post(&ben, &one, &call_for_help("mine")).await;
    let third = s.post(&cleo, &two, &call_for_help("third")).await;
    let gone = s.post(&ana, &one, &call_for_help("never mind")).await;
    s.recall(&ana, &gone).await;
    let open = [&first.id, &second.id, &third.id].map(Clone::clone);
    assert_eq!(waiting(&ben).await, open, "oldest first, whatever the room");
    assert_eq!(waiting(&ana).await, [own.id, third.id.clone()]);
    assert_eq!(waiting(&dan).await, []);
    let whole = messages.waiting(&ben).await.unwrap();
    assert_eq!((&whole[0].room, whole[0].text()), (&two, first.text()));

    s.read(&ben, &second).await;
    assert_eq!(waiting(&ben).await, open, "reading is not acknowledging");
    let receipts = &s.backend.receipts;
    receipts.acknowledge(&ben, &two, &first.id).await.unwrap();
    assert_eq!(waiting(&ben).await, open[1..]);
    assert_eq!(
        waiting(&cleo).await,
        std::slice::from_ref(&first.id),
        "each for themselves"
    );
    s.remove(&ana, &two, &ben).await;
    assert_eq!(
        waiting(&ben).await,
        std::slice::from_ref(&second.id),
        "not of a room one left"
    );
}
