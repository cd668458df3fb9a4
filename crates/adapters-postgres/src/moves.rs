use std::time::Duration;

use async_trait::async_trait;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use domain::RoomId;
use legacy::{MoveRow, NamedRow, counts, name_columns, not_shut, other_name, read_move, room_key};
use ports::{Error, MOVES_AT_ONCE, Move, MoveCounts, MoveState, Moves, Name, OPEN_WITHIN, Result};

use crate::{
    pool::Connection,
    statement::{Bound, Statement, statement},
    store::Store,
};

type Columns = (Text, Text, Text, BigInt, Bool);

statement! {
    /// Ties rooms `$1` and `$2`, where neither is tied; a returned room is copied again, from the
    /// beginning.
    Begin(Text, Text) -> ()
        = "WITH again AS (
                UPDATE hims_links SET state = 'copying', carried = 0
                WHERE legacy_room = $1 AND stream_room = $2 AND state = 'returned')
            INSERT INTO hims_links (legacy_room, stream_room) VALUES ($1, $2) ON CONFLICT DO NOTHING";

    ByLegacy(Text) -> Columns
        = "SELECT legacy_room, stream_room, state, carried, shut_until IS NOT NULL FROM hims_links WHERE legacy_room = $1";

    ByStream(Text) -> Columns
        = "SELECT legacy_room, stream_room, state, carried, shut_until IS NOT NULL FROM hims_links WHERE stream_room = $1";

    /// The `$2` after room `$1`, in the order of bytes.
    After(Text, BigInt) -> Columns
        = "SELECT legacy_room, stream_room, state, carried, shut_until IS NOT NULL FROM hims_links
            WHERE legacy_room COLLATE \"C\" > $1 ORDER BY legacy_room COLLATE \"C\" LIMIT $2";

    /// Few rooms move at a time, but in the end all have: the links are gone through, and each room is
    /// looked up by its key.
    Behind(BigInt) -> Columns
        = "SELECT l.legacy_room, l.stream_room, l.state, l.carried, l.shut_until IS NOT NULL FROM hims_links l
            JOIN chat_rooms r ON r.id = l.legacy_room::bigint
            WHERE l.state = 'moved' AND r.last_position > l.carried AND r.deleted_at IS NULL LIMIT $1";

    Carried(Text, BigInt) -> ()
        = "UPDATE hims_links SET carried = greatest(carried, $2) WHERE legacy_room = $1";

    /// Room `$1` is moved, and shut for `$2` microseconds.
    SetMoved(Text, BigInt) -> ()
        = "UPDATE hims_links SET state = 'moved', shut_until = clock_timestamp() + $2 * interval '1 microsecond'
            WHERE legacy_room = $1";

    SetReturned(Text) -> () = "UPDATE hims_links SET state = 'returned', shut_until = NULL WHERE legacy_room = $1";

    Opened(Text) -> () = "UPDATE hims_links SET shut_until = NULL WHERE legacy_room = $1";

    /// Shuts the moved room `$1` for `$2` microseconds.
    Shut(Text, BigInt) -> ()
        = "UPDATE hims_links SET shut_until = clock_timestamp() + $2 * interval '1 microsecond'
            WHERE legacy_room = $1 AND state = 'moved'";

    IsShut(Text) -> Bool
        = "SELECT coalesce(shut_until > clock_timestamp(), false) FROM hims_links WHERE legacy_room = $1";

    LeftShut(BigInt) -> Columns
        = "SELECT legacy_room, stream_room, state, carried, shut_until IS NOT NULL FROM hims_links
            WHERE shut_until < clock_timestamp() AND state = 'moved' LIMIT $1";

    IsRoom(BigInt) -> BigInt = "SELECT id FROM chat_rooms WHERE id = $1 AND deleted_at IS NULL";

    /// Holds room `$1` for `$2` microseconds.
    Hold(BigInt, BigInt) -> ()
        = "UPDATE chat_rooms SET hold_until = clock_timestamp() + $2 * interval '1 microsecond'
            WHERE id = $1 AND deleted_at IS NULL";

    /// Makes others who write in room `$1` wait.
    Lock(BigInt) -> BigInt
        = "SELECT last_position FROM chat_rooms WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE";

    /// Closes the locked room `$1` at version `$2`. A row without a position is one of the other
    /// application's that was not counted yet.
    Close(BigInt, BigInt) -> BigInt
        = "UPDATE chat_rooms SET moved_at = clock_timestamp(), hold_until = NULL
            WHERE id = $1 AND last_position = $2 AND NOT EXISTS (SELECT FROM chat_messages m
                WHERE m.room_id = $1 AND m.position IS NULL) RETURNING id";

    ForgetReads(BigInt) -> () = "DELETE FROM hims_moved_reads WHERE room_id = $1";

    KeepReads(BigInt) -> ()
        = "INSERT INTO hims_moved_reads (room_id, user_id, read_at, position, moved_at)
            SELECT room_id, user_id, max(hims_micros(last_read_at)), coalesce(max(read_position), 0), clock_timestamp()
            FROM chat_participants WHERE room_id = $1 AND user_id IS NOT NULL GROUP BY room_id, user_id";

    ReturnReads(BigInt) -> () = "UPDATE hims_moved_reads SET returned_at = clock_timestamp() WHERE room_id = $1";

    /// Whoever has read on has a step since, or a time after the return; whoever marked as unread was told more. Times are
    /// kept in whole seconds.
    ChangedReads(BigInt) -> BigInt
        = "SELECT count(*) FROM hims_moved_reads s
            JOIN chat_participants p ON p.room_id = s.room_id AND p.user_id = s.user_id
            WHERE s.room_id = $1 AND s.returned_at IS NOT NULL AND p.left_at IS NULL
                AND coalesce(p.told_position, 0) <= coalesce(p.read_position, 0)
                AND hims_micros(p.last_read_at) / 1000000 IS DISTINCT FROM s.read_at / 1000000
                AND coalesce(hims_micros(p.last_read_at), 0) / 1000000 <= hims_micros(s.returned_at) / 1000000
                AND NOT EXISTS (SELECT FROM chat_receipts c WHERE c.room_id = s.room_id AND c.user_id = s.user_id
                    AND c.kind = 'read' AND (c.position > s.position OR c.at >= s.moved_at))";

    Counts() -> (Text, BigInt) = "SELECT state, count(*) FROM hims_links GROUP BY state";

    /// The message that is called `$1` there or is `$2`, or the file that is called `$3` there or is `$4`.
    Named(Nullable<Text>, Nullable<BigInt>, Nullable<Text>, Nullable<BigInt>) -> (Text, BigInt)
        = "SELECT stream_message, message_id FROM hims_returned_messages
                WHERE stream_message = $1 OR message_id = $2
            UNION ALL SELECT stream_file, attachment_id FROM hims_returned_files
                WHERE stream_file = $3 OR attachment_id = $4";

    Open(BigInt) -> () = "UPDATE chat_rooms SET moved_at = NULL, hold_until = NULL WHERE id = $1";
}

