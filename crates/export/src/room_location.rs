//! The rooms that an export is about, and the backend that each of them lives in.

use domain::{Patient, PatientRef, RoomId};
use ports::{ErrorKind, MoveState, PatientName, RECORDS_AT_ONCE, Records, Result};

use crate::{
    export::Failure,
    sources::{Side, Sources},
};

/// The subject of an export: a room or a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportScope {
    /// A room, of one chat or of whichever has it.
    Room(RoomId, Option<Side>),
    /// All rooms about a patient, of both chats.
    Patient(PatientName),
}

/// A room where it lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoomLocation {
    pub(crate) side: Side,
    pub(crate) room: RoomId,
    /// The legacy room it moved from.
    pub(crate) moved_from: Option<RoomId>,
    /// The legacy room that was copied into it and lives in the legacy chat all the same: what both have
    /// is told there.
    pub(crate) copy_of: Option<RoomId>,
}

/// The room of that id, if there is one.
pub(crate) async fn room(
    sources: &Sources,
    id: &RoomId,
    side: Option<Side>,
) -> Result<Vec<RoomLocation>> {
    let sides = match side {
        Some(side) => vec![side],
        None if sources.stream.is_some() => vec![Side::Legacy, Side::Stream],
        None => vec![Side::Legacy],
    };
    for side in sides {
        match sources.records(side)?.room(id).await {
            Ok(_) => {
                // A copy that is asked for by its own name is told as it is.
                let copy_of = None;
                let lives = lives(sources, side, id).await?;
                return Ok(vec![RoomLocation { copy_of, ..lives }]);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Vec::new())
}

/// The one patient of that name.
pub(crate) async fn patient(sources: &Sources, name: &PatientName) -> Result<Patient, Failure> {
    let mut named = sources.patients.named(name).await?;
    match (named.pop(), named.pop()) {
        (Some(patient), None) => Ok(patient),
        (None, _) => Err(Failure::asked(
            "--patient",
            "there is no patient of this id or MRN",
        )),
        (Some(_), Some(_)) => Err(Failure::asked(
            "--patient",
            "means two patients; say id:… or mrn:…",
        )),
    }
}

/// All rooms about a patient, each once.
pub(crate) async fn rooms_of(sources: &Sources, patient: &Patient) -> Result<Vec<RoomLocation>> {
    let mut found: Vec<RoomLocation> = Vec::new();
    for side in [Side::Legacy, Side::Stream] {
        if side == Side::Stream && sources.stream.is_none() {
            continue;
        }
        let records = sources.records(side)?;
        for reference in patient.references() {
            for id in rooms_behind(records, reference).await? {
                let here = lives(sources, side, &id).await?;
                let is_known =
                    |other: &RoomLocation| (other.side, &other.room) == (here.side, &here.room);
                if !found.iter().any(is_known) {
                    found.push(here);
                }
            }
        }
    }
    Ok(found)
}

async fn rooms_behind(records: &dyn Records, reference: &PatientRef) -> Result<Vec<RoomId>> {
    let mut rooms: Vec<RoomId> = Vec::new();
    loop {
        let page = records.rooms_of_patient(reference, rooms.last()).await?;
        let is_last = page.len() < RECORDS_AT_ONCE;
        rooms.extend(page);
        if is_last {
            return Ok(rooms);
        }
    }
}

/// Finds the backend in which the conversation of a room lives.
async fn lives(sources: &Sources, side: Side, id: &RoomId) -> Result<RoomLocation> {
    let known = match side {
        Side::Legacy => sources.moves.by_legacy(id).await?,
        Side::Stream => sources.moves.by_stream(id).await?,
    };
    let here = RoomLocation {
        side,
        room: id.clone(),
        moved_from: None,
        copy_of: None,
    };
    Ok(match known {
        None => here,
        Some(known) => match (side, known.state) {
            (_, MoveState::Moved) => RoomLocation {
                side: Side::Stream,
                room: known.stream,
                moved_from: Some(known.legacy),
                ..here
            },
            (Side::Legacy, MoveState::Copying | MoveState::Returned) => here,
            // All that was said in it came back.
            (Side::Stream, MoveState::Returned) => RoomLocation {
                side: Side::Legacy,
                room: known.legacy,
                ..here
            },
            (Side::Stream, MoveState::Copying) => RoomLocation {
                copy_of: Some(known.legacy),
                ..here
            },
        },
    })
}
