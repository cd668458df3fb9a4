use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::SqliteConnection;
use legacy::Audiences;
use ports::hub::Hub;
use tokio::sync::mpsc;

use super::{BATCH, Job, Settled};
use crate::{database::Database, error::Fault};

/// Takes jobs until the queue is closed and empty.
pub(super) fn run(database: &Database, mut queue: mpsc::Receiver<Option<Job>>, hub: &Hub) {
    let mut audiences = Audiences::default();
    let mut connection = None;
    let mut gathered = Vec::with_capacity(BATCH);
    while queue.blocking_recv_many(&mut gathered, BATCH) > 0 {
        // A call and its audit entry come one right after the other: both in one transaction is one
        // wait for the disk instead of two.
        std::thread::yield_now();
        while gathered.len() < BATCH
            && let Ok(job) = queue.try_recv()
        {
            gathered.push(job);
        }
        if gathered.iter().any(Option::is_none) {
            queue.close();
        }
        let jobs: Vec<Job> = gathered.drain(..).flatten().collect();
        // A fault of ours in one job must not end all writing. What a panic leaves behind is a
        // connection inside a transaction, which is not used again.
        let written = catch_unwind(AssertUnwindSafe(|| {
            write(database, &mut connection, &audiences, jobs)
        }));
        match written {
            Ok(Ok(settled)) => settled.into_iter().for_each(|settled| settled(hub)),
            failed => {
                // Whoever waits is told so as their job is dropped. The next batch opens the
                // database anew.
                connection = None;
                audiences = Audiences::default();
                tracing::warn!(error = %reason(failed), "a batch was not written");
            }
        }
    }
}

fn write(
    database: &Database,
    connection: &mut Option<SqliteConnection>,
    audiences: &Audiences,
    jobs: Vec<Job>,
) -> Result<Vec<Settled>, Fault> {
    if !database.is_in_place() {
        *connection = None;
    }
    let connection = match connection {
        Some(connection) => connection,
        None => connection.insert(database.writer()?),
    };
    connection.immediate_transaction(|connection| {
        let settled = jobs.into_iter().map(|job| job(connection, audiences));
        Ok(settled.collect())
    })
}

fn reason(failed: std::thread::Result<Result<Vec<Settled>, Fault>>) -> String {
    match failed {
        Ok(Err(Fault::Refused(error))) => error.to_string(),
        Ok(Err(Fault::Database(error))) => error.to_string(),
        Ok(Ok(_)) | Err(_) => "a job panicked".to_owned(),
    }
}
