//! The participants that a message mentions.

use diesel::{SqliteConnection, sql_types::Bool};
use domain::StaffId;
use ports::Error;

use crate::{
    error::Fault,
    sql::is_participant,
    statement::{json_list, statement},
};

statement!(SomebodyElse { room: i64, doctors: String } -> Bool = concat!(
    "SELECT EXISTS (SELECT 1 FROM json_each(?2) wanted WHERE NOT EXISTS (SELECT 1 \
         FROM chat_participants p JOIN users u ON u.id = p.user_id \
         WHERE p.room_id = ?1 AND p.user_id = wanted.value AND ", is_participant!(), "))"
));

statement!(
    Add {
        message: i64,
        doctors: String
    } = "INSERT INTO chat_mentions (message_id, user_id, room_id, position) \
     SELECT m.id, wanted.value, m.room_id, m.position FROM chat_messages m, json_each(?2) wanted WHERE m.id = ?1"
);

statement!(RemoveAll { message: i64 } = "DELETE FROM chat_mentions WHERE message_id = ?1");

/// The keys of the mentioned, all of whom take part in the room.
pub(super) fn check(
    connection: &mut SqliteConnection,
    room: i64,
    doctors: &[StaffId],
) -> Result<Vec<i64>, Fault> {
    if doctors.is_empty() {
        return Ok(Vec::new());
    }
    // An id that is no number is nobody here.
    let keys: Vec<i64> = doctors.iter().map(|id| id.as_i64().unwrap_or(-1)).collect();
    let doctors = json_list(&keys);
    let strangers: Option<bool> = SomebodyElse { room, doctors }.row(connection)?;
    if strangers == Some(false) {
        Ok(keys)
    } else {
        Err(Error::invalid("mention_ids", "must name participants of this room").into())
    }
}

/// Keeps whom a stored message mentions.
pub(crate) fn add(
    connection: &mut SqliteConnection,
    message: i64,
    doctors: &[i64],
) -> Result<(), Fault> {
    if !doctors.is_empty() {
        let doctors = json_list(doctors);
        Add { message, doctors }.run(connection)?;
    }
    Ok(())
}

/// Replaces whom a message mentions.
pub(crate) fn replace(
    connection: &mut SqliteConnection,
    message: i64,
    doctors: &[i64],
) -> Result<(), Fault> {
    RemoveAll { message }.run(connection)?;
    add(connection, message, doctors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn mentions_are_found_by_the_message_they_are_in() {
        assert_eq!(SomebodyElse::scanned(), ["wanted"]);
        assert_eq!(Add::scanned(), ["wanted"]);
        assert_eq!(RemoveAll::scanned(), [] as [&str; 0]);
    }
}
