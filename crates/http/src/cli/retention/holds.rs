//! Legal holds as somebody at a keyboard names and reads them.

use clap::Args;
use domain::{HeldMatter, HoldReason, RoomId, StaffId};
use ports::{ErrorKind, LegalHold, PatientName};
use serde_json::json;

use crate::cli::{
    CliError,
    compose::{self, Legacy},
    config::Settings,
    people::failed,
    say::say,
};

pub(super) const ROOM: &str = "room";

/// The matter of a new hold.
#[derive(Clone, Args)]
#[group(required = true, multiple = false)]
pub(in crate::cli) struct Matter {
    /// A room, by its id in the address of its page, whichever chat it is in.
    #[arg(long)]
    room: Option<String>,
    /// All rooms about a patient, and the audit of who looked at them: an MRN or the id in the hospital.
    #[arg(long)]
    patient: Option<String>,
    /// All rooms that a member of staff has ever taken part in, and the audit of what they did: a staff id.
    #[arg(long)]
    staff: Option<String>,
    /// Everything: nothing is removed.
    #[arg(long)]
    everything: bool,
}

impl Matter {
    /// The matter that is named. It has to be there: a hold on a slip of the pen would hold nothing.
    pub(super) async fn find(
        &self,
        settings: &Settings,
        legacy: &Legacy,
    ) -> Result<HeldMatter, CliError> {
        if let Some(room) = &self.room {
            return found_room(settings, legacy, room).await;
        }
        if let Some(patient) = &self.patient {
            let name = PatientName::parse(patient);
            let mut named = legacy.patient_lookup.named(&name).await.map_err(failed)?;
            let wrong = |problem: &str| Err(CliError::setting("--patient", problem));
            return match (named.pop(), named.pop()) {
                (Some(patient), None) => Ok(HeldMatter::Patient {
                    id: patient.id,
                    reference: patient.reference,
                }),
                (None, _) => wrong("there is no patient of this id or MRN"),
                (Some(_), Some(_)) => wrong("means two patients; say id:… or mrn:…"),
            };
        }
        if let Some(staff) = &self.staff {
            let wrong = |problem: String| CliError::setting("--staff", problem);
            let id = StaffId::parse(staff).map_err(|error| wrong(error.to_string()))?;
            let member = legacy.staff.find(&id).await.map_err(failed)?;
            let nobody = || wrong(format!("there is nobody with the staff id {id}"));
            return member
                .ok_or_else(nobody)
                .map(|member| HeldMatter::Staff(member.id));
        }
        Ok(HeldMatter::Everything)
    }
}

async fn found_room(
    settings: &Settings,
    legacy: &Legacy,
    room: &str,
) -> Result<HeldMatter, CliError> {
    let wrong = |problem: String| CliError::setting("--room", problem);
    let room = RoomId::parse(room).map_err(|error| wrong(error.to_string()))?;
    let stream = compose::stream_records(settings, legacy).await?;
    for records in [Some(legacy.records.clone()), stream].into_iter().flatten() {
        match records.room(&room).await {
            Ok(_) => return Ok(HeldMatter::Room(room)),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Err(wrong(format!("there is no room {room}")))
}

/// The reason as it was typed.
pub(super) fn reason(text: &str) -> Result<HoldReason, CliError> {
    HoldReason::parse(text).map_err(|error| CliError::setting("--reason", error.to_string()))
}

/// A hold on a line.
pub(super) fn tell(hold: &LegalHold, as_json: bool) -> Result<(), CliError> {
    let (kind, id) = match &hold.matter {
        HeldMatter::Everything => ("everything", None),
        HeldMatter::Room(room) => (ROOM, Some(room.to_string())),
        HeldMatter::Patient { id, .. } => ("patient", Some(id.to_string())),
        HeldMatter::Staff(id) => ("staff", Some(id.to_string())),
    };
    if as_json {
        return say(json!({
            "number": hold.number,
            "matter": kind,
            "id": id,
            "reason": hold.reason.as_str(),
            "placed_by": hold.placed_by,
            "placed_at": hold.placed_at,
            "lifted_at": hold.lifted_at,
        }));
    }
    let matter = id.map_or_else(|| kind.to_owned(), |id| format!("{kind} {id}"));
    let lifted = hold.lifted_at;
    let lifted = lifted.map_or_else(String::new, |at| format!(", lifted {at}"));
    say(format_args!(
        "{}  {matter}, since {}{lifted}: {}",
        hold.number,
        hold.placed_at,
        hold.reason.as_str()
    ))
}
