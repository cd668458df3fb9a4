use std::time::{Duration, Instant};

use domain::{Event, Presence, Profile, RoomId, StaffId};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::mpsc;

use super::{Connection, Hub};
use crate::{Delivery, EventStream, Signal};

fn hub() -> (std::sync::Arc<Hub>, mpsc::UnboundedReceiver<Connection>) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the hub asks for one; a test opens a handful of streams"
    )]
    let (sender, receiver) = mpsc::unbounded_channel();
    (Hub::new(sender), receiver)
}

fn doctor(number: i64) -> StaffId {
    StaffId::from(number)
}

fn event(number: i64) -> Event {
    Event::Presence(Presence {
        doctor: doctor(number),
        online: true,
        last_seen: None,
    })
}

fn now(stream: &mut EventStream) -> Option<Delivery> {
    stream.next().now_or_never().flatten()
}

/// The numbers of the events that wait in the stream; -1 stands for a resync.
fn waiting(stream: &mut EventStream) -> Vec<i64> {
    std::iter::from_fn(|| now(stream))
        .map(|delivery| match delivery.signal {
            Signal::Event(event) => match event.event() {
                Event::Presence(presence) => presence.doctor.as_i64().unwrap(),
                other => panic!("unexpected {other:?}"),
            },
            Signal::Resync => -1,
        })
        .collect()
}

#[test]
fn every_stream_of_the_audience_gets_it_once_and_nobody_else() {
    let (hub, _connections) = hub();
    let (mut tab, mut phone) = (
        hub.subscribe(&doctor(1), None),
        hub.subscribe(&doctor(1), None),
    );
    let mut outsider = hub.subscribe(&doctor(2), None);
    hub.publish([&doctor(1)], event(7));
    assert_eq!(waiting(&mut tab), [7]);
    assert_eq!(waiting(&mut phone), [7]);
    assert_eq!(waiting(&mut outsider), []);
}

#[test]
fn a_resumed_stream_gets_what_it_missed() {
    let (hub, _connections) = hub();
    let mut stream = hub.subscribe(&doctor(1), None);
    hub.publish([&doctor(1)], event(1));
    let seen = now(&mut stream).unwrap().id;
    drop(stream);
    for number in 2..5 {
        hub.publish([&doctor(1)], event(number));
    }
    assert_eq!(
        waiting(&mut hub.subscribe(&doctor(1), Some(&seen))),
        [2, 3, 4]
    );
}

#[test]
fn who_is_too_far_behind_resynchronises_once_and_goes_on() {
    let (hub, _connections) = hub();
    let mut slow = hub.subscribe(&doctor(1), None);
    for number in 0..600 {
        hub.publish([&doctor(1)], event(number));
    }
    assert_eq!(waiting(&mut slow), [-1]);
    hub.publish([&doctor(1)], event(9));
    assert_eq!(waiting(&mut slow), [9]);
}

#[test]
fn an_id_of_another_process_resynchronises() {
    let (before, _connections) = hub();
    let mut stream = before.subscribe(&doctor(1), None);
    before.publish([&doctor(1)], event(1));
    let foreign = now(&mut stream).unwrap().id;
    let (after, _connections) = hub();
    assert_eq!(
        waiting(&mut after.subscribe(&doctor(1), Some(&foreign))),
        [-1]
    );
}

#[test]
fn an_id_of_another_doctor_resynchronises() {
    let (hub, _connections) = hub();
    let mut own = hub.subscribe(&doctor(1), None);
    let mut other = hub.subscribe(&doctor(2), None);
    hub.publish([&doctor(1), &doctor(2)], event(1));
    let foreign = now(&mut other).unwrap().id;
    assert_eq!(waiting(&mut own), [1]);
    assert_eq!(
        waiting(&mut hub.subscribe(&doctor(1), Some(&foreign))),
        [-1]
    );
}

#[test]
fn a_stream_that_was_told_nothing_can_be_resumed() {
    let (hub, _connections) = hub();
    let stream = hub.subscribe(&doctor(1), None);
    let start = stream.start().clone();
    drop(stream);
    hub.publish([&doctor(1)], event(1));
    assert_eq!(waiting(&mut hub.subscribe(&doctor(1), Some(&start))), [1]);
}

