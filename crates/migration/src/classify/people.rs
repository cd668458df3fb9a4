//! Users, rooms and who is in them.

use jiff::{SignedDuration, Timestamp};
use ports::adoption::{Participant, Read, Room, RoomKind, User};

use super::{
    Classifier, Judged, body, cut, facts,
    stamp::{self, is_no_time, is_to_come},
};
use crate::{
    Part, Reason, Row,
    record::{Record, Verdict},
    when::When,
};

impl Classifier {
    pub(super) fn user(&mut self, row: &Row) -> Verdict {
        let key = row.word("id");
        let mut judged = Judged::new(key.clone(), row);
        let key = key.unwrap_or_default();
        let mut email = row.word("email").map(|email| email.to_lowercase());
        match &email {
            None => judged.found(Reason::NoEmail, ""),
            Some(address) if self.facts.addresses.user(address) != Some(key.as_str()) => {
                judged.found(Reason::SharedEmail, address.clone());
                email = None;
            }
            Some(address) if !self.facts.is_here(address) => {
                judged.found(Reason::NotHere, address.clone());
                email = None;
            }
            Some(_) => {}
        }
        let name = self.name(row, &mut judged);
        judged.0.records.push(Record::User(User {
            name: name.unwrap_or_else(|| User::without_name(&key)),
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
            .and_then(|user| self.facts.user(&user));
        let mut title = self.name(row, &mut judged);
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
        for user in self.facts.members(row) {
            judged.0.records.push(Record::Participant(Participant {
                room: key.clone(),
                user,
                joined_at: self.time(row, "created_at"),
                left_at: None,
                last_read_at: None,
            }));
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
        let known_user = user
            .filter(|_| self.is_staff(row, "user_type"))
            .and_then(|user| self.facts.user(&user));
        match (known_room, known_user) {
            (None, _) => judged.found(Reason::ParticipantOfNothing, row.raw()),
            (_, None) => judged.found(Reason::UserMissing, row.raw()),
            (Some(room), Some(user)) => {
                if self.is_again(&room, &user) {
                    judged.found(Reason::TwiceInRoom, "");
                }
                let joined_at = self.time(row, "joined_at");
                let left_at = self.left(row, joined_at, &mut judged);
                judged.0.records.push(Record::Participant(Participant {
                    joined_at,
                    left_at,
                    last_read_at: self.read_until(row),
                    room: room.clone(),
                    user: user.clone(),
                }));
                if let Some(message) = row.word("last_read_message")
                    && row.word("not_tracked").is_none()
                {
                    let at = self.time(row, "last_read_at");
                    let read = Read { message, user, at };
                    judged.0.records.push(Record::Read(read));
                }
            }
        }
        judged.done()
    }

    /// The name of somebody or of a room, decoded as texts are; what is wrong with it is noted.
    fn name(&self, row: &Row, judged: &mut Judged) -> Option<String> {
        let name = self.decoded(&row.word("name")?);
        for reason in body::flags(&name) {
            // Names are never HTML, and what is left of entities was typed.
            if reason != Reason::Entities || !self.mapping.decode_entities {
                judged.found(reason, name.clone());
            }
        }
        cut(Some(name))
    }

    /// Whether a class name beside an id means the user table: `App\Models\User`, or the table's
    /// own name. Ids of another model are other people.
    pub(super) fn is_staff(&self, row: &Row, field: &str) -> bool {
        row.word(field)
            .is_none_or(|class| self.mapping.is_of(Part::Users, &class))
    }

    /// The time of leaving, if somebody left. Whoever left at a time that nobody can read is not in the room all the
    /// same; so is whoever leaves within a day, as a zone may be wrong and an adoption takes its time.
    fn left(
        &self,
        row: &Row,
        joined_at: Option<Timestamp>,
        judged: &mut Judged,
    ) -> Option<Timestamp> {
        let stamp = row.word("left_at").filter(|stamp| !is_no_time(stamp))?;
        let zone = self.mapping.zone_of(Part::Participants, "left_at");
        match When::read(Some(&stamp), zone, self.now) {
            When::Empty => None,
            When::At(at) | When::Twice(at, _) | When::Never(at) => Some(at),
            When::Ahead => Some(self.now),
            When::Unusable if is_to_come(&stamp, self.now) => {
                judged.found(Reason::LeavesLater, stamp);
                None
            }
            When::Unusable => {
                judged.found(Reason::LeftSometime, stamp);
                Some(joined_at.unwrap_or(Timestamp::UNIX_EPOCH))
            }
        }
    }

    /// Until when somebody has read a room: nothing where the old application did not note it; as a column says, or until just before what another says is the first
    /// that is unread; that column says nothing to who has read everything.
    fn read_until(&self, row: &Row) -> Option<Timestamp> {
        if row.word("not_tracked").is_some() {
            return None;
        }
        let mapped = self.mapping.part(Part::Participants);
        if mapped.is_some_and(|mapped| mapped.has("unread_from")) {
            return match row.word("unread_from") {
                None => Some(self.now),
                Some(_) => {
                    let from = self.time(row, "unread_from")?;
                    from.checked_sub(SignedDuration::from_micros(1)).ok()
                }
            };
        }
        self.time(row, "last_read_at")
    }

    /// When a row was deleted, if it was.
    pub(super) fn deleted(&self, row: &Row, judged: &mut Judged) -> Option<Timestamp> {
        let stamp = stamp::of_deletion(row, self.now);
        if stamp.is_none() && !row.says_yes("deleted") {
            return None;
        }
        judged.found(Reason::SoftDeleted, stamp.unwrap_or_default());
        let known = self
            .time(row, "deleted_at")
            .or_else(|| self.time(row, "updated_at"));
        Some(known.unwrap_or(Timestamp::UNIX_EPOCH))
    }
}
