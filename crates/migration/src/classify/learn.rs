//! Facts learnt from one row after the other.

use jiff::Timestamp;

use super::{
    Facts, body, cut,
    facts::RoomFact,
    hash, lists,
    stamp::{self, Seen},
    unread,
};
use crate::{Mapping, Part, Row, when::When};

impl Facts {
    pub(super) fn learn(&mut self, mapping: &Mapping, part: Part, row: &Row) {
        match part {
            Part::Users => self.learn_user(mapping, row),
            Part::Patients => {
                if let (Some(id), Some(mrn)) = (row.word("id"), row.word("mrn"))
                    && self.wanted.contains(&id)
                {
                    self.patients.insert(id, mrn);
                }
            }
            Part::Rooms => self.learn_room(mapping, row),
            Part::Participants => self.learn_participant(mapping, row),
            Part::Attachments => {
                let class = row.word("message_type");
                if class.is_none_or(|class| mapping.is_of(Part::Messages, &class)) {
                    self.with_files.extend(row.word("message"));
                }
            }
            Part::Reads => self.learn_read(mapping, row),
            Part::Messages => {}
        }
    }

    fn learn_user(&mut self, mapping: &Mapping, row: &Row) {
        let Some(id) = row.word("id") else { return };
        if let Some(email) = row.word("email") {
            let is_live = stamp::of_deletion(row, self.now).is_none();
            self.addresses.add(&email, &id, is_live);
        }
        let mut add_name = |name: &str| {
            let one = self.by_name.entry(name.to_lowercase());
            one.and_modify(|one| *one = one.take().filter(|known| *known == id))
                .or_insert_with(|| Some(id.clone()));
        };
        if let Some(name) = row.word("name") {
            add_name(&name);
            // Here the name is kept decoded.
            let decoded = cut(Some(body::decoded(&name))).filter(|one| *one != name);
            if let (true, Some(decoded)) = (mapping.decode_entities, decoded) {
                add_name(&decoded);
            }
        }
        if let Some(login) = row.word("login") {
            let one = self.by_login.entry(login.to_lowercase());
            one.and_modify(|one| *one = None)
                .or_insert_with(|| Some(id.clone()));
        }
        self.users.insert(id);
    }

    fn learn_room(&mut self, mapping: &Mapping, row: &Row) {
        let Some(id) = row.word("id") else { return };
        self.wanted.extend(row.word("patient"));
        let named = members(row);
        let named = named.iter().filter(|user| *user != "0");
        let users: Vec<Option<String>> = named.map(|user| self.user(user)).collect();
        let rooms = self.rooms.get_or_insert_default();
        let mut room = RoomFact {
            order: rooms.len(),
            may_be_direct: super::facts::may_be_direct(mapping, row),
            ..RoomFact::default()
        };
        for user in users {
            let Some(user) = user else {
                room.has_others = true;
                continue;
            };
            self.inside.entry(hash(&(&id, &user))).or_insert(None);
            room.add(user);
        }
        rooms.entry(id).or_insert(room);
    }

    fn learn_participant(&mut self, mapping: &Mapping, row: &Row) {
        let (Some(id), Some(named)) = (row.word("room"), row.word("user")) else {
            return;
        };
        let class = row.word("user_type");
        let is_user = class.is_none_or(|class| mapping.is_of(Part::Users, &class));
        let user = self.user(&named).filter(|_| is_user);
        let room = self.rooms.as_mut().and_then(|rooms| rooms.get_mut(&id));
        let Some(room) = room else { return };
        let Some(user) = user else {
            room.has_others |= named != "0";
            return;
        };
        let zone = mapping.zone_of(Part::Participants, "joined_at");
        let since = When::read(row.text("joined_at").as_deref(), zone, self.now).at();
        self.inside
            .entry(hash(&(&id, &user)))
            .and_modify(|known| *known = known.zip(since).map(|(one, other)| one.min(other)))
            .or_insert(since);
        room.add(user);
    }

    /// Notes what somebody has read, and the first message of a room that somebody has not.
    fn learn_read(&mut self, mapping: &Mapping, row: &Row) {
        let is_of = |field: &str, part| {
            let class = row.word(field);
            class.is_none_or(|class| mapping.is_of(part, &class))
        };
        let is_ours = is_of("user_type", Part::Users) && is_of("message_type", Part::Messages);
        let user = row.word("user").and_then(|user| self.user(&user));
        let (true, true, Some(user), Some(message)) =
            (is_ours, row.names_a_message(), user, row.word("message"))
        else {
            return;
        };
        let (room, sent) = unread::place(mapping, row, self.now);
        match Seen::of_read(mapping.part(Part::Reads), row, self.now) {
            Seen::Read => self.read.note(room, &message, user),
            Seen::Unread | Seen::Unsure(_) => {
                self.read.has_unread = true;
                self.unread.note(room, user, sent.unwrap_or(Timestamp::MIN));
            }
            Seen::Unsaid => {}
        }
    }
}

/// Reads the members that a room names on its own row.
pub(super) fn members(row: &Row) -> Vec<String> {
    let mut members = row
        .text("members")
        .map_or_else(Vec::new, |text| lists::ids(&text));
    for field in ["member_1", "member_2"] {
        members.extend(row.word(field).filter(|user| !members.contains(user)));
    }
    members
}
