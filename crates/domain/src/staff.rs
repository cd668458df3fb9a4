use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    Action, StaffId,
    policy::{self, Decision, Denied, Standing},
};

/// The role of a person in the hospital. Only a [`Role::Doctor`] takes part in chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Role {
    Doctor,
    Nurse,
    Pharmacist,
    Receptionist,
    Administrator,
    Patient,
}

impl Role {
    /// Every role, in the order of the policy table.
    pub const ALL: [Self; 6] = [
        Self::Doctor,
        Self::Nurse,
        Self::Pharmacist,
        Self::Receptionist,
        Self::Administrator,
        Self::Patient,
    ];

    /// The word the database and the pages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Doctor => "doctor",
            Self::Nurse => "nurse",
            Self::Pharmacist => "pharmacist",
            Self::Receptionist => "receptionist",
            Self::Administrator => "administrator",
            Self::Patient => "patient",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str().eq_ignore_ascii_case(text))
            .ok_or(UnknownRole)
    }
}

/// The text names no [`Role`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role is doctor, nurse, pharmacist, receptionist, administrator or patient")]
pub struct UnknownRole;

/// Somebody the hospital knows, whatever their role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// The id of the member of staff.
    pub id: StaffId,
    /// Name in full, with the title.
    pub name: String,
    /// The role, which decides whether they take part in chat.
    pub role: Role,
    /// Field of work, such as "Nephrology".
    pub specialty: Option<String>,
    /// Grade, such as "registrar".
    pub grade: Option<String>,
    /// Ward they belong to.
    pub ward: Option<String>,
    /// Whether they still work here; a leaver takes part in nothing.
    pub active: bool,
}

/// Proof that a staff member is an active doctor.
///
/// [`Doctor::admit`] is the only way to one, and every chat operation asks for one.
#[derive(Clone, PartialEq, Eq)]
pub struct Doctor(Arc<StaffMember>);

impl Doctor {
    /// Admits a staff member to chat.
    ///
    /// # Errors
    /// [`Denied`] when they are no doctor, or one who has left.
    pub fn admit(member: StaffMember) -> Result<Self, Denied> {
        if !member.active {
            return Err(Denied::because(policy::Reason::NotActive));
        }
        match policy::decide(member.role, Standing::Outsider, Action::Enter) {
            Decision::Allowed => Ok(Self(Arc::new(member))),
            Decision::Denied(denied) => Err(denied),
        }
    }

    /// The doctor's id as a member of staff.
    pub fn id(&self) -> &StaffId {
        &self.0.id
    }

    /// Name in full.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The staff member this is.
    pub fn member(&self) -> &StaffMember {
        &self.0
    }

    /// How others see this doctor beside a message.
    pub fn profile(&self) -> Profile {
        Profile {
            id: self.0.id.clone(),
            name: self.0.name.as_str().into(),
            specialty: self.0.specialty.as_deref().map(Into::into),
            grade: self.0.grade.as_deref().map(Into::into),
        }
    }
}

impl fmt::Debug for Doctor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Doctor({})", self.0.id)
    }
}

/// An author or participant, as shown beside a message. Cloning is cheap.
///
/// The author of an old row may be nobody the hospital still knows; the name then says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The id of the member of staff.
    pub id: StaffId,
    /// Name in full.
    pub name: Arc<str>,
    /// Field of work.
    pub specialty: Option<Arc<str>>,
    /// The clinical grade, where it is known.
    pub grade: Option<Arc<str>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(role: Role, active: bool) -> StaffMember {
        StaffMember {
            id: StaffId::from(1),
            name: "A".into(),
            role,
            specialty: None,
            grade: None,
            ward: None,
            active,
        }
    }

    #[test]
    fn only_an_active_doctor_is_admitted() {
        for role in Role::ALL {
            assert_eq!(
                Doctor::admit(member(role, true)).is_ok(),
                role == Role::Doctor,
                "{role}"
            );
            assert!(
                Doctor::admit(member(role, false)).is_err(),
                "{role} who left"
            );
        }
    }

    #[test]
    fn roles_read_back() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!("Doctor".parse(), Ok(Role::Doctor));
        assert_eq!("surgeon".parse::<Role>(), Err(UnknownRole));
    }
}
