//! Users, rooms and who is in them.

use ports::adoption::{Participant, Read, Room, RoomKind, User};

use super::{Classifier, Judged, cut, facts};
use crate::{
    Part, Reason, Row,
    record::{Record, Verdict},
};

impl Classifier {
    pub(super) fn user(&mut self, row: &Row) -> Verdict {
        let key = row.word("id");
        let mut judged = Judged::new(key.clone(), row);
        let key = key.unwrap_or_default();
        let mut email = row.word("email").map(|email| email.to_lowercase());
        match &email {
            None => judged.found(Reason::NoEmail, ""),
            Some(address) if self.facts.by_email.get(address) != Some(&key) => {
                judged.found(Reason::SharedEmail, address.clone());
                email = None;
            }
            Some(address) if !self.facts.is_here(address) => {
                judged.found(Reason::NotHere, address.clone());
                email = None;
            }
            Some(_) => {}
        }
        judged.0.records.push(Record::User(User {
            name: cut(row.word("name")).unwrap_or_else(|| format!("User {key}")),
            key,
            email,
            role: cut(row.word("role")),
            specialty: cut(row.word("specialty")),
            grade: cut(row.word("grade")),
            ward: cut(row.word("ward")),
        }));
        judged.done()
    }

    pub(super) fn room(&mut self, row: &Row) -> Verdict {
        let key = row.word("id");
        let mut judged = Judged::new(key.clone(), row);
        let key = key.unwrap_or_default();
        let fact = self.facts.rooms.as_ref().and_then(|rooms| rooms.get(&key));
        let pair = fact.and_then(facts::RoomFact::pair);
        let created_by = row
            .word("created_by")
            .filter(|user| self.facts.users.contains(user));
        let mut title = cut(row.word("name"));
        if !fact.is_some_and(facts::RoomFact::has_members) {
            judged.found(
                Reason::NoParticipants,
                row.word("created_by").unwrap_or_default(),
            );
            if let Some(user) = &created_by {
                judged.likely(&key, user);
            }
        }
        let mut kind = RoomKind::Group;
        if let Some(pair) = pair {
            if self.facts.pairs.get(&pair) == Some(&key) {
                kind = RoomKind::Direct(pair.0, pair.1);
            } else {
                judged.found(Reason::SecondDirectRoom, "");
                title.get_or_insert_with(|| Room::EARLIER.to_owned());
            }
        }
        if let Some(id) = row.word("patient") {
            match self.facts.patient(&id) {
                Some(mrn) => kind = RoomKind::Patient(mrn),
                None => judged.found(Reason::PatientUnknown, id),
            }
        }
        let deleted_at = self.deleted(row, &mut judged);
        judged.0.records.push(Record::Room(Room {
            key: key.clone(),
            kind,
            title,
            created_by,
            created_at: self.time(row, "created_at"),
            deleted_at,
        }));
        for user in facts::members(row) {
            if self.facts.users.contains(&user) {
                judged.0.records.push(Record::Participant(Participant {
                    room: key.clone(),
                    user,
                    joined_at: self.time(row, "created_at"),
                    left_at: None,
                    last_read_at: None,
                }));
            }
        }
        judged.done()
    }

    pub(super) fn participant(&mut self, row: &Row) -> Verdict {
        let (room, user) = (row.word("room"), row.word("user"));
        let key = format!(
            "{}/{}",
            room.as_deref().unwrap_or("?"),
            user.as_deref().unwrap_or("?")
        );
        let mut judged = Judged::new(Some(key), row);
        let known_room = room.filter(|room| {
            let rooms = self.facts.rooms.as_ref();
            rooms.is_none_or(|rooms| rooms.contains_key(room))
        });
        let known_user =
            user.filter(|user| self.facts.users.contains(user) && self.is_staff(row, "user_type"));
        match (known_room, known_user) {
            (None, _) => judged.found(Reason::ParticipantOfNothing, row.raw()),
            (_, None) => judged.found(Reason::UserMissing, row.raw()),
            (Some(room), Some(user)) => {
                if self.is_again(&room, &user) {
                    judged.found(Reason::TwiceInRoom, "");
                }
                judged.0.records.push(Record::Participant(Participant {
                    joined_at: self.time(row, "joined_at"),
                    left_at: self.time(row, "left_at"),
                    last_read_at: self.time(row, "last_read_at"),
                    room: room.clone(),
                    user: user.clone(),
                }));
                if let Some(message) = row.word("last_read_message") {
                    let at = self.time(row, "last_read_at");
                    let read = Read { message, user, at };
                    judged.0.records.push(Record::Read(read));
                }
            }
        }
        judged.done()
    }

    /// Whether a class name beside an id means the user table: `App\Models\User`, or the table's
    /// own name. Ids of another model are other people.
    pub(super) fn is_staff(&self, row: &Row, field: &str) -> bool {
        let Some(class) = row.word(field) else {
            return true;
        };
        let word = class
            .rsplit(['\\', '/', '.'])
            .next()
            .unwrap_or_default()
            .to_lowercase();
        let table = self
            .mapping
            .part(Part::Users)
            .map(|users| users.table.to_lowercase());
        word == "user" || table.is_some_and(|table| table == word || table == format!("{word}s"))
    }

    /// When a row was deleted, if it was.
    pub(super) fn deleted(&self, row: &Row, judged: &mut Judged) -> Option<jiff::Timestamp> {
        let stamp = row.word("deleted_at");
        if stamp.is_none() && !row.says_yes("deleted") {
            return None;
        }
        judged.found(Reason::SoftDeleted, stamp.unwrap_or_default());
        let known = self
            .time(row, "deleted_at")
            .or_else(|| self.time(row, "updated_at"));
        Some(known.unwrap_or(jiff::Timestamp::UNIX_EPOCH))
    }
}
