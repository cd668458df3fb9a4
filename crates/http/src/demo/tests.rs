use std::collections::{BTreeMap, BTreeSet};

use domain::{
    MessageText, Patient, PatientId, PatientRef, PatientWords, Role, RoomTitle, Urgency,
    is_near_namesake,
};
use jiff::{Timestamp, tz::TimeZone};
use ports::{PasswordHash, Seed, SeedMessage, SeedRoom, SeedRoomKind};

use super::{LOGINS, PASSWORD, larkmere};

/// Ordinary days, leap days, and the turn of a year.
const DAYS: [&str; 5] = [
    "2026-11-22T13:45:28Z",
    "2028-02-29T00:00:00Z",
    "2028-03-01T23:59:59.999999Z",
    "2027-01-01T00:00:01Z",
    "2031-06-30T06:30:00Z",
];

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn hospital(now: &str) -> Seed {
    larkmere(at(now), &PasswordHash::stored("hash".into()))
}

fn doctors(seed: &Seed) -> BTreeSet<&'static str> {
    let doctors = seed
        .staff
        .iter()
        .filter(|member| member.role == Role::Doctor);
    doctors.map(|member| member.key).collect()
}

fn room<'a>(seed: &'a Seed, mrn: &str) -> &'a SeedRoom {
    let is_it = |room: &&SeedRoom| matches!(room.kind, SeedRoomKind::Patient(of) if of == mrn);
    seed.rooms.iter().find(is_it).unwrap()
}

fn titled<'a>(seed: &'a Seed, title: &str) -> &'a SeedRoom {
    let is_it = |room: &&SeedRoom| matches!(&room.kind, SeedRoomKind::Group(of) if of == title);
    seed.rooms.iter().find(is_it).unwrap()
}

/// Messages that `reader` has not read: those of others after their last mark, recalled ones left out.
fn unread<'a>(room: &'a SeedRoom, reader: &str) -> Vec<&'a SeedMessage> {
    let read = |message: &SeedMessage| message.read.iter().any(|(who, _)| *who == reader);
    let first = room
        .messages
        .iter()
        .rposition(read)
        .map_or(0, |last| last + 1);
    let counts = |message: &&SeedMessage| message.author != reader && message.recalled_at.is_none();
    room.messages[first..].iter().filter(counts).collect()
}

#[test]
fn everyone_is_there_the_doctors_first_and_every_login_is_listed() {
    let seed = hospital(DAYS[0]);
    let keys: Vec<_> = seed.staff.iter().map(|member| member.key).collect();
    assert_eq!(
        keys,
        [
            "d01", "d02", "d03", "d04", "d05", "d06", "d07", "d08", "n01", "ph01", "r01", "a01",
            "p01"
        ]
    );
    assert_eq!(doctors(&seed).len(), 8);
    for role in Role::ALL {
        assert!(
            seed.staff.iter().any(|member| member.role == role),
            "{role}"
        );
    }
    assert_eq!(LOGINS.len(), seed.staff.len());
    for (member, (email, who)) in seed.staff.iter().zip(LOGINS) {
        assert_eq!(member.email, *email);
        assert!(who.starts_with(&member.name), "{email}");
        assert_eq!(member.password.expose(), "hash");
    }
    assert!(PASSWORD.len() >= 12);
}

#[test]
fn ages_are_those_of_the_file_on_any_day() {
    let ages = [67, 58, 44, 6, 73, 81, 29, 52, 61, 35, 19, 9];
    for now in DAYS {
        let today = at(now).to_zoned(TimeZone::UTC).date();
        let seed = hospital(now);
        assert_eq!(seed.patients.len(), ages.len());
        for (patient, age) in seed.patients.iter().zip(ages) {
            let had_birthday =
                (today.month(), today.day()) >= (patient.born.month(), patient.born.day());
            let lived = today.year() - patient.born.year() - i16::from(!had_birthday);
            assert_eq!(lived, age, "{} at {now}", patient.mrn);
        }
    }
}

#[test]
fn mrns_are_in_the_reserved_range_and_each_patient_has_one_room() {
    let seed = hospital(DAYS[0]);
    let patients: BTreeSet<_> = seed.patients.iter().map(|patient| patient.mrn).collect();
    assert_eq!(patients.len(), 12);
    assert!(patients.iter().all(|mrn| mrn.starts_with("LMH-9")));
    let rooms = seed.rooms.iter().filter_map(|room| match room.kind {
        SeedRoomKind::Patient(mrn) => Some(mrn),
        SeedRoomKind::Direct | SeedRoomKind::Group(_) => None,
    });
    let mut rooms: Vec<_> = rooms.collect();
    rooms.sort_unstable();
    assert_eq!(rooms, patients.into_iter().collect::<Vec<_>>());
    let allergies = |mrn| {
        let patient = seed
            .patients
            .iter()
            .find(|patient| patient.mrn == mrn)
            .unwrap();
        patient.allergies.clone().unwrap_or_default()
    };
    assert!(allergies("LMH-900106").starts_with("Penicillin"));
}

