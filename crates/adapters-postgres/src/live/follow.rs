//! Follows what another application changes in rows that we know. Triggers note it, whether we are there
//! or not; here it is kept and told. See the migration `0010_other_application`.

use std::collections::BTreeMap;

use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use legacy::ChangedRow;
use ports::Result;

use super::Announcer;
use crate::{
    messages::{change::bump, post::LockRooms},
    pool::{Connection, Pool},
    queue::Work as _,
    receipts::marks::{Mark, Marks},
    statement::{Statement, statement},
};

/// Most notes that are followed in one transaction.
const AT_ONCE: i64 = 500;

statement! {
    RoomsNoted() -> BigInt = "SELECT DISTINCT room_id FROM hims_changed_messages ORDER BY room_id LIMIT 1000";

    /// The oldest `$2` notes of the locked room `$1`, each taken once.
    TakeNotes(BigInt, BigInt) -> (BigInt, BigInt, BigInt, Nullable<Text>, BigInt)
        = "DELETE FROM hims_changed_messages WHERE id IN (
                SELECT id FROM hims_changed_messages WHERE room_id = $1 ORDER BY id LIMIT $2
            ) RETURNING id, message_id, room_id, text, hims_micros(at)";

    /// The text of message `$1`, and whether readers were told already that it is recalled.
    Now(BigInt) -> (Nullable<Text>, Bool)
        = "SELECT message, deleted_at IS NOT NULL AND recalled_at IS NOT NULL FROM chat_messages
            WHERE id = $1 AND position > 0";

    /// Keeps text `$2` of message `$1`, which was replaced at time `$3`.
    KeepVersion(BigInt, Text, BigInt) -> ()
        = "INSERT INTO chat_message_versions (message_id, version, text, replaced_at)
            SELECT $1, 1 + (SELECT count(*) FROM chat_message_versions WHERE message_id = $1), $2, hims_time($3)";

    /// Message `$1` was changed at time `$2`, its text at time `$3` if at all: change `$4` of its room. It is
    /// recalled if it is deleted there.
    Change(BigInt, BigInt, Nullable<BigInt>, BigInt) -> ()
        = "UPDATE chat_messages SET changed_position = $4, edited_at = coalesce(hims_time($3), edited_at),
                recalled_at = CASE WHEN deleted_at IS NOT NULL THEN coalesce(recalled_at, hims_time($2)) END
            WHERE id = $1";

    /// Puts a recalled message without words where `$1` was, which was deleted at time `$2`, unless its room is
    /// gone too or its number is taken again; whether readers were told before that it is recalled.
    Stand(BigInt, BigInt) -> Bool
        = "WITH gone AS (DELETE FROM hims_gone_messages WHERE message_id = $1 RETURNING *)
            INSERT INTO chat_messages (id, room_id, user_id, message, type, reply_to_id, created_at, updated_at,
                deleted_at, position, changed_position, client_id, urgency, sent_at, sent_at_estimated, recalled_at,
                gone_at)
            SELECT g.message_id, g.room_id, (SELECT u.id FROM users u WHERE u.id = g.user_id), '', 'text',
                (SELECT o.id FROM chat_messages o WHERE o.id = g.reply_to_id), g.created_at,
                hims_laravel(hims_time($2)), hims_laravel(hims_time($2)), g.position,
                CASE WHEN g.recalled_at IS NULL THEN 0 ELSE g.position END, g.client_id, g.urgency, g.sent_at,
                g.sent_at_estimated, coalesce(g.recalled_at, hims_time($2)), hims_time($2)
            FROM gone g JOIN chat_rooms r ON r.id = g.room_id
            WHERE NOT EXISTS (SELECT FROM chat_messages m WHERE m.id = $1)
            RETURNING changed_position <> 0";

    /// Of message `$1` of room `$2` nothing is kept if the room is gone with it.
    Purge(BigInt, BigInt) -> ()
        = "WITH purged AS (
                SELECT $1::bigint AS id WHERE NOT EXISTS (SELECT FROM chat_rooms WHERE id = $2)
                    AND NOT EXISTS (SELECT FROM chat_messages WHERE id = $1)
            ), acknowledgements AS (DELETE FROM chat_acknowledgements a USING purged p WHERE a.message_id = p.id)
            DELETE FROM chat_message_versions v USING purged p WHERE v.message_id = p.id";

    SetChanged(BigInt, BigInt) -> () = "UPDATE chat_messages SET changed_position = $2 WHERE id = $1";

    ReadsNoted() -> (BigInt, BigInt, BigInt)
        = "SELECT id, room_id, user_id FROM hims_changed_reads ORDER BY id LIMIT 500";

    /// The message of room `$1` up to which everything was there when `$2` read last, in whole seconds as the
    /// other application counts, and when that was; nothing if that is no further than before.
    ReadTo(BigInt, BigInt) -> (BigInt, BigInt)
        = "SELECT m.id, p.at FROM (
                SELECT least(max(hims_micros(last_read_at)), hims_micros(now())) AS at, coalesce(max(read_position), 0) AS read
                FROM chat_participants WHERE room_id = $1 AND user_id = $2 AND left_at IS NULL
                HAVING max(hims_micros(last_read_at)) IS NOT NULL
            ) p, LATERAL (
                SELECT m.id FROM chat_messages m WHERE m.room_id = $1 AND m.position > p.read
                    AND m.position < coalesce((SELECT n.position FROM chat_messages n WHERE n.room_id = $1
                        AND n.position > p.read AND n.sent_at >= hims_time(p.at) + interval '1 second'
                        ORDER BY n.position LIMIT 1), 9223372036854775807)
                ORDER BY m.position DESC LIMIT 1
            ) m";

    /// Of a room `$1` that is or was in the other chat: what the other application says is no change of ours.
    FollowMoved(BigInt, BigInt) -> ()
        = "UPDATE hims_moved_reads SET read_at = (SELECT max(hims_micros(p.last_read_at)) FROM chat_participants p
                WHERE p.room_id = $1 AND p.user_id = $2) WHERE room_id = $1 AND user_id = $2";

    ReadsDone(Array<BigInt>) -> () = "DELETE FROM hims_changed_reads WHERE id = ANY ($1)";
}

