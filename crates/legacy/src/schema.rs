use ports::{Error, Result};

/// Holds the newest of our migrations that a database has against the newest of this version: an older version would
/// write without what a newer one keeps beside it.
///
/// # Errors
/// `Conflict` for the schema of a newer version.
pub fn is_not_newer(there: Option<String>, here: Option<String>) -> Result<()> {
    if there <= here {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "the database's schema is that of a newer hims-chat ({}; this one knows {}): start that one",
        there.unwrap_or_default(),
        here.unwrap_or_default()
    )))
}
