use domain::ParticipantChange;
use serde::Serialize;
use utoipa::ToSchema;

use super::AuthorJson;

/// That somebody came into the room or went.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangeJson<'a> {
    doctor: AuthorJson<'a>,
    /// The doctor who made the change, when somebody else did.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<AuthorJson<'a>>,
    /// `joined`, `left` or `removed`.
    change: &'static str,
    /// RFC 3339, UTC.
    at: String,
}

/// The newest changes, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangesJson<'a> {
    changes: Vec<ChangeJson<'a>>,
}

impl<'a> From<&'a [ParticipantChange]> for ChangesJson<'a> {
    fn from(changes: &'a [ParticipantChange]) -> Self {
        let json = |change: &'a ParticipantChange| ChangeJson {
            doctor: (&change.doctor).into(),
            by: change.by.as_ref().map(Into::into),
            change: change.change.as_str(),
            at: change.at.to_string(),
        };
        Self {
            changes: changes.iter().map(json).collect(),
        }
    }
}
