use domain::{
    Doctor, MessageCursor, NewRoom, Participation, PatientRef, Room, RoomId, StaffId, Standing,
};

use crate::{
    ErrorKind,
    conformance::{
        Fixture,
        refused::{not_found, refused},
        scene::{Scene, content, ids, note, page_size},
    },
};

fn present(room: &Room) -> Vec<String> {
    room.participants
        .iter()
        .map(|p| p.doctor.id.to_string())
        .collect()
}

pub async fn a_newcomer_sees_the_history_and_has_nothing_unread(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, dan] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    for text in ["one", "two", "three"] {
        s.say(&ana, &room, text).await;
    }
    s.add(&ben, &room, &cleo).await;
    assert_eq!(s.unread(&cleo, &room).await, 0);
    let history = s.history(&cleo, &room).await;
    assert_eq!(ids(&history), ids(&s.history(&ana, &room).await));
    assert_eq!(history.len(), 3);
    s.say(&ben, &room, "four").await;
    assert_eq!(s.unread(&cleo, &room).await, 1);
    assert_eq!(s.unread(&ana, &room).await, 1);

    let rooms = &s.backend.rooms;
    let patient = rooms.open_patient(&ana, &s.patients[0]).await.unwrap();
    s.say(&ana, &patient.room.id, "at night").await;
    let joined = rooms.open_patient(&dan, &s.patients[0]).await.unwrap();
    assert_eq!(joined.room.unread, 0);
    assert_eq!(s.history(&dan, &patient.room.id).await.len(), 1);
}

pub async fn adding_a_participant_again_changes_nothing(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    s.add(&ana, &room, &cleo).await;
    s.say(&ana, &room, "unread").await;
    let before = s.backend.rooms.get(&cleo, &room).await.unwrap();
    s.add(&ben, &room, &cleo).await;
    s.add(&cleo, &room, &cleo).await;
    let after = s.backend.rooms.get(&cleo, &room).await.unwrap();
    assert_eq!(after, before, "also what was unread stays so");
    assert_eq!(after.unread, 1);
}

pub async fn removing_again_changes_nothing(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    s.remove(&ana, &room, &cleo).await;
    let before = s.backend.rooms.get(&ana, &room).await.unwrap();
    s.remove(&ana, &room, &cleo).await;
    s.remove(&ben, &room, &cleo).await;
    let after = s.backend.rooms.get(&ana, &room).await.unwrap();
    assert_eq!(after, before);
    assert_eq!(
        present(&after),
        [ana.id().to_string(), ben.id().to_string()]
    );
}

pub async fn who_was_never_in_the_room_cannot_be_removed(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let rooms = &s.backend.rooms;
    not_found(rooms.remove_participant(&ana, &room, cleo.id()).await);
    assert_eq!(rooms.get(&ana, &room).await.unwrap().participants.len(), 2);
}

pub async fn a_doctor_can_leave(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    s.remove(&ben, &room, &ben).await;
    not_found(s.backend.rooms.get(&ben, &room).await);
    let left = s.backend.rooms.get(&ana, &room).await.unwrap();
    assert_eq!(present(&left), [ana.id().to_string()]);
}

pub async fn who_was_removed_sees_nothing(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let own = s.say(&cleo, &room, "before I went").await;
    s.remove(&ana, &room, &cleo).await;
    let since = s.say(&ana, &room, "after she went").await;
    let (rooms, messages) = (&s.backend.rooms, &s.backend.messages);
    not_found(rooms.get(&cleo, &room).await);
    not_found(messages.get(&cleo, &room, &own.id).await);
    not_found(messages.get(&cleo, &room, &since.id).await);
    let own_id = own.id.clone();
    let cursors = [
        MessageCursor::Latest,
        MessageCursor::Before(own_id.clone()),
        MessageCursor::After(own_id),
    ];
    for cursor in cursors {
        not_found(messages.page(&cleo, &room, &cursor, page_size(10)).await);
    }
    let list = rooms.list(&cleo, None, page_size(10)).await.unwrap();
    assert!(list.rooms.is_empty());
}

pub async fn who_was_taken_out_of_a_patients_room_is_known(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let (rooms, patient) = (&s.backend.rooms, &s.patients[0]);
    let is_removed = async |doctor: &Doctor| {
        let removed = rooms.is_removed_from_patient(doctor, patient).await;
        removed.unwrap()
    };
    assert!(!is_removed(&ana).await, "there is no room yet");
    let room = rooms.open_patient(&ana, patient).await.unwrap().room.id;
    rooms.open_patient(&ben, patient).await.unwrap();
    rooms.open_patient(&cleo, patient).await.unwrap();
    assert!(!is_removed(&ben).await);
    s.remove(&ana, &room, &ben).await;
    s.remove(&cleo, &room, &cleo).await;
    assert!(is_removed(&ben).await);
    assert!(!is_removed(&cleo).await, "she left by herself");
    s.add(&ana, &room, &ben).await;
    assert!(!is_removed(&ben).await, "he was added again");
    s.remove(&ana, &room, &ben).await;
    s.remove(&ana, &room, &ana).await;
    assert!(!is_removed(&ben).await, "nobody is left who could add him");
}

