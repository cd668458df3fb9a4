//! The type of a column of text that another application fills.
//!
//! SQLite keeps whatever it is given: bytes that are no UTF-8, a number, nothing where something should be.
//! Here such a value becomes a text, so that one bad row never costs those beside it.

use diesel::{
    deserialize::{self, FromSql},
    query_builder::QueryId,
    sql_types::SqlType,
    sqlite::{Sqlite, SqliteValue},
};

/// Text; what cannot be read is replaced, and nothing is an empty text.
#[derive(Clone, Copy, Debug, QueryId, SqlType)]
#[diesel(sqlite_type(name = "Text"))]
pub(crate) struct Text;

/// The text of some bytes, those that are none replaced.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl FromSql<Text, Sqlite> for String {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(text(value.read_blob()))
    }

    fn from_nullable_sql(value: Option<SqliteValue<'_, '_, '_>>) -> deserialize::Result<Self> {
        value.map_or_else(
            || Ok(Self::new()),
            <Self as FromSql<Text, Sqlite>>::from_sql,
        )
    }
}
