use async_trait::async_trait;
use domain::{Identifier, StaffId, StaffMember};
use jiff::Timestamp;
use thiserror::Error;

use crate::Result;

/// Somebody as an authority outside the chat knows them: a subject, for good, of an issuer. Compared to the
/// letter (OpenID Connect Core 1.0, section 2, `iss` and `sub`).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    issuer: String,
    subject: String,
}

/// The texts are no [`Subject`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("issuer and subject must be 1 to 255 characters without control characters")]
pub struct InvalidSubject;

impl Subject {
    /// Most characters of either part. OpenID Connect allows a subject 255.
    pub const MAX_CHARS: usize = 255;

    /// Reads a subject. Nothing is trimmed: another spelling is somebody else.
    ///
    /// # Errors
    /// [`InvalidSubject`] when a part is empty, too long or holds a control character.
    pub fn parse(issuer: &str, subject: &str) -> Result<Self, InvalidSubject> {
        let is_right = |text: &str| {
            !text.trim().is_empty()
                && text.chars().count() <= Self::MAX_CHARS
                && !text.chars().any(char::is_control)
        };
        if is_right(issuer) && is_right(subject) {
            Ok(Self {
                issuer: issuer.to_owned(),
                subject: subject.to_owned(),
            })
        } else {
            Err(InvalidSubject)
        }
    }

    /// The authority.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The name that the authority never gives to anybody else.
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subject(…)")
    }
}

/// A staff member, and the e-mail address of their account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// The staff member. Those who have left are found, and [say so](StaffMember::active).
    pub member: StaffMember,
    /// The e-mail address, as the table of users has it.
    pub email: String,
}

impl Account {
    /// An account of this staff member.
    pub fn new(member: StaffMember, email: String) -> Self {
        Self { member, email }
    }
}

/// The link between subjects of outside authorities and members of staff. It is made once, by the
/// identifier of the hospital's staff register, and holds whatever the authority says of that subject
/// later.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SignOns: Send + Sync {
    /// The account that a subject is linked to.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn linked(&self, subject: &Subject) -> Result<Option<Account>>;

    /// The account with this identifier in the staff register.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn by_identifier(&self, identifier: &Identifier) -> Result<Option<Account>>;

    /// Links a subject to a staff member. Linking again notes the time anew. A link to an account that was
    /// deleted gives way.
    ///
    /// # Errors
    /// `Conflict` when the subject is linked to somebody else, or the staff member to another subject of the
    /// same issuer; `NotFound` when there is no such staff
    /// member; `Unavailable`.
    async fn link(&self, subject: &Subject, staff: &StaffId, at: Timestamp) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_what_was_written_and_nothing_that_no_store_keeps() {
        let subject = Subject::parse("https://sso.example", " A ").unwrap();
        assert_eq!(subject.subject(), " A ");
        assert!(!format!("{subject:?}").contains("sso"));
        let long = "x".repeat(256);
        for (issuer, subject) in [("", "a"), ("a", ""), ("a", " "), ("a", "\0"), ("a", &long)] {
            assert_eq!(Subject::parse(issuer, subject), Err(InvalidSubject));
        }
    }
}
