//! Everything said in an old chat, whatever package it is in.

use std::collections::BTreeMap;

/// Somebody in it: id, name, e-mail, and how they are shown here.
pub(super) struct Person(
    pub(super) u32,
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
);

/// The first two are doctors here under names of their own. Ids are small, as those of everything else are, so that
/// one taken for the other is somebody.
pub(super) const PEOPLE: [Person; 6] = [
    Person(1, "Dr A. Old-One", "one@larkmere.example", "Dr One"),
    Person(2, "Dr B. Old-Two", "TWO@larkmere.example", "Dr Two"),
    Person(3, "Dr Ménière", "three@elsewhere.example", "Dr Ménière"),
    Person(4, "Dr O'Neill", "four@elsewhere.example", "Dr O'Neill"),
    Person(5, "Dr Five", "five@elsewhere.example", "Dr Five"),
    Person(6, "Dr Six", "six@elsewhere.example", "Dr Six"),
];

/// A room: its id, its name, whether it is of two people, and who is in it.
pub(super) struct Room(
    pub(super) u32,
    pub(super) &'static str,
    pub(super) bool,
    pub(super) &'static [u32],
);

pub(super) const ROOMS: [Room; 4] = [
    Room(1, "", true, &[1, 2]),
    Room(2, "Renal team", false, &[1, 2, 3, 4]),
    Room(3, "", true, &[3, 1]),
    Room(4, "Ward B3 & \"nights\"", false, &[2, 4, 5]),
];

const TEXTS: [&str; 10] = [
    "K+ 6.8, ECG < 3 min & calcium given?",
    "125 µg, 38.4 °C, SpO2 ≥ 94 %",
    "Ménière's: <b>no</b> betahistine",
    "it's \"stable\" now",
    "pupils 👁️ equal",
    "line one\nline two",
    "C:\\path\\to and 100%",
    "STOP insulin",
    "?",
    "&amp; was typed like this",
];

/// A message: its number from 1, which is its place in time, its room, author and words, and when it was sent.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) number: u32,
    pub(super) room: u32,
    pub(super) author: u32,
    pub(super) text: String,
    /// Seconds since 2025-03-01 09:00:00 UTC.
    pub(super) second: u32,
}

/// Sixty messages, in every room and by everybody in it in turn.
pub(super) fn said() -> Vec<Said> {
    (1..=60)
        .map(|number| {
            let Room(room, _, _, people) = &ROOMS[number as usize % ROOMS.len()];
            let author = people[(number as usize / 4) % people.len()];
            Said {
                number,
                room: *room,
                author,
                text: format!("{number}: {}", TEXTS[number as usize % TEXTS.len()]),
                second: number * 37,
            }
        })
        .collect()
}

/// Until which message, by number, somebody has read a room.
pub(super) fn read_until(room: u32, person: u32) -> u32 {
    20 + room * 5 + person * 3
}

/// A time so many seconds after the first, as most databases write it.
pub(super) fn time(second: u32) -> String {
    let at: jiff::Timestamp = "2025-03-01T09:00:00Z".parse().unwrap();
    let at = at + jiff::SignedDuration::from_secs(second.into());
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The same in microseconds.
pub(super) fn micros(second: u32) -> i64 {
    let at: jiff::Timestamp = "2025-03-01T09:00:00Z".parse().unwrap();
    at.as_microsecond() + i64::from(second) * 1_000_000
}

/// A text in SQL.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A message as it is here: its key, who is shown, the text, when, and whether it is shown as deleted.
pub(super) type Shown = (String, String, String, i64, bool);

/// Messages that must be here afterwards.
#[derive(Default)]
pub(super) struct Expected {
    /// Rooms by their key here: kind and title, where they have one.
    pub(super) rooms: BTreeMap<String, (String, String)>,
    /// Of every room in their order.
    pub(super) messages: BTreeMap<String, Vec<Shown>>,
    /// How many messages of a room somebody has read; of everybody who is in one.
    pub(super) read: BTreeMap<(String, String), i64>,
    /// Files: of which message, called how, how many bytes; a file that was not there has the words that say so.
    pub(super) files: Vec<(String, String, Option<i64>)>,
    /// Files of the old application.
    pub(super) files_to_write: Vec<(String, String)>,
    /// Rows that are wrong, how, and how many.
    pub(super) reasons: Vec<(&'static str, &'static str, u64)>,
}

pub(super) fn shown(person: u32) -> String {
    let found = PEOPLE.iter().find(|one| one.0 == person).unwrap();
    found.3.to_owned()
}

impl Expected {
    /// Everything said, with the keys that a package gives rooms and messages.
    pub(super) fn of(room_key: impl Fn(u32) -> String, key: impl Fn(u32) -> String) -> Self {
        let mut expected = Self::default();
        for Room(id, name, is_direct, people) in &ROOMS {
            let kind = if *is_direct { "private" } else { "group" };
            let title = if name.is_empty() { "-" } else { *name };
            expected
                .rooms
                .insert(room_key(*id), (kind.to_owned(), title.to_owned()));
            for person in *people {
                let until = read_until(*id, *person);
                let read = said()
                    .iter()
                    .filter(|one| one.room == *id && one.number <= until)
                    .count();
                let read = i64::try_from(read).unwrap();
                expected.read.insert((room_key(*id), shown(*person)), read);
            }
        }
        for one in said() {
            let message = (
                key(one.number),
                shown(one.author),
                one.text.clone(),
                micros(one.second),
                false,
            );
            expected
                .messages
                .entry(room_key(one.room))
                .or_default()
                .push(message);
        }
        expected
    }
}

/// `users` as Laravel makes it.
pub(super) fn users() -> String {
    let mut sql = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(255), email varchar(255), created_at timestamp NULL);\n".to_owned();
    for Person(id, name, email, _) in PEOPLE {
        sql += &format!(
            "INSERT INTO users VALUES ({id}, {}, {}, NULL);\n",
            quoted(name),
            quoted(email)
        );
    }
    sql
}
