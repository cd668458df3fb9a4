use std::collections::{BTreeMap, HashMap, HashSet};

use ports::{Adoption, Result, adoption::Known};

use super::lists;
use crate::{Mapping, Part, Row, Source};

/// Most that are asked for at once.
const ASKED: usize = 500;

/// What has to be known of all users and rooms before a row can be judged. Grows with them, not
/// with the messages.
#[derive(Default)]
pub(crate) struct Facts {
    pub(super) users: HashSet<String>,
    /// The first user of an e-mail address.
    pub(super) by_email: HashMap<String, String>,
    /// The one user of a name; none when several have it.
    pub(super) by_name: HashMap<String, Option<String>>,
    /// MRNs by patient id, of patients whom a room names.
    patients: HashMap<String, String>,
    wanted: HashSet<String>,
    /// Who of them is known here, once that was asked.
    here: Option<Known>,
    /// None when there is no table of rooms.
    pub(super) rooms: Option<BTreeMap<String, RoomFact>>,
    /// Messages that a row of the attachment table names.
    pub(super) with_files: HashSet<String>,
    /// The first direct room of two people.
    pub(super) pairs: HashMap<(String, String), String>,
}

/// What is known of a room.
#[derive(Default)]
pub(super) struct RoomFact {
    order: usize,
    may_be_direct: bool,
    /// Three are enough to know that there are more than two.
    members: Vec<String>,
}

impl RoomFact {
    pub(super) fn has_members(&self) -> bool {
        !self.members.is_empty()
    }

    fn add(&mut self, user: String) {
        if self.members.len() < 3 && !self.members.contains(&user) {
            self.members.push(user);
        }
    }

    /// The two people of a direct room.
    pub(super) fn pair(&self) -> Option<(String, String)> {
        match self.members.as_slice() {
            [one, other] if self.may_be_direct => Some(sorted(one, other)),
            _ => None,
        }
    }
}

/// Two people in one order, whoever comes first.
pub(super) fn sorted(one: &str, other: &str) -> (String, String) {
    let (low, high) = if one <= other {
        (one, other)
    } else {
        (other, one)
    };
    (low.to_owned(), high.to_owned())
}

impl Facts {
    /// Reads what has to be known.
    pub(crate) async fn gather(source: &mut Source, mapping: &Mapping) -> Result<Self> {
        let mut facts = Self::default();
        for part in [
            Part::Users,
            Part::Rooms,
            Part::Patients,
            Part::Participants,
            Part::Attachments,
        ] {
            if mapping.part(part).is_none() {
                continue;
            }
            if part == Part::Rooms {
                facts.rooms = Some(BTreeMap::new());
            }
            let mut rows = source.read(mapping, part).await?;
            loop {
                let batch = rows.next().await?;
                if batch.is_empty() {
                    break;
                }
                batch.iter().for_each(|row| facts.learn(mapping, part, row));
            }
        }
        facts.pair_up();
        Ok(facts)
    }

    /// Asks which users and patients are known here.
    pub(crate) async fn meet(&mut self, adoption: &dyn Adoption) -> Result<()> {
        let mut here = Known::default();
        let emails: Vec<String> = self.by_email.keys().cloned().collect();
        let mrns: Vec<String> = self.patients.values().cloned().collect();
        for emails in emails.chunks(ASKED) {
            here.emails
                .extend(adoption.known(emails, &[]).await?.emails);
        }
        for mrns in mrns.chunks(ASKED) {
            here.mrns.extend(adoption.known(&[], mrns).await?.mrns);
        }
        self.here = Some(here);
        Ok(())
    }

    /// Whether an e-mail address is known here, or nobody was asked.
    pub(super) fn is_here(&self, email: &str) -> bool {
        self.here
            .as_ref()
            .is_none_or(|here| here.emails.contains(email))
    }

