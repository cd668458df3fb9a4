use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
    time::Instant,
};

use diesel::SqliteConnection;
use legacy::{Audiences, measurements::QueueNumbers};
use ports::hub::Hub;
use tokio::sync::mpsc;

use super::{BATCH, Job, Settled};
use crate::{database::Database, error::Fault};

/// Takes jobs until the queue is closed and empty.
pub(super) fn run(
    database: &Database,
    mut queue: mpsc::Receiver<Option<Job>>,
    hub: &Hub,
    why: &Mutex<Option<String>>,
    mut numbers: QueueNumbers,
) {
    let tell = |reason| *why.lock().unwrap_or_else(PoisonError::into_inner) = reason;
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
        let mut jobs: Vec<Job> = gathered.drain(..).flatten().collect();
        // A fault of ours in one job must not end all writing. What a panic leaves behind is a
        // connection inside a transaction, which is not used again.
        let (count, start) = (jobs.len(), Instant::now());
        numbers.wait(count + queue.len());
        let mut settled = Vec::with_capacity(jobs.len());
        let written = catch_unwind(AssertUnwindSafe(|| {
            write(
                database,
                &mut connection,
                &audiences,
                &mut jobs,
                &mut settled,
            )
        }));
        numbers.done(count, start);
        numbers.wait(queue.len());
        match written {
            Ok(Ok(())) => {
                tell(None);
                settled.into_iter().for_each(|settled| settled(hub));
            }
            failed => {
                // Whoever waits is told so as their job is dropped, after the reason is there to be read. They
                // log it: once, not for each batch. The next batch opens the database anew.
                connection = None;
                audiences = Audiences::default();
                tell(Some(reason(failed)));
            }
        }
    }
}

fn write(
    database: &Database,
    connection: &mut Option<SqliteConnection>,
    audiences: &Audiences,
    jobs: &mut Vec<Job>,
    settled: &mut Vec<Settled>,
) -> Result<(), Fault> {
    if !database.is_in_place() {
        *connection = None;
    }
    let connection = match connection {
        Some(connection) => connection,
        None => connection.insert(database.writer()?),
    };
    connection.immediate_transaction(|connection| {
        settled.extend(jobs.drain(..).map(|job| job(connection, audiences)));
        Ok(())
    })
}

fn reason(failed: std::thread::Result<Result<(), Fault>>) -> String {
    match failed {
        Ok(Err(Fault::Refused(error))) => error.to_string(),
        Ok(Err(Fault::Database(error))) => error.to_string(),
        Ok(Ok(())) | Err(_) => "a job panicked".to_owned(),
    }
}
