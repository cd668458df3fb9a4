use domain::{NewRoom, PatientRef, RoomCursor, RoomId, RoomKind, RoomTitle};
use tokio::task::JoinSet;

use crate::{
    ErrorKind, Opened,
    conformance::{
        Fixture,
        scene::{Scene, content, page_size, words},
    },
};

pub async fn a_patient_room_opened_twice_is_one_room(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let rooms = &s.backend.rooms;
    let first = rooms.open_patient(&ana, &s.patients[0]).await.unwrap();
    let again = rooms.open_patient(&ana, &s.patients[0]).await.unwrap();
    let joined = rooms.open_patient(&ben, &s.patients[0]).await.unwrap();
    assert_eq!(
        [first.created, again.created, joined.created],
        [true, false, false]
    );
    assert_eq!([&again.room.id, &joined.room.id], [&first.room.id; 2]);
    assert_eq!(joined.room.kind, RoomKind::Patient(s.patients[0].clone()));
    let present: Vec<_> = joined
        .room
        .participants
        .iter()
        .map(|p| &p.doctor.id)
        .collect();
    assert_eq!(present, [ana.id(), ben.id()], "oldest first");
    assert!(rooms.get(&cleo, &first.room.id).await.is_err());
}

pub async fn a_patient_room_opened_by_many_at_once_is_one_room(fixture: Fixture) {
    let s = Scene::of(fixture);
    let mut openings = JoinSet::new();
    for doctor in s.everyone.iter().take(4).chain(s.everyone.iter().take(4)) {
        let (rooms, doctor) = (s.backend.rooms.clone(), doctor.clone());
        let patient = s.patients[0].clone();
        openings.spawn(async move { rooms.open_patient(&doctor, &patient).await.unwrap() });
    }
    let opened: Vec<Opened> = openings.join_all().await;
    assert_eq!(opened.iter().filter(|opened| opened.created).count(), 1);
    assert!(
        opened
            .iter()
            .all(|other| other.room.id == opened[0].room.id)
    );
    let room = s
        .backend
        .rooms
        .get(&s.everyone[0], &opened[0].room.id)
        .await;
    assert_eq!(room.unwrap().participants.len(), 4);
}

pub async fn every_patient_has_a_room_of_their_own(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ..] = s.doctors();
    let rooms = &s.backend.rooms;
    let one = rooms.open_patient(&ana, &s.patients[0]).await.unwrap();
    let other = rooms.open_patient(&ana, &s.patients[1]).await.unwrap();
    assert_ne!(one.room.id, other.room.id);
    assert_eq!(other.room.kind, RoomKind::Patient(s.patients[1].clone()));
}

/// A backend that knows no patients may place any reference, but never in another patient's room.
pub async fn a_patient_nobody_knows_opens_no_room_of_another(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let rooms = &s.backend.rooms;
    let known = rooms.open_patient(&ana, &s.patients[0]).await.unwrap();
    let nobody = PatientRef::parse("0".repeat(40)).unwrap();
    match rooms.open_patient(&ben, &nobody).await {
        Ok(opened) => {
            assert_ne!(opened.room.id, known.room.id);
            assert_eq!(opened.room.kind, RoomKind::Patient(nobody));
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound),
    }
}

pub async fn a_direct_room_is_one_per_pair_from_either_side(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let first = s.open(&ana, &NewRoom::Direct(ben.clone())).await;
    let again = s.open(&ana, &NewRoom::Direct(ben.clone())).await;
    let back = s.open(&ben, &NewRoom::Direct(ana.clone())).await;
    assert_eq!(
        [first.created, again.created, back.created],
        [true, false, false]
    );
    assert_eq!([&again.room.id, &back.room.id], [&first.room.id; 2]);
    assert_eq!(first.room.kind, RoomKind::Direct);
    assert_eq!(back.room.participants.len(), 2);
    let other = s.open(&ana, &NewRoom::Direct(cleo)).await;
    assert_ne!(other.room.id, first.room.id);
}

pub async fn a_direct_room_opened_from_both_sides_at_once_is_one_room(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let mut openings = JoinSet::new();
    for (opener, other) in [(&ana, &ben), (&ben, &ana)].repeat(4) {
        let (rooms, opener) = (s.backend.rooms.clone(), opener.clone());
        let room = NewRoom::Direct(other.clone());
        openings.spawn(async move { rooms.open(&opener, &room).await.unwrap() });
    }
    let opened: Vec<Opened> = openings.join_all().await;
    assert_eq!(opened.iter().filter(|opened| opened.created).count(), 1);
    assert!(
        opened
            .iter()
            .all(|other| other.room.id == opened[0].room.id)
    );
}

pub async fn a_group_is_always_a_new_room(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let group = NewRoom::Group {
        others: vec![ben.clone()],
        title: None,
    };
    let one = s.open(&ana, &group).await;
    let other = s.open(&ana, &group).await;
    let direct = s.open(&ana, &NewRoom::Direct(ben)).await;
    assert!(one.created && other.created && direct.created);
    assert_ne!(one.room.id, other.room.id);
    assert_ne!(one.room.id, direct.room.id);
    assert_eq!(one.room.kind, RoomKind::Group);
    assert_eq!(one.room.unread, 0);
    assert_eq!(one.room.last_message, None);
}

