//! The operations that span more than one port.

mod administration;
mod answered;
mod audit_check;
mod checked_messages;
mod patient_import;
mod patient_merges;
mod patient_rooms;
mod retention;
mod staff_import;
mod wrong_patient;

pub(crate) use administration::{may, note};
pub use administration::{may_see_moves, note_export, note_move, note_undo};
pub use audit_check::{AuditCheck, Fault, MOST_FAULTS, check_audit};
pub use checked_messages::{Checked, CheckedMessages, PatientCheck, WrongPatient};
pub(crate) use patient_import::take_patients;
pub use patient_import::{PatientTaken, plan_patients};
pub use patient_rooms::PatientRooms;
pub(crate) use retention::walk;
pub use retention::{
    DisposalChat, DueItem, DueList, LeftRoom, RetentionFound, RetentionRun, RetentionStores,
};
pub(crate) use staff_import::{ChangeLog, take_staff};
pub use staff_import::{
    Missing, StaffImported, StaffList, StaffTaken, only_administrator, plan_staff,
};
pub use wrong_patient::{RoomPatient, Suspicion, Why, suspicious_patients};

use domain::{Denied, Doctor, NewRoom, PatientId, Reason, RoomId, RoomTitle, StaffId};

use crate::{Chat, Error, Opened, Patients, Result, StaffDirectory};

/// Opens the room of a patient on a backend: made once, joined by everyone who opens it. Which one that is of a patient
/// with several records, [`PatientRooms`] says.
///
/// # Errors
/// `NotFound` for an unknown patient, and those of [`crate::Rooms::open_patient`].
pub async fn open_patient_room(
    chat: &Chat,
    patients: &Patients,
    doctor: &Doctor,
    id: &PatientId,
) -> Result<Opened> {
    let patient = patients.find(doctor, id).await?;
    let rooms = PatientRooms::of(chat, doctor, &patient).await?;
    chat.rooms().open_patient(doctor, rooms.opened_by(id)).await
}

/// Opens a room with colleagues named by id.
///
/// # Errors
/// Those of [`room_with`] and of [`crate::Rooms::open`].
pub async fn open_room(
    chat: &Chat,
    staff: &dyn StaffDirectory,
    doctor: &Doctor,
    named: &[StaffId],
    title: Option<RoomTitle>,
) -> Result<Opened> {
    let room = room_with(chat, staff, doctor, named, title).await?;
    chat.rooms().open(doctor, &room).await
}

/// The room that a doctor wants with colleagues named by id, each proven to be a doctor.
///
/// # Errors
/// `Invalid` when one is unknown or there are too many, `Forbidden` when one is no active doctor.
pub async fn room_with(
    chat: &Chat,
    staff: &dyn StaffDirectory,
    doctor: &Doctor,
    named: &[StaffId],
    title: Option<RoomTitle>,
) -> Result<NewRoom> {
    const FIELD: &str = "participant_ids";
    if named.len() > domain::Room::MAX_PARTICIPANTS {
        return Err(Error::invalid(FIELD, "must name at most 100 doctors"));
    }
    let members = staff.find_many(named).await?;
    if let Some(unknown) = named
        .iter()
        .find(|id| members.iter().all(|member| member.id != **id))
    {
        return Err(Error::invalid(
            FIELD,
            format!("must name doctors; there is no {unknown}"),
        ));
    }
    let mut others = Vec::with_capacity(members.len());
    for member in members {
        others.push(chat.admit(doctor, None, member).await?);
    }
    let room = NewRoom::with(doctor, others, title)
        .map_err(|error| Error::invalid(FIELD, error.to_string()))?;
    if matches!(&room, NewRoom::Group { others, .. } if others.is_empty()) {
        return Err(Error::invalid(FIELD, "must name at least one other doctor"));
    }
    Ok(room)
}

/// Adds a colleague named by id to a room.
///
/// # Errors
/// `Forbidden` for anyone who is no active doctor, known or not, and those of
/// [`crate::Rooms::add_participant`].
pub async fn add_participant(
    chat: &Chat,
    staff: &dyn StaffDirectory,
    doctor: &Doctor,
    room: &RoomId,
    newcomer: &StaffId,
) -> Result<()> {
    // Who is not in the room learns nothing, not even by whom one may add.
    if !chat.rooms().standing(doctor, room).await?.takes_part() {
        return chat
            .rooms()
            .get(doctor, room)
            .await
            .and(Err(Error::not_found("room")));
    }
    let Some(member) = staff.find(newcomer).await? else {
        return Err(Error::forbidden("only doctors take part in chat"));
    };
    let newcomer = chat.admit(doctor, Some(room), member).await?;
    chat.rooms().add_participant(doctor, room, &newcomer).await
}

/// Takes the access at a hosted backend from everybody who is no doctor any more, as the directory
/// says now. To be repeated for as long as the chat is served.
///
/// # Errors
/// `Unavailable`, of the directory or the backend: the first that came up. All others are dealt
/// with, and whoever could not be is the next time.
pub async fn withdraw_from_leavers(chat: &Chat, staff: &dyn StaffDirectory) -> Result<()> {
    let Some(tokens) = chat.client_tokens() else {
        return Ok(());
    };
    let holders = tokens.holders().await?;
    let mut outcome = Ok(());
    for some in holders.chunks(500) {
        let members = staff.find_many(some).await?;
        for id in some {
            let member = members.iter().find(|member| member.id == *id).cloned();
            let gone = Denied::because(Reason::NotActive);
            if let Err(why) = member.ok_or(gone).and_then(Doctor::admit) {
                let withdrawn = tokens.withdraw(id, why).await;
                outcome = outcome.and(withdrawn);
            }
        }
    }
    outcome
}
