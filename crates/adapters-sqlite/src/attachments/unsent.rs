//! Files that no message carries go: the row first, with a note of it, then the bytes, then the
//! note. Whatever is interrupted goes on from its note.

use diesel::{SqliteConnection, sql_types::BigInt};
use jiff::Timestamp;
use legacy::FileRow;
use ports::Result;

use crate::{
    error::Fault,
    sql::is_participant,
    statement::{json_list, statement},
    store::Store,
};

/// Most files removed in one transaction while doctors are waiting for the writer.
const SOME: i64 = 100;

statement!(
    /// A file of the doctor's that waits to be sent in a room of theirs.
    OwnUnsent { id: i64, doctor: i64 } -> BigInt = concat!(
    "SELECT a.id FROM chat_attachments a \
     JOIN chat_participants p ON p.room_id = a.room_id AND p.user_id = ?2 JOIN users u ON u.id = p.user_id \
     WHERE a.id = ?1 AND a.user_id = ?2 AND a.message_id IS NULL AND ", is_participant!()
));

statement!(Overdue { before: i64, most: i64 } -> BigInt =
    "SELECT id FROM chat_attachments INDEXED BY hims_attachments_unsent \
     WHERE message_id IS NULL AND created_at < ?1 ORDER BY created_at LIMIT ?2");

statement!(
    Note { ids: String } =
        "INSERT OR IGNORE INTO hims_removed_files (attachment_id) SELECT value FROM json_each(?1)"
);

statement!(
    Remove { ids: String } =
        "DELETE FROM chat_attachments WHERE id IN (SELECT value FROM json_each(?1))"
);

statement!(Noted { most: i64 } -> BigInt =
    "SELECT attachment_id FROM hims_removed_files ORDER BY attachment_id LIMIT ?1");

statement!(
    Forget { ids: String } =
        "DELETE FROM hims_removed_files WHERE attachment_id IN (SELECT value FROM json_each(?1))"
);

/// Removes a file of the doctor's that was not sent; whether there was one.
pub(super) async fn discard(store: &Store, id: i64, doctor: i64) -> Result<bool> {
    let found = store
        .writer
        .write(move |work| {
            let own: Option<i64> = OwnUnsent { id, doctor }.row(work.connection)?;
            let own: Vec<i64> = own.into_iter().collect();
            let_go(work.connection, &own)?;
            Ok(!own.is_empty())
        })
        .await?;
    if found && store.files.remove(id).await.is_ok() {
        forget(store, vec![id]).await?;
    }
    Ok(found)
}

/// Removes what was uploaded a day before `now` and not sent.
pub(crate) async fn sweep(store: &Store, now: Timestamp) -> Result<()> {
    let before = FileRow::overdue(now);
    loop {
        let overdue = move |connection: &mut SqliteConnection| {
            Ok(Overdue { before, most: SOME }.rows(connection)?)
        };
        let overdue: Vec<i64> = store.readers.read(overdue).await?;
        if overdue.is_empty() {
            break;
        }
        // Asked again by the writer: one may have been sent since.
        let some = store.writer.write(move |work| {
            let overdue: Vec<i64> = Overdue { before, most: SOME }.rows(work.connection)?;
            let_go(work.connection, &overdue)
        });
        some.await?;
    }
    remove_noted(store).await
}

/// Removes the bytes of files whose rows are gone.
pub(crate) async fn remove_noted(store: &Store) -> Result<()> {
    loop {
        let noted = |connection: &mut SqliteConnection| Ok(Noted { most: SOME }.rows(connection)?);
        let noted: Vec<i64> = store.readers.read(noted).await?;
        if noted.is_empty() {
            return Ok(());
        }
        for id in &noted {
            store.files.remove(*id).await?;
        }
        forget(store, noted).await?;
    }
}

fn let_go(connection: &mut SqliteConnection, ids: &[i64]) -> Result<(), Fault> {
    let list = || json_list(ids);
    Note { ids: list() }.run(connection)?;
    Remove { ids: list() }.run(connection)?;
    Ok(())
}

async fn forget(store: &Store, ids: Vec<i64>) -> Result<()> {
    let forget = Forget {
        ids: json_list(ids),
    };
    store
        .writer
        .write(move |work| Ok(forget.run(work.connection).map(drop)?))
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn looking_for_overdue_files_looks_at_unsent_ones_only() {
        assert_eq!(Overdue::scanned(), [] as [&str; 0]);
        let plan = Overdue::plan();
        assert!(plan.contains("hims_attachments_unsent"), "{plan}");
    }
}
