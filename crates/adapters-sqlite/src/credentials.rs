use async_trait::async_trait;
use diesel::sql_types::BigInt;
use domain::StaffId;
use legacy::StaffRow;
use ports::{Credentials, Login, PasswordHash, Result};

use crate::{
    columns::Text,
    sql::is_doctor,
    staff_directory::{StaffColumns, staff_columns},
    statement::statement,
    store::Store,
};

// The last row is the one: an exact match, where a HIMS holds two that differ in case.
statement!(LoginOf { email: String } -> (StaffColumns, Text) = concat!(
    "SELECT ", staff_columns!(), ", u.password FROM users u \
     WHERE lower(u.email) = lower(?1) AND u.deleted_at IS NULL ORDER BY u.email = ?1, u.id DESC"));

statement!(Addresses {} -> (BigInt, Text) = concat!(
    "SELECT u.id, u.email FROM users u WHERE ", is_doctor!(), " ORDER BY u.id"));

// Of a bcrypt hash the first seven characters, of an Argon2 hash everything up to the fourth dollar.
statement!(Ways {} -> Text = "SELECT CASE WHEN password LIKE '$2_$%' THEN substr(password, 1, 7) \
         ELSE substr(password, 1, 15 + instr(substr(password, 16), '$')) END AS way \
     FROM users WHERE deleted_at IS NULL AND (password LIKE '$2_$%' OR password LIKE '$argon2%') \
     GROUP BY way ORDER BY count(*) DESC, way LIMIT 16");

#[async_trait]
impl Credentials for Store {
    async fn find(&self, email: &str) -> Result<Option<Login>> {
        let email = email.trim().to_owned();
        let found: Option<(StaffRow, String)> = self
            .readers
            .read(move |connection| Ok(LoginOf { email }.row(connection)?))
            .await?;
        Ok(found.map(|(row, password)| Login {
            member: row.into(),
            password: PasswordHash::stored(password),
        }))
    }

    async fn ways_of_hashing(&self) -> Result<Vec<String>> {
        self.readers
            .read(move |connection| Ok(Ways {}.rows(connection)?))
            .await
    }

    async fn doctors(&self) -> Result<Vec<(StaffId, String)>> {
        let rows: Vec<(i64, String)> = self
            .readers
            .read(move |connection| Ok(Addresses {}.rows(connection)?))
            .await?;
        Ok(rows
            .into_iter()
            .map(|(id, email)| (id.into(), email))
            .collect())
    }
}
