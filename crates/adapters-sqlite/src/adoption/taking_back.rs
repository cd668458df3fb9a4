//! Rooms that were brought, found and taken out again.

use diesel::{SqliteConnection, sql_types::BigInt};
use domain::RoomId;
use ports::{
    Error, Result,
    adoption::{BROUGHT_AT_ONCE, BroughtRoom, Stays, TakenRest, User},
};

use crate::{columns::Text, error::Fault, statement::statement};

type Columns = (BigInt, Text, BigInt, BigInt, BigInt, Text);
type Row = (i64, String, i64, i64, i64, String);

/// A room `r` that became of `i`: what is in it, and why it stays. Versions that are no edits of the source are edits of
/// here; a note of the other application's change is one that nobody has followed yet.
macro_rules! brought {
    ($which:literal) => {
        concat!(
            "SELECT r.id, i.source, \
             (SELECT count(*) FROM chat_messages m JOIN hims_adopted_ids a ON a.part = 'messages' AND a.id = m.id \
                 WHERE m.room_id = r.id), \
             (SELECT count(*) FROM chat_participants p WHERE p.room_id = r.id), \
             (SELECT count(*) FROM chat_attachments f JOIN hims_adopted_ids a ON a.part = 'files' AND a.id = f.id \
                 WHERE f.room_id = r.id), \
             CASE WHEN EXISTS (SELECT 1 FROM chat_messages m WHERE m.room_id = r.id AND NOT EXISTS ( \
                 SELECT 1 FROM hims_adopted_ids a WHERE a.part = 'messages' AND a.id = m.id)) THEN 'written ' ELSE '' END \
             || CASE WHEN EXISTS (SELECT 1 FROM chat_messages m JOIN hims_adopted_ids a ON a.part = 'messages' AND a.id = m.id \
                 WHERE m.room_id = r.id AND (m.has_mentions OR m.edited_at IS NOT NULL AND a.versions < ( \
                     SELECT count(*) FROM chat_message_versions v WHERE v.message_id = m.id))) \
                 OR EXISTS (SELECT 1 FROM hims_changed_messages c WHERE c.room_id = r.id) THEN 'edited ' ELSE '' END \
             || CASE WHEN EXISTS (SELECT 1 FROM chat_messages m WHERE m.room_id = r.id AND m.recalled_at IS NOT NULL) \
                 THEN 'recalled ' ELSE '' END \
             || CASE WHEN EXISTS (SELECT 1 FROM chat_attachments f WHERE f.room_id = r.id AND f.message_id IS NOT NULL \
                 AND NOT EXISTS (SELECT 1 FROM hims_adopted_ids a WHERE a.part = 'files' AND a.id = f.id)) \
                 THEN 'file ' ELSE '' END \
             || CASE WHEN EXISTS (SELECT 1 FROM chat_messages m JOIN chat_acknowledgements k ON k.message_id = m.id \
                 WHERE m.room_id = r.id) THEN 'acknowledged ' ELSE '' END \
             || CASE WHEN EXISTS (SELECT 1 FROM hims_drafts d WHERE d.room = CAST(r.id AS TEXT)) THEN 'draft ' ELSE '' END \
             || CASE WHEN EXISTS (SELECT 1 FROM hims_participant_changes c WHERE c.room_id = r.id) THEN 'people ' ELSE '' END \
             || coalesce((SELECT CASE l.state WHEN 'copying' THEN 'copied' ELSE l.state END FROM hims_links l \
                 WHERE l.legacy_room = CAST(r.id AS TEXT)), '') \
             FROM hims_adopted_ids i JOIN chat_rooms r ON r.id = i.id WHERE i.part = 'rooms' AND ",
            $which
        )
    };
}

statement!(Sources {} -> Text =
    "SELECT source FROM hims_adopted_ids UNION SELECT source FROM hims_adopted_tables ORDER BY 1");

statement!(OfSource { source: String, after: i64, most: i64 } -> Columns =
    brought!("i.source = ?1 AND i.id > ?2 ORDER BY i.id LIMIT ?3"));

statement!(OfRoom { room: i64 } -> Columns = brought!("i.id = ?1 ORDER BY i.source LIMIT 1"));

statement!(
    NoteFiles { room: i64 } = "INSERT OR IGNORE INTO hims_removed_files (attachment_id) \
         SELECT id FROM chat_attachments WHERE room_id = ?1"
);
statement!(
    /// Notes on the room, its messages and their files.
    Notes { room: i64, source: String } =
    "DELETE FROM hims_adoption_notes WHERE source = ?2 AND (part, key) IN ( \
         SELECT 'rooms', key FROM hims_adopted_ids WHERE part = 'rooms' AND id = ?1 AND source = ?2 \
         UNION ALL SELECT 'messages', a.key FROM chat_messages m \
             JOIN hims_adopted_ids a ON a.part = 'messages' AND a.id = m.id AND a.source = ?2 WHERE m.room_id = ?1 \
         UNION ALL SELECT 'attachments', a.key FROM chat_attachments f \
             JOIN hims_adopted_ids a ON a.part = 'files' AND a.id = f.id AND a.source = ?2 WHERE f.room_id = ?1)"
);
statement!(
    FileIds { room: i64 } = "DELETE FROM hims_adopted_ids WHERE part = 'files' \
         AND id IN (SELECT id FROM chat_attachments WHERE room_id = ?1)"
);
statement!(
    MessageIds { room: i64 } = "DELETE FROM hims_adopted_ids WHERE part = 'messages' \
         AND id IN (SELECT id FROM chat_messages WHERE room_id = ?1)"
);
statement!(
    /// Participants are kept by their room.
    ParticipantIds { room: i64 } = "DELETE FROM hims_adopted_ids WHERE part = 'participants' AND id = ?1"
);
statement!(RoomKey { room: i64 } = "DELETE FROM hims_adopted_ids WHERE part = 'rooms' AND id = ?1");
statement!(Files { room: i64 } = "DELETE FROM chat_attachments WHERE room_id = ?1");
statement!(Participants { room: i64 } = "DELETE FROM chat_participants WHERE room_id = ?1");
statement!(
    Versions { room: i64 } = "DELETE FROM chat_message_versions WHERE message_id IN ( \
         SELECT id FROM chat_messages WHERE room_id = ?1)"
);
statement!(Messages { room: i64 } = "DELETE FROM chat_messages WHERE room_id = ?1");
statement!(Changed { room: i64 } = "DELETE FROM hims_changed_messages WHERE room_id = ?1");
statement!(Gone { room: i64 } = "DELETE FROM hims_gone_messages WHERE room_id = ?1");
statement!(Reads { room: i64 } = "DELETE FROM hims_changed_reads WHERE room_id = ?1");
statement!(Room { room: i64 } = "DELETE FROM chat_rooms WHERE id = ?1");

