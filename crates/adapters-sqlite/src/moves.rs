use std::time::Duration;

use async_trait::async_trait;
use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool, Text},
};
use domain::RoomId;
use legacy::{MoveRow, NamedRow, counts, name_columns, not_shut, other_name, read_move, room_key};
use ports::{Error, MOVES_AT_ONCE, Move, MoveCounts, MoveState, Moves, Name, OPEN_WITHIN, Result};

use crate::{error::Fault, rooms::no_room, sql::now, statement::statement, store::Store};

type Columns = (Text, Text, Text, BigInt, Bool);

statement!(
    /// A returned room is copied again, from the beginning.
    Begin { legacy: String, stream: String } =
    "INSERT INTO hims_links (legacy_room, stream_room, state, carried) VALUES (?1, ?2, 'copying', 0) \
     ON CONFLICT (legacy_room) DO UPDATE SET state = 'copying', carried = 0 \
         WHERE state = 'returned' AND stream_room = excluded.stream_room \
     ON CONFLICT (stream_room) DO NOTHING"
);
statement!(ByLegacy { room: String } -> Columns =
    "SELECT legacy_room, stream_room, state, carried, shut_until IS NOT NULL FROM hims_links WHERE legacy_room = ?1");
statement!(ByStream { room: String } -> Columns =
    "SELECT legacy_room, stream_room, state, carried, shut_until IS NOT NULL FROM hims_links WHERE stream_room = ?1");
statement!(After { room: String, most: i64 } -> Columns =
    "SELECT legacy_room, stream_room, state, carried, shut_until IS NOT NULL FROM hims_links WHERE legacy_room > ?1 \
     ORDER BY legacy_room LIMIT ?2");
statement!(
    /// Few rooms move at a time, but in the end all have: the links are gone through, and each room is
    /// looked up by its key.
    Behind { most: i64 } -> Columns =
    "SELECT l.legacy_room, l.stream_room, l.state, l.carried, l.shut_until IS NOT NULL FROM hims_links l \
     JOIN chat_rooms r ON r.id = CAST(l.legacy_room AS INTEGER) \
     WHERE l.state = 'moved' AND r.last_position > l.carried AND r.deleted_at IS NULL LIMIT ?1"
);
statement!(
    Carried {
        room: String,
        version: i64
    } = "UPDATE hims_links SET carried = max(carried, ?2) WHERE legacy_room = ?1"
);
statement!(
    SetState {
        room: String,
        state: &'static str,
        shut_until: Option<i64>
    } = "UPDATE hims_links SET state = ?2, shut_until = ?3 WHERE legacy_room = ?1"
);
statement!(
    Opened { room: String } = "UPDATE hims_links SET shut_until = NULL WHERE legacy_room = ?1"
);
statement!(
    Shut {
        room: String,
        until: i64
    } = "UPDATE hims_links SET shut_until = ?2 WHERE legacy_room = ?1 AND state = 'moved'"
);
statement!(IsShut { room: String, at: i64 } -> Bool =
    "SELECT coalesce(shut_until > ?2, 0) FROM hims_links WHERE legacy_room = ?1");
statement!(LeftShut { at: i64, most: i64 } -> Columns =
    "SELECT legacy_room, stream_room, state, carried, shut_until IS NOT NULL FROM hims_links \
     WHERE shut_until < ?1 AND state = 'moved' LIMIT ?2");
statement!(RoomIs { room: i64 } -> BigInt = "SELECT id FROM chat_rooms WHERE id = ?1 AND deleted_at IS NULL");
statement!(
    Hold {
        room: i64,
        until: i64
    } = "UPDATE chat_rooms SET hold_until = ?2 WHERE id = ?1 AND deleted_at IS NULL"
);
statement!(
    /// A row without a position is one of the other application's that was not counted yet.
    Close { room: i64, version: i64, at: i64 } =
    "UPDATE chat_rooms SET moved_at = ?3, hold_until = NULL \
     WHERE id = ?1 AND last_position = ?2 AND deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM chat_messages m \
         WHERE m.room_id = ?1 AND m.position IS NULL)"
);
statement!(
    Open { room: i64 } = "UPDATE chat_rooms SET moved_at = NULL, hold_until = NULL WHERE id = ?1"
);