#[async_trait]
impl Moves for Store {
    async fn begin(&self, legacy: &RoomId, stream: &RoomId) -> Result<Move> {
        let mut connection = self.pool.get().await?;
        let room: Option<i64> = connection.first(IsRoom::with((room_key(legacy)?,))).await?;
        room.ok_or_else(no_room)?;
        let begin = Begin::with((legacy.as_str(), stream.as_str()));
        connection.run(begin).await?;
        match find(&mut connection, ByLegacy::with((legacy.as_str(),))).await? {
            Some(begun) if begun.stream == *stream => Ok(begun),
            _ => Err(Error::conflict("one of the two rooms is tied to another")),
        }
    }

    async fn carried(&self, legacy: &RoomId, version: u64) -> Result<()> {
        let mut connection = self.pool.get().await?;
        let carried = Carried::with((legacy.as_str(), number(version)));
        known(connection.run(carried).await?)
    }

    async fn hold(&self, legacy: &RoomId, how_long: Duration) -> Result<()> {
        let mut connection = self.pool.get().await?;
        let hold = Hold::with((room_key(legacy)?, micros(how_long)));
        known(connection.run(hold).await?)
    }

    async fn switch(&self, legacy: &RoomId, version: u64) -> Result<bool> {
        let room = room_key(legacy)?;
        let mut transaction = self.pool.begin().await?;
        let switched = async {
            let _: Option<i64> = transaction.first(Lock::with((room,))).await?;
            let one = find(&mut transaction, ByLegacy::with((legacy.as_str(),))).await?;
            let one = one.ok_or_else(no_room)?;
            if one.state != MoveState::Copying {
                return Ok(one.state == MoveState::Moved);
            }
            let close = Close::with((room, number(version)));
            let closed: Option<i64> = transaction.first(close).await?;
            if closed.is_none() {
                return Ok(false);
            }
            transaction.run(ForgetReads::with((room,))).await?;
            transaction.run(KeepReads::with((room,))).await?;
            let state = SetMoved::with((legacy.as_str(), micros(OPEN_WITHIN)));
            transaction.run(state).await?;
            Ok(true)
        };
        let switched = switched.await;
        transaction.end(switched).await
    }

