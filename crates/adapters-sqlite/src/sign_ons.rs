use async_trait::async_trait;
use diesel::sql_types::BigInt;
use domain::{Identifier, StaffId};
use jiff::Timestamp;
use legacy::{StaffRow, key};
use ports::{Account, Error, Result, SignOns, Subject};

use crate::{
    columns::Text,
    staff_directory::{StaffColumns, staff_columns},
    statement::statement,
    store::Store,
};

statement!(Linked { issuer: String, subject: String } -> (StaffColumns, Text) = concat!(
    "SELECT ", staff_columns!(), ", u.email FROM hims_sign_on o JOIN users u ON u.id = o.user_id \
     WHERE o.issuer = ?1 AND o.subject = ?2 AND u.deleted_at IS NULL"));

statement!(Identified { identifier: String } -> (StaffColumns, Text) = concat!(
    "SELECT ", staff_columns!(), ", u.email FROM hims_staff s JOIN users u ON u.id = s.user_id \
     WHERE s.identifier = ?1 AND u.deleted_at IS NULL"));

statement!(
    Link {
        issuer: String,
        subject: String,
        staff: i64,
        at: i64
    } = "INSERT INTO hims_sign_on (issuer, subject, user_id, linked_at) \
     SELECT ?1, ?2, u.id, ?4 FROM users u WHERE u.id = ?3 AND u.deleted_at IS NULL AND NOT EXISTS \
         (SELECT 1 FROM hims_sign_on l WHERE l.user_id = u.id AND l.issuer = ?1 AND l.subject <> ?2) \
     ON CONFLICT (issuer, subject) DO UPDATE SET user_id = excluded.user_id, linked_at = excluded.linked_at \
         WHERE hims_sign_on.user_id = excluded.user_id OR NOT EXISTS \
             (SELECT 1 FROM users o WHERE o.id = hims_sign_on.user_id AND o.deleted_at IS NULL)"
);

statement!(IsThere { staff: i64 } -> BigInt =
    "SELECT id FROM users WHERE id = ?1 AND deleted_at IS NULL");

fn account((row, email): (StaffRow, String)) -> Account {
    Account::new(row.into(), email)
}

#[async_trait]
impl SignOns for Store {
    async fn linked(&self, subject: &Subject) -> Result<Option<Account>> {
        let linked = Linked {
            issuer: subject.issuer().to_owned(),
            subject: subject.subject().to_owned(),
        };
        let found: Option<(StaffRow, String)> = self
            .readers
            .read(move |connection| Ok(linked.row(connection)?))
            .await?;
        Ok(found.map(account))
    }

    async fn by_identifier(&self, identifier: &Identifier) -> Result<Option<Account>> {
        let identifier = identifier.as_str().to_owned();
        let found: Option<(StaffRow, String)> = self
            .readers
            .read(move |connection| Ok(Identified { identifier }.row(connection)?))
            .await?;
        Ok(found.map(account))
    }

    async fn link(&self, subject: &Subject, staff: &StaffId, at: Timestamp) -> Result<()> {
        let staff = key(staff.as_i64(), "staff member")?;
        let subject = subject.clone();
        self.writer
            .write(move |work| {
                let link = Link {
                    issuer: subject.issuer().to_owned(),
                    subject: subject.subject().to_owned(),
                    staff,
                    at: at.as_microsecond(),
                };
                if link.run(work.connection)? > 0 {
                    return Ok(());
                }
                let is_there: Option<i64> = IsThere { staff }.row(work.connection)?;
                Err(match is_there {
                    Some(_) => Error::conflict("the subject is linked to somebody else, or the staff member to another subject of the issuer"),
                    None => Error::not_found("staff member"),
                }
                .into())
            })
            .await
    }
}
