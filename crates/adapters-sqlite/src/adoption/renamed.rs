use diesel::SqliteConnection;
use ports::adoption::Renamed;

use crate::{error::Fault, statement::statement};

statement!(RenameId { source: String, part: &'static str, before: String, key: String } =
    "UPDATE OR IGNORE hims_adopted_ids SET key = ?4 WHERE source = ?1 AND part = ?2 AND key = ?3");

statement!(RenameNotes { source: String, part: &'static str, before: String, key: String } =
    "UPDATE OR IGNORE hims_adoption_notes SET key = ?4 WHERE source = ?1 AND part = ?2 AND key = ?3");

pub(super) fn keep(
    connection: &mut SqliteConnection,
    source: &str,
    renamed: Renamed,
) -> Result<(), Fault> {
    let Renamed { part, before, key } = renamed;
    let id = RenameId {
        source: source.to_owned(),
        part,
        before: before.clone(),
        key: key.clone(),
    };
    id.run(connection)?;
    let notes = RenameNotes {
        source: source.to_owned(),
        part,
        before,
        key,
    };
    notes.run(connection)?;
    Ok(())
}
