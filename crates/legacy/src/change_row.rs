use diesel::Queryable;
use domain::{ParticipantChange, Participation, Profile, StaffId, one_line};
use ports::{Error, Result};

use crate::time;

/// A row of `hims_participant_changes` with both users, in this order of columns.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs, reason = "the names are the columns'")]
pub struct ChangeRow {
    pub doctor: i64,
    pub name: Option<String>,
    pub specialty: Option<String>,
    pub grade: Option<String>,
    pub by: Option<i64>,
    pub by_name: Option<String>,
    pub by_specialty: Option<String>,
    pub by_grade: Option<String>,
    pub change: String,
    pub at: i64,
}

impl ChangeRow {
    /// The change.
    ///
    /// # Errors
    /// `Internal` when the row holds what our SQL never stores.
    pub fn into_change(self) -> Result<ParticipantChange> {
        let change = Participation::parse(&self.change)
            .ok_or_else(|| Error::internal("a stored change of participants cannot be read"))?;
        let by = self
            .by
            .map(|by| profile(by, self.by_name, self.by_specialty, self.by_grade));
        Ok(ParticipantChange {
            doctor: profile(self.doctor, self.name, self.specialty, self.grade),
            by,
            change,
            at: time(self.at)?,
        })
    }
}

fn profile(
    id: i64,
    name: Option<String>,
    specialty: Option<String>,
    grade: Option<String>,
) -> Profile {
    Profile {
        id: StaffId::from(id),
        name: name.map_or_else(|| "Unknown doctor".into(), |name| one_line(&name).into()),
        specialty: specialty.map(Into::into),
        grade: grade.map(Into::into),
    }
}
