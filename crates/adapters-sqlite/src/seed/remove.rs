use diesel::{SqliteConnection, sql_types::BigInt};

use super::{SEEDED, Setting};
use crate::{
    error::Fault,
    statement::{json_list, statement},
};

statement!(
    /// Rooms that a seeded person made, is or was in, or that are about a seeded patient.
    SeededRooms { staff: i64, patients: i64 } -> BigInt =
    "SELECT id FROM chat_rooms WHERE created_by <= ?1 OR patient_id <= ?2 \
         OR id IN (SELECT room_id FROM chat_participants WHERE user_id <= ?1) \
         OR id IN (SELECT room_id FROM chat_messages WHERE user_id <= ?1)"
);
statement!(FilesOf { rooms: String } -> BigInt =
    "SELECT id FROM chat_attachments WHERE room_id IN (SELECT value FROM json_each(?1))");
statement!(
    Participants { rooms: String } =
        "DELETE FROM chat_participants WHERE room_id IN (SELECT value FROM json_each(?1))"
);
statement!(
    Versions { rooms: String } = "DELETE FROM chat_message_versions WHERE message_id IN (SELECT m.id FROM chat_messages m \
         WHERE m.room_id IN (SELECT value FROM json_each(?1)))"
);
statement!(
    Acknowledgements { rooms: String } = "DELETE FROM chat_acknowledgements WHERE message_id IN (SELECT m.id \
         FROM chat_messages m WHERE m.room_id IN (SELECT value FROM json_each(?1)))"
);
statement!(
    Notes { rooms: String } =
        "DELETE FROM hims_changed_messages WHERE room_id IN (SELECT value FROM json_each(?1))"
);
statement!(
    MembershipNotes { rooms: String } =
        "DELETE FROM hims_changed_memberships WHERE room_id IN (SELECT value FROM json_each(?1))"
);
statement!(
    Gone { rooms: String } =
        "DELETE FROM hims_gone_messages WHERE room_id IN (SELECT value FROM json_each(?1))"
);
statement!(
    Messages { rooms: String } =
        "DELETE FROM chat_messages WHERE room_id IN (SELECT value FROM json_each(?1))"
);
statement!(
    Links { rooms: String } = "DELETE FROM hims_links WHERE legacy_room IN (SELECT CAST(value AS TEXT) FROM json_each(?1))"
);
statement!(
    Rooms { rooms: String } =
        "DELETE FROM chat_rooms WHERE id IN (SELECT value FROM json_each(?1))"
);
statement!(Patients { upto: i64 } = "DELETE FROM patients WHERE id <= ?1");
statement!(Presence { upto: i64 } = "DELETE FROM hims_presence WHERE user_id <= ?1");
statement!(Staff { upto: i64 } = "DELETE FROM users WHERE id <= ?1");
statement!(Forget { name: &'static str } = "DELETE FROM hims_settings WHERE name = ?1");

/// Removes what the seed put into a store that was empty, and everything said since in its rooms;
/// whose files are to go with it. The record of decisions stays: it is never changed.
///
/// What hangs on a room or a message of ours goes with it by its foreign key.
pub(super) fn remove(connection: &mut SqliteConnection) -> Result<Vec<i64>, Fault> {
    let seeded: Option<String> = Setting { name: SEEDED }.row(connection)?;
    let Some((staff, patients)) = seeded.as_deref().and_then(highest) else {
        return Ok(Vec::new());
    };
    let rooms: Vec<i64> = SeededRooms { staff, patients }.rows(connection)?;
    let rooms = json_list(rooms);
    let files = FilesOf {
        rooms: rooms.clone(),
    }
    .rows(connection)?;
    let all = || rooms.clone();
    Participants { rooms: all() }.run(connection)?;
    Versions { rooms: all() }.run(connection)?;
    Acknowledgements { rooms: all() }.run(connection)?;
    Messages { rooms: all() }.run(connection)?;
    Notes { rooms: all() }.run(connection)?;
    MembershipNotes { rooms: all() }.run(connection)?;
    Gone { rooms: all() }.run(connection)?;
    Links { rooms: all() }.run(connection)?;
    Rooms { rooms: all() }.run(connection)?;
    Patients { upto: patients }.run(connection)?;
    Presence { upto: staff }.run(connection)?;
    Staff { upto: staff }.run(connection)?;
    Forget { name: SEEDED }.run(connection)?;
    Ok(files)
}

fn highest(value: &str) -> Option<(i64, i64)> {
    let (staff, patients) = value.split_once(' ')?;
    Some((staff.parse().ok()?, patients.parse().ok()?))
}
