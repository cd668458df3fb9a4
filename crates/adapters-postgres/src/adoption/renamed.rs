use diesel::sql_types::{Array, Text};
use ports::{Result, adoption::Renamed};

use crate::{
    pool::Connection,
    statement::{Statement, statement},
};

statement! {
    /// Of source `$1`, gives what is kept under parts `$2` and keys `$3` the keys `$4`.
    RenameIds(Text, Array<Text>, Array<Text>, Array<Text>) -> ()
        = "UPDATE hims_adopted_ids a SET key = n.key FROM unnest($2, $3, $4) AS n (part, before, key)
            WHERE a.source = $1 AND a.part = n.part AND a.key = n.before AND NOT EXISTS (
                SELECT 1 FROM hims_adopted_ids b WHERE b.source = $1 AND b.part = n.part AND b.key = n.key)";

    /// The same of notes.
    RenameNotes(Text, Array<Text>, Array<Text>, Array<Text>) -> ()
        = "UPDATE hims_adoption_notes a SET key = n.key FROM unnest($2, $3, $4) AS n (part, before, key)
            WHERE a.source = $1 AND a.part = n.part AND a.key = n.before AND NOT EXISTS (
                SELECT 1 FROM hims_adoption_notes b WHERE b.source = $1 AND b.part = n.part AND b.key = n.key
                    AND b.reason = a.reason)";
}

pub(super) async fn keep(
    transaction: &mut Connection,
    source: &str,
    renamed: &[Renamed],
) -> Result<()> {
    if renamed.is_empty() {
        return Ok(());
    }
    let all = |of: fn(&Renamed) -> &str| renamed.iter().map(of).collect::<Vec<_>>();
    let parts = all(|renamed| renamed.part);
    let (before, keys) = (all(|renamed| &renamed.before), all(|renamed| &renamed.key));
    let ids = RenameIds::with((source, &parts, &before, &keys));
    transaction.run(ids).await?;
    let notes = RenameNotes::with((source, &parts, &before, &keys));
    transaction.run(notes).await.map(drop)
}
