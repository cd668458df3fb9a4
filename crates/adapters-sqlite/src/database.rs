//! The file: who may open it, and how every connection to it is set up.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection};
use legacy::NaiveZone;
use ports::{Error, Result};

use crate::error::{Fault, gone};

/// A database file that this process holds.
pub(crate) struct Database {
    path: PathBuf,
    /// The identity of the file when it was opened, so that another one put in its place is noticed.
    identity: Option<FileIdentity>,
    zone: NaiveZone,
}

/// Holds off a second process of ours until dropped. The operating system lets go of it when the
/// process dies, however it dies.
pub(crate) struct Claim {
    _file: File,
}

impl Database {
    /// Claims the file for this process and makes it where there is none. The other application writes its
    /// times in `zone`.
    pub(crate) fn claim(path: &Path, zone: NaiveZone) -> Result<(Self, Claim)> {
        let shown = path.display();
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            fs::create_dir_all(folder).map_err(|error| {
                Error::unavailable(format!("cannot make the folder of {shown}: {error}"))
            })?;
        }
        let path = real(path).map_err(|error| {
            Error::unavailable(format!("cannot find the folder of {shown}: {error}"))
        })?;
        let claim = Claim::of(&path)?;
        private()
            .open(&path)
            .map_err(|error| Error::unavailable(format!("cannot open {shown}: {error}")))?;
        establish(&path, "rwc")
            .and_then(|mut connection| {
                let wal = connection.batch_execute("PRAGMA journal_mode = WAL");
                wal.map_err(|error| error.to_string())
            })
            .map_err(|error| Error::unavailable(format!("cannot open {shown}: {error}")))?;
        let identity = FileIdentity::of(&path);
        let database = Self {
            path,
            identity,
            zone,
        };
        Ok((database, claim))
    }

    /// The one connection that writes.
    pub(crate) fn writer(&self) -> Result<SqliteConnection, Fault> {
        // FULL: a commit is on the disk before anybody is told that it happened.
        self.open("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")
    }

    /// A connection that only reads.
    pub(crate) fn reader(&self) -> Result<SqliteConnection, Fault> {
        self.open("PRAGMA query_only = ON;")
    }

    /// Whether the file is still the one that was opened. Writing on into a file that was moved
    /// away would acknowledge messages that nobody finds again.
    pub(crate) fn is_in_place(&self) -> bool {
        FileIdentity::of(&self.path) == self.identity
    }

    fn open(&self, pragmas: &str) -> Result<SqliteConnection, Fault> {
        if !self.is_in_place() {
            return Err(gone()
                .with_source("the database file is not in its place")
                .into());
        }
        let mut connection =
            establish(&self.path, "rw").map_err(|error| gone().with_source(error))?;
        connection.batch_execute(pragmas)?;
        crate::functions::register(&mut connection, &self.zone)?;
        Ok(connection)
    }
}

/// Opens for writing and makes what is not there, for its owner alone: patients are spoken of in it.
pub(crate) fn private() -> fs::OpenOptions {
    let mut options = File::options();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The path without links and dots, so that a file has one lock, whatever it is called.
pub(crate) fn real(path: &Path) -> std::io::Result<PathBuf> {
    if path.exists() {
        return path.canonicalize();
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.canonicalize()?,
        _ => std::env::current_dir()?,
    };
    Ok(folder.join(path.file_name().unwrap_or_default()))
}

/// Opens the file; another application may hold it for a moment, so every connection waits.
pub(crate) fn establish(path: &Path, mode: &str) -> Result<SqliteConnection, String> {
    let path = path.to_str().ok_or("the path is not valid UTF-8")?;
    let escaped = path
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    let mut connection = SqliteConnection::establish(&format!("file:{escaped}?mode={mode}"))
        .map_err(|error| error.to_string())?;
    connection
        .batch_execute("PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;")
        .map_err(|error| error.to_string())?;
    Ok(connection)
}

impl Claim {
    /// # Errors
    /// `Conflict` when another process of ours holds it; `Unavailable`.
    pub(crate) fn of(database: &Path) -> Result<Self> {
        let mut name = database.as_os_str().to_owned();
        name.push(".lock");
        let shown = database.display();
        let cannot =
            |error: std::io::Error| Error::unavailable(format!("cannot lock {shown}: {error}"));
        let file = private().open(&name).map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::conflict(format!(
                "{shown} is in use by another hims-chat process; an SQLite database serves one process, \
                 PostgreSQL serves several"
            ))),
            Err(TryLockError::Error(error)) => Err(cannot(error)),
        }
    }
}

/// Numbers that tell a file from another one at the same path.
#[derive(PartialEq, Eq)]
struct FileIdentity {
    device: u64,
    inode: u64,
}

impl FileIdentity {
    #[cfg(unix)]
    fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = fs::metadata(path).ok()?;
        Some(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    }

    /// The identity on systems whose files have no number: there a file cannot be moved away while it is open either.
    #[cfg(not(unix))]
    fn of(path: &Path) -> Option<Self> {
        let _ = fs::metadata(path).ok()?;
        Some(Self {
            device: 0,
            inode: 0,
        })
    }
}
