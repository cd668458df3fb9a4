use async_trait::async_trait;
use diesel::sql_types::{BigInt, Text};
use domain::StaffId;
use legacy::StaffRow;
use ports::{Credentials, Login, PasswordHash, Result};

use crate::{
    sql::{StaffColumns, is_doctor, staff_columns},
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

    /// How the passwords are hashed: of a bcrypt hash the first seven characters, of an Argon2 hash
    /// everything up to the fourth dollar.
    Ways() -> Text
        = "SELECT CASE WHEN password LIKE '$2_$%' THEN left(password, 7)
                ELSE left(password, 15 + strpos(substr(password, 16), '$')) END AS way
            FROM users WHERE deleted_at IS NULL AND (password LIKE '$2_$%' OR password LIKE '$argon2%')
            GROUP BY way ORDER BY count(*) DESC, way LIMIT 16";

    /// Every active doctor and the address they sign in with.
    FindAddresses() -> (BigInt, Text)
        = concat!("SELECT u.id, u.email::text FROM users u WHERE ", is_doctor!("u"), " ORDER BY u.id");
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

    async fn ways_of_hashing(&self) -> Result<Vec<String>> {
        let mut connection = self.pool.get().await?;
        connection.all(Ways::with(())).await
    }

    async fn doctors(&self) -> Result<Vec<(StaffId, String)>> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<(i64, String)> = connection.all(FindAddresses::with(())).await?;
        Ok(rows
            .into_iter()
            .map(|(id, email)| (id.into(), email))
            .collect())
    }
}
