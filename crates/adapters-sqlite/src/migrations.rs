//! The schema, as steps that can be taken and taken back.

use std::path::Path;

use diesel::SqliteConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use legacy::NaiveZone;
use ports::{Error, Result};

use crate::database::Database;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Brings the schema of a database file up to date, making the file where there is none; how many
/// steps that took.
///
/// # Errors
/// `Conflict` when another process of ours holds the file; `Unavailable`.
pub fn up(path: &Path) -> Result<usize> {
    let (database, _claim) = Database::claim(path, NaiveZone::default())?;
    run(&mut connect(&database)?)
}

/// Takes every step back. The tables that a Laravel application may own stay, with their rows.
///
/// # Errors
/// As [`up`].
pub fn down(path: &Path) -> Result<usize> {
    let (database, _claim) = Database::claim(path, NaiveZone::default())?;
    let mut connection = connect(&database)?;
    let reverted = connection
        .revert_all_migrations(MIGRATIONS)
        .map_err(|error| failure("cannot take the schema back", &*error))?;
    Ok(reverted.len())
}

fn connect(database: &Database) -> Result<SqliteConnection> {
    database.writer().map_err(Error::from)
}

pub(crate) fn run(connection: &mut SqliteConnection) -> Result<usize> {
    connection
        .run_pending_migrations(MIGRATIONS)
        .map(|done| done.len())
        .map_err(|error| failure("cannot bring the schema up to date", &*error))
}

/// # Errors
/// `Conflict` when the schema is behind.
pub(crate) fn check(connection: &mut SqliteConnection) -> Result<()> {
    let pending = connection
        .pending_migrations(MIGRATIONS)
        .map_err(|error| failure("cannot read the state of the schema", &*error))?;
    match pending.len() {
        0 => Ok(()),
        behind => Err(Error::conflict(format!(
            "the schema is {behind} steps behind; start once without HIMS_SCHEMA=check to bring it up to date"
        ))),
    }
}

/// What a migration says is about the schema, never about what a row holds; on one line.
fn failure(what: &str, error: &dyn std::fmt::Display) -> Error {
    let cause = error.to_string().replace('\n', " ");
    Error::unavailable(format!("{what}: {cause}"))
}
