use std::fmt;

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};
use diesel_async::pooled_connection::{PoolError as ConnectError, deadpool::PoolError};
use ports::Error;
use tokio_postgres::error::SqlState;

/// The SQLSTATE of a failure, as the source of the error told to the caller.
///
/// PostgreSQL's own words can hold what somebody wrote, so they go no further than this module.
#[derive(Debug)]
struct Code(SqlState);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SQLSTATE {}", self.0.code())
    }
}

impl std::error::Error for Code {}

/// The error for the caller: it may try again (a server that stops, a statement cancelled, a deadlock), or a
/// statement or the schema is wrong.
pub(crate) fn failure(error: &DieselError) -> Error {
    match error {
        DieselError::DatabaseError(kind, information) => {
            let failure = told(kind, &**information);
            match code_of(kind) {
                Some(code) => failure.with_source(Code(code)),
                None => failure,
            }
        }
        DieselError::BrokenTransactionManager | DieselError::RollbackErrorOnCommit { .. } => {
            unavailable()
        }
        DieselError::NotFound => Error::internal("the database answered no row"),
        _ => Error::internal("the database answered what was not expected"),
    }
}

fn told(kind: &DatabaseErrorKind, information: &dyn DatabaseErrorInformation) -> Error {
    match kind {
        DatabaseErrorKind::UniqueViolation
        | DatabaseErrorKind::ForeignKeyViolation
        | DatabaseErrorKind::NotNullViolation
        | DatabaseErrorKind::CheckViolation
        | DatabaseErrorKind::ExclusionViolation
        | DatabaseErrorKind::RestrictViolation => {
            let constraint = information.constraint_name().unwrap_or("unnamed");
            Error::internal(format!(
                "the database refused a row: {kind:?} of {constraint}"
            ))
        }
        DatabaseErrorKind::ReadOnlyTransaction => {
            Error::unavailable("the database takes no writes: it is read-only or in recovery")
        }
        // The words of the operating system, with nothing of a row in them.
        _ if information.message().contains("No space left on device") => {
            Error::unavailable("the database takes no writes: its disk is full")
        }
        // PostgreSQL points into the text of a statement that it cannot make sense of.
        _ if information.statement_position().is_some() => wrong_statement(),
        _ => unavailable(),
    }
}

/// A failure of which Diesel tells no kind, and whose SQLSTATE was asked for.
pub(crate) fn failure_of_code(code: SqlState) -> Error {
    let failure = if is_temporary(&code) {
        unavailable()
    } else {
        wrong_statement()
    };
    failure.with_source(Code(code))
}

/// Whether a rule of the database refused a statement: another table refers to one of its rows, or a trigger raised an
/// error.
pub(crate) fn is_of_rule(error: &Error) -> bool {
    let source = std::error::Error::source(error);
    let code = source.and_then(|source| source.downcast_ref::<Code>());
    code.is_some_and(|Code(code)| {
        code.code().starts_with("23") || *code == SqlState::RAISE_EXCEPTION
    })
}

/// Whether Diesel keeps back why PostgreSQL refused a statement.
pub(crate) fn is_untold(error: &DieselError) -> bool {
    matches!(
        error,
        DieselError::DatabaseError(DatabaseErrorKind::Unknown, _)
    )
}

/// The kinds that Diesel makes of one SQLSTATE alone.
fn code_of(kind: &DatabaseErrorKind) -> Option<SqlState> {
    Some(match kind {
        DatabaseErrorKind::UniqueViolation => SqlState::UNIQUE_VIOLATION,
        DatabaseErrorKind::ForeignKeyViolation => SqlState::FOREIGN_KEY_VIOLATION,
        DatabaseErrorKind::NotNullViolation => SqlState::NOT_NULL_VIOLATION,
        DatabaseErrorKind::CheckViolation => SqlState::CHECK_VIOLATION,
        DatabaseErrorKind::ExclusionViolation => SqlState::EXCLUSION_VIOLATION,
        DatabaseErrorKind::RestrictViolation => SqlState::RESTRICT_VIOLATION,
        DatabaseErrorKind::ReadOnlyTransaction => SqlState::READ_ONLY_SQL_TRANSACTION,
        DatabaseErrorKind::SerializationFailure => SqlState::T_R_SERIALIZATION_FAILURE,
        _ => return None,
    })
}

/// Whether the same statement may work later, by the class of the SQLSTATE
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>): connections, rollbacks such as
/// deadlocks, what has run out, what is in use, an operator, the system, PostgreSQL itself.
fn is_temporary(code: &SqlState) -> bool {
    let class = code.code().get(..2).unwrap_or_default();
    matches!(class, "08" | "40" | "53" | "55" | "57" | "58" | "XX")
}

/// Why there is no connection.
pub(crate) fn no_connection(error: &PoolError) -> Error {
    match error {
        PoolError::Backend(ConnectError::QueryError(error)) => failure(error),
        _ => unavailable(),
    }
}

pub(crate) fn unavailable() -> Error {
    Error::unavailable("the database does not answer")
}

fn wrong_statement() -> Error {
    Error::internal(
        "the database refused a statement: its schema is not the one of this version, or a right is missing",
    )
}
