//! Copies of the database, by the adapter of its engine.

use std::path::Path;

use legacy::{Copied, NamedFile};
use ports::{Error, ErrorKind};

use crate::cli::{
    CliError,
    database::{DatabaseUrl, Engine},
};

/// Asks the adapter of an engine, which is named alike in all of them.
macro_rules! of_its_adapter {
    ($database:expr, |$place:ident| $path:ident ( $($argument:expr),* )) => {
        match $database {
            #[cfg(feature = "sqlite")]
            DatabaseUrl::Sqlite($place) => adapters_sqlite::backup::$path($($argument),*).await,
            #[cfg(feature = "postgres")]
            DatabaseUrl::Postgres($place) => adapters_postgres::backup::$path($($argument),*).await,
            #[cfg(not(all(feature = "sqlite", feature = "postgres")))]
            _ => Err(unknown_engine()),
        }
    };
}

/// Copies the database into a file, as it is at one moment. The service may run.
pub(in crate::cli) async fn copy(database: &DatabaseUrl, to: &Path) -> Result<Copied, CliError> {
    of_its_adapter!(database, |place| copy(place, to)).map_err(stop)
}

/// The files that the database names now.
pub(in crate::cli) async fn files(database: &DatabaseUrl) -> Result<Vec<NamedFile>, CliError> {
    of_its_adapter!(database, |place| files(place)).map_err(stop)
}

/// A database into which a copy is to be put has to be empty, and what does it has to fit; nothing is touched.
pub(in crate::cli) async fn can_put_back(
    copy: &Path,
    database: &DatabaseUrl,
) -> Result<(), CliError> {
    of_its_adapter!(database, |place| can_put_back(copy, place)).map_err(stop)
}

/// Whether a database is empty.
pub(in crate::cli) async fn is_empty(database: &DatabaseUrl) -> Result<bool, CliError> {
    match of_its_adapter!(database, |place| is_empty(place)) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::Conflict => Ok(false),
        Err(error) => Err(stop(error)),
    }
}

/// Puts a copy into an empty database. It is there whole or not at all.
pub(in crate::cli) async fn put_back(copy: &Path, database: &DatabaseUrl) -> Result<(), CliError> {
    of_its_adapter!(database, |place| put_back(copy, place)).map_err(stop)
}

/// The schema of a backup may not be newer than this program.
pub(in crate::cli) fn knows(engine: Engine, schema: &str) -> Result<(), CliError> {
    let known = match engine {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => adapters_sqlite::backup::knows(schema),
        #[cfg(feature = "postgres")]
        Engine::Postgres => adapters_postgres::backup::knows(schema),
        #[cfg(not(all(feature = "sqlite", feature = "postgres")))]
        _ => Err(unknown_engine()),
    };
    known.map_err(stop)
}

fn stop(error: Error) -> CliError {
    match error.kind() {
        ErrorKind::Invalid { field } => CliError::setting(field, error.message()),
        // With its causes: a disk that is full is one.
        _ => CliError::Start(format!("{error:#}")),
    }
}

#[cfg(not(all(feature = "sqlite", feature = "postgres")))]
fn unknown_engine() -> Error {
    Error::invalid(
        "DATABASE_URL",
        "names an engine that this program was built without",
    )
}
