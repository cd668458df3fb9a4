use std::collections::{BTreeSet, HashSet};

use domain::{HeldMatter, PatientRef, RoomId, RoomKind, StaffId};

use super::RetentionStores;
use crate::{DISPOSED_AT_ONCE, Disposal, DisposalRoom, PatientName, Result, WrittenEntry};

/// Everything that the legal holds keep.
#[derive(Default)]
pub(super) struct Held {
    /// The holds that were read.
    numbers: BTreeSet<i64>,
    everything: bool,
    /// Under every name that they have in either chat.
    rooms: HashSet<RoomId>,
    patients: HashSet<PatientRef>,
    patient_ids: HashSet<String>,
    staff: HashSet<StaffId>,
    /// Rooms of both chats, where patients or staff are held: an entry about another room may be about theirs.
    known: HashSet<RoomId>,
}

impl Held {
    /// Reads the holds, and which rooms of both chats they hold, before anything is removed: somebody may be known on one side of a
    /// room that moved, and not on the other.
    pub(super) async fn read(stores: &RetentionStores) -> Result<Self> {
        let mut held = Self::default();
        held.refresh(stores).await?;
        Ok(held)
    }

    /// Adds what is held since the holds were read last. A hold that was lifted meanwhile holds until the end of the run.
    pub(super) async fn refresh(&mut self, stores: &RetentionStores) -> Result<()> {
        let holds = stores.holds.list(false).await?;
        let mut is_new = false;
        for hold in holds {
            if self.numbers.insert(hold.number) {
                is_new = true;
                self.add(stores, hold.matter).await?;
            }
        }
        if is_new && self.is_of_people() {
            self.look(stores, &*stores.legacy).await?;
            if let Some(stream) = &stores.stream {
                self.look(stores, &**stream).await?;
            }
        }
        Ok(())
    }

    async fn add(&mut self, stores: &RetentionStores, matter: HeldMatter) -> Result<()> {
        match matter {
            HeldMatter::Everything => self.everything = true,
            HeldMatter::Room(room) => self.hold(stores, room).await?,
            HeldMatter::Patient { id, reference } => {
                let name = PatientName::Id(id.to_string());
                // The record may have been merged with others since, or the hospital may have deleted it.
                for patient in stores.patients.named(&name).await? {
                    self.patients.extend(patient.references().cloned());
                    let records = patient.as_each_record();
                    self.patient_ids
                        .extend(records.map(|record| record.id.to_string()));
                }
                self.patients.insert(reference);
                self.patient_ids.insert(id.to_string());
            }
            HeldMatter::Staff(id) => drop(self.staff.insert(id)),
        }
        Ok(())
    }

    /// Finds the rooms of held patients and staff in a chat.
    async fn look(&mut self, stores: &RetentionStores, chat: &dyn Disposal) -> Result<()> {
        let mut after = None;
        loop {
            let page = chat.rooms(after.as_ref()).await?;
            let is_last = page.len() < DISPOSED_AT_ONCE;
            after = page.last().map(|room| room.id.clone());
            for room in page {
                self.known.insert(room.id.clone());
                if self.is_theirs(&room) {
                    self.hold(stores, room.id).await?;
                }
            }
            if is_last {
                return Ok(());
            }
        }
    }

    /// Holds a room, under the names of both chats.
    async fn hold(&mut self, stores: &RetentionStores, room: RoomId) -> Result<()> {
        let moved = [
            stores.moves.by_legacy(&room).await?,
            stores.moves.by_stream(&room).await?,
        ];
        for moved in moved.into_iter().flatten() {
            self.rooms.extend([moved.legacy, moved.stream]);
        }
        self.rooms.insert(room);
        Ok(())
    }

    /// Whether there is a hold at all.
    pub(super) fn is_any(&self) -> bool {
        !self.numbers.is_empty()
    }

    /// Whether somebody is held, and so the rooms that are theirs.
    pub(super) fn is_of_people(&self) -> bool {
        !(self.patients.is_empty() && self.staff.is_empty())
    }

    fn is_theirs(&self, room: &DisposalRoom) -> bool {
        let is_of_patient = match &room.kind {
            RoomKind::Patient(patient) => self.patients.contains(patient),
            RoomKind::Direct | RoomKind::Group => false,
        };
        is_of_patient || room.people.iter().any(|one| self.staff.contains(one))
    }

    /// Whether a room is held.
    pub(super) fn keeps(&self, room: &DisposalRoom) -> bool {
        self.everything || self.rooms.contains(&room.id) || self.is_theirs(room)
    }

    /// Whether what somebody wrote is held, also in a room that does not know them any more. Where staff are held, a message
    /// whose author is not known may be theirs.
    pub(super) fn keeps_author(&self, author: Option<&StaffId>) -> bool {
        match author {
            Some(author) => self.staff.contains(author),
            None => !self.staff.is_empty(),
        }
    }

    /// Whether an entry of the audit is held: of a held room, about a held patient, or of what held staff did; and where
    /// somebody is held, of any room that is in neither chat as far as they were looked at.
    pub(super) fn keeps_entry(&self, entry: &WrittenEntry) -> bool {
        let is_kept = |room: &String| match RoomId::parse(room) {
            Ok(room) => {
                self.rooms.contains(&room) || (self.is_of_people() && !self.known.contains(&room))
            }
            Err(_) => self.is_of_people(),
        };
        let is_about = |subject: &String| {
            let is_reference = |patient: &PatientRef| patient.as_str() == subject;
            self.patient_ids.contains(subject) || self.patients.iter().any(is_reference)
        };
        self.everything
            || entry.room.as_ref().is_some_and(is_kept)
            || entry.subject.as_ref().is_some_and(is_about)
            || StaffId::parse(&entry.actor).is_ok_and(|actor| self.staff.contains(&actor))
    }
}
