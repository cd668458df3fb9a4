use async_trait::async_trait;
use diesel::sql_types::Text;
use legacy::StaffRow;
use ports::{Credentials, Login, PasswordHash, Result};

use crate::{
    sql::{StaffColumns, staff_columns},
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// The user with e-mail address `$1`, whatever the case, and their password. An exact match
    /// comes first, where a HIMS holds two that differ in case.
    FindLogin(Text) -> (StaffColumns, Text)
        = concat!("SELECT ", staff_columns!(), ", u.password FROM users u
            WHERE lower(u.email) = lower($1) AND u.deleted_at IS NULL
            ORDER BY u.email = $1 DESC, u.id LIMIT 1");
}

#[async_trait]
impl Credentials for Store {
    async fn find(&self, email: &str) -> Result<Option<Login>> {
        // PostgreSQL keeps no text with it, so nobody has such an address.
        if email.contains('\0') {
            return Ok(None);
        }
        let mut connection = self.pool.get().await?;
        let found: Option<(StaffRow, String)> =
            connection.first(FindLogin::with((email.trim(),))).await?;
        Ok(found.map(|(row, password)| Login {
            member: row.into(),
            password: PasswordHash::stored(password),
        }))
    }
}