statement!(ForgetReads { room: i64 } = "DELETE FROM hims_moved_reads WHERE room_id = ?1");
statement!(
    KeepReads { room: i64, at: i64 } = "INSERT INTO hims_moved_reads (room_id, user_id, read_at, position, moved_at) \
     SELECT room_id, user_id, max(hims_micros(last_read_at)), coalesce(max(read_position), 0), ?2 \
     FROM chat_participants WHERE room_id = ?1 AND user_id IS NOT NULL GROUP BY room_id, user_id"
);
statement!(
    ReturnReads { room: i64, at: i64 } =
        "UPDATE hims_moved_reads SET returned_at = ?2 WHERE room_id = ?1"
);
statement!(
    /// Whoever has read on has a step since, or a time after the return; whoever marked as unread was told more. Times are
    /// kept in whole seconds.
    ChangedReads { room: i64 } -> BigInt =
    "SELECT count(*) FROM hims_moved_reads s JOIN chat_participants p ON p.room_id = s.room_id AND p.user_id = s.user_id \
     WHERE s.room_id = ?1 AND s.returned_at IS NOT NULL AND p.left_at IS NULL \
         AND coalesce(p.told_position, 0) <= coalesce(p.read_position, 0) \
         AND hims_micros(p.last_read_at) / 1000000 IS NOT s.read_at / 1000000 \
         AND coalesce(hims_micros(p.last_read_at), 0) / 1000000 <= s.returned_at / 1000000 \
         AND NOT EXISTS (SELECT 1 FROM chat_receipts c WHERE c.room_id = s.room_id AND c.user_id = s.user_id \
             AND c.kind = 'read' AND (c.position > s.position OR c.at >= s.moved_at))"
);
statement!(Counts {} -> (Text, BigInt) = "SELECT state, count(*) FROM hims_links GROUP BY state");
statement!(Named { message: Option<String>, message_id: Option<i64>, file: Option<String>, file_id: Option<i64> }
    -> (Text, BigInt) =
    "SELECT stream_message, message_id FROM hims_returned_messages WHERE stream_message = ?1 OR message_id = ?2 \
     UNION ALL SELECT stream_file, attachment_id FROM hims_returned_files WHERE stream_file = ?3 OR attachment_id = ?4");

#[async_trait]
impl Moves for Store {
    async fn begin(&self, legacy: &RoomId, stream: &RoomId) -> Result<Move> {
        let room = room_key(legacy)?;
        let (legacy, stream) = (legacy.to_string(), stream.clone());
        let to = stream.to_string();
        let row = self
            .writer
            .write(move |work| {
                let known: Option<i64> = RoomIs { room }.row(work.connection)?;
                known.ok_or_else(no_room)?;
                let begin = Begin {
                    legacy: legacy.clone(),
                    stream: to,
                };
                begin.run(work.connection)?;
                find(work.connection, legacy)
            })
            .await?;
        match row {
            Some(begun) if begun.stream == stream => Ok(begun),
            _ => Err(Error::conflict("one of the two rooms is tied to another")),
        }
    }

    async fn carried(&self, legacy: &RoomId, version: u64) -> Result<()> {
        let (room, version) = (legacy.to_string(), number(version));
        self.writer
            .write(move |work| known(Carried { room, version }.run(work.connection)?))
            .await
    }

    async fn hold(&self, legacy: &RoomId, how_long: Duration) -> Result<()> {
        let room = room_key(legacy)?;
        let until = after(how_long);
        self.writer
            .write(move |work| known(Hold { room, until }.run(work.connection)?))
            .await
    }

    async fn switch(&self, legacy: &RoomId, version: u64) -> Result<bool> {
        let (room, name) = (room_key(legacy)?, legacy.to_string());
        let version = number(version);
        self.writer
            .write(move |work| {
                let one = find(work.connection, name.clone())?.ok_or_else(no_room)?;
                if one.state != MoveState::Copying {
                    return Ok(one.state == MoveState::Moved);
                }
                let at = now();
                if (Close { room, version, at }).run(work.connection)? == 0 {
                    return Ok(false);
                }
                ForgetReads { room }.run(work.connection)?;
                KeepReads { room, at }.run(work.connection)?;
                set(work.connection, name, "moved", Some(after(OPEN_WITHIN)))?;
                work.forget_audience(room);
                Ok(true)
            })
            .await
    }

    async fn opened(&self, legacy: &RoomId) -> Result<()> {
        let room = legacy.to_string();
        self.writer
            .write(move |work| known(Opened { room }.run(work.connection)?))
            .await
    }

    async fn shut(&self, legacy: &RoomId, how_long: Duration) -> Result<()> {
        let room = legacy.to_string();
        self.writer
            .write(move |work| {
                let (name, until) = (room.clone(), after(how_long));
                if (Shut { room, until }).run(work.connection)? > 0 {
                    return Ok(());
                }
                let known = find(work.connection, name)?;
                let refusal =
                    known.map_or_else(no_room, |_| Error::conflict("the room is not moved"));
                Err(refusal.into())
            })
            .await
    }