    async fn opened(&self, legacy: &RoomId) -> Result<()> {
        let mut connection = self.pool.get().await?;
        let opened = Opened::with((legacy.as_str(),));
        known(connection.run(opened).await?)
    }

    async fn shut(&self, legacy: &RoomId, how_long: Duration) -> Result<()> {
        let mut connection = self.pool.get().await?;
        let shut = Shut::with((legacy.as_str(), micros(how_long)));
        if connection.run(shut).await? > 0 {
            return Ok(());
        }
        let known = find(&mut connection, ByLegacy::with((legacy.as_str(),))).await?;
        Err(known.map_or_else(no_room, |_| Error::conflict("the room is not moved")))
    }

    async fn left_shut(&self) -> Result<Vec<Move>> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<MoveRow> = connection.all(LeftShut::with((most(),))).await?;
        rows.into_iter().map(read_move).collect()
    }

    async fn give_back(&self, legacy: &RoomId) -> Result<()> {
        let room = room_key(legacy)?;
        let mut transaction = self.pool.begin().await?;
        let given = async {
            let _: Option<i64> = transaction.first(Lock::with((room,))).await?;
            let one = find(&mut transaction, ByLegacy::with((legacy.as_str(),))).await?;
            match one.ok_or_else(no_room)?.state {
                MoveState::Returned => return Ok(()),
                MoveState::Copying => return Err(Error::conflict("the room was never moved")),
                MoveState::Moved => {}
            }
            let shut: Option<bool> = transaction.first(IsShut::with((legacy.as_str(),))).await?;
            if shut != Some(true) {
                return Err(not_shut());
            }
            transaction.run(Open::with((room,))).await?;
            transaction.run(ReturnReads::with((room,))).await?;
            let state = SetReturned::with((legacy.as_str(),));
            transaction.run(state).await.map(drop)
        };
        let given = given.await;
        transaction.end(given).await
    }

    async fn changed_reads(&self, legacy: &RoomId) -> Result<u64> {
        let mut connection = self.pool.get().await?;
        let changed = ChangedReads::with((room_key(legacy)?,));
        let count: Option<i64> = connection.first(changed).await?;
        Ok(u64::try_from(count.unwrap_or_default()).unwrap_or_default())
    }

    async fn by_legacy(&self, room: &RoomId) -> Result<Option<Move>> {
        let mut connection = self.pool.get().await?;
        find(&mut connection, ByLegacy::with((room.as_str(),))).await
    }

    async fn by_stream(&self, room: &RoomId) -> Result<Option<Move>> {
        let mut connection = self.pool.get().await?;
        find(&mut connection, ByStream::with((room.as_str(),))).await
    }

    async fn behind(&self) -> Result<Vec<Move>> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<MoveRow> = connection.all(Behind::with((most(),))).await?;
        rows.into_iter().map(read_move).collect()
    }

    async fn list<'a>(&self, after: Option<&'a RoomId>) -> Result<Vec<Move>> {
        let after = After::with((after.map_or("", RoomId::as_str), most()));
        let mut connection = self.pool.get().await?;
        let rows: Vec<MoveRow> = connection.all(after).await?;
        rows.into_iter().map(read_move).collect()
    }

    async fn count(&self) -> Result<MoveCounts> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<(String, i64)> = connection.all(Counts::with(())).await?;
        Ok(counts(&rows))
    }

    async fn other_name(&self, name: &Name) -> Result<Option<Name>> {
        let mut connection = self.pool.get().await?;
        let named = Named::with(name_columns(name));
        let found: Option<NamedRow> = connection.first(named).await?;
        Ok(found.and_then(|row| other_name(name, row)))
    }
}

async fn find<S>(connection: &mut Connection, query: Bound<S, (&str,)>) -> Result<Option<Move>>
where
    S: Statement<Takes = (Text,), Answers = Columns>,
{
    let row: Option<MoveRow> = connection.first(query).await?;
    row.map(read_move).transpose()
}

fn known(changed: usize) -> Result<()> {
    match changed {
        0 => Err(no_room()),
        _ => Ok(()),
    }
}

fn no_room() -> Error {
    Error::not_found("room")
}

fn number(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

fn micros(how_long: Duration) -> i64 {
    i64::try_from(how_long.as_micros()).unwrap_or(i64::MAX)
}

fn most() -> i64 {
    i64::try_from(MOVES_AT_ONCE).unwrap_or(i64::MAX)
}
