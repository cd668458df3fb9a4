use diesel::sql_types::{Array, BigInt, Text};
use ports::Result;

use super::{SEEDED, Setting};
use crate::{
    pool::Connection,
    statement::{Statement, statement},
};

statement! {
    /// Rooms that a seeded person made, is or was in, or that are about a seeded patient. The store
    /// was empty before, so everybody up to user `$1` and patient `$2` is seeded.
    SeededRooms(BigInt, BigInt) -> BigInt
        = "SELECT id FROM chat_rooms WHERE created_by <= $1 OR patient_id <= $2
            OR id IN (SELECT room_id FROM chat_participants WHERE user_id <= $1)
            OR id IN (SELECT room_id FROM chat_messages WHERE user_id <= $1)";

    FilesOf(Array<BigInt>) -> BigInt = "SELECT id FROM chat_attachments WHERE room_id = ANY ($1)";

    DropFiles(Array<BigInt>) -> () = "DELETE FROM chat_attachments WHERE room_id = ANY ($1)";

    DropReceipts(Array<BigInt>) -> () = "DELETE FROM chat_receipts WHERE room_id = ANY ($1)";

    DropParticipants(Array<BigInt>) -> () = "DELETE FROM chat_participants WHERE room_id = ANY ($1)";

    DropVersions(Array<BigInt>) -> ()
        = "DELETE FROM chat_message_versions WHERE message_id IN (SELECT id FROM chat_messages WHERE room_id = ANY ($1))";

    DropAcknowledgements(Array<BigInt>) -> ()
        = "DELETE FROM chat_acknowledgements WHERE message_id IN (SELECT id FROM chat_messages WHERE room_id = ANY ($1))";

    DropNotes(Array<BigInt>) -> () = "DELETE FROM hims_changed_messages WHERE room_id = ANY ($1)";
    DropMembershipNotes(Array<BigInt>) -> () = "DELETE FROM hims_changed_memberships WHERE room_id = ANY ($1)";

    DropGone(Array<BigInt>) -> () = "DELETE FROM hims_gone_messages WHERE room_id = ANY ($1)";

    DropMessages(Array<BigInt>) -> () = "DELETE FROM chat_messages WHERE room_id = ANY ($1)";

    DropLinks(Array<BigInt>) -> ()
        = "DELETE FROM hims_links WHERE legacy_room IN (SELECT id::text FROM unnest($1) AS room (id))";

    DropRooms(Array<BigInt>) -> () = "DELETE FROM chat_rooms WHERE id = ANY ($1)";

    DropPatients(BigInt) -> () = "DELETE FROM patients WHERE id <= $1";

    DropStaff(BigInt) -> () = "DELETE FROM users WHERE id <= $1";

    DropSetting(Text) -> () = "DELETE FROM hims_settings WHERE name = $1";
}

/// Removes what the seed put into a store that was empty, and everything said since in its rooms;
/// whose files are to go with it. The record of decisions stays: it is never changed.
///
/// What else hangs on a row goes with it by its foreign key.
pub(super) async fn remove(transaction: &mut Connection) -> Result<Vec<i64>> {
    let seeded: Option<String> = transaction.first(Setting::with((SEEDED,))).await?;
    let Some((staff, patients)) = seeded.as_deref().and_then(highest) else {
        return Ok(Vec::new());
    };
    let rooms: Vec<i64> = transaction
        .all(SeededRooms::with((staff, patients)))
        .await?;
    let rooms = rooms.as_slice();
    let files = transaction.all(FilesOf::with((rooms,))).await?;
    transaction.run(DropFiles::with((rooms,))).await?;
    transaction.run(DropReceipts::with((rooms,))).await?;
    transaction.run(DropParticipants::with((rooms,))).await?;
    transaction.run(DropVersions::with((rooms,))).await?;
    transaction
        .run(DropAcknowledgements::with((rooms,)))
        .await?;
    transaction.run(DropMessages::with((rooms,))).await?;
    transaction.run(DropNotes::with((rooms,))).await?;
    transaction.run(DropMembershipNotes::with((rooms,))).await?;
    transaction.run(DropGone::with((rooms,))).await?;
    transaction.run(DropLinks::with((rooms,))).await?;
    transaction.run(DropRooms::with((rooms,))).await?;
    transaction.run(DropPatients::with((patients,))).await?;
    transaction.run(DropStaff::with((staff,))).await?;
    transaction.run(DropSetting::with((SEEDED,))).await?;
    Ok(files)
}

fn highest(value: &str) -> Option<(i64, i64)> {
    let (staff, patients) = value.split_once(' ')?;
    Some((staff.parse().ok()?, patients.parse().ok()?))
}
