use diesel::SqliteConnection;
use legacy::Audiences;
use ports::hub::Hub;
use tokio::sync::mpsc;

use super::{BATCH, Job, Settled};
use crate::{database::Database, error::Fault};

/// Takes jobs until the queue is closed and empty.
pub(super) fn run(database: &Database, mut queue: mpsc::Receiver<Option<Job>>, hub: &Hub) {
    let audiences = Audiences::default();
    let mut connection = None;
    let mut gathered = Vec::with_capacity(BATCH);
    while queue.blocking_recv_many(&mut gathered, BATCH) > 0 {
        if gathered.iter().any(Option::is_none) {
            queue.close();
        }
        let jobs = gathered.drain(..).flatten();
        match write(database, &mut connection, &audiences, jobs) {
            Ok(settled) => settled.into_iter().for_each(|settled| settled(hub)),
            Err(fault) => {
                // Whoever waits is told so as their job is dropped. The next batch opens the
                // database anew.
                connection = None;
                tracing::warn!(error = %reason(&fault), "a batch was not written");
            }
        }
    }
}

fn write(
    database: &Database,
    connection: &mut Option<SqliteConnection>,
    audiences: &Audiences,
    jobs: impl Iterator<Item = Job>,
) -> Result<Vec<Settled>, Fault> {
    if !database.is_in_place() {
        *connection = None;
    }
    let connection = match connection {
        Some(connection) => connection,
        None => connection.insert(database.writer()?),
    };
    connection.immediate_transaction(|connection| {
        Ok(jobs.map(|job| job(connection, audiences)).collect())
    })
}

fn reason(fault: &Fault) -> String {
    match fault {
        Fault::Refused(error) => error.to_string(),
        Fault::Database(error) => error.to_string(),
    }
}
