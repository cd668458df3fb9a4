use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Nullable},
};
use domain::Version;

use super::read;
use crate::{columns::Text, error::Fault, statement::statement};

statement!(VersionsOf { message: i64 } -> (Nullable<Text>, BigInt) =
    "SELECT text, replaced_at FROM chat_message_versions WHERE message_id = ?1 ORDER BY version");

/// See [`ports::Messages::versions`].
pub(super) fn of(
    connection: &mut SqliteConnection,
    room: i64,
    doctor: i64,
    message: Option<i64>,
) -> Result<Vec<Version>, Fault> {
    let now = read::one(connection, room, doctor, message)?;
    let (Some(message), false) = (message, now.is_recalled()) else {
        return Ok(Vec::new());
    };
    let rows = VersionsOf { message }.rows(connection)?;
    Ok(legacy::versions(&now, rows)?)
}