pub async fn who_was_removed_can_change_nothing(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, dan] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let new = note("mine");
    let own = s.post(&cleo, &room, &new).await;
    let others = s.say(&ana, &room, "not mine").await;
    s.remove(&ben, &room, &cleo).await;
    let backend = &s.backend;
    let before = (
        backend.rooms.get(&ana, &room).await.unwrap(),
        s.history(&ana, &room).await,
    );
    not_found(
        backend
            .messages
            .post(&cleo, &room, &note("still here"))
            .await,
    );
    not_found(backend.messages.post(&cleo, &room, &new).await);
    let edited = content("changed");
    not_found(backend.messages.edit(&cleo, &room, &own.id, &edited).await);
    not_found(backend.messages.recall(&cleo, &room, &own.id).await);
    not_found(backend.receipts.mark_read(&cleo, &room, &others.id).await);
    not_found(backend.live.typing(&cleo, &room, true).await);
    not_found(backend.rooms.add_participant(&cleo, &room, &dan).await);
    not_found(backend.rooms.add_participant(&cleo, &room, &cleo).await);
    not_found(
        backend
            .rooms
            .remove_participant(&cleo, &room, ben.id())
            .await,
    );
    let after = (
        backend.rooms.get(&ana, &room).await.unwrap(),
        s.history(&ana, &room).await,
    );
    assert_eq!(after, before);
}

pub async fn who_was_added_again_sees_everything(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    s.say(&ana, &room, "with her").await;
    s.remove(&ana, &room, &cleo).await;
    s.say(&ana, &room, "without her").await;
    s.add(&ben, &room, &cleo).await;
    assert_eq!(s.history(&cleo, &room).await.len(), 2);
    assert_eq!(s.unread(&cleo, &room).await, 0, "as for any newcomer");
    let said = s.say(&cleo, &room, "back").await;
    assert_eq!(s.see(&ana, &said).await.author.id, *cleo.id());
    s.say(&ben, &room, "welcome").await;
    assert_eq!(s.unread(&cleo, &room).await, 1);
}

pub async fn a_patient_room_can_be_joined_again(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let rooms = &s.backend.rooms;
    let room = rooms
        .open_patient(&ana, &s.patients[0])
        .await
        .unwrap()
        .room
        .id;
    rooms.open_patient(&ben, &s.patients[0]).await.unwrap();
    s.remove(&ben, &room, &ben).await;
    not_found(rooms.get(&ben, &room).await);
    let again = rooms.open_patient(&ben, &s.patients[0]).await.unwrap();
    assert_eq!((&again.room.id, again.created), (&room, false));
    assert_eq!(again.room.participants.len(), 2);
}

/// A full room stays open to those in it, and has room again when one has gone.
async fn takes_nobody(s: &Scene, room: &RoomId, patient: Option<&PatientRef>) {
    let rooms = &s.backend.rooms;
    let inside = &s.everyone[..Room::MAX_PARTICIPANTS];
    let outside: &Doctor = &s.everyone[Room::MAX_PARTICIPANTS];
    let full = rooms.get(&inside[99], room).await.unwrap();
    assert_eq!(full.participants.len(), Room::MAX_PARTICIPANTS);
    let added = rooms.add_participant(&inside[0], room, outside).await;
    refused(added, ErrorKind::Conflict);
    if let Some(patient) = patient {
        refused(
            rooms.open_patient(outside, patient).await,
            ErrorKind::Conflict,
        );
        assert!(rooms.open_patient(&inside[5], patient).await.is_ok());
    }
    not_found(rooms.get(outside, room).await);
    s.add(&inside[0], room, &inside[1]).await;
    s.remove(&inside[0], room, &inside[1]).await;
    match patient {
        Some(patient) => drop(rooms.open_patient(outside, patient).await.unwrap()),
        None => s.add(&inside[0], room, outside).await,
    }
    assert!(rooms.get(outside, room).await.is_ok());
}

/// The doctors that fill a room and one more.
fn enough_doctors(s: &Scene) {
    let needed = Fixture::DOCTORS;
    assert!(
        s.everyone.len() >= needed,
        "the fixture needs {needed} doctors"
    );
}

pub async fn a_full_group_takes_nobody(fixture: Fixture) {
    let s = Scene::of(fixture);
    enough_doctors(&s);
    let group = NewRoom::Group {
        others: s.everyone[1..Room::MAX_PARTICIPANTS].to_vec(),
        title: None,
    };
    let room = s.open(&s.everyone[0], &group).await.room.id;
    takes_nobody(&s, &room, None).await;
}

