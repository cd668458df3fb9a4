use domain::{Event, Message, MessageCursor, NewRoom};
use tokio::task::JoinSet;

use crate::{
    EventId, Signal,
    conformance::{
        Fixture,
        listener::Listener,
        scene::{Scene, content, ids, note, page_size},
    },
};

fn posted(events: &[Event]) -> Vec<Message> {
    let posted = events.iter().filter_map(|event| match event {
        Event::MessagePosted(message) => Some(message.clone()),
        _ => None,
    });
    posted.collect()
}

pub async fn a_message_is_told_once_and_in_order_to_everyone(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, dan] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo, &dan]).await;
    let mut listeners = Vec::new();
    for doctor in [&ana, &ben, &cleo] {
        listeners.push(s.listen(doctor).await);
    }
    let mut talking = JoinSet::new();
    for doctor in s.doctors() {
        let (messages, room) = (s.backend.messages.clone(), room.clone());
        talking.spawn(async move {
            for number in 0..15 {
                let new = note(&format!("number {number}"));
                messages.post(&doctor, &room, &new).await.unwrap();
            }
        });
    }
    talking.join_all().await;
    let last = s.say(&dan, &room, "over").await;
    let history = ids(&s.history(&dan, &room).await);
    assert_eq!(history.len(), 61);
    for listener in &mut listeners {
        let told = posted(&listener.until_posted(&last).await);
        assert_eq!(ids(&told), history);
    }
}

pub async fn what_is_told_can_be_read(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let mut listener = s.listen(&ben).await;
    let messages = &s.backend.messages;
    for round in 0..10 {
        // Asked for while the author still waits for the answer.
        let new = note(&format!("round {round}"));
        let reading = async {
            let told = listener
                .until(|event| matches!(event, Event::MessagePosted(_)))
                .await;
            let told = posted(&told).remove(0);
            let seen = s.see(&ben, &told).await;
            let page = messages
                .page(&ben, &room, &MessageCursor::Latest, page_size(1))
                .await;
            (told, seen, page.unwrap())
        };
        let (message, (told, seen, page)) = tokio::join!(s.post(&ana, &room, &new), reading);
        assert_eq!(told, message);
        assert_eq!(seen, message);
        assert_eq!(page.messages, [message]);
    }
}

pub async fn an_edit_and_a_recall_are_told(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let mut listeners = [s.listen(&ana).await, s.listen(&ben).await];
    let first = s.say(&ana, &room, "5 mg").await;
    // Heard one by one: a reader who is behind is told how the message stands by then.
    hear_next(&mut listeners, &Event::MessagePosted(first.clone())).await;
    let messages = &s.backend.messages;
    let edited = messages
        .edit(&ana, &room, &first.id, &content("50 mg"))
        .await
        .unwrap();
    hear_next(&mut listeners, &Event::MessageEdited(edited)).await;
    messages
        .edit(&ana, &room, &first.id, &content("50 mg"))
        .await
        .unwrap();
    let gone = s.recall(&ana, &first).await;
    hear_next(&mut listeners, &Event::MessageRecalled(gone)).await;
    s.recall(&ana, &first).await;
    let last = s.say(&ana, &room, "over").await;
    hear_next(&mut listeners, &Event::MessagePosted(last)).await;
}

/// Asserts that this is the next that each of them hears of a message.
async fn hear_next(listeners: &mut [Listener], expected: &Event) {
    for listener in listeners {
        let told = listener.until(is_of_a_message).await;
        assert_eq!(told.last(), Some(expected));
    }
}

fn is_of_a_message(event: &Event) -> bool {
    matches!(
        event,
        Event::MessagePosted(_) | Event::MessageEdited(_) | Event::MessageRecalled(_)
    )
}

pub async fn a_repeated_post_is_told_once(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let mut listener = s.listen(&ben).await;
    let new = note("once");
    let first = s.post(&ana, &room, &new).await;
    s.post(&ana, &room, &new).await;
    s.post(&ana, &room, &new).await;
    let last = s.say(&ana, &room, "over").await;
    let told = listener.until_posted(&last).await;
    assert_eq!(ids(&posted(&told)), [first.id, last.id]);
}

