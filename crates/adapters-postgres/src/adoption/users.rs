use diesel::sql_types::{BigInt, Nullable, Text};
use ports::{Result, adoption::User};

use super::{find_id, keep_id, made};
use crate::{
    pool::Connection,
    statement::{Statement, statement},
};

statement! {
    ByEmail(Text) -> BigInt
        = "SELECT id FROM users WHERE lower(email) = $1 AND deleted_at IS NULL ORDER BY is_active DESC, id LIMIT 1";

    /// Nobody can sign in with a password that is no hash.
    NewUser(Text, Text, Text, Nullable<Text>, Nullable<Text>, Nullable<Text>) -> BigInt
        = "INSERT INTO users (name, email, password, role, specialty, grade, ward, is_active, created_at, updated_at)
            VALUES ($1, $2, '!', $3, $4, $5, $6, false, hims_laravel(now()), hims_laravel(now())) RETURNING id";
}

pub(super) async fn keep(transaction: &mut Connection, source: &str, user: &User) -> Result<bool> {
    if find_id(transaction, source, "users", &user.key)
        .await?
        .is_some()
    {
        return Ok(false);
    }
    let same: Option<i64> = match user.email.as_deref() {
        Some(email) => transaction.first(ByEmail::with((email,))).await?,
        None => None,
    };
    if let Some(id) = same {
        keep_id(transaction, source, "users", &user.key, id).await?;
        return Ok(false);
    }
    let new = NewUser::with((
        user.name.as_str(),
        user.made_up_address(source),
        user.role.as_deref().unwrap_or("former"),
        user.specialty.as_deref(),
        user.grade.as_deref(),
        user.ward.as_deref(),
    ));
    let id = made(transaction.first(new).await?)?;
    keep_id(transaction, source, "users", &user.key, id).await?;
    Ok(true)
}
