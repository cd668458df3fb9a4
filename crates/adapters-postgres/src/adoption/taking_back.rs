//! Rooms that were brought, found and taken out again.

use diesel::sql_types::{BigInt, Text};
use domain::RoomId;
use ports::{
    Error, Result,
    adoption::{BROUGHT_AT_ONCE, BroughtRoom, Stays, TakenRest, User},
};

use super::{BY_INDEX, LockAdoption};
use crate::{
    messages::post::LockRooms,
    pool::Connection,
    statement::{Statement, statement},
};

type Columns = (BigInt, Text, BigInt, BigInt, BigInt, Text);
type Row = (i64, String, i64, i64, i64, String);

/// Most rows that one statement removes: triggers note each.
const AT_ONCE: i64 = 5_000;

/// A room `r` that became of `i`: what is in it, and why it stays. Versions that are no edits of the source are edits of
/// here; a note of the other application's change is one that nobody has followed yet.
macro_rules! brought {
    ($which:literal) => {
        concat!(
            "SELECT r.id, i.source,
                (SELECT count(*) FROM chat_messages m JOIN hims_adopted_ids a ON a.part = 'messages' AND a.id = m.id
                    WHERE m.room_id = r.id),
                (SELECT count(*) FROM chat_participants p WHERE p.room_id = r.id),
                (SELECT count(*) FROM chat_attachments f JOIN hims_adopted_ids a ON a.part = 'files' AND a.id = f.id
                    WHERE f.room_id = r.id),
                concat_ws(' ',
                    CASE WHEN EXISTS (SELECT FROM chat_messages m WHERE m.room_id = r.id AND NOT EXISTS (
                        SELECT FROM hims_adopted_ids a WHERE a.part = 'messages' AND a.id = m.id)) THEN 'written' END,
                    CASE WHEN EXISTS (SELECT FROM chat_messages m
                            JOIN hims_adopted_ids a ON a.part = 'messages' AND a.id = m.id
                            WHERE m.room_id = r.id AND (m.has_mentions OR m.edited_at IS NOT NULL AND a.versions < (
                                SELECT count(*) FROM chat_message_versions v WHERE v.message_id = m.id)))
                        OR EXISTS (SELECT FROM hims_changed_messages c WHERE c.room_id = r.id) THEN 'edited' END,
                    CASE WHEN EXISTS (SELECT FROM chat_messages m WHERE m.room_id = r.id AND m.recalled_at IS NOT NULL)
                        THEN 'recalled' END,
                    CASE WHEN EXISTS (SELECT FROM chat_attachments f WHERE f.room_id = r.id AND f.message_id IS NOT NULL
                        AND NOT EXISTS (SELECT FROM hims_adopted_ids a WHERE a.part = 'files' AND a.id = f.id))
                        THEN 'file' END,
                    CASE WHEN EXISTS (SELECT FROM chat_messages m JOIN chat_acknowledgements k ON k.message_id = m.id
                        WHERE m.room_id = r.id) THEN 'acknowledged' END,
                    CASE WHEN EXISTS (SELECT FROM hims_drafts d WHERE d.room = r.id::text) THEN 'draft' END,
                    CASE WHEN EXISTS (SELECT FROM hims_participant_changes c WHERE c.room_id = r.id) THEN 'people' END,
                    (SELECT CASE l.state WHEN 'copying' THEN 'copied' ELSE l.state END FROM hims_links l
                        WHERE l.legacy_room = r.id::text))
                FROM hims_adopted_ids i JOIN chat_rooms r ON r.id = i.id WHERE i.part = 'rooms' AND ",
            $which
        )
    };
}

