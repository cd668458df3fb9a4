use async_trait::async_trait;
use diesel::sql_types::{BigInt, Text};
use domain::{Identifier, StaffId};
use jiff::Timestamp;
use legacy::{StaffRow, key};
use ports::{Account, Error, Result, SignOns, Subject};

use crate::{
    sql::{StaffColumns, staff_columns},
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// The user that subject `$2` of issuer `$1` is linked to, and their e-mail address.
    FindLinked(Text, Text) -> (StaffColumns, Text)
        = concat!("SELECT ", staff_columns!(), ", u.email::text FROM hims_sign_on o JOIN users u ON u.id = o.user_id
            WHERE o.issuer = $1 AND o.subject = $2 AND u.deleted_at IS NULL");

    /// The user with identifier `$1` in the staff register, and their e-mail address.
    FindIdentified(Text) -> (StaffColumns, Text)
        = concat!("SELECT ", staff_columns!(), ", u.email::text FROM hims_staff s JOIN users u ON u.id = s.user_id
            WHERE s.identifier = $1 AND u.deleted_at IS NULL");

    /// Links subject `$2` of issuer `$1` to user `$3` at `$4`, unless it is somebody else's, or the user is
    /// linked to another subject of the issuer.
    LinkSubject(Text, Text, BigInt, BigInt) -> ()
        = "INSERT INTO hims_sign_on (issuer, subject, user_id, linked_at)
            SELECT $1, $2, u.id, hims_time($4) FROM users u WHERE u.id = $3 AND u.deleted_at IS NULL AND NOT EXISTS
                (SELECT 1 FROM hims_sign_on l WHERE l.user_id = u.id AND l.issuer = $1 AND l.subject <> $2)
            ON CONFLICT (issuer, subject) DO UPDATE SET user_id = excluded.user_id, linked_at = excluded.linked_at
            WHERE hims_sign_on.user_id = excluded.user_id OR NOT EXISTS
                (SELECT 1 FROM users o WHERE o.id = hims_sign_on.user_id AND o.deleted_at IS NULL)";

    /// User `$1`, where there is one.
    FindUser(BigInt) -> BigInt = "SELECT id FROM users WHERE id = $1 AND deleted_at IS NULL";
}

fn account((row, email): (StaffRow, String)) -> Account {
    Account::new(row.into(), email)
}

#[async_trait]
impl SignOns for Store {
    async fn linked(&self, subject: &Subject) -> Result<Option<Account>> {
        let find = FindLinked::with((subject.issuer(), subject.subject()));
        let mut connection = self.pool.get().await?;
        let found: Option<(StaffRow, String)> = connection.first(find).await?;
        Ok(found.map(account))
    }

    async fn by_identifier(&self, identifier: &Identifier) -> Result<Option<Account>> {
        let find = FindIdentified::with((identifier.as_str(),));
        let mut connection = self.pool.get().await?;
        let found: Option<(StaffRow, String)> = connection.first(find).await?;
        Ok(found.map(account))
    }

    async fn link(&self, subject: &Subject, staff: &StaffId, at: Timestamp) -> Result<()> {
        let staff = key(staff.as_i64(), "staff member")?;
        let link = LinkSubject::with((
            subject.issuer(),
            subject.subject(),
            staff,
            at.as_microsecond(),
        ));
        let mut connection = self.pool.get().await?;
        if connection.run(link).await? > 0 {
            return Ok(());
        }
        let is_there: Option<i64> = connection.first(FindUser::with((staff,))).await?;
        Err(match is_there {
            Some(_) => Error::conflict(
                "the subject is linked to somebody else, or the staff member to another subject of the issuer",
            ),
            None => Error::not_found("staff member"),
        })
    }
}
