//! Why PostgreSQL refuses a statement.
//!
//! Diesel tells the SQLSTATE of a few failures and drops all others, so PostgreSQL is asked once more,
//! on a connection of its own: it prepares and plans the text without running it, and without the
//! values it failed with.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use postgres_connection::Address;
use tokio::{sync::Semaphore, time::timeout};
use tokio_postgres::{Client, Error, error::SqlState, types::Type};

/// The time an answer stands. A statement that goes on failing is asked about no more often.
const KEPT: Duration = Duration::from_secs(10);
/// Longest wait for an answer. Whoever called has waited already.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub(crate) struct Diagnosis(Arc<Inner>);

struct Inner {
    address: Address,
    kept: Cache<&'static str, Option<SqlState>>,
    /// One question at a time: a database in trouble is not asked by many at once.
    asking: Semaphore,
}

impl Diagnosis {
    pub(crate) fn new(address: &Address) -> Self {
        Self(Arc::new(Inner {
            address: address.clone(),
            kept: Cache::builder()
                .max_capacity(1_000)
                .time_to_live(KEPT)
                .build(),
            asking: Semaphore::new(1),
        }))
    }

    /// The SQLSTATE with which PostgreSQL refuses the text; none when it would take it now, or is not
    /// asked.
    /// `types` are those of its parameters, as PostgreSQL numbers them.
    pub(crate) async fn of(&self, text: &'static str, types: &[u32]) -> Option<SqlState> {
        timeout(PATIENCE, self.answer(text, types)).await.ok()?
    }

    async fn answer(&self, text: &'static str, types: &[u32]) -> Option<SqlState> {
        let _asking = self.0.asking.acquire().await.ok()?;
        if let Some(kept) = self.0.kept.get(text) {
            return kept;
        }
        let refused = self.ask(text, types).await.err();
        let code = refused.and_then(|error| error.code().cloned());
        self.0.kept.insert(text, code.clone());
        code
    }

    async fn ask(&self, text: &str, types: &[u32]) -> Result<(), Error> {
        let (client, connection) = self.0.address.connect().await?;
        tokio::select! {
            // It ends with the client, and before that only where it breaks.
            broken = connection => broken,
            asked = plan(&client, text, types) => asked,
        }
    }
}

async fn plan(client: &Client, text: &str, types: &[u32]) -> Result<(), Error> {
    let types = types.iter().map(|number| Type::from_oid(*number));
    let types: Vec<Type> = types.map(|known| known.unwrap_or(Type::UNKNOWN)).collect();
    client.prepare_typed(text, &types).await?;
    // Rights are looked at when a plan is made ready to run.
    let names: Vec<&str> = types.iter().map(Type::name).collect();
    let plan = match names.as_slice() {
        [] => format!("PREPARE refused AS {text}; EXPLAIN EXECUTE refused"),
        _ => format!(
            "PREPARE refused ({}) AS {text}; EXPLAIN EXECUTE refused ({})",
            names.join(", "),
            vec!["NULL"; names.len()].join(", ")
        ),
    };
    client.batch_execute(&plan).await
}
