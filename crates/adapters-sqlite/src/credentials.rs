use async_trait::async_trait;
use diesel::sql_types::{BigInt, Text};
use domain::StaffId;
use legacy::StaffRow;
use ports::{Credentials, Login, PasswordHash, Result};

use crate::{
    fixed::fixed,
    sql::is_doctor,
    staff_directory::{StaffColumns, staff_columns},
    store::Store,
};

fixed!(LoginOf { email: String } -> (StaffColumns, Text) = concat!(
    "SELECT ", staff_columns!(), ", u.password FROM users u \
     WHERE lower(u.email) = lower(?1) AND u.deleted_at IS NULL ORDER BY u.id DESC"));

fixed!(Addresses {} -> (BigInt, Text) = concat!(
    "SELECT u.id, u.email FROM users u WHERE ", is_doctor!(), " ORDER BY u.id"));

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