/// Messages whose text was changed, or which were deleted or brought back. A room that has to wait keeps no
/// other one waiting.
///
/// # Errors
/// `Unavailable`; what was not followed is the next time.
pub(super) async fn messages(pool: &Pool, announcer: &Announcer) -> Result<()> {
    let rooms: Vec<i64> = pool.get().await?.all(RoomsNoted::with(())).await?;
    let mut done = Ok(());
    for room in rooms {
        done = done.and(in_room(pool, announcer, room).await);
    }
    done
}

async fn in_room(pool: &Pool, announcer: &Announcer, room: i64) -> Result<()> {
    let mut transaction = pool.begin().await?;
    let followed = follow(&mut transaction, room).await;
    if let Some(last) = transaction.end(followed).await? {
        announcer.moved(room, last);
    }
    Ok(())
}

/// How far the room has come, if anything is to be told.
async fn follow(transaction: &mut Connection, room: i64) -> Result<Option<i64>> {
    let _: Vec<i64> = transaction.all(LockRooms::with((vec![room],))).await?;
    let mut notes: Vec<ChangedRow> = transaction.all(TakeNotes::with((room, AT_ONCE))).await?;
    notes.sort_unstable_by_key(|note| note.id);
    let mut by_message: BTreeMap<i64, Vec<ChangedRow>> = BTreeMap::new();
    for note in notes {
        by_message.entry(note.message).or_default().push(note);
    }
    let mut last = None;
    for (message, notes) in by_message {
        last = one(transaction, room, message, &notes).await?.or(last);
    }
    Ok(last)
}

async fn one(
    transaction: &mut Connection,
    room: i64,
    message: i64,
    notes: &[ChangedRow],
) -> Result<Option<i64>> {
    let now: Option<(Option<String>, bool)> = transaction.first(Now::with((message,))).await?;
    let text = now.as_ref().map(|(text, _)| text.as_deref());
    let mut edited_at = None;
    for (text, at) in ChangedRow::replaced(notes, text) {
        let keep = KeepVersion::with((message, text, at));
        transaction.run(keep).await?;
        edited_at = Some(at);
    }
    let at = notes.last().map_or(0, |note| note.at);
    match now {
        None => {
            let stand = Stand::with((message, at));
            let was_recalled: Option<bool> = transaction.first(stand).await?;
            if was_recalled.is_none() {
                transaction.run(Purge::with((message, room))).await?;
            }
            if was_recalled != Some(false) {
                return Ok(None);
            }
            let position = bump(transaction, room).await?;
            let set = SetChanged::with((message, position));
            transaction.run(set).await?;
            Ok(Some(position))
        }
        Some((_, true)) => Ok(None),
        Some((_, false)) => {
            let position = bump(transaction, room).await?;
            let change = Change::with((message, at, edited_at, position));
            transaction.run(change).await?;
            Ok(Some(position))
        }
    }
}

/// How far doctors read there. A mark follows forward only: who marked something unread here goes on
/// having it unread.
///
/// # Errors
/// `Unavailable`; what was not followed is the next time.
pub(super) async fn reads(pool: &Pool, announcer: &Announcer) -> Result<()> {
    let noted: Vec<(i64, i64, i64)> = pool.get().await?.all(ReadsNoted::with(())).await?;
    if noted.is_empty() {
        return Ok(());
    }
    let mut marks = Vec::new();
    let mut connection = pool.get().await?;
    for (_, room, doctor) in &noted {
        connection.run(FollowMoved::with((*room, *doctor))).await?;
        let read_to = ReadTo::with((*room, *doctor));
        let found: Option<(i64, i64)> = connection.first(read_to).await?;
        marks.extend(found.map(|(message, at)| Mark {
            room: *room,
            doctor: *doctor,
            message,
            is_read: true,
            elsewhere: Some(at),
        }));
    }
    drop(connection);
    if !marks.is_empty() {
        let (pool, announcer) = (pool.clone(), announcer.clone());
        // Whoever takes no part has no mark to move.
        let _ = Marks { pool, announcer }.run(&marks).await?;
    }
    let ids: Vec<i64> = noted.iter().map(|(id, _, _)| *id).collect();
    pool.get().await?.run(ReadsDone::with((ids,))).await?;
    Ok(())
}
