use jiff::Timestamp;

use super::{Classifier, Judged, attached, body, facts};
use crate::{
    Reason, Row,
    record::{Author, Message, Participant, Read, Record, Room, RoomKind, Verdict},
    when::When,
};

const TYPES: &[&str] = &[
    "text",
    "message",
    "msg",
    "chat",
    "image",
    "photo",
    "picture",
    "file",
    "document",
    "pdf",
    "audio",
    "voice",
    "video",
    "location",
    "link",
    "media",
    "attachment",
    "private",
    "group",
    "0",
    "1",
];
const NOTICES: &[&str] = &[
    "system",
    "notice",
    "notification",
    "info",
    "event",
    "activity",
];

/// What a message whose text is locked says.
const LOCKED: &str =
    "Encrypted message of the old application; it can be read once its key is given.";

/// Where a message belongs.
struct Place {
    room: String,
    /// Who else is in it, where it is a direct room.
    other: Option<String>,
    /// A room that no table has, to be made with this message.
    made: Option<(RoomKind, Option<String>, Vec<String>)>,
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
            let known = times[index].at();
            let next = || times[index + 1..].iter().find_map(|when| when.at());
            let at = known.unwrap_or_else(|| between(self.last_time, next()));
            self.last_time = known.or(self.last_time);
            verdicts.push(self.message(row, times[index], at));
        }
        verdicts
    }

    fn message(&mut self, row: &Row, when: When, at: Timestamp) -> Verdict {
        let key = row.word("id");
        let mut judged = Judged::new(key.clone(), row);
        let key = key.unwrap_or_default();
        match when {
            When::Empty | When::Unusable => judged.found(
                Reason::TimeEstimated,
                row.word("created_at").unwrap_or_default(),
            ),
            When::Twice(_) => judged.found(
                Reason::TimeAmbiguous,
                row.word("created_at").unwrap_or_default(),
            ),
            When::At(_) => {}
        }
        let author = self.author(row, &mut judged);
        let Some(place) = self.place(row, &author, &mut judged) else {
            judged.found(Reason::NoRoom, row.raw());
            return judged.done();
        };
        let (files, wrong) = attached::files(row);
        judged.0.found.extend(wrong);
        let text = self.words(row, &mut judged);
        let has_files = !files.is_empty() || self.facts.with_files.contains(&key);
        if text.is_none() && !has_files {
            judged.found(Reason::EmptyBody, row.raw());
            return judged.done();
        }
        if let Some((kind, title, members)) = place.made {
            self.make(&mut judged, &place.room, kind, title, members, at);
        }
        let deleted_at = self.deleted(row, &mut judged);
        self.was_read(row, &key, place.other, at, &mut judged);
        judged.0.records.push(Record::Message(Message {
            key: key.clone(),
            room: place.room,
            author,
            text,
            has_files,
            sent_at: at,
            deleted_at,
            reply_to: row.word("reply_to").filter(|id| id != "0"),
        }));
        for (number, file) in files.iter().enumerate() {
            self.attach(
                &mut judged,
                format!("message:{key}:{number}"),
                &key,
                &file.path,
                &file.name,
            );
        }
        // Reads refer to the message, so they come after it.
        judged
            .0
            .records
            .sort_by_key(|record| matches!(record, Record::Read(_)));
        judged.done()
    }

    fn author(&self, row: &Row, judged: &mut Judged) -> Author {
        let kind = row.word("type").unwrap_or_default().to_lowercase();
        let is_notice = NOTICES.contains(&kind.as_str());
        if !is_notice && !kind.is_empty() && !TYPES.contains(&kind.as_str()) {
            judged.found(Reason::UnknownType, kind);
        }
        let sender = row.word("sender").filter(|sender| sender != "0");
        if !self.is_staff(row, "sender_type") {
            let class = row.word("sender_type").unwrap_or_default();
            let class = attached::last_segment(&class.replace('.', "/"));
            let id = sender.unwrap_or_else(|| "?".to_owned());
            judged.found(Reason::SenderNotStaff, format!("{class} {id}"));
            return Author::Nobody {
                key: format!("{class}:{id}"),
                name: format!("{class} {id} (old application)"),
            };
        }
        match sender {
            None if is_notice => Author::System,
            None => {
                judged.found(
                    Reason::SenderUnknown,
                    row.word("sender").unwrap_or_default(),
                );
                Author::Nobody {
                    key: "former:unknown".to_owned(),
                    name: "Former staff".to_owned(),
                }
            }
            Some(sender) => self.sender(sender, judged),
        }
    }

    /// The user that a sender is: by id, by e-mail, or by a name that only one user has.
    fn sender(&self, sender: String, judged: &mut Judged) -> Author {
        if self.facts.users.contains(&sender) {
            return Author::User(sender);
        }
        let word = sender.to_lowercase();
        let by_word = self
            .facts
            .by_email
            .get(&word)
            .or_else(|| self.facts.by_name.get(&word)?.as_ref());
        if let Some(user) = by_word {
            return Author::User(user.clone());
        }
        judged.found(Reason::SenderUnknown, sender.clone());
        Author::Nobody {
            name: format!("Former staff #{sender}")
                .chars()
                .take(120)
                .collect(),
            key: format!("former:{sender}"),
        }
    }

    fn place(&self, row: &Row, author: &Author, judged: &mut Judged) -> Option<Place> {
        let sender = match author {
            Author::User(user) => Some(user.as_str()),
            _ => None,
        };
        match (row.word("room"), &self.facts.rooms) {
            (Some(room), Some(rooms)) => {
                let Some(fact) = rooms.get(&room) else {
                    judged.found(Reason::RoomMissing, room.clone());
                    let title = Some(format!("Recovered room {}", crate::mask::key(&room)));
                    return Some(Place {
                        room: format!("recovered:{room}"),
                        other: None,
                        made: Some((RoomKind::Group, title, Vec::new())),
                    });
                };
                let other = fact.pair().map(|(one, other)| {
                    if Some(one.as_str()) == sender {
                        other
                    } else {
                        one
                    }
                });
                Some(Place {
                    room,
                    other,
                    made: None,
                })
            }
            // The rooms are nothing but words on the messages.
            (Some(room), None) => Some(Place {
                made: Some((RoomKind::Group, Some(room.clone()), Vec::new())),
                room: format!("named:{room}"),
                other: None,
            }),
            (None, _) => {
                let receiver = row
                    .word("receiver")
                    .filter(|user| self.facts.users.contains(user))?;
                let (low, high) = facts::sorted(sender?, &receiver);
                Some(Place {
                    room: format!("pair:{low}:{high}"),
                    made: Some((RoomKind::Direct, None, vec![low, high])),
                    other: Some(receiver),
                })
            }
        }
    }

    fn words(&self, row: &Row, judged: &mut Judged) -> Option<String> {
        let text = row.text("body")?;
        if text.trim().is_empty() {
            return None;
        }
        if row.says_yes("encrypted") {
            judged.found(Reason::Encrypted, text.clone());
            return Some(LOCKED.to_owned());
        }
        // PostgreSQL keeps no NUL; the replacement shows that something was there.
        let text = text.replace('\0', "\u{fffd}");
        let text = if self.mapping.decode_entities {
            body::decoded(&text)
        } else {
            text
        };
        for reason in body::flags(&text) {
            if reason != Reason::Entities || !self.mapping.decode_entities {
                judged.found(reason, text.clone());
            }
        }
        Some(text)
    }

    /// Makes a room that only messages know, once. Those who are in a conversation of two by what
    /// the messages say are in it here; nobody is put into any other.
    fn make(
        &mut self,
        judged: &mut Judged,
        room: &str,
        kind: RoomKind,
        title: Option<String>,
        members: Vec<String>,
        at: Timestamp,
    ) {
        if !self.made.insert(room.to_owned()) {
            return;
        }
        let kind = match members.as_slice() {
            [one, other] if one == other => RoomKind::Group,
            _ => kind,
        };
        judged.0.records.push(Record::Room(Room {
            key: room.to_owned(),
            kind,
            title,
            patient: None,
            created_by: None,
            created_at: Some(at),
            deleted_at: None,
        }));
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

    /// What a mark on the message itself says: in a direct room the other person read it; in a
    /// group it names nobody.
    fn was_read(
        &self,
        row: &Row,
        key: &str,
        other: Option<String>,
        sent: Timestamp,
        judged: &mut Judged,
    ) {
        let stamp = row.word("read_at");
        if stamp.is_none() && !row.says_yes("read") {
            return;
        }
        let Some(user) = other else {
            judged.found(Reason::ReadBySomeone, stamp.unwrap_or_default());
            return;
        };
        let mut at = self.time(row, "read_at");
        if at.is_some_and(|at| at < sent) {
            judged.found(Reason::ReadBeforeSent, stamp.unwrap_or_default());
            at = Some(sent);
        }
        judged.0.records.push(Record::Read(Read {
            message: key.to_owned(),
            user,
            at,
        }));
    }
}

/// A time between two, or the one there is; where no row has one, the year in which the time is
/// plainly made up.
fn between(last: Option<Timestamp>, next: Option<Timestamp>) -> Timestamp {
    match (last, next) {
        (Some(last), Some(next)) => {
            let (last, next) = (last.as_microsecond(), next.as_microsecond());
            let middle = last + (next - last) / 2;
            Timestamp::from_microsecond(middle).unwrap_or(Timestamp::UNIX_EPOCH)
        }
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => Timestamp::from_second(946_684_800).unwrap_or(Timestamp::UNIX_EPOCH),
    }
}
