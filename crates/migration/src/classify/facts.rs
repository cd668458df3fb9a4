use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use ports::{
    Adoption, Result,
    adoption::{Known, User},
};

use super::{
    addresses::Addresses,
    hash,
    learn::members,
    unread::{ReadRows, Unread},
};
use crate::{Mapping, Part, Row, Source};

/// Most that are asked for at once.
const ASKED: usize = 500;

/// The facts about all users and rooms that judging a row needs. Its size grows with them, not with
/// the messages.
#[derive(Default)]
pub(crate) struct Facts {
    pub(super) users: HashSet<String>,
    pub(super) addresses: Addresses,
    /// The one user of a name; none when several have it.
    pub(super) by_name: HashMap<String, Option<String>>,
    /// Whether rows name users by that alone.
    named_by_login: bool,
    /// The one user of a name to sign in with.
    pub(super) by_login: HashMap<String, Option<String>>,
    /// MRNs by patient id, of patients whom a room names.
    pub(super) patients: HashMap<String, String>,
    pub(super) wanted: HashSet<String>,
    /// The users and patients of them that exist here; none before the question was asked.
    here: Option<Known>,
    /// None when there is no table of rooms.
    pub(super) rooms: Option<BTreeMap<String, RoomFact>>,
    /// Messages that a row of the attachment table names.
    pub(super) with_files: HashSet<String>,
    /// The first direct room of two people.
    pub(super) pairs: HashMap<(String, String), String>,
    pub(super) unread: Unread,
    pub(super) read: ReadRows,
    /// Pairs of a room and somebody who is or was in it, as 64 bits each, and since when, where that is known.
    pub(super) inside: HashMap<u64, Option<Timestamp>>,
    /// Times after this are still to come.
    pub(super) now: Timestamp,
}

/// The facts about a room.
#[derive(Default)]
pub(super) struct RoomFact {
    pub(super) order: usize,
    pub(super) may_be_direct: bool,
    /// Three are enough to know that there are more than two.
    pub(super) members: Vec<String>,
    /// Whether somebody is in it who is no user: a patient, another model, or somebody who is gone.
    pub(super) has_others: bool,
}

impl RoomFact {
    pub(super) fn has_members(&self) -> bool {
        !self.members.is_empty()
    }

    pub(super) fn add(&mut self, user: String) {
        if self.members.len() < 3 && !self.members.contains(&user) {
            self.members.push(user);
        }
    }

    /// The two people of a direct room.
    pub(super) fn pair(&self) -> Option<(String, String)> {
        match self.members.as_slice() {
            [one, other] if self.may_be_direct && !self.has_others => Some(sorted(one, other)),
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
    pub(crate) async fn gather(
        source: &mut Source,
        mapping: &Mapping,
        now: Timestamp,
    ) -> Result<Self> {
        let users = mapping.part(Part::Users);
        let mut facts = Self {
            named_by_login: users.is_some_and(|users| users.named_by_login),
            now,
            ..Self::default()
        };
        for part in [
            Part::Users,
            Part::Rooms,
            Part::Patients,
            Part::Participants,
            Part::Attachments,
            Part::Reads,
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

    /// The user that a row names: by id; or else by e-mail, by the name to sign in with, or by a name, each where
    /// only one has it. A number is nothing but an id, as it would be another user's name by coincidence alone.
    pub(super) fn user(&self, named: &str) -> Option<String> {
        let word = named.to_lowercase();
        let by_login = || self.by_login.get(&word)?.clone();
        if self.named_by_login {
            return by_login();
        }
        if self.users.contains(named) {
            return Some(named.to_owned());
        }
        if named.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        if let Some(named) = self.addresses.named(&word) {
            return named.map(str::to_owned);
        }
        by_login().or_else(|| self.by_name.get(&word)?.clone())
    }

    /// The users whom a room names on its own row.
    pub(super) fn members(&self, row: &Row) -> Vec<String> {
        let named = members(row);
        named.iter().filter_map(|user| self.user(user)).collect()
    }

    /// Whether somebody is or was in a room of which it is known who is.
    pub(super) fn is_outside(&self, room: &str, user: &str) -> bool {
        let known = self.rooms.as_ref().and_then(|rooms| rooms.get(room));
        known.is_some_and(RoomFact::has_members) && !self.inside.contains_key(&hash(&(room, user)))
    }

    /// Whether a message of a room was for somebody to read: who came later has no row for what was said before.
    pub(super) fn was_for(&self, room: &str, user: &str, sent: Timestamp) -> bool {
        let known = self.rooms.as_ref().and_then(|rooms| rooms.get(room));
        if !known.is_some_and(RoomFact::has_members) {
            return true;
        }
        let since = self.inside.get(&hash(&(room, user)));
        since.is_some_and(|since| since.is_none_or(|since| since <= sent))
    }

    /// Asks which users and patients are known here.
    pub(crate) async fn meet(&mut self, adoption: &dyn Adoption) -> Result<()> {
        let mut here = Known::default();
        let emails: Vec<String> = self.addresses.all().map(str::to_owned).collect();
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

    /// How many users of the source were kept before under its name, and how many of them are other people: who had
    /// another e-mail address, or was made with another name.
    pub(crate) async fn others(
        &self,
        source: &str,
        adoption: &dyn Adoption,
    ) -> Result<(usize, usize)> {
        let emails = self.addresses.by_user();
        let keys: Vec<String> = self.users.iter().cloned().collect();
        let (mut known, mut others) = (0, 0);
        for keys in keys.chunks(ASKED) {
            for kept in adoption.kept_users(source, keys).await? {
                known += 1;
                let is_other = if kept.email.ends_with(User::MADE_UP) {
                    let named = self.by_name.get(&kept.name.to_lowercase());
                    let has_none = kept.name == User::without_name(&kept.key);
                    !has_none
                        && named.is_none_or(|one| one.as_ref().is_some_and(|id| *id != kept.key))
                } else {
                    let email = emails.get(kept.key.as_str());
                    email.is_some_and(|email| *email != kept.email)
                };
                others += usize::from(is_other);
            }
        }
        Ok((known, others))
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

/// Whether a room of two would be their direct one: its type says so, or nothing says otherwise.
pub(super) fn may_be_direct(mapping: &Mapping, row: &Row) -> bool {
    if row.word("patient").is_some() {
        return false;
    }
    let rooms = mapping.part(Part::Rooms);
    let column = rooms.and_then(|rooms| rooms.column("type"));
    if let (Some(rooms), Some(word)) = (rooms, row.word("type")) {
        let says = |words: &[String]| {
            let mut words = words.iter();
            words.any(|known| known.eq_ignore_ascii_case(&word) || same_answer(known, &word))
        };
        if says(&rooms.direct) {
            return true;
        }
        if says(&rooms.group) || !rooms.direct.is_empty() {
            return false;
        }
    }
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
        (_, None) => row.word("name").is_none() || rooms.is_some_and(|rooms| rooms.two_are_direct),
    }
}

/// Whether two words are the same yes or no, however each database spells it.
fn same_answer(one: &str, other: &str) -> bool {
    let answer = |word: &str| match word.to_lowercase().as_str() {
        "1" | "t" | "true" => Some(true),
        "0" | "f" | "false" => Some(false),
        _ => None,
    };
    answer(one).is_some() && answer(one) == answer(other)
}
