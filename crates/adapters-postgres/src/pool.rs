use std::time::{Duration, Instant};

use diesel::{
    ConnectionError, ConnectionResult,
    pg::Pg,
    query_builder::QueryFragment,
    result::{Error as DieselError, QueryResult},
};
use diesel_async::{
    AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection,
    methods::LoadQuery,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool as Deadpool},
    },
};
use futures_util::{FutureExt, future::BoxFuture};
use legacy::measurements::{Counted, PoolNumbers};
use ports::{Error, Result, part_of_request};
use postgres_connection::Address;
use tokio::time::timeout;
use tracing::Instrument;

use crate::{
    diagnosis::Diagnosis,
    error::{failure, failure_of_code, is_untold, no_connection, unavailable},
    statement::{Binds, Bound, Statement},
};

/// Settings of every connection but those of searches. A statement that hangs is ended by the server too, and a
/// just-in-time compiler has nothing to win in small ones. No plan depends on the values, so it is made once for a
/// connection: planning costs as much as running most of the statements.
pub(crate) const SETTINGS: &str =
    "SET statement_timeout = '10s'; SET jit = off; SET plan_cache_mode = force_generic_plan";

/// A search is planned for its words each time: some are in nearly every message, others in one. PostgreSQL would
/// take one plan for all words after the fifth search.
pub(crate) const SEARCH_SETTINGS: &str =
    "SET statement_timeout = '10s'; SET jit = off; SET plan_cache_mode = force_custom_plan";

/// A notification is only a hint, so its commit waits for no disk.
pub(crate) const HINT_SETTINGS: &str =
    "SET statement_timeout = '10s'; SET synchronous_commit = off";

/// Longest wait for a free connection, and for a new one to be made.
const CONNECT: Duration = Duration::from_secs(5);

/// Longest wait for a statement. Behind it the connection is given up, as nobody knows what state
/// it is in.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connections to one database, all set up alike. A broken one is replaced at its next use.
#[derive(Clone)]
pub(crate) struct Pool {
    connections: Deadpool<AsyncPgConnection>,
    diagnosis: Diagnosis,
    numbers: PoolNumbers,
}

impl Pool {
    /// At most `size` connections, each made when first needed and given `settings`. It is measured under `name`.
    ///
    /// # Errors
    /// `Internal` when there is no size.
    pub(crate) fn new(
        name: &'static str,
        address: &Address,
        size: usize,
        settings: &'static str,
    ) -> Result<Self> {
        let diagnosis = Diagnosis::new(address);
        let mut manager = ManagerConfig::default();
        // A closed connection is noticed without asking it, so no round trip is spent on that.
        manager.recycling_method = RecyclingMethod::Fast;
        let address = address.clone();
        manager.custom_setup = Box::new(move |_| connect(address.clone(), settings).boxed());
        Deadpool::builder(AsyncDieselConnectionManager::new_with_config("", manager))
            .max_size(size)
            .build()
            .map(|connections| Self {
                connections,
                diagnosis,
                numbers: PoolNumbers::of(name, size),
            })
            .map_err(|_| Error::internal("a pool needs room for a connection"))
    }

    /// A connection, for as long as it is kept.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(crate) async fn get(&self) -> Result<Connection> {
        let waits = self.numbers.waits();
        let taken = timeout(CONNECT, self.connections.get()).await;
        drop(waits);
        match taken {
            Ok(Ok(object)) => Ok(Connection {
                object: Some(object),
                clean: true,
                diagnosis: self.diagnosis.clone(),
                _in_use: self.numbers.uses(),
                numbers: self.numbers.clone(),
            }),
            Ok(Err(error)) => Err(no_connection(&error)),
            Err(_) => Err(unavailable()),
        }
    }

    /// A connection with an open transaction, to be ended by [`Connection::end`].
    ///
    /// # Errors
    /// `Unavailable`.
    pub(crate) async fn begin(&self) -> Result<Connection> {
        let mut connection = self.get().await?;
        connection.batch("BEGIN").await?;
        connection.clean = false;
        Ok(connection)
    }

    /// Closes every connection as it becomes idle, and makes no more.
    pub(crate) fn close(&self) {
        self.connections.close();
    }
}

