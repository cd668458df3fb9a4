use async_trait::async_trait;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use domain::{MessageId, RoomId};
use jiff::Timestamp;
use legacy::{DisposalRow, DueRow, disposal_room, due_message, room_key};
use ports::{DISPOSED_AT_ONCE, Disposal, DisposalRoom, DueMessage, Error, Removal, Result};

use crate::{
    attachments::remove_noted,
    error::is_of_rule,
    pool::Connection,
    sql::removed_file,
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// The `$2` rooms after `$1`.
    RoomsAfter(BigInt, BigInt) -> (BigInt, Nullable<BigInt>, Bool, Nullable<Text>)
        = "SELECT r.id, r.patient_id, r.type = 'private' AND r.patient_id IS NULL,
            (SELECT json_agg(people.user_id)::text FROM (
                SELECT user_id FROM chat_participants WHERE room_id = r.id AND user_id IS NOT NULL
                UNION SELECT user_id FROM hims_participant_changes WHERE room_id = r.id AND user_id IS NOT NULL
            ) people)
            FROM chat_rooms r WHERE r.id > $1 ORDER BY r.id LIMIT $2";

    /// The `$4` messages of room `$1` after `$2` that were sent before `$3`. Positions below 0 are of messages that are
    /// still being brought in. A time that is our estimate counts once a later message with a time of its own is old enough.
    Due(BigInt, BigInt, BigInt, BigInt) -> (BigInt, Nullable<BigInt>, BigInt, Nullable<Text>)
        = concat!("SELECT m.id, m.user_id, hims_micros(m.sent_at),
            (SELECT json_agg(a.id)::text FROM chat_attachments a
                WHERE a.message_id = m.id AND a.media_type <> '", removed_file!(), "')
            FROM chat_messages m
            WHERE m.room_id = $1 AND m.id > $2 AND m.sent_at < hims_time($3) AND m.position > 0
                AND (NOT m.sent_at_estimated OR EXISTS (SELECT FROM chat_messages l WHERE l.room_id = m.room_id
                    AND l.position > m.position AND NOT l.sent_at_estimated AND l.sent_at < hims_time($3)))
            ORDER BY m.id LIMIT $4");

    /// Messages `$1` that are marked as gone leave nothing in their place when they are deleted.
    MarkGone(Array<BigInt>, BigInt) -> ()
        = "UPDATE chat_messages SET gone_at = now() WHERE id = ANY ($1) AND room_id = $2 AND gone_at IS NULL";

    Answer(Array<BigInt>) -> () = "UPDATE chat_messages SET reply_to_id = NULL WHERE reply_to_id = ANY ($1)";

    NoteFiles(Array<BigInt>) -> ()
        = concat!("INSERT INTO hims_removed_files (attachment_id)
            SELECT a.id FROM chat_attachments a
            WHERE a.message_id = ANY ($1) AND a.media_type <> '", removed_file!(), "' ON CONFLICT DO NOTHING");

    RemoveFiles(Array<BigInt>) -> () = "DELETE FROM chat_attachments WHERE message_id = ANY ($1)";

    ForgetFiles(Array<BigInt>) -> ()
        = concat!("UPDATE chat_attachments SET name = 'Removed file', media_type = '", removed_file!(), "', size = 0,
                width = NULL, height = NULL
            WHERE message_id = ANY ($1) AND media_type <> '", removed_file!(), "'");

    RemoveVersions(Array<BigInt>) -> () = "DELETE FROM chat_message_versions WHERE message_id = ANY ($1)";

    RemoveAcknowledgements(Array<BigInt>) -> ()
        = "DELETE FROM chat_acknowledgements WHERE message_id = ANY ($1)";

    RemoveChanges(Array<BigInt>) -> () = "DELETE FROM hims_changed_messages WHERE message_id = ANY ($1)";

    /// The words of the other application's rows that messages `$1` came from.
    RemoveNotes(Array<BigInt>) -> ()
        = "DELETE FROM hims_adoption_notes n USING hims_adopted_ids i
            WHERE i.part = 'messages' AND i.id = ANY ($1)
                AND n.source = i.source AND n.part = i.part AND n.key = i.key";

    /// The names of files in the other application's rows.
    RemoveFileNotes(Array<BigInt>) -> ()
        = "DELETE FROM hims_adoption_notes n USING hims_adopted_ids i, chat_attachments a
            WHERE i.part = 'files' AND a.id = i.id AND a.message_id = ANY ($1)
                AND n.source = i.source AND n.part IN ('files', 'attachments') AND n.key = i.key";

    /// Whoever follows the other application's changes takes this lock as well.
    LockRoom(BigInt) -> BigInt = "SELECT id FROM chat_rooms WHERE id = $1 FOR UPDATE";

    Remove(Array<BigInt>, BigInt) -> () = "DELETE FROM chat_messages WHERE id = ANY ($1) AND room_id = $2";
}

#[async_trait]
impl Disposal for Store {
    async fn rooms<'a>(&self, after: Option<&'a RoomId>) -> Result<Vec<DisposalRoom>> {
        let after = after.map_or(Ok(0), room_key)?;
        let mut connection = self.pool.get().await?;
        let rows: Vec<DisposalRow> = connection.all(RoomsAfter::with((after, most()))).await?;
        rows.into_iter()
            .map(|row| disposal_room(row, &self.key))
            .collect()
    }

    async fn due<'a>(
        &self,
        room: &RoomId,
        before: Timestamp,
        after: Option<&'a DueMessage>,
    ) -> Result<Vec<DueMessage>> {
        let than = after.and_then(|after| after.id.as_i64()).unwrap_or(0);
        let due = Due::with((room_key(room)?, than, before.as_microsecond(), most()));
        let rows: Vec<DueRow> = self.pool.get().await?.all(due).await?;
        rows.into_iter().map(due_message).collect()
    }

    async fn remove_messages(&self, room: &RoomId, messages: &[MessageId]) -> Result<Removal> {
        let room = room_key(room)?;
        let messages: Vec<i64> = messages.iter().filter_map(MessageId::as_i64).collect();
        let mut transaction = self.pool.begin().await?;
        let removed = remove(&mut transaction, &messages, room).await;
        let gone = transaction.end(removed).await.map_err(in_the_way)?;
        Ok(gone.then_bytes(remove_noted(&self.pool, &self.files).await))
    }

    async fn remove_files(&self, _: &RoomId, messages: &[DueMessage]) -> Result<Removal> {
        let messages = messages.iter().filter_map(|due| due.id.as_i64());
        let messages: Vec<i64> = messages.collect();
        let mut transaction = self.pool.begin().await?;
        let forgotten = forget(&mut transaction, &messages).await;
        let gone = transaction.end(forgotten).await?;
        Ok(gone.then_bytes(remove_noted(&self.pool, &self.files).await))
    }

    /// PostgreSQL's own vacuum does it.
    async fn clear_traces(&self) -> Result<()> {
        Ok(())
    }
}

fn most() -> i64 {
    i64::try_from(DISPOSED_AT_ONCE).unwrap_or(i64::MAX)
}

async fn remove(transaction: &mut Connection, messages: &[i64], room: i64) -> Result<Removal> {
    let _: Option<i64> = transaction.first(LockRoom::with((room,))).await?;
    transaction.run(MarkGone::with((messages, room))).await?;
    macro_rules! each {
        ($($statement:ident),*) => {
            $(transaction.run($statement::with((messages,))).await?;)*
        };
    }
    each!(Answer);
    let files = transaction.run(NoteFiles::with((messages,))).await?;
    each!(
        RemoveFileNotes,
        RemoveFiles,
        RemoveVersions,
        RemoveAcknowledgements,
        RemoveChanges,
        RemoveNotes
    );
    let messages = transaction.run(Remove::with((messages, room))).await?;
    Ok(Removal::of(messages, files))
}

async fn forget(transaction: &mut Connection, messages: &[i64]) -> Result<Removal> {
    transaction.run(NoteFiles::with((messages,))).await?;
    transaction.run(RemoveFileNotes::with((messages,))).await?;
    let files = transaction.run(ForgetFiles::with((messages,))).await?;
    Ok(Removal::of(0, files))
}

/// A row of the other application's may refer to a message, or a trigger of its own refuse.
fn in_the_way(error: Error) -> Error {
    if !is_of_rule(&error) {
        return error;
    }
    let words = "another table or a trigger of the database keeps one of its messages; none of them was removed";
    Error::conflict(words).with_source(error)
}
