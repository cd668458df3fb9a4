use std::time::Duration;

use legacy::measurements::QueueNumbers;
use ports::{Error, ErrorKind, Result, part_of_request};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::error::unavailable;

/// Jobs that may wait before their callers are made to.
const WAITING: usize = 4_096;

/// The work that is done with a batch of jobs.
pub(crate) trait Work: Send + 'static {
    type Job: Send + Sync + 'static;
    type Answer: Send + 'static;

    /// Most jobs done at once.
    const BATCH: usize = 256;

    /// How long the first job of a batch waits for others, where nobody minds the wait.
    const GATHERS: Duration = Duration::ZERO;

    /// Does the jobs, all or none, and answers each in turn.
    fn run(
        &mut self,
        jobs: &[Self::Job],
    ) -> impl Future<Output = Result<Vec<Result<Self::Answer>>>> + Send;
}

type Entry<W> = (
    <W as Work>::Job,
    oneshot::Sender<Result<<W as Work>::Answer>>,
);

/// Jobs done in batches: while one is in flight the next gathers, so many at once cost one commit
/// and one alone waits for nobody.
pub(crate) struct Queue<W: Work> {
    name: &'static str,
    jobs: mpsc::Sender<Entry<W>>,
}

impl<W: Work> Queue<W> {
    /// A queue and the task that empties it: until `stop`, and then what was taken in. It is measured under `name`.
    pub(crate) fn new(
        name: &'static str,
        work: W,
        stop: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send) {
        let (sender, receiver) = mpsc::channel(WAITING);
        let numbers = QueueNumbers::of(name);
        let queue = Self { name, jobs: sender };
        (queue, empty(work, receiver, stop, numbers))
    }

    /// Has a job done. It is done also when the caller stops waiting.
    ///
    /// # Errors
    /// The job's own; `Unavailable`.
    pub(crate) async fn ask(&self, job: W::Job) -> Result<W::Answer> {
        let (sender, answer) = oneshot::channel();
        let answered = async {
            let sent = self.jobs.send((job, sender)).await;
            sent.map_err(|_| unavailable())?;
            answer.await.map_err(|_| unavailable())?
        };
        answered
            .instrument(part_of_request("database", self.name))
            .await
    }
}

async fn empty<W: Work>(
    mut work: W,
    mut receiver: mpsc::Receiver<Entry<W>>,
    stop: CancellationToken,
    mut numbers: QueueNumbers,
) {
    let mut entries = Vec::new();
    loop {
        let count = tokio::select! {
            biased;
            () = stop.cancelled(), if !receiver.is_closed() => {
                receiver.close();
                continue;
            }
            count = receiver.recv_many(&mut entries, W::BATCH) => count,
        };
        if count == 0 {
            return;
        }
        if !W::GATHERS.is_zero() {
            tokio::select! {
                () = gather::<W>(&mut entries, &mut receiver) => {}
                () = stop.cancelled() => {}
            }
        }
        let (jobs, callers): (Vec<_>, Vec<_>) = entries.drain(..).unzip();
        numbers.wait(jobs.len() + receiver.len());
        let start = std::time::Instant::now();
        let answers = answers(&mut work, &jobs).await;
        numbers.done(jobs.len(), start);
        numbers.wait(receiver.len());
        for (caller, answer) in callers.into_iter().zip(answers) {
            // A caller who stopped waiting is not told; the job is done all the same.
            let _ = caller.send(answer);
        }
    }
}

/// Takes in what comes while a batch may still wait.
async fn gather<W: Work>(entries: &mut Vec<Entry<W>>, receiver: &mut mpsc::Receiver<Entry<W>>) {
    let until = Instant::now() + W::GATHERS;
    while entries.len() < W::BATCH {
        let room = W::BATCH - entries.len();
        match timeout_at(until, receiver.recv_many(entries, room)).await {
            Ok(1..) => {}
            Ok(0) | Err(_) => return,
        }
    }
}

/// A job that the database refuses fails alone: the others are done one by one then.
async fn answers<W: Work>(work: &mut W, jobs: &[W::Job]) -> Vec<Result<W::Answer>> {
    match work.run(jobs).await {
        Ok(answers) => answers,
        Err(error) if error.kind() == ErrorKind::Unavailable => {
            let mut first = Some(error);
            let mut refusal = || first.take().unwrap_or_else(unavailable);
            jobs.iter().map(|_| Err(refusal())).collect()
        }
        Err(error) if jobs.len() == 1 => vec![Err(error)],
        Err(_) => {
            let mut answers = Vec::with_capacity(jobs.len());
            for job in jobs {
                let answer = match work.run(std::slice::from_ref(job)).await {
                    Ok(answers) => answers.into_iter().next(),
                    Err(error) => Some(Err(error)),
                };
                answers
                    .push(answer.unwrap_or_else(|| Err(Error::internal("a job was not answered"))));
            }
            answers
        }
    }
}
