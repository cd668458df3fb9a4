use diesel::Queryable;
use domain::StaffMember;
use ports::{DeactivatedBy, Error, RegisteredStaff};

use crate::StaffRow;

/// A row of `users` with what `hims_staff` says beside it: address, identifier, telephone, bleep, how
/// they came to be inactive, whether there is a password.
pub type RegisteredRow = (StaffRow, BesideRow);

/// The second part of a [`RegisteredRow`], in this order of columns.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs, reason = "the names are the columns'")]
pub struct BesideRow {
    pub email: String,
    pub identifier: Option<String>,
    pub phone: Option<String>,
    pub bleep: Option<String>,
    pub deactivated_by: Option<String>,
    /// Of a kind that can be checked.
    pub has_password: bool,
}

/// The member of staff of a row.
pub fn registered((staff, beside): RegisteredRow) -> RegisteredStaff {
    let mut registered = RegisteredStaff::new(StaffMember::from(staff), beside.email);
    registered.identifier = beside.identifier;
    registered.phone = beside.phone;
    registered.bleep = beside.bleep;
    registered.deactivated_by = beside
        .deactivated_by
        .as_deref()
        .and_then(DeactivatedBy::parse);
    registered.has_password = beside.has_password;
    registered
}

/// A password that no attempt matches: somebody who has none.
pub const NO_PASSWORD: &str = "!";

/// Somebody has the address or the identifier already.
pub fn taken() -> Error {
    Error::conflict("somebody else has this e-mail address or identifier")
}
