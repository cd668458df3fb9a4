//! Copies of the database file, for backups.
//!
//! Copying claims nothing, unlike everything else here: a service that has the file goes on.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    thread,
};

use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool, Nullable, Text},
};
use legacy::{Copied, NamedFile, schema_to_copy};
use ports::{Error, Result};
use tokio::sync::oneshot;

use crate::{
    database::{Claim, establish, private, real},
    error::Fault,
    migrations,
    sql::removed_file,
    statement::statement,
};

statement!(CopyInto { file: String } = "VACUUM INTO ?1");
statement!(HasMigrations {} -> Bool =
    "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '__diesel_schema_migrations')");
statement!(
    /// A host may keep migrations of its own in the same table; ours have four digits.
    NewestMigration {} -> Nullable<Text> = "SELECT max(version) FROM __diesel_schema_migrations \
     WHERE version GLOB '[0-9][0-9][0-9][0-9]'"
);
statement!(NamedFiles {} -> (BigInt, Bool) =
    concat!("SELECT id, message_id IS NOT NULL FROM chat_attachments WHERE media_type <> '", removed_file!(), "' ORDER BY id"));

/// Endings of the files that SQLite keeps beside a database. Left over from another database they would change this one.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Copies the database at `path` into the file `to`, as it is at one moment. A service that uses it goes on.
///
/// # Errors
/// `Conflict` when there is no chat in it, or one of a newer version; `Unavailable`.
pub async fn copy(path: &Path, to: &Path) -> Result<Copied> {
    let (path, to) = (path.to_owned(), to.to_owned());
    apart(move || {
        schema(&mut open(&path)?)?;
        let name = to.to_str();
        let name = name.ok_or_else(|| Error::unavailable("the path is not valid UTF-8"))?;
        private()
            .open(&to)
            .map_err(|error| cannot("write", &to, &error))?;
        let copy = CopyInto {
            file: name.to_owned(),
        };
        copy.run(&mut open(&path)?).map_err(|fault| {
            let cause = Error::from(Fault::from(fault));
            let shown = to.display();
            Error::unavailable(format!(
                "the database cannot be copied to {shown}: {cause:#}"
            ))
        })?;
        let mut copied = open(&to)?;
        Ok(Copied {
            schema: schema(&mut copied)?,
            files: named_files(&mut copied)?,
            warning: None,
        })
    })
    .await
}

/// The files that the database at `path` names now.
///
/// # Errors
/// `Unavailable`.
pub async fn files(path: &Path) -> Result<Vec<NamedFile>> {
    let path = path.to_owned();
    apart(move || named_files(&mut open(&path)?)).await
}

/// Nothing may be at `path`, where a copy is to be put. The copy itself needs nothing.
///
/// # Errors
/// `Conflict` when there is something.
pub async fn can_put_back(_copy: &Path, path: &Path) -> Result<()> {
    is_empty(path).await
}

/// Nothing may be at `path`.
///
/// # Errors
/// `Conflict` when there is something.
#[expect(clippy::unused_async, reason = "the other engine asks its server")]
pub async fn is_empty(path: &Path) -> Result<()> {
    is_absent(path)
}

fn is_absent(path: &Path) -> Result<()> {
    let is_there = |path: &Path| fs::metadata(path).is_ok_and(|found| found.len() > 0);
    let mut all = vec![path.to_owned()];
    all.extend(BESIDE.map(|ending| with_ending(path, ending)));
    match all.iter().find(|path| is_there(path)) {
        None => Ok(()),
        Some(found) => Err(Error::conflict(format!(
            "{} is there already, and nothing is written over; move it away, or name another file",
            found.display()
        ))),
    }
}

/// Puts a copy at `path`, where nothing is. It is there whole or not at all.
///
/// # Errors
/// `Conflict` when something is there, or another process of ours holds the place; `Unavailable`.
pub async fn put_back(copy: &Path, path: &Path) -> Result<()> {
    let (copy, path) = (copy.to_owned(), path.to_owned());
    apart(move || {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder).map_err(|error| cannot("make the folder of", &path, &error))?;
        let path = real(&path).map_err(|error| cannot("find the folder of", &path, &error))?;
        let _claim = Claim::of(&path)?;
        is_absent(&path)?;
        let partial = with_ending(&path, ".partial");
        let put = put(&copy, &partial)
            .and_then(|()| fs::rename(&partial, &path))
            .and_then(|()| File::open(folder)?.sync_all());
        put.map_err(|error| {
            // Nothing was here before.
            let _ = fs::remove_file(&partial);
            let _ = fs::remove_file(&path);
            cannot("write", &path, &error)
        })
    })
    .await
}

/// Whether this version knows a schema.
///
/// # Errors
/// `Conflict` for that of a newer version.
pub fn knows(schema: &str) -> Result<()> {
    legacy::is_not_newer(Some(schema.to_owned()), migrations::newest()?)
}

/// Runs on a thread of its own, which does not keep a process that is asked to stop.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let (done, told) = oneshot::channel();
    thread::spawn(move || done.send(work()));
    told.await
        .unwrap_or_else(|_| Err(Error::internal("copying the database was broken off")))
}

fn open(path: &Path) -> Result<SqliteConnection> {
    let shown = path.display();
    if !path.exists() {
        return Err(Error::conflict(format!("there is no database at {shown}")));
    }
    establish(path, "rw")
        .map_err(|error| Error::unavailable(format!("cannot open {shown}: {error}")))
}

fn schema(connection: &mut SqliteConnection) -> Result<String> {
    let has_migrations: Option<bool> = HasMigrations {}.row(connection).map_err(Fault::from)?;
    let there: Option<Option<String>> = match has_migrations {
        Some(true) => NewestMigration {}.row(connection).map_err(Fault::from)?,
        _ => None,
    };
    schema_to_copy(there.flatten(), migrations::newest()?)
}

fn named_files(connection: &mut SqliteConnection) -> Result<Vec<NamedFile>> {
    let rows: Vec<(i64, bool)> = NamedFiles {}.rows(connection).map_err(Fault::from)?;
    let named = rows.into_iter().map(|(attachment, is_sent)| NamedFile {
        attachment,
        is_sent,
    });
    Ok(named.collect())
}

fn put(copy: &Path, partial: &Path) -> io::Result<()> {
    let mut to = private().truncate(true).open(partial)?;
    io::copy(&mut File::open(copy)?, &mut to)?;
    to.sync_all()
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

fn cannot(what: &str, path: &Path, error: &io::Error) -> Error {
    Error::unavailable(format!("cannot {what} {}: {error}", path.display()))
}
