use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::pooled_connection::{PoolError as ConnectError, deadpool::PoolError};
use ports::Error;

/// What a failure of the database means to the caller.
///
/// PostgreSQL's own words can hold what somebody wrote, so they go no further than here. A failure
/// that is no broken rule of the schema (a server that stops, a statement cancelled, a deadlock)
/// passes: the caller may try again.
pub(crate) fn failure(error: &DieselError) -> Error {
    match error {
        DieselError::DatabaseError(kind, information) => match kind {
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
            _ => unavailable(),
        },
        DieselError::BrokenTransactionManager | DieselError::RollbackErrorOnCommit { .. } => {
            unavailable()
        }
        DieselError::NotFound => Error::internal("the database answered no row"),
        _ => Error::internal("the database answered what was not expected"),
    }
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
