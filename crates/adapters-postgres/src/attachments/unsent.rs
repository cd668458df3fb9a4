//! Files that no message carries go: the row first, with a note of it, then the bytes, then the
//! note. Whatever is interrupted goes on from its note, here or at another instance.

use std::time::Duration;

use diesel::sql_types::{Array, BigInt};
use jiff::Timestamp;
use legacy::{FileRow, Files};
use ports::Result;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::{
    pool::Pool,
    sql::takes_part,
    statement::{Statement, statement},
    store::Store,
};

const EVERY: Duration = Duration::from_secs(600);

statement! {
    /// Removes file `$1` of `$2`, which was not sent, if they take part in its room, and notes it.
    Discard(BigInt, BigInt) -> BigInt
        = concat!("WITH gone AS (
            DELETE FROM chat_attachments a WHERE a.id = $1 AND a.user_id = $2 AND a.message_id IS NULL
                AND ", takes_part!("a.room_id", "$2"), " RETURNING a.id
        ) INSERT INTO hims_removed_files (attachment_id) SELECT id FROM gone RETURNING attachment_id");

    /// Removes some files that were uploaded before `$1` and not sent, and notes them. Each is taken
    /// by one instance.
    LetGo(BigInt) -> BigInt
        = "WITH overdue AS (
            SELECT id FROM chat_attachments WHERE message_id IS NULL AND created_at < hims_time($1)
            ORDER BY created_at LIMIT 100 FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM chat_attachments a USING overdue WHERE a.id = overdue.id RETURNING a.id
        ) INSERT INTO hims_removed_files (attachment_id) SELECT id FROM gone RETURNING attachment_id";

    Noted() -> BigInt
        = "SELECT attachment_id FROM hims_removed_files ORDER BY attachment_id LIMIT 100";

    Forget(Array<BigInt>) -> () = "DELETE FROM hims_removed_files WHERE attachment_id = ANY ($1)";
}

/// Removes a file of the doctor's that was not sent; whether there was one.
pub(super) async fn discard(store: &Store, id: i64, doctor: i64) -> Result<bool> {
    let mut connection = store.pool.get().await?;
    let gone: Option<i64> = connection.first(Discard::with((id, doctor))).await?;
    drop(connection);
    if gone.is_some() && store.files.remove(id).await.is_ok() {
        forget(&store.pool, &[id]).await?;
    }
    Ok(gone.is_some())
}

/// Removes what was uploaded a day before `now` and not sent.
pub(crate) async fn sweep(pool: &Pool, files: &Files, now: Timestamp) -> Result<()> {
    let before = FileRow::overdue(now);
    loop {
        let gone: Vec<i64> = pool.get().await?.all(LetGo::with((before,))).await?;
        if gone.is_empty() {
            break;
        }
    }
    remove_noted(pool, files).await
}

/// Removes the bytes of files whose rows are gone.
pub(crate) async fn remove_noted(pool: &Pool, files: &Files) -> Result<()> {
    loop {
        let noted: Vec<i64> = pool.get().await?.all(Noted::with(())).await?;
        if noted.is_empty() {
            return Ok(());
        }
        for id in &noted {
            files.remove(*id).await?;
        }
        forget(pool, &noted).await?;
    }
}

async fn forget(pool: &Pool, ids: &[i64]) -> Result<()> {
    pool.get().await?.run(Forget::with((ids,))).await.map(drop)
}

/// Sweeps until it is to stop.
pub(crate) async fn keep_sweeping(pool: Pool, files: Files, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = sweep(&pool, &files, Timestamp::now()).await {
            tracing::warn!(error = %format_args!("{error:#}"), "files that nobody sent stay for now; it is tried again");
        }
    }
}
