//! The schema, as steps that can be taken and taken back.

use std::path::Path;

use diesel::{
    SqliteConnection,
    migration::{Migration, MigrationSource},
};
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
    is_not_newer(&mut connection)?;
    let reverted = connection
        .revert_all_migrations(MIGRATIONS)
        .map_err(|error| failure("cannot take the schema back", &*error))?;
    Ok(reverted.len())
}

fn connect(database: &Database) -> Result<SqliteConnection> {
    database.writer().map_err(Error::from)
}

pub(crate) fn run(connection: &mut SqliteConnection) -> Result<usize> {
    is_not_newer(connection)?;
    connection
        .run_pending_migrations(MIGRATIONS)
        .map(|done| done.len())
        .map_err(|error| failure("cannot bring the schema up to date", &*error))
}

/// A host may keep migrations of its own in the same table; ours have four digits.
///
/// # Errors
/// `Conflict` for the schema of a newer version.
fn is_not_newer(connection: &mut SqliteConnection) -> Result<()> {
    let unreadable =
        |error: &dyn std::fmt::Display| failure("cannot read the state of the schema", error);
    let applied = connection
        .applied_migrations()
        .map_err(|error| unreadable(&error))?;
    let is_ours =
        |version: &String| version.len() == 4 && version.bytes().all(|b| b.is_ascii_digit());
    let there = applied
        .iter()
        .map(ToString::to_string)
        .filter(is_ours)
        .max();
    legacy::is_not_newer(there, newest()?)
}

/// The newest migration of this version.
pub(crate) fn newest() -> Result<Option<String>> {
    let known = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&MIGRATIONS)
        .map_err(|error| failure("cannot read the migrations", &error))?;
    let versions = known.iter().map(|migration| migration.name().version());
    Ok(versions.map(|version| version.to_string()).max())
}

/// # Errors
/// `Conflict` when the schema is behind, or that of a newer version.
pub(crate) fn check(connection: &mut SqliteConnection) -> Result<()> {
    is_not_newer(connection)?;
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

/// An error of a migration on one line. Its cause is about the schema, never about what a row holds.
fn failure(what: &str, error: &dyn std::fmt::Display) -> Error {
    let cause = error.to_string().replace('\n', " ");
    Error::unavailable(format!("{what}: {cause}"))
}
