use crate::is_not_newer;
use ports::{Error, Result};

/// A copy of the database, for a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The newest of our migrations in it.
    pub schema: String,
    /// The files that it names.
    pub files: Vec<NamedFile>,
    /// Advice for the operator, such as a server into which it does not go.
    pub warning: Option<String>,
}

/// A file that a database names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedFile {
    /// The key of its attachment.
    pub attachment: i64,
    /// Whether a message carries it. Before that its bytes may still be on their way.
    pub is_sent: bool,
}

/// The schema of a database that is to be copied.
///
/// # Errors
/// `Conflict` where there is none, and for that of a newer version, whose files may lie elsewhere.
pub fn schema_to_copy(there: Option<String>, here: Option<String>) -> Result<String> {
    is_not_newer(there.clone(), here)?;
    there.ok_or_else(|| {
        Error::conflict("this database holds no chat: no schema of hims-chat is in it")
    })
}
