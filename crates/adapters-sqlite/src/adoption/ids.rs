use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Nullable},
};
use ports::Error;

use crate::{columns::Text, error::Fault, statement::statement};

statement!(Find { source: String, part: &'static str, key: String } -> BigInt =
    "SELECT id FROM hims_adopted_ids WHERE source = ?1 AND part = ?2 AND key = ?3");

statement!(
    Keep { source: String, part: &'static str, key: String, id: i64 } =
    "INSERT INTO hims_adopted_ids (source, part, key, id) VALUES (?1, ?2, ?3, ?4)"
);

statement!(Said { source: String, part: &'static str, key: String } -> Nullable<Text> =
    "SELECT said FROM hims_adopted_ids WHERE source = ?1 AND part = ?2 AND key = ?3");

statement!(
    Say { source: String, part: &'static str, key: String, id: i64, said: Option<String> } =
    "INSERT INTO hims_adopted_ids (source, part, key, id, said) VALUES (?1, ?2, ?3, ?4, ?5) \
     ON CONFLICT (source, part, key) DO UPDATE SET id = excluded.id, said = excluded.said"
);

/// Words of a row when it was kept last, if it was kept.
pub(super) fn said(
    connection: &mut SqliteConnection,
    source: &str,
    part: &'static str,
    key: &str,
) -> Result<Option<Option<String>>, Fault> {
    let (source, key) = (source.to_owned(), key.to_owned());
    Ok(Said { source, part, key }.row(connection)?)
}

/// Keeps what a key became here, and what its row says.
pub(super) fn say(
    connection: &mut SqliteConnection,
    source: &str,
    (part, key): (&'static str, &str),
    id: i64,
    said: Option<&str>,
) -> Result<(), Fault> {
    let say = Say {
        source: source.to_owned(),
        part,
        key: key.to_owned(),
        id,
        said: said.map(str::to_owned),
    };
    say.run(connection)?;
    Ok(())
}

/// Finds the id that a key got here.
pub(super) fn find(
    connection: &mut SqliteConnection,
    source: &str,
    part: &'static str,
    key: &str,
) -> Result<Option<i64>, Fault> {
    let (source, key) = (source.to_owned(), key.to_owned());
    Ok(Find { source, part, key }.row(connection)?)
}

/// Finds the id that a key got here, for somebody who may be missing.
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