pub async fn every_stream_of_a_doctor_gets_everything(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let one = s.group(&[&ana, &ben]).await;
    let other = s.group(&[&ana, &ben]).await;
    let mut streams = [s.listen(&ben).await, s.listen(&ben).await];
    let said = [
        s.say(&ana, &one, "in one").await.id,
        s.say(&ben, &other, "my own").await.id,
    ];
    let third = s.listen(&ben).await;
    drop(third);
    let last = s.say(&ana, &other, "over").await;
    for stream in &mut streams {
        let mut told = ids(&posted(&stream.until_posted(&last).await));
        told.sort();
        let mut expected = [said[0].clone(), said[1].clone(), last.id.clone()];
        expected.sort();
        assert_eq!(told, expected);
    }
}

/// Reads on to the news of a message; where the stream then stood.
async fn stand_at(listener: &mut Listener, message: &Message) -> EventId {
    loop {
        let delivery = listener.next().await;
        let Signal::Event(event) = &delivery.signal else {
            panic!("told to resynchronise for no reason");
        };
        if matches!(event.event(), Event::MessagePosted(posted) if posted.id == message.id) {
            return delivery.id;
        }
    }
}

pub async fn a_resumed_stream_gets_what_it_missed(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let mut listener = s.listen(&ben).await;
    let mut witness = s.listen(&ana).await;
    let first = s.say(&ana, &room, "seen").await;
    let id = stand_at(&mut listener, &first).await;
    drop(listener);
    let missed = [
        s.say(&ana, &room, "missed").await,
        s.say(&ana, &room, "missed too").await,
    ];
    witness.until_posted(&missed[1]).await;
    let mut again = Listener::open(&s.backend, &ben, Some(id)).await;
    let last = s.say(&ana, &room, "over").await;
    let told = again.until_posted(&last).await;
    let [one, two] = missed;
    assert_eq!(ids(&posted(&told)), [one.id, two.id, last.id]);
}

pub async fn an_unknown_event_id_resynchronises(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    for text in [
        "1",
        "elsewhere-7",
        "0123456789abcdef-1",
        "-",
        &"9".repeat(80),
    ] {
        let foreign = EventId::read(text);
        let mut listener = Listener::open(&s.backend, &ben, Some(foreign)).await;
        assert!(
            matches!(listener.next().await.signal, Signal::Resync),
            "{text}"
        );
        let message = s.say(&ana, &room, "live again").await;
        listener.until_posted(&message).await;
    }
}

/// Far more events than any reader should be kept waiting for: all arrive, or the reader is told
/// to look for itself.
pub async fn a_slow_reader_never_misses_in_silence(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let mut slow = s.listen(&ben).await;
    s.say_often(&ana, &room, 700).await;
    let last = s.say(&ana, &room, "over").await;
    let history = ids(&s.history(&ben, &room).await);
    assert_eq!(history.len(), 701);
    match tail(&mut slow, &last).await {
        Some(told) => assert_eq!(told, history),
        None => loop {
            let next = s.say(&ana, &room, "live again").await;
            if tail(&mut slow, &next).await.is_some() {
                break;
            }
        },
    }
}

/// The messages told up to this one; none when the reader was told to resynchronise.
async fn tail(listener: &mut Listener, last: &Message) -> Option<Vec<domain::MessageId>> {
    let mut told = Vec::new();
    while told.last() != Some(&last.id) {
        match listener.next().await.signal {
            Signal::Resync => return None,
            Signal::Event(event) => {
                if let Event::MessagePosted(message) = event.event() {
                    told.push(message.id.clone());
                }
            }
        }
    }
    Some(told)
}

pub async fn a_new_room_is_told_to_those_in_it(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let mut listener = s.listen(&ben).await;
    let direct = s.open(&ana, &NewRoom::Direct(ben.clone())).await.room.id;
    let group = s.group(&[&ana, &ben]).await;
    let later = s.group(&[&ana, &cleo]).await;
    s.add(&ana, &later, &ben).await;
    let mut untold = vec![direct, group, later];
    while !untold.is_empty() {
        if let Event::Room(told) = listener.event().await {
            let seen = s.backend.rooms.get(&ben, &told.id).await.unwrap();
            assert_eq!(told, seen, "as the doctor sees it");
            untold.retain(|room| *room != told.id);
        }
    }
}
