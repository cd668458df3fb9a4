use diesel::{SqliteConnection, sql_types::BigInt};
use ports::Error;

use crate::{error::Fault, fixed::fixed};

fixed!(Find { source: String, part: &'static str, key: String } -> BigInt =
    "SELECT id FROM hims_adopted_ids WHERE source = ?1 AND part = ?2 AND key = ?3");

fixed!(
    Keep { source: String, part: &'static str, key: String, id: i64 } =
    "INSERT INTO hims_adopted_ids (source, part, key, id) VALUES (?1, ?2, ?3, ?4)"
);

/// What a key became here.
pub(super) fn find(
    connection: &mut SqliteConnection,
    source: &str,
    part: &'static str,
    key: &str,
) -> Result<Option<i64>, Fault> {
    let (source, key) = (source.to_owned(), key.to_owned());
    Ok(Find { source, part, key }.row(connection)?)
}

/// What the key of somebody who may be missing became here.
pub(super) fn find_some(
    connection: &mut SqliteConnection,
    source: &str,
    part: &'static str,
    key: Option<&str>,
) -> Result<Option<i64>, Fault> {
    match key {
        Some(key) => find(connection, source, part, key),
        None => Ok(None),
    }
}

pub(super) fn keep(
    connection: &mut SqliteConnection,
    source: &str,
    part: &'static str,
    key: &str,
    id: i64,
) -> Result<(), Fault> {
    let (source, key) = (source.to_owned(), key.to_owned());
    Keep {
        source,
        part,
        key,
        id,
    }
    .run(connection)?;
    Ok(())
}

/// The id that `RETURNING` answers.
pub(super) fn made(id: Option<i64>) -> Result<i64, Fault> {
    id.ok_or_else(|| Error::internal("a new row has no id").into())
}
