use async_trait::async_trait;
use domain::{EmailAddress, Identifier, PageSize, StaffId, StaffMember, StaffRecord};

use crate::{PasswordHash, Result};

/// A member of staff with what only those who look after the staff see.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisteredStaff {
    /// The member of staff.
    pub member: StaffMember,
    /// The e-mail address they sign in with.
    pub email: String,
    /// The identifier in the hospital's own system.
    pub identifier: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// Bleep or pager.
    pub bleep: Option<String>,
    /// How they came to be inactive, where this register did it.
    pub deactivated_by: Option<DeactivatedBy>,
    /// Whether they have a password here to sign in with.
    pub has_password: bool,
}

impl RegisteredStaff {
    /// A member of staff and their address, of whom nothing else is known.
    pub fn new(member: StaffMember, email: impl Into<String>) -> Self {
        Self {
            member,
            email: email.into(),
            identifier: None,
            phone: None,
            bleep: None,
            deactivated_by: None,
            has_password: false,
        }
    }
}

/// How somebody came to be inactive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeactivatedBy {
    /// Somebody said so: they come back only when somebody says so.
    Command,
    /// A list did not have them any more: they come back with a list that has them.
    Import,
}

impl DeactivatedBy {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Import => "import",
        }
    }

    /// Reads the word; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Command, Self::Import]
            .into_iter()
            .find(|by| by.as_str() == word)
    }
}

/// Some of the staff, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StaffPage {
    /// The members of staff.
    pub staff: Vec<RegisteredStaff>,
    /// After whom the next page begins; none on the last.
    pub next: Option<StaffId>,
}

impl StaffPage {
    /// The page of `size` out of those found, which may be one more.
    pub fn of(mut found: Vec<RegisteredStaff>, size: PageSize) -> Self {
        let more = found.len() > size.get();
        found.truncate(size.get());
        let last = found.last().filter(|_| more);
        Self {
            next: last.map(|last| last.member.id.clone()),
            staff: found,
        }
    }
}

/// Writes down who works here.
///
/// Contract: every change is durable when it is answered, and ends the sessions of whoever loses a role,
/// a password or the account. Nothing here decides who may do it:
/// [`GuardedStaffRegister`](crate::GuardedStaffRegister) does.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait StaffRegister: Send + Sync {
    /// Those known by one of these identifiers, to the letter, or by one of these addresses, whatever
    /// the case: leavers included, the oldest first. At most 1,000 of each are asked for.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn known(
        &self,
        identifiers: &[Identifier],
        emails: &[EmailAddress],
    ) -> Result<Vec<RegisteredStaff>>;

    /// One of them.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn find(&self, id: &StaffId) -> Result<Option<RegisteredStaff>>;

    /// The staff, leavers included and without patients, whose name, address, identifier, role, specialty, grade or ward holds every word
    /// of the text; by name whatever the case and accents: at most `size`, from the beginning or
    /// `after` the last of the page before.
    ///
    /// # Errors
    /// `Invalid` when `after` is nobody; `Unavailable`.
    async fn list(&self, text: &str, after: Option<StaffId>, size: PageSize) -> Result<StaffPage>;

    /// The active ones whom a list knows by an identifier, in no order.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn listed(&self) -> Result<Vec<RegisteredStaff>>;

    /// How many active administrators there are.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn administrators(&self) -> Result<u64>;

    /// Adds somebody, without a password.
    ///
    /// # Errors
    /// `Conflict` when the address or the identifier is somebody's already; `Unavailable`.
    async fn add(&self, record: &StaffRecord) -> Result<StaffId>;

    /// Makes somebody be as the record says; whether they are active stays.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when the address or the identifier is somebody else's, or no active
    /// administrator would be left; `Unavailable`.
    async fn change(&self, id: &StaffId, record: &StaffRecord) -> Result<()>;

    /// Closes somebody's account; whether it was open.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when no active administrator would be left; `Unavailable`.
    async fn deactivate(&self, id: &StaffId, by: DeactivatedBy) -> Result<bool>;

    /// Opens somebody's account again; whether it was closed. No session of before comes back. A list opens
    /// those alone whom a list closed.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable`.
    async fn reactivate(&self, id: &StaffId, by: DeactivatedBy) -> Result<bool>;

    /// Gives somebody another password, and ends what keeps browsers signed in to the other application.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable`.
    async fn set_password(&self, id: &StaffId, password: &PasswordHash) -> Result<()>;
}
