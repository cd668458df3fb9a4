use std::collections::HashSet;

use domain::{HeldMatter, PatientRef, RoomId, RoomKind, StaffId};

use super::RetentionStores;
use crate::{DisposalRoom, PatientName, Result, WrittenEntry};

/// What the legal holds keep.
#[derive(Default)]
pub(super) struct Held {
    everything: bool,
    /// Under every name that they have in either chat.
    rooms: HashSet<RoomId>,
    patients: HashSet<PatientRef>,
    patient_ids: HashSet<String>,
    staff: HashSet<StaffId>,
}

impl Held {
    /// Reads the holds.
    pub(super) async fn read(stores: &RetentionStores) -> Result<Self> {
        let mut held = Self::default();
        for hold in stores.holds.list(false).await? {
            match hold.matter {
                HeldMatter::Everything => held.everything = true,
                HeldMatter::Room(room) => {
                    let moved = [
                        stores.moves.by_legacy(&room).await?,
                        stores.moves.by_stream(&room).await?,
                    ];
                    for moved in moved.into_iter().flatten() {
                        held.rooms.extend([moved.legacy, moved.stream]);
                    }
                    held.rooms.insert(room);
                }
                HeldMatter::Patient { id, reference } => {
                    let name = PatientName::Id(id.to_string());
                    // The record may have been merged with others since, or the hospital may have deleted it.
                    for patient in stores.patients.named(&name).await? {
                        held.patients.extend(patient.references().cloned());
                        let records = patient.as_each_record();
                        held.patient_ids
                            .extend(records.map(|record| record.id.to_string()));
                    }
                    held.patients.insert(reference);
                    held.patient_ids.insert(id.to_string());
                }
                HeldMatter::Staff(id) => drop(held.staff.insert(id)),
            }
        }
        Ok(held)
    }

    /// Adds what other holds keep.
    pub(super) fn take(&mut self, more: Self) {
        self.everything |= more.everything;
        self.rooms.extend(more.rooms);
        self.patients.extend(more.patients);
        self.patient_ids.extend(more.patient_ids);
        self.staff.extend(more.staff);
    }

    /// Whether there is a hold at all.
    pub(super) fn is_any(&self) -> bool {
        self.everything
            || !(self.rooms.is_empty() && self.patients.is_empty() && self.staff.is_empty())
    }

    /// Whether a room is held. A room that is held for its patient or its people is one that is held from then on, so
    /// that the audit of it is.
    pub(super) fn keeps(&mut self, room: &DisposalRoom) -> bool {
        let is_of_patient = match &room.kind {
            RoomKind::Patient(patient) => self.patients.contains(patient),
            RoomKind::Direct | RoomKind::Group => false,
        };
        let is_held = self.everything
            || self.rooms.contains(&room.id)
            || is_of_patient
            || room.people.iter().any(|one| self.staff.contains(one));
        if is_held {
            self.rooms.insert(room.id.clone());
        }
        is_held
    }

    /// Whether what somebody wrote is held, also in a room that does not know them any more.
    pub(super) fn keeps_author(&self, author: Option<&StaffId>) -> bool {
        author.is_some_and(|author| self.staff.contains(author))
    }

    /// Whether an entry of the audit is held: of a held room, about a held patient, or of what held staff did.
    pub(super) fn keeps_entry(&self, entry: &WrittenEntry) -> bool {
        let is_in =
            |room: &String| RoomId::parse(room).is_ok_and(|room| self.rooms.contains(&room));
        let is_about =
            |subject: &String| entry.action == "view-patient" && self.patient_ids.contains(subject);
        self.everything
            || entry.room.as_ref().is_some_and(is_in)
            || entry.subject.as_ref().is_some_and(is_about)
            || StaffId::parse(&entry.actor).is_ok_and(|actor| self.staff.contains(&actor))
    }
}
