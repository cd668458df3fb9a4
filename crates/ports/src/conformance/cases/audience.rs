use domain::{Event, Message, RoomId};

use crate::{
    Signal,
    conformance::{
        Fixture,
        listener::{Listener, is_of, silent},
        scene::{Scene, call_for_help, content},
    },
};

/// Everything that can be told of a room between `ana` and `ben`, which `ana`'s stream confirms.
async fn all_kinds_of_events(s: &Scene, room: &RoomId, witness: &mut Listener) {
    let [ana, ben, _, dan] = s.doctors();
    let help = s.post(&ana, room, &call_for_help("please come")).await;
    s.backend.live.typing(&ben, room, true).await.unwrap();
    s.backend.live.typing(&ben, room, false).await.unwrap();
    s.read(&ben, &help).await;
    if s.backend.capabilities.acknowledgement {
        s.backend
            .receipts
            .acknowledge(&ben, room, &help.id)
            .await
            .unwrap();
    }
    let messages = &s.backend.messages;
    messages
        .edit(&ana, room, &help.id, &content("come"))
        .await
        .unwrap();
    s.recall(&ana, &help).await;
    s.add(&ana, room, &dan).await;
    s.remove(&ana, room, &dan).await;
    let last = s.say(&ben, room, "over").await;
    witness.until_posted(&last).await;
}

pub async fn an_outsider_is_told_nothing(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let secret = s.group(&[&ana, &ben]).await;
    let shared = s.group(&[&ana, &cleo]).await;
    let mut outsider = s.listen(&cleo).await;
    let mut witness = s.listen(&ana).await;
    all_kinds_of_events(&s, &secret, &mut witness).await;
    let marker = s.say(&ana, &shared, "in our room").await;
    silent(&outsider.until_posted(&marker).await, &secret);
    // As a participant she would have been told.
    s.add(&ana, &secret, &cleo).await;
    let message = s.say(&ana, &secret, "for you too").await;
    outsider.until_posted(&message).await;
}

pub async fn coming_and_going_is_told(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let mut listener = s.listen(&ben).await;
    s.add(&ana, &room, &cleo).await;
    s.add(&ana, &room, &cleo).await;
    s.remove(&ana, &room, &cleo).await;
    s.remove(&ana, &room, &cleo).await;
    let marker = s.say(&ana, &room, "over").await;
    let told = listener.until_posted(&marker).await;
    let told: Vec<Event> = told
        .into_iter()
        .filter(|event| is_of(event, &room))
        .collect();
    let (of, doctor) = (room.clone(), cleo.profile());
    let expected = [
        Event::ParticipantAdded {
            room: of.clone(),
            doctor: doctor.clone(),
        },
        Event::ParticipantRemoved { room: of, doctor },
        Event::MessagePosted(marker),
    ];
    assert_eq!(told, expected, "each once");
}

pub async fn joining_the_room_of_a_patient_is_told(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let rooms = &s.backend.rooms;
    let room = rooms
        .open_patient(&ana, &s.patients[0])
        .await
        .unwrap()
        .room
        .id;
    let mut listener = s.listen(&ana).await;
    rooms.open_patient(&ben, &s.patients[0]).await.unwrap();
    rooms.open_patient(&ben, &s.patients[0]).await.unwrap();
    let marker = s.say(&ben, &room, "here").await;
    let told = listener.until_posted(&marker).await;
    let joined = Event::ParticipantAdded {
        room,
        doctor: ben.profile(),
    };
    assert_eq!(told.iter().filter(|event| **event == joined).count(), 1);
}

fn is_removal(event: &Event, room: &RoomId, doctor: &domain::Doctor) -> bool {
    matches!(
        event,
        Event::ParticipantRemoved { room: of, doctor: who } if of == room && who.id == *doctor.id()
    )
}

pub async fn who_was_removed_is_told_nothing_more(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let shared = s.group(&[&ana, &cleo]).await;
    let mut removed = s.listen(&cleo).await;
    let mut witness = s.listen(&ana).await;
    let before = s.say(&ana, &room, "with her").await;
    s.remove(&ana, &room, &cleo).await;
    all_kinds_of_events(&s, &room, &mut witness).await;
    let marker = s.say(&ana, &shared, "in our room").await;
    removed.until_posted(&before).await;
    removed.until(|event| is_removal(event, &room, &cleo)).await;
    silent(&removed.until_posted(&marker).await, &room);
    // Back in the room she is told again.
    s.add(&ana, &room, &cleo).await;
    let message = s.say(&ana, &room, "welcome").await;
    removed.until_posted(&message).await;
}

/// Messages written before the removal are not told after it either, to a stream that resumes.
pub async fn who_was_removed_cannot_catch_up(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let shared = s.group(&[&ana, &cleo]).await;
    let mut listener = s.listen(&cleo).await;
    let mut witness = s.listen(&ana).await;
    let seen = s.say(&ana, &shared, "where she stood").await;
    let at = loop {
        let delivery = listener.next().await;
        let Signal::Event(event) = &delivery.signal else {
            panic!("told to resynchronise for no reason");
        };
        if matches!(event.event(), Event::MessagePosted(message) if message.id == seen.id) {
            break delivery.id;
        }
    };
    drop(listener);
    s.say(&ana, &room, "not read in time").await;
    s.remove(&ana, &room, &cleo).await;
    witness.until(|event| is_removal(event, &room, &cleo)).await;
    let mut resumed = Listener::open(&s.backend, &cleo, Some(at)).await;
    let mut marker: Message = s.say(&ana, &shared, "in our room").await;
    loop {
        match resumed.next().await.signal {
            // The marker may have gone with what was not told.
            Signal::Resync => marker = s.say(&ana, &shared, "once more").await,
            Signal::Event(event) => {
                let event = event.event();
                if !is_removal(event, &room, &cleo) {
                    silent(std::slice::from_ref(event), &room);
                }
                if matches!(event, Event::MessagePosted(message) if message.id == marker.id) {
                    break;
                }
            }
        }
    }
}