statement!(RoomsLeft { source: String } -> BigInt =
    "SELECT count(*) FROM hims_adopted_ids i JOIN chat_rooms r ON r.id = i.id WHERE i.source = ?1 AND i.part = 'rooms'");
statement!(
    /// Users who can still not sign in, and are in nothing that is here. Their own rows go along by their foreign key.
    Users { source: String, made_up: String } =
    "DELETE FROM users WHERE id IN (SELECT id FROM hims_adopted_ids WHERE source = ?1 AND part = 'users') \
         AND email LIKE '%' || ?2 AND is_active = 0 \
         AND id NOT IN (SELECT id FROM hims_adopted_ids WHERE source <> ?1 AND part = 'users') \
         AND id NOT IN (SELECT user_id FROM chat_messages WHERE user_id IS NOT NULL) \
         AND id NOT IN (SELECT user_id FROM chat_participants) \
         AND id NOT IN (SELECT user_id FROM chat_attachments) \
         AND id NOT IN (SELECT created_by FROM chat_rooms WHERE created_by IS NOT NULL)"
);
statement!(SourceNotes { source: String } = "DELETE FROM hims_adoption_notes WHERE source = ?1");
statement!(SourceTables { source: String } = "DELETE FROM hims_adopted_tables WHERE source = ?1");
statement!(SourceIds { source: String } = "DELETE FROM hims_adopted_ids WHERE source = ?1");

pub(super) fn sources(connection: &mut SqliteConnection) -> Result<Vec<String>, Fault> {
    Ok(Sources {}.rows(connection)?)
}

pub(super) fn of_source(
    connection: &mut SqliteConnection,
    source: String,
    after: i64,
) -> Result<Vec<BroughtRoom>, Fault> {
    let most = i64::try_from(BROUGHT_AT_ONCE).unwrap_or(i64::MAX);
    let rows: Vec<Row> = OfSource {
        source,
        after,
        most,
    }
    .rows(connection)?;
    Ok(rows.into_iter().map(room_of).collect())
}

pub(super) fn of_room(
    connection: &mut SqliteConnection,
    room: i64,
) -> Result<Option<BroughtRoom>, Fault> {
    let row: Option<Row> = OfRoom { room }.row(connection)?;
    Ok(row.map(room_of))
}

fn room_of((room, source, messages, participants, files, stays): Row) -> BroughtRoom {
    let count = |number: i64| usize::try_from(number).unwrap_or_default();
    let mut brought = BroughtRoom::new(RoomId::from(room), source);
    brought.messages = count(messages);
    brought.participants = count(participants);
    brought.files = count(files);
    brought.stays = Stays::all_in(&stays);
    brought
}

/// Rows that hang on others by a foreign key go with them.
pub(super) fn take(
    connection: &mut SqliteConnection,
    room: i64,
) -> Result<Option<BroughtRoom>, Fault> {
    let Some(found) = of_room(connection, room)? else {
        return Ok(None);
    };
    if !found.stays.is_empty() {
        return Ok(Some(found));
    }
    NoteFiles { room }.run(connection)?;
    let source = found.source.clone();
    Notes { room, source }.run(connection)?;
    FileIds { room }.run(connection)?;
    MessageIds { room }.run(connection)?;
    ParticipantIds { room }.run(connection)?;
    RoomKey { room }.run(connection)?;
    Files { room }.run(connection)?;
    Participants { room }.run(connection)?;
    Versions { room }.run(connection)?;
    Messages { room }.run(connection)?;
    // The rows that just went left notes as if the other application had deleted them.
    Changed { room }.run(connection)?;
    Gone { room }.run(connection)?;
    Reads { room }.run(connection)?;
    Room { room }.run(connection)?;
    Ok(Some(found))
}

pub(super) fn take_rest(
    connection: &mut SqliteConnection,
    source: &str,
) -> Result<TakenRest, Fault> {
    let of = || source.to_owned();
    let left: Option<i64> = RoomsLeft { source: of() }.row(connection)?;
    if left.unwrap_or_default() > 0 {
        return Err(Error::conflict("rooms of the source are here").into());
    }
    let made_up = User::MADE_UP.to_owned();
    let users = Users {
        source: of(),
        made_up,
    }
    .run(connection)?;
    let notes = SourceNotes { source: of() }.run(connection)?;
    SourceTables { source: of() }.run(connection)?;
    SourceIds { source: of() }.run(connection)?;
    Ok(TakenRest { users, notes })
}
