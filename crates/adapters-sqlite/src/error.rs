use diesel::result::{DatabaseErrorKind, Error as DieselError};
use domain::Denied;
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

/// The one place where a foreign error becomes one of the ports. What SQLite says names tables and
/// columns, never values: those are bound, not written into the text.
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
