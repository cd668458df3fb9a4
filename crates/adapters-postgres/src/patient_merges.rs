//! Records of patients that are about the same person.

use diesel::sql_types::{Array, BigInt, Bool, Text};
use ports::{Error, Result};

use crate::{
    pool::Connection,
    statement::{Statement, statement},
};

statement! {
    /// The merges of records `$1`: from and into.
    Merges(Array<BigInt>) -> (BigInt, BigInt)
        = "SELECT patient_id, into_id FROM hims_patient_merges WHERE patient_id = ANY ($1)";

    /// One merge at a time is written.
    Lock() -> () = "LOCK TABLE hims_patient_merges IN SHARE ROW EXCLUSIVE MODE";

    /// The name of record `$1`.
    NameOf(BigInt) -> Text = "SELECT name FROM patients WHERE id = $1";

    /// Record `$1`, where the hospital has not deleted it.
    Held(BigInt) -> BigInt = "SELECT id FROM patients WHERE id = $1 AND deleted_at IS NULL";

    /// The record that `$1` was merged into.
    IntoOf(BigInt) -> BigInt = "SELECT into_id FROM hims_patient_merges WHERE patient_id = $1";

    /// The record at the end of the merges of `$1`.
    EndOf(BigInt) -> BigInt = "SELECT now_id FROM hims_patient_merges WHERE patient_id = $1";

    /// `$1`, a surname `$4`, was merged into `$2`, which is `$3` now.
    Add(BigInt, BigInt, BigInt, Text) -> ()
        = "INSERT INTO hims_patient_merges (patient_id, into_id, now_id, surname) VALUES ($1, $2, $3, $4)";

    /// All that ended at `$1` end at `$2`.
    Lead(BigInt, BigInt) -> () = "UPDATE hims_patient_merges SET now_id = $2 WHERE now_id = $1";

    /// Takes the merge of `$1` out; when it was made.
    Remove(BigInt) -> BigInt
        = "DELETE FROM hims_patient_merges WHERE patient_id = $1 RETURNING hims_micros(merged_at)";

    /// The records with one of the MRNs `$1`: MRN, id, and whether the hospital has deleted it.
    RecordsOf(Array<Text>) -> (Text, BigInt, Bool)
        = "SELECT mrn::text, id, deleted_at IS NOT NULL FROM patients WHERE mrn = ANY ($1)
            ORDER BY deleted_at IS NOT NULL, id";

    /// All that were merged into `$1`, and so on, end there.
    LeadBelow(BigInt) -> ()
        = "WITH RECURSIVE below AS (
                SELECT patient_id FROM hims_patient_merges WHERE into_id = $1
                UNION SELECT m.patient_id FROM hims_patient_merges m JOIN below b ON m.into_id = b.patient_id
            )
            UPDATE hims_patient_merges m SET now_id = $1 FROM below b WHERE m.patient_id = b.patient_id";
}

/// The merges of records: from and into.
pub(crate) async fn of(connection: &mut Connection, records: Vec<i64>) -> Result<Vec<(i64, i64)>> {
    connection.all(Merges::with((records,))).await
}

/// Merges a record into another, in a transaction.
pub(crate) async fn add(transaction: &mut Connection, from: i64, into: i64) -> Result<()> {
    transaction.run(Lock::with(())).await?;
    let name: Option<String> = transaction.first(NameOf::with((from,))).await?;
    let held: Option<i64> = transaction.first(Held::with((into,))).await?;
    let (Some(name), Some(_)) = (name, held) else {
        return Err(Error::not_found("patient"));
    };
    let before: Option<i64> = transaction.first(IntoOf::with((from,))).await?;
    let ends: Option<i64> = transaction.first(EndOf::with((into,))).await?;
    match legacy::merged(from, into, before, ends)? {
        None => Ok(()),
        Some(now) => {
            transaction
                .run(Add::with((
                    from,
                    into,
                    now,
                    legacy::surname(&name).as_str(),
                )))
                .await?;
            transaction.run(Lead::with((from, now))).await.map(drop)
        }
    }
}

/// Takes the merge of a record back, in a transaction. When it was made, in microseconds since 1970, if it was.
pub(crate) async fn remove(transaction: &mut Connection, from: i64) -> Result<Option<i64>> {
    transaction.run(Lock::with(())).await?;
    let removed: Option<i64> = transaction.first(Remove::with((from,))).await?;
    transaction.run(LeadBelow::with((from,))).await?;
    Ok(removed)
}

/// The records with these MRNs: MRN, id, and whether the hospital has deleted it; those it has not first.
pub(crate) async fn records(
    connection: &mut Connection,
    mrns: Vec<&str>,
) -> Result<Vec<(String, i64, bool)>> {
    connection.all(RecordsOf::with((mrns,))).await
}