async fn connect(address: Address, settings: &str) -> ConnectionResult<AsyncPgConnection> {
    let made = timeout(CONNECT, address.connect()).await;
    let (client, connection) = made
        .map_err(|_| ConnectionError::BadConnection("no answer in time".into()))?
        .map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
    let mut connection =
        AsyncPgConnection::try_from_client_and_connection(client, connection).await?;
    connection
        .batch_execute(settings)
        .await
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

/// A connection out of a [`Pool`].
///
/// Whoever stops waiting in the middle of a statement or a transaction leaves it unclean, and it
/// is closed instead of going back; PostgreSQL then rolls back.
pub(crate) struct Connection {
    object: Option<Object<AsyncPgConnection>>,
    clean: bool,
    diagnosis: Diagnosis,
    numbers: PoolNumbers,
    _in_use: Counted,
}

impl Connection {
    /// Every row that a statement answers.
    ///
    /// The future is boxed here and below so that the callers' futures do not spell out the types of
    /// statements, about whose lifetimes the compiler cannot reason in them.
    ///
    /// # Errors
    /// `Unavailable`, `Internal`.
    pub(crate) fn all<'c, S, B, R>(
        &'c mut self,
        query: Bound<S, B>,
    ) -> BoxFuture<'c, Result<Vec<R>>>
    where
        S: Statement,
        B: Binds<S::Takes> + Send,
        R: Send + 'c,
        Bound<S, B>: LoadQuery<'c, AsyncPgConnection, R> + Send + 'c,
    {
        async move {
            let was_clean = self.start();
            let start = Instant::now();
            let span = part_of_request("database", "statement");
            let rows = patient(query.load::<R>(self.inner()?))
                .instrument(span)
                .await?;
            self.numbers.ran(start);
            self.clean = was_clean;
            match rows {
                Ok(rows) => Ok(rows),
                Err(error) => Err(self.refused(&error, S::SQL, &B::types()).await),
            }
        }
        .boxed()
    }

    /// The first row that a statement answers.
    ///
    /// # Errors
    /// `Unavailable`, `Internal`.
    pub(crate) fn first<'c, S, B, R>(
        &'c mut self,
        query: Bound<S, B>,
    ) -> BoxFuture<'c, Result<Option<R>>>
    where
        S: Statement,
        B: Binds<S::Takes> + Send,
        R: Send + 'c,
        Bound<S, B>: LoadQuery<'c, AsyncPgConnection, R> + Send + 'c,
    {
        let rows = self.all(query);
        async move { Ok(rows.await?.into_iter().next()) }.boxed()
    }

    /// Runs a statement for its effect; how many rows it touched.
    ///
    /// # Errors
    /// `Unavailable`, `Internal`.
    pub(crate) fn run<'c, S, B>(&'c mut self, query: Bound<S, B>) -> BoxFuture<'c, Result<usize>>
    where
        S: Statement,
        B: Binds<S::Takes> + Send,
        Bound<S, B>: QueryFragment<Pg> + Send + 'c,
    {
        async move {
            let was_clean = self.start();
            let start = Instant::now();
            let span = part_of_request("database", "statement");
            let count = patient(query.execute(self.inner()?))
                .instrument(span)
                .await?;
            self.numbers.ran(start);
            self.clean = was_clean;
            match count {
                Ok(count) => Ok(count),
                Err(error) => Err(self.refused(&error, S::SQL, &B::types()).await),
            }
        }
        .boxed()
    }

    /// Runs plain text without values.
    ///
    /// # Errors
    /// `Unavailable`, `Internal`.
    pub(crate) async fn batch(&mut self, text: &str) -> Result<()> {
        let was_clean = self.start();
        let start = Instant::now();
        let done = patient(self.inner()?.batch_execute(text)).await?;
        self.numbers.ran(start);
        self.clean = was_clean;
        done.map_err(|error| failure(&error))
    }

    /// Ends a transaction: an `Ok` is committed, an `Err` rolled back.
    ///
    /// # Errors
    /// `outcome`'s; `Unavailable` when the commit is not certain.
    pub(crate) async fn end<T>(mut self, outcome: Result<T>) -> Result<T> {
        match outcome {
            Ok(value) => {
                self.batch("COMMIT").await?;
                self.clean = true;
                Ok(value)
            }
            Err(error) => {
                self.clean = self.batch("ROLLBACK").await.is_ok();
                Err(error)
            }
        }
    }

    /// The error for the caller of a statement that failed.
    async fn refused(&self, error: &DieselError, text: &'static str, types: &[u32]) -> Error {
        let code = if is_untold(error) {
            self.diagnosis.of(text, types).await
        } else {
            None
        };
        code.map_or_else(|| failure(error), failure_of_code)
    }

    fn start(&mut self) -> bool {
        std::mem::replace(&mut self.clean, false)
    }

    fn inner(&mut self) -> Result<&mut AsyncPgConnection> {
        self.object.as_deref_mut().ok_or_else(unavailable)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(object) = self.object.take()
            && !self.clean
        {
            drop(Object::take(object));
        }
    }
}

async fn patient<T>(work: impl Future<Output = QueryResult<T>>) -> Result<QueryResult<T>> {
    timeout(PATIENCE, work).await.map_err(|_| unavailable())
}
