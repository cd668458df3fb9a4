use diesel::{SqliteConnection, sql_types::BigInt};
use ports::adoption::User;

use super::ids;
use crate::{error::Fault, sql::now, statement::statement};

statement!(ByEmail { email: String } -> BigInt =
    "SELECT id FROM users WHERE lower(email) = ?1 AND deleted_at IS NULL ORDER BY is_active DESC, id LIMIT 1");

statement!(
    /// Nobody can sign in with a password that is no hash.
    New { name: String, email: String, role: String, specialty: Option<String>, grade: Option<String>,
          ward: Option<String>, at: i64 } -> BigInt =
    "INSERT INTO users (name, email, password, role, specialty, grade, ward, is_active, created_at, updated_at) \
     VALUES (?1, ?2, '!', ?3, ?4, ?5, ?6, 0, hims_laravel(?7), hims_laravel(?7)) \
     RETURNING id"
);

pub(super) fn keep(
    connection: &mut SqliteConnection,
    source: &str,
    user: User,
) -> Result<bool, Fault> {
    if ids::find(connection, source, "users", &user.key)?.is_some() {
        return Ok(false);
    }
    let same: Option<i64> = match user.email.clone() {
        Some(email) => ByEmail { email }.row(connection)?,
        None => None,
    };
    if let Some(id) = same {
        ids::keep(connection, source, "users", &user.key, id)?;
        return Ok(false);
    }
    let new = New {
        email: user.made_up_address(source),
        name: user.name,
        role: user.role.unwrap_or_else(|| "former".to_owned()),
        specialty: user.specialty,
        grade: user.grade,
        ward: user.ward,
        at: now(),
    };
    let id = ids::made(new.row(connection)?)?;
    ids::keep(connection, source, "users", &user.key, id)?;
    Ok(true)
}
