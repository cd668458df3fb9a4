use std::fmt;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use domain::Denied;
use libsqlite3_sys as ffi;
use ports::Error;

/// Why work in the database ended: we refused it, or the database did.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Ours, to be answered as it is.
    Refused(Error),
    /// The database's.
    Database(DieselError),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<Denied> for Fault {
    fn from(denied: Denied) -> Self {
        Self::Refused(denied.into())
    }
}

impl From<DieselError> for Fault {
    fn from(error: DieselError) -> Self {
        Self::Database(error)
    }
}

/// The one place where a foreign error becomes one of the ports.
impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        let error = match fault {
            Fault::Refused(error) => return error,
            Fault::Database(error) => error,
        };
        match &error {
            DieselError::DatabaseError(kind, _) if is_constraint(kind) => {
                Self::conflict("something else changed this at the same moment").with_source(error)
            }
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, information) => {
                let code = Code::of(information.message());
                if code.number == ffi::SQLITE_ERROR {
                    let refused = "the database refused a statement: its schema is not the one of this version";
                    Self::internal(refused).with_source(code)
                } else {
                    gone().with_source(code)
                }
            }
            DieselError::DeserializationError(_)
            | DieselError::SerializationError(_)
            | DieselError::QueryBuilderError(_)
            | DieselError::NotFound => {
                Self::internal("the database holds what it cannot hold").with_source(error)
            }
            _ => gone().with_source(error),
        }
    }
}

/// The result code of a failure, with SQLite's words where those are its own.
#[derive(Debug)]
struct Code {
    number: i32,
    words: Option<String>,
}

/// SQLite's words for the result codes under which the same statement may work later
/// (`sqlite3_errstr`; it has no other languages).
const TEMPORARY: [(i32, &str); 15] = [
    (ffi::SQLITE_PERM, "access permission denied"),
    (ffi::SQLITE_BUSY, "database is locked"),
    (ffi::SQLITE_LOCKED, "database table is locked"),
    (ffi::SQLITE_LOCKED, "database schema is locked"),
    (ffi::SQLITE_NOMEM, "out of memory"),
    (ffi::SQLITE_READONLY, "attempt to write a readonly database"),
    (ffi::SQLITE_INTERRUPT, "interrupted"),
    (ffi::SQLITE_IOERR, "disk I/O error"),
    (ffi::SQLITE_CORRUPT, "database disk image is malformed"),
    (ffi::SQLITE_CORRUPT, "malformed database schema"),
    (ffi::SQLITE_FULL, "database or disk is full"),
    (ffi::SQLITE_CANTOPEN, "unable to open database"),
    (ffi::SQLITE_PROTOCOL, "locking protocol"),
    (ffi::SQLITE_SCHEMA, "database schema has changed"),
    (ffi::SQLITE_NOTADB, "file is not a database"),
];

impl Code {
    /// Diesel keeps the words of SQLite and drops the code, so the words tell it.
    fn of(words: &str) -> Self {
        let temporary = TEMPORARY.iter().find(|(_, known)| words.starts_with(known));
        if let Some((number, known)) = temporary {
            return Self {
                number: *number,
                words: Some((*known).to_owned()),
            };
        }
        // These name what the statement names. The words of a trigger can be somebody's.
        let names = ["no such ", "ambiguous column name", "table ", "near "];
        let is_own = names.iter().any(|name| words.starts_with(name));
        Self {
            number: ffi::SQLITE_ERROR,
            words: is_own.then(|| words.to_owned()),
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(words) = &self.words {
            write!(f, "{words} ")?;
        }
        write!(f, "(SQLite result code {})", self.number)
    }
}

impl std::error::Error for Code {}

fn is_constraint(kind: &DatabaseErrorKind) -> bool {
    matches!(
        kind,
        DatabaseErrorKind::UniqueViolation
            | DatabaseErrorKind::ForeignKeyViolation
            | DatabaseErrorKind::NotNullViolation
            | DatabaseErrorKind::CheckViolation
    )
}

/// The answer when there is no database to ask.
pub(crate) fn gone() -> Error {
    Error::unavailable("the database does not answer")
}