#[test]
fn only_doctors_of_the_room_write_read_and_acknowledge() {
    let seed = hospital(DAYS[0]);
    let doctors = doctors(&seed);
    for room in &seed.rooms {
        let inside: BTreeSet<_> = room.participants.iter().copied().collect();
        assert_eq!(inside.len(), room.participants.len(), "{:?}", room.kind);
        assert!(inside.is_subset(&doctors), "{:?}", room.kind);
        match &room.kind {
            SeedRoomKind::Patient(_) => {}
            SeedRoomKind::Direct => assert_eq!(inside.len(), 2),
            SeedRoomKind::Group(title) => assert!(RoomTitle::parse(title).is_ok(), "{title}"),
        }
        for message in &room.messages {
            assert!(inside.contains(message.author), "{}", message.text);
            for (who, _) in message.read.iter().chain(&message.acknowledged) {
                assert!(
                    inside.contains(who) && *who != message.author,
                    "{}",
                    message.text
                );
            }
            assert!(message.acknowledged.is_empty() || message.urgency == Urgency::Urgent);
            assert_eq!(
                message.urgent_reason.is_some(),
                message.urgency == Urgency::Urgent,
                "an urgent message says why: {}",
                message.text
            );
            for mentioned in &message.mentions {
                assert!(inside.contains(mentioned), "{}", message.text);
                let name = seed.staff.iter().find(|staff| staff.key == *mentioned);
                let name = &name.unwrap().name;
                assert!(
                    message.text.contains(&format!("@{name}")),
                    "{}",
                    message.text
                );
            }
        }
    }
    let mut pairs: Vec<_> = seed
        .rooms
        .iter()
        .filter(|room| matches!(room.kind, SeedRoomKind::Direct))
        .map(|room| BTreeSet::from_iter(&room.participants))
        .collect();
    let all = pairs.len();
    pairs.sort_unstable();
    pairs.dedup();
    assert_eq!(pairs.len(), all, "one direct room a pair");
}

#[test]
fn time_runs_forward_and_stops_at_now() {
    for now in DAYS {
        for room in hospital(now).rooms {
            let mut clock = room.opened_at;
            let mut marks: BTreeMap<&str, Timestamp> = BTreeMap::new();
            for message in &room.messages {
                assert!(message.at >= clock, "{} at {now}", message.text);
                clock = message.at;
                let edited = message.edited.iter().map(|(_, at)| *at);
                let acknowledged = message.acknowledged.iter().map(|(_, at)| *at);
                for later in edited.chain(message.recalled_at).chain(acknowledged) {
                    assert!(
                        later > message.at && later <= at(now),
                        "{} at {now}",
                        message.text
                    );
                }
                for (who, read_at) in &message.read {
                    assert!(
                        *read_at >= message.at && *read_at <= at(now),
                        "{}",
                        message.text
                    );
                    let before = marks.insert(who, *read_at);
                    assert!(
                        before.is_none_or(|before| before <= *read_at),
                        "{}",
                        message.text
                    );
                }
            }
            assert!(clock <= at(now));
        }
    }
}

#[test]
fn every_text_could_have_been_posted() {
    for room in hospital(DAYS[0]).rooms {
        assert!(!room.messages.is_empty(), "{:?}", room.kind);
        for message in &room.messages {
            let edited = message.edited.iter().map(|(text, _)| text);
            for text in edited.chain([&message.text]) {
                assert!(MessageText::parse(text).is_ok(), "{text}");
                assert!(!text.contains("  "), "{text}");
            }
        }
    }
}

#[test]
fn the_edit_and_the_near_miss_are_told() {
    let seed = hospital(DAYS[0]);
    let bertrand = room(&seed, "LMH-900102");
    let edits: Vec<_> = bertrand
        .messages
        .iter()
        .filter_map(|message| message.edited.as_ref())
        .collect();
    assert_eq!(edits.len(), 1);
    assert!(edits[0].0.ends_with("Fast from 02:00."));
    let recalled = |room: &SeedRoom| {
        let texts = room
            .messages
            .iter()
            .filter(|message| message.recalled_at.is_some());
        texts
            .map(|message| message.text.clone())
            .collect::<Vec<_>>()
    };
    let taken_back = recalled(bertrand);
    assert_eq!(taken_back.len(), 1);
    let bertram = room(&seed, "LMH-900109");
    assert!(recalled(bertram).is_empty());
    assert!(
        bertram
            .messages
            .iter()
            .any(|message| message.text == taken_back[0])
    );
}

