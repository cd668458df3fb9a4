use jiff::Timestamp;
use ports::adoption::{Message, Participant, Renamed, Reply, Room, RoomKind, Unlocked};

use super::{
    Classifier, Judged, attached,
    author::{Author, nobody},
    body, cut, hash, html,
    keys::Key,
    place::{Made, NAMED, RECOVERED},
};
use crate::{
    Outcome, Part, Reason, Row,
    app_keys::is_locked,
    mapping::BodyIs,
    record::{Record, Verdict},
    when::When,
};

struct Words {
    text: String,
    /// They were encrypted, and could be read.
    were_locked: bool,
}

impl Classifier {
    /// Judges messages in the order of their ids, as a missing time is estimated from the times
    /// around it.
    pub(super) fn messages(&mut self, rows: &[Row]) -> Vec<Verdict> {
        let times: Vec<When> = rows
            .iter()
            .map(|row| self.when(row, "created_at"))
            .collect();
        let mut verdicts = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            // Where rows come in no order, those around one say nothing about its time.
            let known = if self.is_random {
                times[index].at()
            } else {
                self.repeated.at(times[index])
            };
            let next = || times[index + 1..].iter().find_map(|when| when.at());
            let at = known.unwrap_or_else(|| {
                if self.is_random {
                    self.time(row, "updated_at").unwrap_or(MADE_UP)
                } else {
                    between(self.last_time, next())
                }
            });
            self.last_time = known.or(self.last_time);
            let verdict = self.message(row, times[index], at);
            if verdict.outcome() == Outcome::Quarantined {
                self.aside.insert(verdict.key.clone());
            }
            verdicts.push(verdict);
        }
        verdicts
    }

    fn message(&mut self, row: &Row, when: When, at: Timestamp) -> Verdict {
        let key = row.word("id");
        let mut judged = Judged::new(key.clone(), row);
        let Some(key) = key else {
            return judged.done();
        };
        match when {
            When::Ahead => {
                judged.0.is_ahead = true;
                judged.found(
                    Reason::TimeEstimated,
                    row.word("created_at").unwrap_or_default(),
                );
            }
            When::Empty | When::Unusable => judged.found(
                Reason::TimeEstimated,
                row.word("created_at").unwrap_or_default(),
            ),
            When::Twice(..) => judged.found(
                Reason::TimeAmbiguous,
                row.word("created_at").unwrap_or_default(),
            ),
            When::Never(_) => judged.found(
                Reason::TimeNeverWas,
                row.word("created_at").unwrap_or_default(),
            ),
            When::At(_) => {}
        }
        let mut author = self.author(row, &mut judged);
        let Some(place) = self.place(row, &author, &mut judged) else {
            judged.found(Reason::NoRoom, row.raw());
            return judged.done();
        };
        if let Author::User(user) = &author
            && self.facts.is_outside(&place.room, user)
        {
            judged.found(Reason::SenderOutside, user.clone());
        }
        if self.is_unordered && !self.times.insert(hash(&(&place.room, at))) {
            judged.found(Reason::OrderUnknown, "");
        }
        let (files, wrong) = attached::files(row);
        judged.0.found.extend(wrong);
        let words = self.words(row, &mut judged);
        let unlocked = words.as_ref().is_some_and(|words| words.were_locked);
        let text = words.map(|words| words.text);
        let has_files = !files.is_empty() || self.facts.with_files.contains(&key);
        if text.is_none() && !has_files {
            judged.found(Reason::EmptyBody, row.raw());
            return judged.done();
        }
        if author == Author::System && has_files {
            // A file is always somebody's.
            author = Author::Nobody {
                key: "former:system".to_owned(),
                name: "System (old application)".to_owned(),
            };
        }
        let deleted_at = self.deleted(row, &mut judged);
        if deleted_at.is_none() && author != Author::System {
            self.without_row(row, &key, &place, &author, at);
        }
        if let Some(made) = place.made {
            self.make(&mut judged, &place.room, made, &author, at);
        } else if self.is_nobodys(&place.room)
            && let Author::User(user) = &author
        {
            judged.likely(&place.room, user);
        }
        let other = place.other.filter(|_| author != Author::System);
        self.was_read(row, (&key, &place.room), other, at, &mut judged);
        let author = match author {
            Author::System => None,
            Author::User(user) => Some(user),
            Author::Nobody { key, name } => {
                let user = nobody(key.clone(), name);
                judged.0.records.push(Record::User(user));
                Some(key)
            }
        };
        if let (true, Some(text)) = (unlocked, text.clone()) {
            let key = key.clone();
            judged
                .0
                .records
                .push(Record::Unlocked(Unlocked { key, text }));
        }
        judged.0.records.push(Record::Message(Message {
            key: key.clone(),
            room: place.room,
            author,
            text,
            sent_at: at,
            deleted_at,
            changed_at: self.time(row, "updated_at").filter(|changed| *changed > at),
        }));
        if let Some(to) = row.word("reply_to").filter(|id| id != "0") {
            let message = key.clone();
            judged.0.records.push(Record::Reply(Reply { message, to }));
        }
        for (number, file) in files.iter().enumerate() {
            self.attach(
                Part::Messages,
                &mut judged,
                format!("message:{key}:{number}"),
                &key,
                (file.path.as_deref(), &file.name),
            );
        }
        judged.done()
    }

    /// A text with its entities decoded, where the mapping says that the old application encoded on saving.
    pub(super) fn decoded(&self, text: &str) -> String {
        if self.mapping.decode_entities {
            body::decoded(text)
        } else {
            text.to_owned()
        }
    }

    fn words(&self, row: &Row, judged: &mut Judged) -> Option<Words> {
        let text = row.text("body")?;
        if text.trim().is_empty() {
            return None;
        }
        let is_locked = row.says_yes("encrypted") || is_locked(&text);
        let text = if is_locked {
            let Some(opened) = self.keys.open(&text) else {
                judged.found(Reason::Encrypted, text.clone());
                return Some(Words {
                    text: Message::LOCKED.to_owned(),
                    were_locked: false,
                });
            };
            opened.into()
        } else {
            text
        };
        let messages = self.mapping.part(Part::Messages);
        let is_html = messages.is_some_and(|messages| messages.body_is == BodyIs::Html);
        let text = if is_html {
            html::words(&text)
        } else {
            self.decoded(&text)
        };
        if text.trim().is_empty() {
            return None;
        }
        let is_decoded = is_html || self.mapping.decode_entities;
        for reason in body::flags(&text) {
            let is_plain = match reason {
                Reason::Entities => is_decoded,
                Reason::Markup => is_html,
                _ => false,
            };
            if !is_plain {
                judged.found(reason, text.clone());
            }
        }
        Some(Words {
            text,
            were_locked: is_locked,
        })
    }

    /// Makes a room that only messages know, once, and says who is in it: the two of a pair; who wrote
    /// in a room that is gone. Who wrote in a room that is only a word is likely to be in it.
    fn make(
        &mut self,
        judged: &mut Judged,
        room: &str,
        made: Made,
        author: &Author,
        at: Timestamp,
    ) {
        let is_new = self.made.insert(room.to_owned());
        let before = match &made {
            Made::Pair(..) => None,
            Made::Named(name) => Key::of_room(NAMED, name).before,
            Made::Recovered(old) => Key::of_room(RECOVERED, old).before,
        };
        let (mut kind, mut title, mut members) = (RoomKind::Group, None, Vec::new());
        match made {
            Made::Pair(one, other) => {
                members = vec![one.clone(), other.clone()];
                if one != other {
                    kind = RoomKind::Direct(one, other);
                }
            }
            Made::Named(name) => {
                if is_new {
                    judged.found(Reason::NoParticipants, name.clone());
                }
                if let Author::User(user) = author {
                    judged.likely(room, user);
                }
                title = cut(Some(name));
            }
            Made::Recovered(old) => {
                title = Some(format!("Recovered room {}", crate::mask::key(&old)));
                if let Author::User(user) = author {
                    members.push(user.clone());
                }
            }
        }
        if is_new {
            judged.0.records.extend(before.map(|before| {
                Record::Renamed(Renamed {
                    part: Part::Rooms.name(),
                    before,
                    key: room.to_owned(),
                })
            }));
            judged.0.records.push(Record::Room(Room {
                key: room.to_owned(),
                kind,
                title,
                created_by: None,
                created_at: Some(at),
                deleted_at: None,
            }));
        }
        for user in members {
            judged.0.records.push(Record::Participant(Participant {
                room: room.to_owned(),
                user,
                joined_at: Some(at),
                left_at: None,
                last_read_at: None,
            }));
        }
    }
}

/// A time that is plainly made up, of the year 2000.
const MADE_UP: Timestamp = Timestamp::constant(946_684_800, 0);

/// A time between two, or the one there is; where no row has one, the one that is made up.
fn between(last: Option<Timestamp>, next: Option<Timestamp>) -> Timestamp {
    match (last, next) {
        (Some(last), Some(next)) => {
            let (last, next) = (last.as_microsecond(), next.as_microsecond());
            let middle = last + (next - last) / 2;
            Timestamp::from_microsecond(middle).unwrap_or(Timestamp::UNIX_EPOCH)
        }
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => MADE_UP,
    }
}
