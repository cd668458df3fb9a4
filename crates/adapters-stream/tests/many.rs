//! More than one answer of Stream's holds: rooms, marks, acknowledgements.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/app.rs"]
mod app;
#[path = "support/talk.rs"]
mod talk;

use app::App;
use domain::{Doctor, NewMessage, NewRoom, PageSize, RoomId, RoomTitle, Urgency};
use talk::{group, note, posted_until, say};

#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_of_many_rooms_lists_and_hears_them_all() {
    let app = App::sandboxed(2).await;
    let backend = app.stream.backend();
    let mut rooms = Vec::new();
    for _ in 0..65 {
        rooms.push(group(&backend, &app.doctors).await);
    }
    let [ana, ben] = [&app.doctors[0], &app.doctors[1]];
    let (mut listed, mut cursor): (Vec<RoomId>, _) = (Vec::new(), None);
    loop {
        let page = backend
            .rooms
            .list(ben, cursor, PageSize::new(40).unwrap())
            .await
            .unwrap();
        listed.extend(page.rooms.into_iter().map(|room| room.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    listed.reverse();
    assert_eq!(listed, rooms, "newest first");
    let mut stream = backend.live.events(ben, None).await.unwrap();
    for round in 0..2 {
        let mut said = Vec::new();
        for room in &rooms {
            said.push(say(&backend, ana, room, "everybody").await.id);
        }
        let mut told = Vec::new();
        while told.len() < said.len() {
            let next = talk::event(&mut stream).await;
            if let domain::Event::MessagePosted(message) = next {
                told.push(message.id);
            }
        }
        told.sort();
        said.sort();
        assert_eq!(told, said, "round {round}");
        // The second round is what was missed.
        app.faults().drop_sockets(None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_marks_of_a_long_day_fit() {
    let app = App::sandboxed(2).await;
    let backend = app.stream.backend();
    let room = group(&backend, &app.doctors).await;
    let [ana, ben] = [&app.doctors[0], &app.doctors[1]];
    let mut said = Vec::new();
    for _ in 0..90 {
        let message = say(&backend, ana, &room, "one of many").await;
        backend
            .receipts
            .mark_delivered(ben, &room, &message.id)
            .await
            .unwrap();
        backend
            .receipts
            .mark_read(ben, &room, &message.id)
            .await
            .unwrap();
        said.push(message.id);
    }
    let first = backend
        .messages
        .get(ana, &room, &said[0])
        .await
        .unwrap()
        .receipts;
    let last = backend
        .messages
        .get(ana, &room, &said[89])
        .await
        .unwrap()
        .receipts;
    assert_eq!((first.read.len(), first.delivered.len()), (1, 1));
    assert_eq!((last.read.len(), last.delivered.len()), (1, 1));
    assert!(first.read[0].at <= last.read[0].at);
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledgements_of_more_than_ten_are_all_known() {
    let app = App::sandboxed(15).await;
    let backend = app.stream.backend();
    let room = group(&backend, &app.doctors).await;
    let help = NewMessage {
        urgency: Urgency::Urgent,
        ..note("help", "all of you")
    };
    let help = backend
        .messages
        .post(&app.doctors[0], &room, &help)
        .await
        .unwrap()
        .message;
    for doctor in &app.doctors[1..] {
        for _ in 0..2 {
            backend
                .receipts
                .acknowledge(doctor, &room, &help.id)
                .await
                .unwrap();
        }
    }
    let seen = backend
        .messages
        .get(&app.doctors[0], &room, &help.id)
        .await
        .unwrap();
    let who: Vec<_> = seen
        .receipts
        .acknowledged
        .iter()
        .map(|mark| &mark.doctor)
        .collect();
    let expected: Vec<_> = app.doctors[1..].iter().map(|doctor| doctor.id()).collect();
    assert_eq!(who, expected, "in the order they did");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_left_do_not_keep_anybody_in() {
    let app = App::sandboxed(60).await;
    let backend = app.stream.backend();
    let ana = &app.doctors[0];
    // All that a channel keeps for us has room beside each other: a long title, what is urgent.
    let room = NewRoom::Group {
        others: app.doctors[1..].to_vec(),
        title: Some(RoomTitle::parse(&"\u{1f3e5}".repeat(120)).unwrap()),
    };
    let room = backend.rooms.open(ana, &room).await.unwrap().room.id;
    for number in 0..20 {
        let urgent = NewMessage {
            urgency: Urgency::Urgent,
            ..note(&format!("urgent-{number}"), "please come")
        };
        backend.messages.post(ana, &room, &urgent).await.unwrap();
    }
    for _ in 0..2 {
        for doctor in &app.doctors[1..] {
            backend
                .rooms
                .remove_participant(ana, &room, doctor.id())
                .await
                .unwrap();
        }
        for doctor in &app.doctors[1..] {
            backend
                .rooms
                .add_participant(ana, &room, doctor)
                .await
                .unwrap();
        }
    }
    let changes = backend.rooms.changes(ana, &room).await.unwrap();
    let came: Vec<_> = changes.iter().map(|change| &change.doctor.id).collect();
    let all: Vec<_> = app.doctors[1..].iter().map(Doctor::id).collect();
    assert!(came.len() >= 15, "only {} are kept", came.len());
    assert_eq!(came, all[all.len() - came.len()..], "the newest are kept");
    let mut stream = backend.live.events(&app.doctors[1], None).await.unwrap();
    let message = say(&backend, ana, &room, "all back").await;
    assert_eq!(posted_until(&mut stream, &message.id).await, [message.id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_urgent_message_far_back_still_waits() {
    let app = App::sandboxed(2).await;
    let backend = app.stream.backend();
    let room = group(&backend, &app.doctors).await;
    let [ana, ben] = [&app.doctors[0], &app.doctors[1]];
    let help = NewMessage {
        urgency: Urgency::Urgent,
        ..note("help", "please come")
    };
    let help = backend.messages.post(ana, &room, &help).await.unwrap();
    for _ in 0..80 {
        say(&backend, ana, &room, "and then").await;
    }
    assert!(backend.rooms.get(ben, &room).await.unwrap().urgent);
    backend
        .receipts
        .acknowledge(ben, &room, &help.message.id)
        .await
        .unwrap();
    assert!(!backend.rooms.get(ben, &room).await.unwrap().urgent);
}