statement! {
    Sources() -> Text
        = "SELECT source FROM hims_adopted_ids UNION SELECT source FROM hims_adopted_tables ORDER BY 1";

    /// Those of source `$1` after room `$2`, at most `$3`.
    OfSource(Text, BigInt, BigInt) -> Columns = brought!("i.source = $1 AND i.id > $2 ORDER BY i.id LIMIT $3");

    OfRoom(BigInt) -> Columns = brought!("i.id = $1 ORDER BY i.source LIMIT 1");

    NoteFiles(BigInt) -> ()
        = "INSERT INTO hims_removed_files (attachment_id) SELECT id FROM chat_attachments WHERE room_id = $1
            ON CONFLICT DO NOTHING";

    /// Notes of source `$2` on room `$1`, its messages and their files.
    DropNotesOn(BigInt, Text) -> ()
        = "DELETE FROM hims_adoption_notes WHERE source = $2 AND (part, key) IN (
                SELECT 'rooms', key FROM hims_adopted_ids WHERE part = 'rooms' AND id = $1 AND source = $2
                UNION ALL SELECT 'messages', a.key FROM chat_messages m
                    JOIN hims_adopted_ids a ON a.part = 'messages' AND a.id = m.id AND a.source = $2 WHERE m.room_id = $1
                UNION ALL SELECT 'attachments', a.key FROM chat_attachments f
                    JOIN hims_adopted_ids a ON a.part = 'files' AND a.id = f.id AND a.source = $2 WHERE f.room_id = $1)";

    DropFileIds(BigInt) -> ()
        = "DELETE FROM hims_adopted_ids WHERE part = 'files'
            AND id IN (SELECT id FROM chat_attachments WHERE room_id = $1)";

    DropMessageIds(BigInt) -> ()
        = "DELETE FROM hims_adopted_ids WHERE part = 'messages'
            AND id IN (SELECT id FROM chat_messages WHERE room_id = $1)";

    /// Participants are kept by their room.
    DropParticipantIds(BigInt) -> () = "DELETE FROM hims_adopted_ids WHERE part = 'participants' AND id = $1";

    DropRoomKey(BigInt) -> () = "DELETE FROM hims_adopted_ids WHERE part = 'rooms' AND id = $1";

    DropFiles(BigInt) -> () = "DELETE FROM chat_attachments WHERE room_id = $1";

    DropReceipts(BigInt) -> () = "DELETE FROM chat_receipts WHERE room_id = $1";

    DropParticipants(BigInt) -> () = "DELETE FROM chat_participants WHERE room_id = $1";

    DropVersions(BigInt) -> ()
        = "DELETE FROM chat_message_versions WHERE message_id IN (SELECT id FROM chat_messages WHERE room_id = $1)";

    /// Messages of room `$1` that answer others answer none any more: at most `$2`, as the next to go need not be the
    /// answers.
    Unlink(BigInt, BigInt) -> ()
        = "UPDATE chat_messages SET reply_to_id = NULL WHERE id IN (
            SELECT id FROM chat_messages WHERE room_id = $1 AND reply_to_id IS NOT NULL LIMIT $2)";

    DropMessages(BigInt, BigInt) -> ()
        = "DELETE FROM chat_messages WHERE id IN (SELECT id FROM chat_messages WHERE room_id = $1 LIMIT $2)";

    DropChanged(BigInt) -> () = "DELETE FROM hims_changed_messages WHERE room_id = $1";

    DropGone(BigInt) -> () = "DELETE FROM hims_gone_messages WHERE room_id = $1";

    DropReads(BigInt) -> () = "DELETE FROM hims_changed_reads WHERE room_id = $1";

    DropRoom(BigInt) -> () = "DELETE FROM chat_rooms WHERE id = $1";

    RoomsLeft(Text) -> BigInt
        = "SELECT count(*) FROM hims_adopted_ids i JOIN chat_rooms r ON r.id = i.id
            WHERE i.source = $1 AND i.part = 'rooms'";

    /// Users of source `$1` with addresses that end in `$2`, who can still not sign in and are in nothing that is here.
    /// Each user's own rows go along by their foreign key. At most `$3`.
    DropUsers(Text, Text, BigInt) -> ()
        = "DELETE FROM users WHERE id IN (
            SELECT u.id FROM users u JOIN hims_adopted_ids i ON i.source = $1 AND i.part = 'users' AND i.id = u.id
            WHERE u.email LIKE '%' || $2 AND NOT u.is_active
                AND NOT EXISTS (SELECT FROM hims_adopted_ids o WHERE o.part = 'users' AND o.id = u.id AND o.source <> $1)
                AND NOT EXISTS (SELECT FROM chat_messages m WHERE m.user_id = u.id)
                AND NOT EXISTS (SELECT FROM chat_participants p WHERE p.user_id = u.id)
                AND NOT EXISTS (SELECT FROM chat_attachments f WHERE f.user_id = u.id)
                AND NOT EXISTS (SELECT FROM chat_rooms r WHERE r.created_by = u.id)
            LIMIT $3)";

    DropSourceNotes(Text) -> () = "DELETE FROM hims_adoption_notes WHERE source = $1";

    DropSourceTables(Text) -> () = "DELETE FROM hims_adopted_tables WHERE source = $1";

    DropSourceIds(Text) -> () = "DELETE FROM hims_adopted_ids WHERE source = $1";
}

