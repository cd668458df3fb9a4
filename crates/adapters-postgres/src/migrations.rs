//! The schema, and how it comes into a database.

use diesel::migration::{Migration, MigrationSource};
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use ports::{Error, Result};
use postgres_connection::Address;

use crate::search_index;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Of all locks in the database this one is ours: instances that start at once upgrade in turn.
const LOCK: i64 = 0x6869_6d73_6368_6174;

/// The newest of our migrations that the database has. A host may keep its own in the same table; ours begin with the
/// day of the first one.
pub(crate) const NEWEST_APPLIED: &str = "SELECT max(version)::text AS version FROM __diesel_schema_migrations \
     WHERE version ~ '^20251101[0-9]{6}$'";

/// Brings the schema up to date. Repeating it changes nothing.
///
/// # Errors
/// `Unavailable`; `Conflict` when a migration fails, naming it, and for the schema of a newer version.
pub async fn up(url: &str) -> Result<()> {
    let mut connection = alone(&crate::url::parse(url)?, |harness| {
        harness.run_pending_migrations(MIGRATIONS).map(drop)
    })
    .await?;
    search_index::make(&mut connection).await;
    Ok(())
}

/// Takes everything of ours out of the schema; the tables of the HIMS and their rows stay.
///
/// # Errors
/// As [`up`].
pub async fn down(url: &str) -> Result<()> {
    alone(&crate::url::parse(url)?, |harness| {
        harness.revert_all_migrations(MIGRATIONS).map(drop)
    })
    .await
    .map(drop)
}

/// Whether the schema is up to date, touching nothing.
///
/// # Errors
/// `Conflict` when a migration is missing, and for the schema of a newer version; `Unavailable`.
pub async fn check(url: &str) -> Result<()> {
    let mut connection = connect(&crate::url::parse(url)?).await?;
    is_not_newer(&mut connection).await?;
    if applied(&mut connection).await? >= newest()? {
        return Ok(());
    }
    Err(Error::conflict(
        "the database's schema is not up to date: start once with migrations allowed",
    ))
}

/// The newest migration of this version.
pub(crate) fn newest() -> Result<Option<String>> {
    let all = MigrationSource::<diesel::pg::Pg>::migrations(&MIGRATIONS)
        .map_err(|_| Error::internal("the migrations cannot be read"))?;
    let versions = all.iter().map(|migration| migration.name().version());
    Ok(versions.map(|version| version.to_string()).max())
}

async fn is_not_newer(connection: &mut AsyncPgConnection) -> Result<()> {
    legacy::is_not_newer(applied(connection).await?, newest()?)
}

async fn applied(connection: &mut AsyncPgConnection) -> Result<Option<String>> {
    use diesel_async::RunQueryDsl;
    #[derive(diesel::QueryableByName)]
    struct Applied {
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
        version: Option<String>,
    }
    #[expect(clippy::disallowed_methods, reason = "asked once at start")]
    let query = diesel::sql_query(NEWEST_APPLIED);
    match query.get_result::<Applied>(connection).await {
        Ok(row) => Ok(row.version),
        // Without the table no migration has run yet.
        Err(diesel::result::Error::DatabaseError(..)) => Ok(None),
        Err(error) => Err(crate::error::failure(&error)),
    }
}

type Harness = AsyncMigrationHarness<AsyncPgConnection>;

/// Runs `work` while no other instance can. The harness blocks its thread, so it gets one of the
/// blocking pool; the lock ends with the connection, which is given back.
async fn alone(
    address: &Address,
    work: impl FnOnce(&mut Harness) -> diesel::migration::Result<()> + Send + 'static,
) -> Result<AsyncPgConnection> {
    let mut connection = connect(address).await?;
    connection
        .batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))
        .await
        .map_err(|error| crate::error::failure(&error))?;
    is_not_newer(&mut connection).await?;
    let done = tokio::task::spawn_blocking(move || {
        let mut harness = Harness::new(connection);
        match work(&mut harness) {
            Ok(()) => Ok(harness.into_inner()),
            Err(error) => Err(error.to_string()),
        }
    });
    match done.await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(words)) => Err(Error::conflict(format!(
            "the database's schema cannot be changed: {}",
            words.lines().next().unwrap_or_default()
        ))),
        Err(_) => Err(Error::internal("changing the schema was interrupted")),
    }
}

/// A connection without the limits of time that the chat's own have.
async fn connect(address: &Address) -> Result<AsyncPgConnection> {
    let (client, connection) = address
        .connect()
        .await
        .map_err(|error| address.explain(&error))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection)
        .await
        .map_err(|_| crate::error::unavailable())
}
