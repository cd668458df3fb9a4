use domain::{Doctor, Message, PatientRef, Room, RoomId};

use crate::conformance::{
    Fixture,
    scene::{Scene, content},
};

pub async fn unread_is_what_others_said_after_the_read_mark(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    let one = s.say(&ana, &room, "one").await;
    s.say(&ana, &room, "two").await;
    let three = s.say(&ben, &room, "three").await;
    assert_eq!(s.unread(&ana, &room).await, 1, "her own do not count");
    assert_eq!(s.unread(&ben, &room).await, 2);
    assert_eq!(s.unread(&cleo, &room).await, 3);
    s.read(&cleo, &one).await;
    assert_eq!(s.unread(&cleo, &room).await, 2);
    s.read(&cleo, &three).await;
    assert_eq!(s.unread(&cleo, &room).await, 0);
    assert_eq!(
        s.unread(&ben, &room).await,
        2,
        "everyone reads for themselves"
    );
}

pub async fn unread_of_patients_is_that_of_their_rooms(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let rooms = &s.backend.rooms;
    let of = async |doctor: &Doctor, patients: &[PatientRef]| {
        let mut unread = rooms.unread_of_patients(doctor, patients).await.unwrap();
        unread.sort();
        unread
    };
    let nobody = PatientRef::parse("f".repeat(40)).unwrap();
    let mut asked = s.patients.clone();
    asked.push(nobody);
    let one = s.patients[0].clone();
    assert_eq!(of(&ana, &asked).await, []);
    let room = rooms.open_patient(&ana, &one).await.unwrap().room.id;
    assert_eq!(of(&ana, &asked).await, [(one.clone(), 0)]);
    assert_eq!(of(&ben, &asked).await, [], "not in the room");
    rooms.open_patient(&ben, &one).await.unwrap();
    s.say(&ana, &room, "one").await;
    let two = s.say(&ana, &room, "two").await;
    s.say(&ana, &room, "three").await;
    assert_eq!(of(&ben, &asked).await, [(one.clone(), 3)]);
    assert_eq!(of(&ben, &s.patients[1..]).await, [], "of those asked for");
    assert_eq!(of(&ben, &[]).await, []);
    assert_eq!(
        of(&ana, &asked).await,
        [(one.clone(), 0)],
        "her own do not count"
    );
    s.recall(&ana, &two).await;
    assert_eq!(
        of(&ben, &[one.clone(), one.clone()]).await,
        [(one.clone(), 2)]
    );
    s.read(&ben, &two).await;
    assert_eq!(of(&ben, &asked).await, [(one, 1)]);
    let removed = rooms.remove_participant(&ana, &room, ben.id()).await;
    removed.unwrap();
    assert_eq!(of(&ben, &asked).await, []);
}

pub async fn unread_rooms_are_counted(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let rooms = &s.backend.rooms;
    let count = async |doctor: &Doctor| rooms.unread_rooms(doctor).await.unwrap();
    let (one, two) = (s.group(&[&ana, &ben]).await, s.group(&[&ana, &ben]).await);
    assert_eq!(count(&ben).await, 0);
    let said = s.say(&ana, &one, "one").await;
    s.say(&ana, &one, "and more").await;
    let last = s.say(&ana, &two, "two").await;
    assert_eq!(count(&ben).await, 2, "rooms, not messages");
    assert_eq!(count(&ana).await, 0, "her own do not count");
    s.read(&ben, &said).await;
    assert_eq!(count(&ben).await, 2, "not read to the end");
    s.recall(&ana, &last).await;
    assert_eq!(count(&ben).await, 1, "what was recalled is not unread");
    s.remove(&ana, &one, &ben).await;
    assert_eq!(count(&ben).await, 0, "not of a room one left");
}

pub async fn a_recalled_message_is_not_unread(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let one = s.say(&ana, &room, "one").await;
    s.say(&ana, &room, "two").await;
    s.recall(&ana, &one).await;
    assert_eq!(s.unread(&ben, &room).await, 1);
    s.recall(&ana, &one).await;
    assert_eq!(s.unread(&ben, &room).await, 1);
}