pub async fn a_full_patient_room_takes_nobody(fixture: Fixture) {
    let s = Scene::of(fixture);
    enough_doctors(&s);
    let patient = &s.patients[0];
    let rooms = &s.backend.rooms;
    let room = rooms
        .open_patient(&s.everyone[0], patient)
        .await
        .unwrap()
        .room
        .id;
    for doctor in &s.everyone[1..Room::MAX_PARTICIPANTS] {
        s.add(&s.everyone[0], &room, doctor).await;
    }
    takes_nobody(&s, &room, Some(patient)).await;
}

pub async fn standing_tells_how_a_doctor_stands_to_a_room(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let rooms = &s.backend.rooms;
    let group = s.group(&[&ana, &ben]).await;
    let direct = s.open(&ana, &NewRoom::Direct(ben.clone())).await.room.id;
    let patient = rooms
        .open_patient(&ana, &s.patients[0])
        .await
        .unwrap()
        .room
        .id;
    let nowhere = RoomId::parse("no-such-room").unwrap();
    let none = RoomId::parse("9223372036854775807").unwrap();
    let expected = [
        (&ana, &group, Standing::Participant),
        (&ben, &group, Standing::Participant),
        (&ana, &patient, Standing::Participant),
        (&ana, &direct, Standing::Partner),
        (&ben, &direct, Standing::Partner),
        (&cleo, &group, Standing::Outsider),
        (&cleo, &direct, Standing::Outsider),
        (&ben, &patient, Standing::Outsider),
        (&ana, &nowhere, Standing::Outsider),
        (&ana, &none, Standing::Outsider),
    ];
    for (doctor, room, standing) in expected {
        let found = rooms.standing(doctor, room).await.unwrap();
        assert_eq!(found, standing, "{doctor:?} in {room:?}");
    }
    s.add(&ana, &group, &cleo).await;
    let found = rooms.standing(&cleo, &group).await.unwrap();
    assert_eq!(found, Standing::Participant, "\"does not\" is never old");
}

/// "Takes part" may be two seconds old, so this asks until it is not.
pub async fn who_was_removed_becomes_a_former_participant(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let rooms = &s.backend.rooms;
    assert_eq!(
        rooms.standing(&ben, &room).await.unwrap(),
        Standing::Participant
    );
    s.remove(&ana, &room, &ben).await;
    let former = async {
        while rooms.standing(&ben, &room).await.unwrap() != Standing::Former {
            tokio::task::yield_now().await;
        }
    };
    let deadline = std::time::Duration::from_secs(10);
    tokio::time::timeout(deadline, former)
        .await
        .expect("former in time");
}

/// Reads the changes of participants, each as who, by whom and what.
async fn changes(
    s: &Scene,
    doctor: &Doctor,
    room: &RoomId,
) -> Vec<(StaffId, Option<StaffId>, Participation)> {
    let found = s.backend.rooms.changes(doctor, room).await.unwrap();
    assert!(found.is_sorted_by_key(|change| change.at));
    found
        .into_iter()
        .map(|it| (it.doctor.id, it.by.map(|by| by.id), it.change))
        .collect()
}

pub async fn who_came_and_went_is_kept_in_order(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, dan] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    assert_eq!(changes(&s, &ana, &room).await, []);
    s.add(&ben, &room, &cleo).await;
    s.add(&ana, &room, &cleo).await;
    s.say(&cleo, &room, "in between").await;
    s.remove(&cleo, &room, &cleo).await;
    s.remove(&ana, &room, &ben).await;
    s.remove(&ana, &room, &ben).await;
    let id = |doctor: &Doctor| doctor.id().clone();
    let expected = [
        (id(&cleo), Some(id(&ben)), Participation::Joined),
        (id(&cleo), None, Participation::Left),
        (id(&ben), Some(id(&ana)), Participation::Removed),
    ];
    assert_eq!(changes(&s, &ana, &room).await, expected);
    let kept = s.backend.rooms.changes(&ana, &room).await.unwrap();
    assert_eq!(kept[0].doctor, cleo.profile());
    assert_eq!(kept[0].by, Some(ben.profile()));
    assert_eq!(
        s.history(&ana, &room).await.len(),
        1,
        "they are no messages"
    );
    for stranger in [&ben, &dan] {
        not_found(s.backend.rooms.changes(stranger, &room).await);
    }
}

pub async fn opening_a_patients_room_is_coming_in(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let rooms = &s.backend.rooms;
    let room = rooms
        .open_patient(&ana, &s.patients[0])
        .await
        .unwrap()
        .room
        .id;
    rooms.open_patient(&ben, &s.patients[0]).await.unwrap();
    rooms.open_patient(&ana, &s.patients[0]).await.unwrap();
    let joined = |doctor: &Doctor| (doctor.id().clone(), None, Participation::Joined);
    assert_eq!(changes(&s, &ben, &room).await, [joined(&ana), joined(&ben)]);
}
