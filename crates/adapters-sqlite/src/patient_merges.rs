//! Records of patients that are about the same person.

use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool},
};
use ports::Error;

use crate::{
    columns::Text,
    error::Fault,
    sql::now,
    statement::{json_list, statement},
};

statement!(Merges { records: String } -> (BigInt, BigInt) =
    "SELECT patient_id, into_id FROM hims_patient_merges \
     WHERE patient_id IN (SELECT value FROM json_each(?1))");
statement!(RecordsOf { mrns: String } -> (Text, BigInt, Bool) =
    "SELECT mrn, id, deleted_at IS NOT NULL FROM patients WHERE mrn IN (SELECT value FROM json_each(?1)) \
     ORDER BY deleted_at IS NOT NULL, id");
statement!(NameOf { record: i64 } -> Text = "SELECT name FROM patients WHERE id = ?1");
statement!(Held { record: i64 } -> BigInt =
    "SELECT id FROM patients WHERE id = ?1 AND deleted_at IS NULL");
statement!(IntoOf { record: i64 } -> BigInt =
    "SELECT into_id FROM hims_patient_merges WHERE patient_id = ?1");
statement!(EndOf { record: i64 } -> BigInt =
    "SELECT now_id FROM hims_patient_merges WHERE patient_id = ?1");
statement!(
    Add {
        from: i64,
        into: i64,
        now: i64,
        surname: String,
        at: i64
    } = "INSERT INTO hims_patient_merges (patient_id, into_id, now_id, surname, merged_at) VALUES (?1, ?2, ?3, ?4, ?5)"
);
// All that ended at the one end at the other.
statement!(
    Lead {
        from: i64,
        now: i64
    } = "UPDATE hims_patient_merges SET now_id = ?2 WHERE now_id = ?1"
);
statement!(Remove { from: i64 } -> BigInt =
    "DELETE FROM hims_patient_merges WHERE patient_id = ?1 RETURNING merged_at");
// All that were merged into it, and so on, end there.
statement!(
    LeadBelow { record: i64 } = "WITH RECURSIVE below AS ( \
         SELECT patient_id FROM hims_patient_merges WHERE into_id = ?1 \
         UNION SELECT m.patient_id FROM hims_patient_merges m JOIN below b ON m.into_id = b.patient_id \
     ) \
     UPDATE hims_patient_merges SET now_id = ?1 WHERE patient_id IN (SELECT patient_id FROM below)"
);

/// The merges of records: from and into.
pub(crate) fn of(
    connection: &mut SqliteConnection,
    records: Vec<i64>,
) -> Result<Vec<(i64, i64)>, Fault> {
    let records = json_list(records);
    Ok(Merges { records }.rows(connection)?)
}

/// The records with these MRNs: MRN, id, and whether the hospital has deleted it; those it has not first.
pub(crate) fn records(
    connection: &mut SqliteConnection,
    mrns: String,
) -> Result<Vec<(String, i64, bool)>, Fault> {
    Ok(RecordsOf { mrns }.rows(connection)?)
}

/// Merges a record into another.
pub(crate) fn add(connection: &mut SqliteConnection, from: i64, into: i64) -> Result<(), Fault> {
    let name: Option<String> = NameOf { record: from }.row(connection)?;
    let held: Option<i64> = Held { record: into }.row(connection)?;
    let (Some(name), Some(_)) = (name, held) else {
        return Err(Error::not_found("patient").into());
    };
    let before: Option<i64> = IntoOf { record: from }.row(connection)?;
    let ends: Option<i64> = EndOf { record: into }.row(connection)?;
    if let Some(end) = legacy::merged(from, into, before, ends)? {
        let add = Add {
            from,
            into,
            now: end,
            surname: legacy::surname(&name),
            at: now(),
        };
        add.run(connection)?;
        Lead { from, now: end }.run(connection)?;
    }
    Ok(())
}

/// Takes the merge of a record back. When it was made, in microseconds since 1970, if it was.
pub(crate) fn remove(connection: &mut SqliteConnection, from: i64) -> Result<Option<i64>, Fault> {
    let removed: Option<i64> = Remove { from }.row(connection)?;
    LeadBelow { record: from }.run(connection)?;
    Ok(removed)
}
