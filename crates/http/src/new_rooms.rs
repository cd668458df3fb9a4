//! Opening rooms, where new ones of a mount may belong to another.

use domain::{Doctor, NewRoom, PatientId, PatientRef, RoomTitle, StaffId};
use ports::{
    Opened,
    usecase::{self, PatientRooms},
};

use crate::{
    app::{MountContext, Mounted},
    failure::Failure,
};

/// Opens the room of a patient, and says on which mount it is.
///
/// # Errors
/// Those of [`usecase::open_patient_room`].
pub(crate) async fn open_patient(
    at: &MountContext,
    doctor: &Doctor,
    id: &PatientId,
) -> Result<(MountContext, Opened), Failure> {
    let patient = at.shell.patients.find(doctor, id).await?;
    let here = PatientRooms::of(&at.chat, doctor, &patient).await?;
    if !here.has_own
        && here.of_record(id).is_none()
        && let Some(there) = elsewhere(at)
    {
        let rooms = PatientRooms::of(&there.chat, doctor, &patient).await?;
        // A room of a former record here stays in use until there is one of the record that goes on.
        if rooms.has_own || !here.has_any() {
            return opened(there, doctor, rooms.opened_by(id)).await;
        }
    }
    opened(at.clone(), doctor, here.opened_by(id)).await
}

async fn opened(
    place: MountContext,
    doctor: &Doctor,
    patient: &PatientRef,
) -> Result<(MountContext, Opened), Failure> {
    let opened = place.chat.rooms().open_patient(doctor, patient).await?;
    Ok((place, opened))
}

/// Opens a room with colleagues, and says on which mount it is.
///
/// # Errors
/// Those of [`usecase::open_room`].
pub(crate) async fn open(
    at: &MountContext,
    doctor: &Doctor,
    named: &[StaffId],
    title: Option<RoomTitle>,
) -> Result<(MountContext, Opened), Failure> {
    let room = usecase::room_with(&at.chat, &*at.shell.staff, doctor, named, title).await?;
    let place = match (elsewhere(at), &room) {
        (Some(there), NewRoom::Group { .. }) => there,
        (Some(there), NewRoom::Direct(colleague))
            if !at.chat.rooms().has_direct_room(doctor, colleague).await? =>
        {
            there
        }
        _ => at.clone(),
    };
    let opened = place.chat.rooms().open(doctor, &room).await?;
    Ok((place, opened))
}

/// The mount on which new rooms of this one open.
pub(crate) fn elsewhere(at: &MountContext) -> Option<MountContext> {
    let prefix = at.mount.new_rooms.as_ref()?;
    let mount = at.shell.mounts.iter().find(|one| one.prefix == *prefix)?;
    match &mount.chat {
        Mounted::Chat(chat) => Some(MountContext {
            shell: at.shell.clone(),
            mount: mount.clone(),
            chat: chat.clone(),
        }),
        Mounted::NotConfigured(_) => None,
    }
}
