//! The one connection that writes, on a thread of its own.
//!
//! While one transaction is on its way to the disk the next jobs gather, and become one
//! transaction together; an idle writer takes a lone job at once. Each job runs in a savepoint, so
//! that one that fails leaves its neighbours alone. Nobody is answered, and nothing is told live,
//! before the transaction is on the disk.

mod thread;
mod work;

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use diesel::{Connection as _, SqliteConnection};
use legacy::{Audiences, measurements::QueueNumbers};
use ports::{Error, Result, hub::Hub, part_of_request};
use tokio::sync::{mpsc, oneshot};
use tracing::Instrument;

use crate::{
    database::{Claim, Database},
    error::{Fault, gone},
};
pub(crate) use work::Work;

/// Most jobs in one transaction, so that the first of a rush is not kept waiting for the last.
const BATCH: usize = 256;
/// Most jobs that wait; who comes after waits to be let in.
const QUEUE: usize = 4_096;

/// A piece of work; what it returns is done after the commit. Dropped without being called, it
/// tells whoever waits that the database is gone.
type Job = Box<dyn FnOnce(&mut SqliteConnection, &Audiences) -> Settled + Send>;
type Settled = Box<dyn FnOnce(&Hub) + Send>;

pub(crate) struct Writer {
    jobs: mpsc::Sender<Option<Job>>,
    /// Why the last batch that failed was not written.
    failed: Arc<Mutex<Option<String>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread. It ends when the writer is closed or dropped, and gives up `claim` then.
    pub(crate) fn start(database: Arc<Database>, claim: Claim, hub: Arc<Hub>) -> Result<Self> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let failed = Arc::new(Mutex::new(None));
        let reason = failed.clone();
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || {
                thread::run(&database, queue, &hub, &reason, QueueNumbers::of("writer"));
                drop(claim);
            })
            .map_err(|error| gone().with_source(error))?;
        Ok(Self {
            jobs,
            failed,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Does `job` in the next transaction and answers once that is on the disk. What the job tells
    /// through [`Work`] is told then, in the order of the jobs.
    ///
    /// The job is done even when the caller stops waiting.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Work<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection, audiences| {
            let mut news = Vec::new();
            let result = connection.transaction(|connection| {
                job(&mut Work {
                    connection,
                    audiences,
                    news: &mut news,
                })
            });
            Box::new(move |hub| {
                if result.is_ok() {
                    news.into_iter().for_each(|news| news.tell(hub));
                }
                let _ = answer.send(result.map_err(Into::into));
            })
        });
        let written = async {
            self.jobs.send(Some(job)).await.map_err(|_| gone())?;
            answered.await.unwrap_or_else(|_| Err(self.gone()))
        };
        let span = part_of_request("database", "writer");
        written.instrument(span).await
    }

    /// The answer to a job whose batch was not written.
    fn gone(&self) -> Error {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        match &*failed {
            Some(reason) => gone().with_source(reason.clone()),
            None => gone(),
        }
    }

    /// Finishes what is in the queue, takes no more, and lets go of the file.
    pub(crate) async fn close(&self) {
        let _ = self.jobs.send(None).await;
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}
