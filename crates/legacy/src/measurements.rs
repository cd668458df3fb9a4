//! The metrics of the database. Names, units and help are those of Prometheus; labels are pools and queues of
//! ours, never a statement's values.

use std::time::Instant;

use metrics::{Gauge, Histogram, Unit, gauge, histogram};

const MAX: &str = "hims_database_connections_max";
const IN_USE: &str = "hims_database_connections_in_use";
const WAITING: &str = "hims_database_connections_waiting";
const STATEMENTS: &str = "hims_database_statement_duration_seconds";
const QUEUED: &str = "hims_queue_waiting_jobs";
const BATCH: &str = "hims_queue_batch_jobs";
const BATCH_DURATION: &str = "hims_queue_batch_duration_seconds";

/// Says what the numbers are, once there is a recorder.
pub fn describe() {
    metrics::describe_gauge!(MAX, "Connections to the database that a pool may have.");
    metrics::describe_gauge!(
        IN_USE,
        "Connections to the database that are in use now, by pool."
    );
    metrics::describe_gauge!(
        WAITING,
        "Callers that wait for a connection to the database now, by pool."
    );
    metrics::describe_histogram!(
        STATEMENTS,
        Unit::Seconds,
        "Time that statements took in the database, by pool."
    );
    metrics::describe_gauge!(QUEUED, "Jobs that wait for the database now, by queue.");
    metrics::describe_histogram!(BATCH, "Jobs that were done in one transaction, by queue.");
    metrics::describe_histogram!(
        BATCH_DURATION,
        Unit::Seconds,
        "Time that a transaction for a batch of jobs took, by queue."
    );
}

/// The numbers of a pool.
#[derive(Clone)]
pub struct PoolNumbers {
    in_use: Gauge,
    waiting: Gauge,
    statements: Histogram,
}

impl PoolNumbers {
    /// The numbers of a pool of at most `size` connections. Several may have one name; they are added up.
    pub fn of(pool: &'static str, size: usize) -> Self {
        gauge!(MAX, "pool" => pool).increment(size as f64);
        let in_use = gauge!(IN_USE, "pool" => pool);
        let waiting = gauge!(WAITING, "pool" => pool);
        in_use.increment(0.0);
        waiting.increment(0.0);
        Self {
            in_use,
            waiting,
            statements: histogram!(STATEMENTS, "pool" => pool),
        }
    }

    /// Somebody waits for a connection until the answer is dropped.
    pub fn waits(&self) -> Counted {
        Counted::in_gauge(&self.waiting)
    }

    /// A connection is in use until the answer is dropped.
    pub fn uses(&self) -> Counted {
        Counted::in_gauge(&self.in_use)
    }

    /// A statement that began then has ended.
    pub fn ran(&self, since: Instant) {
        self.statements.record(since.elapsed());
    }
}

/// One more in a gauge, for as long as it is kept.
pub struct Counted(Gauge);

impl Counted {
    fn in_gauge(gauge: &Gauge) -> Self {
        gauge.increment(1.0);
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

/// The numbers of a queue.
pub struct QueueNumbers {
    waiting: Gauge,
    /// The number that this queue has added to the gauge.
    added: usize,
    batch: Histogram,
    duration: Histogram,
}

impl QueueNumbers {
    /// The numbers of a queue. Several may have one name; they are added up.
    pub fn of(queue: &'static str) -> Self {
        let waiting = gauge!(QUEUED, "queue" => queue);
        waiting.increment(0.0);
        Self {
            waiting,
            added: 0,
            batch: histogram!(BATCH, "queue" => queue),
            duration: histogram!(BATCH_DURATION, "queue" => queue),
        }
    }

    /// So many jobs wait now.
    pub fn wait(&mut self, jobs: usize) {
        self.waiting.increment(jobs as f64 - self.added as f64);
        self.added = jobs;
    }

    /// A batch that began then is done.
    pub fn done(&self, jobs: usize, since: Instant) {
        self.batch.record(jobs as f64);
        self.duration.record(since.elapsed());
    }
}