pub async fn a_title_is_kept_to_the_letter(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    for title in ["Ärzte '%' \"B2\" \\ Ω 夜勤 👩🏽‍⚕️", &"é".repeat(120)] {
        let title = RoomTitle::parse(title).unwrap();
        let group = NewRoom::Group {
            others: vec![ben.clone()],
            title: Some(title.clone()),
        };
        let opened = s.open(&ana, &group).await;
        assert_eq!(opened.room.title.as_ref(), Some(&title));
        let seen = s.backend.rooms.get(&ben, &opened.room.id).await.unwrap();
        assert_eq!(seen.title, Some(title));
    }
}

async fn listed(s: &Scene) -> Vec<RoomId> {
    let page = s.backend.rooms.list(&s.everyone[0], None, page_size(100));
    page.await
        .unwrap()
        .rooms
        .into_iter()
        .map(|room| room.id)
        .collect()
}

pub async fn the_list_is_by_newest_activity(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let one = s.group(&[&ana, &ben]).await;
    let two = s.group(&[&ben, &ana]).await;
    let three = s.group(&[&ana, &ben]).await;
    assert_eq!(listed(&s).await, [three.clone(), two.clone(), one.clone()]);
    let old = s.say(&ben, &one, "first").await;
    assert_eq!(listed(&s).await, [one.clone(), three.clone(), two.clone()]);
    s.say(&ana, &two, "second").await;
    assert_eq!(listed(&s).await, [two.clone(), one.clone(), three.clone()]);
    let messages = &s.backend.messages;
    messages
        .edit(&ben, &one, &old.id, &content("1"))
        .await
        .unwrap();
    s.read(&ana, &old).await;
    assert_eq!(listed(&s).await, [two, one, three], "only messages count");
}

pub async fn the_list_pages_without_gaps_or_repeats(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    for _ in 0..6 {
        s.group(&[&ana, &ben]).await;
    }
    let all = listed(&s).await;
    assert_eq!(all.len(), 6);
    for size in [1, 2, 3, 5, 6, 7] {
        let mut seen = Vec::new();
        let (mut cursor, mut pages) = (None, 0);
        loop {
            let page = s
                .backend
                .rooms
                .list(&ana, cursor, page_size(size))
                .await
                .unwrap();
            assert!(page.rooms.len() <= page_size(size).get());
            seen.extend(page.rooms.into_iter().map(|room| room.id));
            pages += 1;
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, all, "pages of {size}");
        assert_eq!(
            pages,
            6_u32.div_ceil(size),
            "no empty page of {size} ends it"
        );
    }
}

pub async fn the_list_goes_on_after_any_room(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    for _ in 0..4 {
        s.group(&[&ana, &ben]).await;
    }
    let rooms = &s.backend.rooms;
    let all = rooms.list(&ana, None, page_size(100)).await.unwrap().rooms;
    for (place, room) in all.iter().enumerate() {
        let cursor = RoomCursor::after(room);
        let read = RoomCursor::parse(&cursor.to_string()).unwrap();
        assert_eq!(read, cursor);
        let rest = rooms.list(&ana, Some(read), page_size(100)).await.unwrap();
        assert_eq!(rest.rooms, all[place + 1..], "after room {place}");
    }
}

pub async fn every_room_says_when_it_was_active(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let rooms = &s.backend.rooms;
    let (one, two) = (s.group(&[&ana, &ben]).await, s.group(&[&ana, &ben]).await);
    let at = async |room: &RoomId| rooms.get(&ben, room).await.unwrap().active_at;
    let opened = at(&one).await;
    assert!(opened <= at(&two).await);
    s.say(&ana, &one, "first").await;
    let said = at(&one).await;
    assert!(said >= opened && said >= at(&two).await);
    let list = rooms.list(&ben, None, page_size(100)).await.unwrap().rooms;
    assert!(list.is_sorted_by(|one, next| one.active_at >= next.active_at));
    assert_eq!((&list[0].id, list[0].active_at), (&one, said));
}

pub async fn a_room_is_known_before_it_is_opened(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let rooms = &s.backend.rooms;
    let (one, other) = (&s.patients[0], &s.patients[1]);
    let of_patient = async |patient| rooms.has_patient_room(&cleo, patient).await.unwrap();
    let of_pair = async |doctor, colleague| rooms.has_direct_room(doctor, colleague).await.unwrap();
    assert!(!of_patient(one).await && !of_pair(&ana, &ben).await);
    s.group(&[&ana, &ben]).await;
    assert!(!of_pair(&ana, &ben).await, "a group is no direct room");
    assert!(!of_patient(one).await, "asking makes none");
    rooms.open_patient(&ana, one).await.unwrap();
    s.open(&ana, &NewRoom::Direct(ben.clone())).await;
    assert!(of_patient(one).await, "also for who is not in it");
    assert!(!of_patient(other).await);
    assert!(of_pair(&ana, &ben).await && of_pair(&ben, &ana).await);
    assert!(!of_pair(&ana, &cleo).await);
    assert_eq!(listed(&s).await.len(), 3, "asking opens none");
}

pub async fn the_newest_message_stands_in_the_list(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    s.say(&ana, &room, "older").await;
    let newest = s.say(&ben, &room, "newest").await;
    let seen = s.backend.rooms.get(&ana, &room).await.unwrap().last_message;
    let seen = seen.unwrap();
    assert_eq!((&seen.id, words(&seen)), (&newest.id, Some("newest")));
    s.recall(&ben, &newest).await;
    let list = s
        .backend
        .rooms
        .list(&ana, None, page_size(1))
        .await
        .unwrap();
    let seen = list.rooms[0].last_message.as_ref().unwrap();
    assert_eq!(seen.id, newest.id);
    assert!(seen.is_recalled(), "its tombstone stays the newest message");
}