    async fn left_shut(&self) -> Result<Vec<Move>> {
        let (at, most) = (now(), most());
        let listed = self.readers.read(move |connection| {
            let rows: Vec<MoveRow> = LeftShut { at, most }.rows(connection)?;
            Ok(rows.into_iter().map(read_move).collect::<Result<_>>()?)
        });
        listed.await
    }

    async fn give_back(&self, legacy: &RoomId) -> Result<()> {
        let (room, name) = (room_key(legacy)?, legacy.to_string());
        self.writer
            .write(move |work| {
                let one = find(work.connection, name.clone())?.ok_or_else(no_room)?;
                match one.state {
                    MoveState::Returned => return Ok(()),
                    MoveState::Copying => return Err(never_moved().into()),
                    MoveState::Moved => {}
                }
                let at = now();
                let room_is = IsShut {
                    room: name.clone(),
                    at,
                };
                let shut: Option<bool> = room_is.row(work.connection)?;
                if shut != Some(true) {
                    return Err(not_shut().into());
                }
                Open { room }.run(work.connection)?;
                ReturnReads { room, at }.run(work.connection)?;
                set(work.connection, name, "returned", None)
            })
            .await
    }

    async fn changed_reads(&self, legacy: &RoomId) -> Result<u64> {
        let room = room_key(legacy)?;
        let count = self
            .readers
            .read(move |connection| Ok(ChangedReads { room }.row::<i64>(connection)?));
        let count = count.await?.unwrap_or_default();
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn by_legacy(&self, room: &RoomId) -> Result<Option<Move>> {
        let room = room.to_string();
        self.readers
            .read(move |connection| find(connection, room))
            .await
    }

    async fn by_stream(&self, room: &RoomId) -> Result<Option<Move>> {
        let room = room.to_string();
        let found = self.readers.read(move |connection| {
            let row: Option<MoveRow> = ByStream { room }.row(connection)?;
            Ok(row.map(read_move).transpose()?)
        });
        found.await
    }

    async fn behind(&self) -> Result<Vec<Move>> {
        let listed = self.readers.read(move |connection| {
            let rows: Vec<MoveRow> = Behind { most: most() }.rows(connection)?;
            Ok(rows.into_iter().map(read_move).collect::<Result<_>>()?)
        });
        listed.await
    }

    async fn list<'a>(&self, after: Option<&'a RoomId>) -> Result<Vec<Move>> {
        let room = after.map_or_else(String::new, ToString::to_string);
        let most = most();
        let listed = self.readers.read(move |connection| {
            let rows: Vec<MoveRow> = After { room, most }.rows(connection)?;
            Ok(rows.into_iter().map(read_move).collect::<Result<_>>()?)
        });
        listed.await
    }

    async fn count(&self) -> Result<MoveCounts> {
        let rows: Vec<(String, i64)> = self
            .readers
            .read(|connection| Ok(Counts {}.rows(connection)?))
            .await?;
        Ok(counts(&rows))
    }

    async fn other_name(&self, name: &Name) -> Result<Option<Name>> {
        let (message, message_id, file, file_id) = name_columns(name);
        let named = Named {
            message: message.map(str::to_owned),
            message_id,
            file: file.map(str::to_owned),
            file_id,
        };
        let found: Option<NamedRow> = self
            .readers
            .read(move |connection| Ok(named.row(connection)?))
            .await?;
        Ok(found.and_then(|row| other_name(name, row)))
    }
}

fn find(connection: &mut SqliteConnection, room: String) -> Result<Option<Move>, Fault> {
    let row: Option<MoveRow> = ByLegacy { room }.row(connection)?;
    Ok(row.map(read_move).transpose()?)
}

fn set(
    connection: &mut SqliteConnection,
    room: String,
    state: &'static str,
    shut_until: Option<i64>,
) -> Result<(), Fault> {
    let set = SetState {
        room,
        state,
        shut_until,
    };
    known(set.run(connection)?)
}

fn after(how_long: Duration) -> i64 {
    let micros = i64::try_from(how_long.as_micros()).unwrap_or(i64::MAX);
    now().saturating_add(micros)
}

fn known(changed: usize) -> Result<(), Fault> {
    match changed {
        0 => Err(no_room().into()),
        _ => Ok(()),
    }
}

fn never_moved() -> Error {
    Error::conflict("the room was never moved")
}

fn number(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

fn most() -> i64 {
    i64::try_from(MOVES_AT_ONCE).unwrap_or(i64::MAX)
}
