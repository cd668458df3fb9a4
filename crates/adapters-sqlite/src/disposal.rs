use async_trait::async_trait;
use diesel::{
    SqliteConnection,
    connection::SimpleConnection,
    sql_types::{BigInt, Bool, Nullable},
};
use domain::{MessageId, RoomId};
use jiff::Timestamp;
use legacy::{DisposalRow, DueRow, disposal_room, due_message, room_key};
use ports::{DISPOSED_AT_ONCE, Disposal, DisposalRoom, DueMessage, Removal, Result};

use crate::{
    attachments::remove_noted,
    columns::Text,
    error::Fault,
    search_index,
    sql::{now, removed_file},
    statement::{json_list, statement},
    store::Store,
};

statement!(RoomsAfter { room: i64, most: i64 } -> (BigInt, Nullable<BigInt>, Bool, Nullable<Text>) =
    "SELECT r.id, r.patient_id, r.type = 'private' AND r.patient_id IS NULL, \
     (SELECT json_group_array(user_id) FROM ( \
          SELECT user_id FROM chat_participants WHERE room_id = r.id AND user_id IS NOT NULL \
          UNION SELECT user_id FROM hims_participant_changes WHERE room_id = r.id AND user_id IS NOT NULL)) \
     FROM chat_rooms r WHERE r.id > ?1 ORDER BY r.id LIMIT ?2");

statement!(
    /// Positions below 0 are of messages that are still being brought in. A time that is our estimate counts once a later message
    /// with a time of its own is old enough.
    Due { room: i64, than: i64, before: i64, most: i64 } -> (BigInt, Nullable<BigInt>, BigInt, Nullable<Text>) = concat!(
    "SELECT m.id, m.user_id, m.sent_at, \
     (SELECT json_group_array(a.id) FROM chat_attachments a WHERE a.message_id = m.id AND a.media_type <> '", removed_file!(), "') \
     FROM chat_messages m WHERE m.room_id = ?1 AND m.id > ?2 AND m.sent_at < ?3 AND m.position > 0 \
     AND (NOT m.sent_at_estimated OR EXISTS (SELECT 1 FROM chat_messages l WHERE l.room_id = m.room_id \
         AND l.position > m.position AND NOT l.sent_at_estimated AND l.sent_at < ?3)) \
     ORDER BY m.id LIMIT ?4"));

statement!(
    /// One that is marked as gone leaves nothing in its place when it is deleted.
    MarkGone {
        messages: String,
        room: i64,
        at: i64
    } = "UPDATE chat_messages SET gone_at = ?3 WHERE id IN (SELECT value FROM json_each(?1)) AND room_id = ?2 \
     AND gone_at IS NULL"
);
statement!(
    Answer { messages: String } = "UPDATE chat_messages SET reply_to_id = NULL \
     WHERE reply_to_id IN (SELECT value FROM json_each(?1))"
);
statement!(
    NoteFiles { messages: String } = concat!(
        "INSERT OR IGNORE INTO hims_removed_files (attachment_id) SELECT a.id FROM chat_attachments a \
     WHERE a.message_id IN (SELECT value FROM json_each(?1)) AND a.media_type <> '",
        removed_file!(),
        "'"
    )
);
statement!(
    RemoveFiles { messages: String } = "DELETE FROM chat_attachments \
     WHERE message_id IN (SELECT value FROM json_each(?1))"
);
statement!(
    ForgetFiles { messages: String } = concat!(
        "UPDATE chat_attachments SET name = 'Removed file', media_type = '",
        removed_file!(),
        "', size = 0, width = NULL, height = NULL \
     WHERE message_id IN (SELECT value FROM json_each(?1)) AND media_type <> '",
        removed_file!(),
        "'"
    )
);
statement!(
    IndexAgain { messages: String } = "INSERT OR IGNORE INTO hims_search_queue (message_id) \
     SELECT value FROM json_each(?1)"
);
statement!(
    RemoveVersions { messages: String } = "DELETE FROM chat_message_versions \
     WHERE message_id IN (SELECT value FROM json_each(?1))"
);
statement!(
    RemoveAcknowledgements { messages: String } = "DELETE FROM chat_acknowledgements \
     WHERE message_id IN (SELECT value FROM json_each(?1))"
);
statement!(
    RemoveChanges { messages: String } = "DELETE FROM hims_changed_messages \
     WHERE message_id IN (SELECT value FROM json_each(?1))"
);
statement!(
    /// The words of the other application's rows that the messages came from.
    RemoveNotes { messages: String } = "DELETE FROM hims_adoption_notes WHERE (source, part, key) IN ( \
     SELECT source, part, key FROM hims_adopted_ids \
     WHERE part = 'messages' AND id IN (SELECT value FROM json_each(?1)))"
);
statement!(
    /// The names of files in the other application's rows.
    RemoveFileNotes { messages: String } = "DELETE FROM hims_adoption_notes WHERE part IN ('files', 'attachments') AND (source, key) IN ( \
     SELECT i.source, i.key FROM hims_adopted_ids i JOIN chat_attachments a ON a.id = i.id \
     WHERE i.part = 'files' AND a.message_id IN (SELECT value FROM json_each(?1)))"
);
statement!(
    Remove {
        messages: String,
        room: i64
    } = "DELETE FROM chat_messages WHERE id IN (SELECT value FROM json_each(?1)) AND room_id = ?2"
);

