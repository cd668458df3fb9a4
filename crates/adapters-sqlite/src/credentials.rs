use async_trait::async_trait;
use diesel::sql_types::Text;
use legacy::StaffRow;
use ports::{Credentials, Login, PasswordHash, Result};

use crate::{
    fixed::fixed,
    staff_directory::{StaffColumns, staff_columns},
    store::Store,
};

fixed!(LoginOf { email: String } -> (StaffColumns, Text) = concat!(
    "SELECT ", staff_columns!(), ", u.password FROM users u \
     WHERE lower(u.email) = lower(?1) AND u.deleted_at IS NULL ORDER BY u.id DESC"));

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
}