pub(super) async fn sources(connection: &mut Connection) -> Result<Vec<String>> {
    connection.all(Sources::with(())).await
}

pub(super) async fn of_source(
    transaction: &mut Connection,
    source: &str,
    after: i64,
) -> Result<Vec<BroughtRoom>> {
    transaction.batch(BY_INDEX).await?;
    let most = i64::try_from(BROUGHT_AT_ONCE).unwrap_or(i64::MAX);
    let rows: Vec<Row> = transaction
        .all(OfSource::with((source, after, most)))
        .await?;
    Ok(rows.into_iter().map(room_of).collect())
}

pub(super) async fn of_room(
    transaction: &mut Connection,
    room: i64,
) -> Result<Option<BroughtRoom>> {
    transaction.batch(BY_INDEX).await?;
    let row: Option<Row> = transaction.first(OfRoom::with((room,))).await?;
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

/// Nobody adopts meanwhile, and nothing happens in the room. Its readers hear by the notes of its participants, which
/// stay, that they are in it no more.
pub(super) async fn take(transaction: &mut Connection, room: i64) -> Result<Option<BroughtRoom>> {
    transaction.run(LockAdoption::with(())).await?;
    let _: Vec<i64> = transaction.all(LockRooms::with((vec![room],))).await?;
    let Some(found) = of_room(transaction, room).await? else {
        return Ok(None);
    };
    if !found.stays.is_empty() {
        return Ok(Some(found));
    }
    transaction.run(NoteFiles::with((room,))).await?;
    let notes = DropNotesOn::with((room, found.source.as_str()));
    transaction.run(notes).await?;
    transaction.run(DropFileIds::with((room,))).await?;
    transaction.run(DropMessageIds::with((room,))).await?;
    transaction.run(DropParticipantIds::with((room,))).await?;
    transaction.run(DropRoomKey::with((room,))).await?;
    transaction.run(DropFiles::with((room,))).await?;
    transaction.run(DropReceipts::with((room,))).await?;
    transaction.run(DropParticipants::with((room,))).await?;
    transaction.run(DropVersions::with((room,))).await?;
    while transaction.run(Unlink::with((room, AT_ONCE))).await? > 0 {}
    while transaction.run(DropMessages::with((room, AT_ONCE))).await? > 0 {}
    // The rows that just went left notes as if the other application had deleted them.
    transaction.run(DropChanged::with((room,))).await?;
    transaction.run(DropGone::with((room,))).await?;
    transaction.run(DropReads::with((room,))).await?;
    transaction.run(DropRoom::with((room,))).await?;
    Ok(Some(found))
}

pub(super) async fn take_rest(transaction: &mut Connection, source: &str) -> Result<TakenRest> {
    transaction.run(LockAdoption::with(())).await?;
    let left: Option<i64> = transaction.first(RoomsLeft::with((source,))).await?;
    if left.unwrap_or_default() > 0 {
        return Err(Error::conflict("rooms of the source are here"));
    }
    let mut rest = TakenRest::default();
    loop {
        let drop = DropUsers::with((source, User::MADE_UP, 100));
        let users = transaction.run(drop).await?;
        if users == 0 {
            break;
        }
        rest.users += users;
    }
    rest.notes = transaction.run(DropSourceNotes::with((source,))).await?;
    transaction.run(DropSourceTables::with((source,))).await?;
    transaction.run(DropSourceIds::with((source,))).await?;
    Ok(rest)
}