#[test]
fn who_left_hears_no_more_of_who_types() {
    let (hub, _connections) = hub();
    let room = RoomId::from(1);
    let typist = Profile {
        id: doctor(1),
        name: "A".into(),
        specialty: None,
        grade: None,
    };
    let mut left = hub.subscribe(&doctor(2), None);
    let start = Instant::now();
    hub.typing(&room, &typist, true, &[doctor(1), doctor(2)], start);
    assert!(now(&mut left).is_some(), "was told before");
    hub.left(&room, &doctor(2));
    hub.sweep(start + Duration::from_secs(10));
    assert!(now(&mut left).is_none());
}

#[test]
fn all_resynchronise_when_events_may_be_missing() {
    let (hub, _connections) = hub();
    let mut stream = hub.subscribe(&doctor(1), None);
    hub.publish([&doctor(1)], event(1));
    hub.resync_all();
    assert_eq!(waiting(&mut stream), [-1]);
}

#[test]
fn what_was_told_before_leaving_a_room_is_not_told_again() {
    let (hub, _connections) = hub();
    let mut stream = hub.subscribe(&doctor(1), None);
    hub.publish([&doctor(1)], event(1));
    let seen = now(&mut stream).unwrap().id;
    hub.publish([&doctor(1)], event(2));
    hub.left(&RoomId::from(1), &doctor(1));
    assert_eq!(waiting(&mut hub.subscribe(&doctor(1), Some(&seen))), [-1]);
    assert_eq!(waiting(&mut stream), [2], "the open stream goes on");
}

#[test]
fn an_ended_stream_tells_what_it_knows_and_can_be_resumed() {
    let (hub, _connections) = hub();
    let mut stream = hub.subscribe(&doctor(1), None);
    let mut other = hub.subscribe(&doctor(2), None);
    hub.publish([&doctor(1)], event(7));
    hub.end(&doctor(1));
    let last = now(&mut stream).unwrap();
    assert!(stream.next().now_or_never().unwrap().is_none(), "ended");
    assert!(other.next().now_or_never().is_none(), "goes on");
    hub.publish([&doctor(1)], event(8));
    let mut again = hub.subscribe(&doctor(1), Some(&last.id));
    assert_eq!(waiting(&mut again), [8]);
    assert!(again.next().now_or_never().is_none(), "goes on");
}

#[test]
fn a_waiting_reader_wakes() {
    let (hub, _connections) = hub();
    let mut stream = hub.subscribe(&doctor(1), None);
    let mut next = std::pin::pin!(stream.next());
    assert!(next.as_mut().now_or_never().is_none());
    hub.publish([&doctor(1)], event(3));
    assert!(next.now_or_never().is_some());
}

#[test]
fn a_doctor_is_connected_from_the_first_tab_to_the_last() {
    let (hub, mut connections) = hub();
    let (tab, phone) = (
        hub.subscribe(&doctor(1), None),
        hub.subscribe(&doctor(1), None),
    );
    drop(tab);
    assert!(hub.is_connected(&doctor(1)));
    drop(phone);
    assert!(!hub.is_connected(&doctor(1)));
    let told: Vec<bool> = std::iter::from_fn(|| connections.try_recv().ok())
        .map(|c| c.open)
        .collect();
    assert_eq!(told, [true, false]);
}

#[test]
fn typing_is_told_once_lapses_and_is_not_told_to_oneself() {
    let (hub, _connections) = hub();
    let room = RoomId::from(1);
    let typist = Profile {
        id: doctor(1),
        name: "A".into(),
        specialty: None,
        grade: None,
    };
    let audience = [doctor(1), doctor(2)];
    let (mut own, mut other) = (
        hub.subscribe(&doctor(1), None),
        hub.subscribe(&doctor(2), None),
    );
    let start = Instant::now();
    let told = |stream: &mut EventStream| -> Vec<bool> {
        std::iter::from_fn(|| now(stream))
            .map(|delivery| match delivery.signal {
                Signal::Event(event) => matches!(event.event(), Event::Typing { typing: true, .. }),
                Signal::Resync => panic!("resync"),
            })
            .collect()
    };

    hub.typing(&room, &typist, true, &audience, start);
    hub.typing(
        &room,
        &typist,
        true,
        &audience,
        start + Duration::from_secs(3),
    );
    hub.sweep(start + Duration::from_secs(7));
    assert_eq!(told(&mut other), [true], "repeated in time");
    hub.sweep(start + Duration::from_secs(10));
    assert_eq!(told(&mut other), [false]);
    assert_eq!(told(&mut own), []);
}
