use diesel::sql_types::{Array, Text};
use ports::{Result, adoption::Note};

use crate::{
    pool::Connection,
    statement::{Statement, statement},
};

statement! {
    /// Notes on rows of source `$1`: their parts, keys, reasons, outcomes, values.
    KeepNotes(Text, Array<Text>, Array<Text>, Array<Text>, Array<Text>, Array<Text>) -> ()
        = "INSERT INTO hims_adoption_notes (source, part, key, reason, outcome, raw)
            SELECT $1, * FROM unnest($2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
}

pub(super) async fn keep(transaction: &mut Connection, source: &str, notes: &[Note]) -> Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    let all = |of: fn(&Note) -> &str| notes.iter().map(of).collect::<Vec<_>>();
    let outcome = |note: &Note| {
        if note.is_quarantined {
            "quarantined"
        } else {
            "flagged"
        }
    };
    let keep = KeepNotes::with((
        source,
        all(|note| note.part),
        all(|note| &note.key),
        all(|note| note.reason),
        all(outcome),
        all(|note| &note.raw),
    ));
    transaction.run(keep).await.map(drop)
}