#[test]
fn each_doctor_has_rooms_and_the_first_one_has_work_waiting() {
    let seed = hospital(DAYS[0]);
    for doctor in doctors(&seed) {
        let rooms = seed
            .rooms
            .iter()
            .filter(|room| room.participants.contains(&doctor));
        assert!(rooms.count() >= 3, "{doctor}");
    }
    let waiting: BTreeMap<_, _> = seed
        .rooms
        .iter()
        .filter(|room| room.participants.contains(&"d01"))
        .map(|room| (format!("{:?}", room.kind), unread(room, "d01")))
        .filter(|(_, unread)| !unread.is_empty())
        .collect();
    let counts: Vec<_> = waiting
        .iter()
        .map(|(kind, unread)| (kind.as_str(), unread.len()))
        .collect();
    assert_eq!(
        counts,
        [
            ("Group(\"Medical staff notices\")", 1),
            ("Patient(\"LMH-900103\")", 2),
            ("Patient(\"LMH-900107\")", 1),
            ("Patient(\"LMH-900110\")", 1),
        ]
    );
    let open: Vec<_> = seed
        .rooms
        .iter()
        .flat_map(|room| &room.messages)
        .filter(|message| message.urgency == Urgency::Urgent && message.acknowledged.is_empty())
        .collect();
    assert_eq!(open.len(), 1, "one urgent message waits");
    assert_eq!(
        open[0].text,
        room(&seed, "LMH-900107").messages.last().unwrap().text
    );
}

#[test]
fn the_closed_ward_is_long_and_no_two_days_are_alike() {
    for now in DAYS {
        let seed = hospital(now);
        let ward = titled(&seed, "Ward 7 doctors");
        assert!(ward.messages.len() >= 120, "{}", ward.messages.len());
        let days: BTreeSet<Vec<&str>> = ward
            .messages
            .chunks_exact(4)
            .map(|day| day.iter().map(|line| line.text.as_str()).collect())
            .collect();
        assert_eq!(days.len(), ward.messages.len() / 4);
        for reader in &ward.participants {
            assert!(unread(ward, reader).is_empty(), "{reader}");
        }
    }
}

#[test]
fn the_same_now_makes_the_same_hospital() {
    assert_eq!(
        format!("{:?}", hospital(DAYS[0])),
        format!("{:?}", hospital(DAYS[0]))
    );
}

/// Counts the messages in patients' rooms that the wrong-patient check would stop.
#[test]
fn the_wrong_patient_check_stops_little_of_what_is_said() {
    let seed = hospital(DAYS[0]);
    let patients: Vec<Patient> = seed.patients.iter().map(patient).collect();
    let (mut said, mut named, mut namesakes) = (0, Vec::new(), BTreeSet::new());
    for room in &seed.rooms {
        let SeedRoomKind::Patient(mrn) = room.kind else {
            continue;
        };
        let own = patients.iter().find(|patient| patient.mrn == mrn).unwrap();
        let others = || patients.iter().filter(|patient| patient.mrn != mrn);
        for message in &room.messages {
            said += 1;
            let words = PatientWords::of(&message.text).without(own);
            if others().any(|other| words.name_patient(other).is_some()) {
                named.push(message.text.as_str());
            }
            let on_ward = others().filter(|other| other.ward == own.ward);
            for other in on_ward.filter(|other| is_near_namesake(&other.name, &own.name)) {
                namesakes.insert((mrn, message.author, other.mrn.as_str()));
            }
        }
    }
    println!(
        "{said} messages: {} name another patient, {} stops for a namesake",
        named.len(),
        namesakes.len()
    );
    assert!(said > 40, "{said}");
    // The one that does name another patient.
    assert_eq!(named.len(), 1, "{named:?}");
    assert!(named[0].contains("Mind the name: Bertrand Ashgrove"));
    let rooms: BTreeSet<_> = namesakes.iter().map(|(room, ..)| *room).collect();
    assert_eq!(rooms, BTreeSet::from(["LMH-900102", "LMH-900109"]));
    assert!(namesakes.len() <= 5, "{namesakes:?}");
}

fn patient(seed: &ports::SeedPatient) -> Patient {
    Patient {
        id: PatientId::from(1),
        reference: PatientRef::parse("0".repeat(40)).unwrap(),
        name: seed.name.clone(),
        mrn: seed.mrn.to_owned(),
        born: Some(seed.born),
        sex: Some(seed.sex),
        bed: Some(seed.bed.clone()),
        ward: Some(seed.ward.clone()),
        allergies: None,
        former: Vec::new(),
    }
}
