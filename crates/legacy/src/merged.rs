use domain::PatientWords;
use jiff::Timestamp;
use ports::{Error, Merge, Record, Result};

/// Rows of merges: from and into.
pub fn merges(rows: Vec<(i64, i64)>) -> Vec<Merge> {
    let merge = |(from, into): (i64, i64)| Merge {
        from: from.into(),
        into: into.into(),
    };
    rows.into_iter().map(merge).collect()
}

/// Rows of records: MRN, id, and whether the hospital deleted it.
pub fn records_of(rows: Vec<(String, i64, bool)>) -> Vec<Record> {
    let record = |(mrn, id, is_deleted): (String, i64, bool)| Record {
        mrn,
        id: id.into(),
        is_deleted,
    };
    rows.into_iter().map(record).collect()
}

/// The time of a merge, from microseconds since 1970.
pub fn merged_at(at: Option<i64>) -> Option<Timestamp> {
    at.and_then(|at| Timestamp::from_microsecond(at).ok())
}

/// The last word of a name as [`PatientWords::surnames`] writes it.
pub fn surname(name: &str) -> String {
    let name = PatientWords::name(name);
    name.rsplit(' ').next().unwrap_or_default().to_owned()
}

/// The record at which the merges of `from` end once it is merged into `into`; none where it was merged so
/// before. `before` is the record that `from` was merged into, `ends` the one at the end of the merges of `into`.
///
/// # Errors
/// As of [`ports::PatientRegister::merge`].
pub fn merged(from: i64, into: i64, before: Option<i64>, ends: Option<i64>) -> Result<Option<i64>> {
    let now = ends.unwrap_or(into);
    if from == into {
        return Err(Error::invalid("into", "must be another patient"));
    }
    match before {
        Some(before) if before == into => Ok(None),
        Some(_) => Err(Error::conflict(
            "the record was merged into another one before: take that back first",
        )),
        None if now == from => Err(Error::conflict(
            "the other record was merged into this one before: take that back first",
        )),
        None => Ok(Some(now)),
    }
}