pub async fn an_edit_makes_nothing_unread(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let one = s.say(&ana, &room, "one").await;
    s.read(&ben, &one).await;
    let messages = &s.backend.messages;
    messages
        .edit(&ana, &room, &one.id, &content("1"))
        .await
        .unwrap();
    assert_eq!(s.unread(&ben, &room).await, 0);
}

pub async fn counting_stops_at_the_most(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    s.say_often(&ana, &room, Room::MAX_UNREAD - 1).await;
    assert_eq!(s.unread(&ben, &room).await, Room::MAX_UNREAD - 1);
    s.say_often(&ana, &room, 1).await;
    assert_eq!(s.unread(&ben, &room).await, Room::MAX_UNREAD);
    let last = s.say_often(&ana, &room, 20).await;
    assert_eq!(s.unread(&ben, &room).await, Room::MAX_UNREAD);
    s.read(&ben, &last).await;
    assert_eq!(s.unread(&ben, &room).await, 0);
}

/// Numbers that look random and are the same every time (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }
}

/// The expected state of the room: every message with the number of its author, and how many
/// messages each doctor has read up to.
struct Oracle {
    said: Vec<(usize, Message)>,
    read: [usize; 4],
    present: [bool; 4],
}

impl Oracle {
    fn unread(&self, reader: usize) -> usize {
        let after = self.said.iter().skip(self.read[reader]);
        after
            .filter(|(author, message)| *author != reader && !message.is_recalled())
            .count()
    }
}

async fn step(s: &Scene, room: &RoomId, dice: &mut Dice, oracle: &mut Oracle) {
    let doctors = s.doctors();
    let who = dice.below(4);
    let doctor: &Doctor = &doctors[who];
    let what = dice.below(10);
    let at = dice.below(oracle.said.len().max(1));
    if what == 0 && who != 0 {
        if oracle.present[who] {
            s.remove(&doctors[0], room, doctor).await;
        } else {
            s.add(&doctors[0], room, doctor).await;
            oracle.read[who] = oracle.said.len();
        }
        oracle.present[who] = !oracle.present[who];
        return;
    }
    if !oracle.present[who] {
        return;
    }
    let Some((author, message)) = oracle.said.get_mut(at).filter(|_| what > 4) else {
        oracle.said.push((who, s.say(doctor, room, "words").await));
        return;
    };
    match what {
        5 if *author == who => *message = s.recall(doctor, message).await,
        6 if *author == who && !message.is_recalled() => {
            let words = content(&format!("edited {at}"));
            let messages = &s.backend.messages;
            *message = messages
                .edit(doctor, room, &message.id, &words)
                .await
                .unwrap();
        }
        _ => {
            s.read(doctor, message).await;
            oracle.read[who] = oracle.read[who].max(at + 1);
        }
    }
}

pub async fn unread_is_right_after_every_step_of_a_long_day(fixture: Fixture) {
    let s = Scene::of(fixture);
    let doctors = s.doctors();
    for seed in [1, 2] {
        let [ana, ben, cleo, dan] = &doctors;
        let room = s.group(&[ana, ben, cleo, dan]).await;
        let mut dice = Dice(seed);
        let mut oracle = Oracle {
            said: Vec::new(),
            read: [0; 4],
            present: [true; 4],
        };
        for number in 0..150 {
            step(&s, &room, &mut dice, &mut oracle).await;
            for (reader, doctor) in doctors.iter().enumerate() {
                if oracle.present[reader] {
                    let unread = s.unread(doctor, &room).await as usize;
                    let expected = oracle.unread(reader);
                    assert_eq!(
                        unread, expected,
                        "doctor {reader}, step {number}, seed {seed}"
                    );
                }
            }
        }
        assert!(oracle.said.len() > 30, "enough was said to mean something");
    }
}