#[async_trait]
impl Disposal for Store {
    async fn rooms<'a>(&self, after: Option<&'a RoomId>) -> Result<Vec<DisposalRoom>> {
        let room = after.map_or(Ok(0), room_key)?;
        let most = most();
        let rows: Vec<DisposalRow> = self
            .readers
            .read(move |connection| Ok(RoomsAfter { room, most }.rows(connection)?))
            .await?;
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
        let due = Due {
            room: room_key(room)?,
            than: after.and_then(|after| after.id.as_i64()).unwrap_or(0),
            before: before.as_microsecond(),
            most: most(),
        };
        let rows: Vec<DueRow> = self
            .readers
            .read(move |connection| Ok(due.rows(connection)?))
            .await?;
        rows.into_iter().map(due_message).collect()
    }

    async fn remove_messages(&self, room: &RoomId, messages: &[MessageId]) -> Result<Removal> {
        let room = room_key(room)?;
        let messages = json_list(messages.iter().filter_map(MessageId::as_i64));
        let gone = self
            .writer
            .write(move |work| {
                unseen(work.connection, |connection| {
                    remove(connection, &messages, room)
                })
            })
            .await?;
        Ok(gone.then_bytes(remove_noted(self).await))
    }

    async fn remove_files(&self, _: &RoomId, messages: &[DueMessage]) -> Result<Removal> {
        let messages = json_list(messages.iter().filter_map(|due| due.id.as_i64()));
        let gone = self
            .writer
            .write(move |work| unseen(work.connection, |connection| forget(connection, &messages)))
            .await?;
        Ok(gone.then_bytes(remove_noted(self).await))
    }

    /// The file of the write-ahead log goes when the database is closed.
    async fn clear_traces(&self) -> Result<()> {
        search_index::tick(self).await?;
        self.writer
            .write(|work| {
                let merge = "INSERT INTO hims_search (hims_search) VALUES ('optimize')";
                unseen(work.connection, |connection| {
                    Ok(connection.batch_execute(merge)?)
                })
            })
            .await
    }
}

fn most() -> i64 {
    i64::try_from(DISPOSED_AT_ONCE).unwrap_or(i64::MAX)
}

/// Has what is freed overwritten with zeros (<https://sqlite.org/pragma.html#pragma_secure_delete>).
fn unseen<T>(
    connection: &mut SqliteConnection,
    work: impl FnOnce(&mut SqliteConnection) -> Result<T, Fault>,
) -> Result<T, Fault> {
    connection.batch_execute("PRAGMA secure_delete = ON")?;
    let done = work(connection);
    connection.batch_execute("PRAGMA secure_delete = OFF")?;
    done
}

fn remove(connection: &mut SqliteConnection, ids: &str, room: i64) -> Result<Removal, Fault> {
    let messages = || ids.to_owned();
    MarkGone {
        messages: messages(),
        room,
        at: now(),
    }
    .run(connection)?;
    macro_rules! each {
        ($($statement:ident),*) => {
            $($statement { messages: messages() }.run(connection)?;)*
        };
    }
    each!(Answer);
    let files = NoteFiles {
        messages: messages(),
    }
    .run(connection)?;
    each!(
        RemoveFileNotes,
        RemoveFiles,
        RemoveVersions,
        RemoveAcknowledgements,
        RemoveChanges,
        RemoveNotes
    );
    let messages = messages();
    let messages = Remove { messages, room }.run(connection)?;
    Ok(Removal::of(messages, files))
}

fn forget(connection: &mut SqliteConnection, ids: &str) -> Result<Removal, Fault> {
    let messages = || ids.to_owned();
    NoteFiles {
        messages: messages(),
    }
    .run(connection)?;
    RemoveFileNotes {
        messages: messages(),
    }
    .run(connection)?;
    let forgotten = ForgetFiles {
        messages: messages(),
    };
    let files = forgotten.run(connection)?;
    IndexAgain {
        messages: messages(),
    }
    .run(connection)?;
    Ok(Removal::of(0, files))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn removing_costs_the_same_however_long_the_history_is() {
        for plan in [
            MarkGone::plan(),
            Answer::plan(),
            NoteFiles::plan(),
            RemoveFiles::plan(),
            RemoveVersions::plan(),
            RemoveAcknowledgements::plan(),
            RemoveNotes::plan(),
            Remove::plan(),
        ] {
            for table in ["chat_messages", "chat_attachments", "hims_adopted_ids"] {
                assert!(!plan.contains(&format!("SCAN {table}")), "{plan}");
            }
        }
    }
}
