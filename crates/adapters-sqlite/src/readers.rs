//! A few connections that only read, off the async threads.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use diesel::SqliteConnection;
use legacy::measurements::PoolNumbers;
use ports::{Result, part_of_request};
use tokio::sync::Semaphore;
use tracing::Instrument;

use crate::{
    database::Database,
    error::{Fault, gone},
};

/// More readers than this only wait for each other's processor time.
const MOST: usize = 8;

pub(crate) struct Readers {
    database: Arc<Database>,
    idle: Mutex<Vec<SqliteConnection>>,
    free: Arc<Semaphore>,
    numbers: PoolNumbers,
}

impl Readers {
    pub(crate) fn new(database: Arc<Database>) -> Arc<Self> {
        Arc::new(Self {
            database,
            idle: Mutex::new(Vec::new()),
            free: Arc::new(Semaphore::new(MOST)),
            numbers: PoolNumbers::of("readers", MOST),
        })
    }

    /// Runs `ask` on a connection of its own. A connection that failed is not used again: the next
    /// reader opens a new one, which is all the reconnecting there is.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        ask: impl FnOnce(&mut SqliteConnection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        let waits = self.numbers.waits();
        let permit = self
            .free
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| gone())?;
        drop(waits);
        let readers = self.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let _in_use = readers.numbers.uses();
            let mut connection = readers.take()?;
            let start = Instant::now();
            let answer = ask(&mut connection);
            readers.numbers.ran(start);
            if !matches!(answer, Err(Fault::Database(_))) {
                readers.idle().push(connection);
            }
            answer.map_err(Into::into)
        });
        let span = part_of_request("database", "readers");
        reading
            .instrument(span)
            .await
            .unwrap_or_else(|_| Err(gone()))
    }

    fn take(&self) -> Result<SqliteConnection, Fault> {
        if !self.database.is_in_place() {
            self.idle().clear();
        }
        let idle = self.idle().pop();
        match idle {
            Some(connection) => Ok(connection),
            None => Ok(self.database.reader()?),
        }
    }

    /// Reads no more, and lets go of the file.
    pub(crate) async fn close(&self) {
        let _all = self.free.acquire_many(MOST as u32).await;
        self.free.close();
        self.idle().clear();
    }

    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