    /// The MRN of a patient of the source who is known here.
    pub(super) fn patient(&self, id: &str) -> Option<String> {
        let mrn = self.patients.get(id)?;
        let here = self.here.as_ref();
        here.is_none_or(|here| here.mrns.contains(mrn))
            .then(|| mrn.clone())
    }

    pub(super) fn learn(&mut self, mapping: &Mapping, part: Part, row: &Row) {
        match part {
            Part::Users => self.learn_user(row),
            Part::Patients => {
                if let (Some(id), Some(mrn)) = (row.word("id"), row.word("mrn"))
                    && self.wanted.contains(&id)
                {
                    self.patients.insert(id, mrn);
                }
            }
            Part::Rooms => self.learn_room(mapping, row),
            Part::Participants => {
                let room = row
                    .word("room")
                    .and_then(|room| self.rooms.as_mut()?.get_mut(&room));
                if let (Some(room), Some(user)) = (room, row.word("user"))
                    && self.users.contains(&user)
                {
                    room.add(user);
                }
            }
            Part::Attachments => self.with_files.extend(row.word("message")),
            Part::Messages | Part::Reads => {}
        }
    }

    fn learn_user(&mut self, row: &Row) {
        let Some(id) = row.word("id") else { return };
        if let Some(email) = row.word("email") {
            self.by_email
                .entry(email.to_lowercase())
                .or_insert_with(|| id.clone());
        }
        if let Some(name) = row.word("name") {
            let one = self.by_name.entry(name.to_lowercase());
            one.and_modify(|one| *one = None)
                .or_insert_with(|| Some(id.clone()));
        }
        self.users.insert(id);
    }

    fn learn_room(&mut self, mapping: &Mapping, row: &Row) {
        let Some(id) = row.word("id") else { return };
        self.wanted.extend(row.word("patient"));
        let rooms = self.rooms.get_or_insert_default();
        let mut room = RoomFact {
            order: rooms.len(),
            may_be_direct: may_be_direct(mapping, row),
            members: Vec::new(),
        };
        members(row)
            .into_iter()
            .filter(|user| self.users.contains(user))
            .for_each(|user| room.add(user));
        rooms.entry(id).or_insert(room);
    }

    /// Finds the first direct room of every two people.
    pub(super) fn pair_up(&mut self) {
        let mut direct: Vec<_> = self
            .rooms
            .iter()
            .flatten()
            .filter_map(|(id, room)| Some((room.order, id, room.pair()?)))
            .collect();
        direct.sort_by_key(|(order, ..)| *order);
        let pairs = direct.into_iter().map(|(_, id, pair)| (pair, id.clone()));
        for (pair, id) in pairs.collect::<Vec<_>>() {
            self.pairs.entry(pair).or_insert(id);
        }
    }
}

/// Who a room names on its own row.
pub(super) fn members(row: &Row) -> Vec<String> {
    let mut members = row
        .text("members")
        .map_or_else(Vec::new, |text| lists::ids(&text));
    for field in ["member_1", "member_2"] {
        members.extend(row.word(field).filter(|user| !members.contains(user)));
    }
    members
}

/// Whether a room of two would be their direct one: its type says so, or nothing says otherwise.
pub(super) fn may_be_direct(mapping: &Mapping, row: &Row) -> bool {
    if row.word("patient").is_some() {
        return false;
    }
    let column = mapping
        .part(Part::Rooms)
        .and_then(|rooms| rooms.column("type"));
    match (column, row.word("type")) {
        (Some("is_group"), Some(_)) => !row.says_yes("type"),
        (Some("is_direct" | "is_private"), Some(_)) => row.says_yes("type"),
        (_, Some(word)) => matches!(
            word.to_lowercase().as_str(),
            "private"
                | "direct"
                | "personal"
                | "dm"
                | "single"
                | "one_to_one"
                | "one-to-one"
                | "individual"
        ),
        (_, None) => row.word("name").is_none(),
    }
}
