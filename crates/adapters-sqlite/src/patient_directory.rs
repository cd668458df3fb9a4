use async_trait::async_trait;
use diesel::sql_types::{BigInt, Nullable};
use domain::{Doctor, PageSize, Patient, PatientId, PatientRef, PatientWords, sought_words};
use legacy::{PatientRow, key};
use ports::{Error, MOST_NAMED, MOST_ON_WARD, PatientDirectory, Result};

use crate::{
    columns::Text,
    patient_names, patient_refs,
    statement::{json_list, statement},
    store::Store,
};

pub(crate) type PatientColumns = (
    BigInt,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
);

/// The columns of a `legacy::PatientRow`.
macro_rules! patients {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, mrn, date_of_birth, sex, bed, ward, allergies, \
                 (SELECT json_group_array(json_array(f.id, f.mrn, f.name, f.allergies)) FROM hims_merged_records g \
                      JOIN patients f ON f.id = g.patient_id WHERE g.now_id = patients.id) \
             FROM patients WHERE deleted_at IS NULL AND ",
            $rest
        )
    };
}
pub(crate) use patients;

/// The patients whom a query of ids finds: of merged records those at whom they end. Asked for each in a subquery:
/// SQLite reads a view of two tables from end to end where it stands at the right of a `LEFT JOIN`.
macro_rules! at_the_end {
    ($($ids:expr),+ $(,)?) => {
        concat!(
            "(SELECT coalesce((SELECT g.now_id FROM hims_merged_records g WHERE g.patient_id = found.id), found.id) \
                FROM (",
            $($ids,)+
            ") found)"
        )
    };
}
pub(crate) use at_the_end;

/// A record number or a bed as `PatientWords::code` writes it: the expression of an index.
macro_rules! code {
    ($column:literal) => {
        concat!(
            "lower(replace(replace(replace(replace(",
            $column,
            ", '-', ''), ' ', ''), '/', ''), '.', ''))"
        )
    };
}
pub(crate) use code;

// A merged record is found by its name and MRN; where it lay says nothing of today.
statement!(Matching { words: String, most: i64 } -> PatientColumns = concat!(
    patients!("NOT EXISTS (SELECT 1 FROM hims_merged_records g WHERE g.patient_id = patients.id) AND (?1 = '' \
      OR hims_holds(name || char(10) || coalesce(mrn, '') || char(10) || coalesce(bed, '') \
      || char(10) || coalesce(ward, '') || char(10) || "), code!("coalesce(mrn, '')"), " || char(10) || ", code!("coalesce(bed, '')"),
    ", ?1) OR EXISTS (SELECT 1 FROM hims_merged_records g JOIN patients f ON f.id = g.patient_id WHERE g.now_id = patients.id \
      AND hims_holds(f.name || char(10) || coalesce(f.mrn, '') || char(10) || ", code!("coalesce(f.mrn, '')"), ", ?1))) \
     ORDER BY ward IS NULL, ward, bed IS NULL, bed, id LIMIT ?2"));
statement!(ById { id: i64 } -> PatientColumns =
    concat!(patients!("id IN "), at_the_end!("SELECT ?1 AS id")));
statement!(ByReference { references: String } -> PatientColumns =
    concat!(patients!("id IN "),
        at_the_end!("SELECT id FROM patients WHERE patient_ref IN (SELECT value FROM json_each(?1))")));

/// A record number without letters before it, as `PatientWords::number` writes it: the expression
/// of an index.
macro_rules! number {
    ($column:literal) => {
        concat!("ltrim(", code!($column), ", 'abcdefghijklmnopqrstuvwxyz')")
    };
}

// At most `most` patients for each way in which words name them: exactly, by the beginning of a
// name, by the surname of one in a bed.
statement!(Named { codes: String, numbers: String, names: String, beginnings: String, surnames: String, most: i64 } -> PatientColumns = concat!(
    patients!("id IN "),
    at_the_end!("SELECT id FROM (SELECT p.id FROM json_each(?1) w CROSS JOIN patients p ON ", code!("p.mrn"), " = w.value \
        UNION SELECT p.id FROM json_each(?1) w CROSS JOIN patients p ON ", code!("p.bed"), " = w.value \
        UNION SELECT p.id FROM json_each(?2) w CROSS JOIN patients p ON ", number!("p.mrn"), " = w.value \
        UNION SELECT p.id FROM json_each(?3) w CROSS JOIN patients p ON p.name_folded = w.value LIMIT ?6) \
      UNION SELECT id FROM (SELECT p.id FROM json_each(?4) w CROSS JOIN patients p \
        ON p.name_folded >= w.value AND p.name_folded < w.value || char(1114111) LIMIT ?6) \
      UNION SELECT id FROM (SELECT p.id FROM json_each(?5) w CROSS JOIN patients p \
        ON replace(p.name_folded, rtrim(p.name_folded, replace(p.name_folded, ' ', '')), '') = w.value \
        AND p.bed IS NOT NULL AND p.deleted_at IS NULL LIMIT ?6) \
      UNION SELECT id FROM (SELECT g.patient_id AS id FROM json_each(?5) w CROSS JOIN hims_patient_merges g \
        ON g.surname = w.value CROSS JOIN patients n ON n.id = g.now_id AND n.bed IS NOT NULL LIMIT ?6)")));
statement!(OnWard { ward: String, most: i64 } -> PatientColumns =
    patients!("ward = ?1 AND NOT EXISTS (SELECT 1 FROM hims_merged_records g WHERE g.patient_id = patients.id) \
     ORDER BY bed IS NULL, bed, id LIMIT ?2"));

#[async_trait]
impl PatientDirectory for Store {
    async fn search(&self, _doctor: &Doctor, text: &str, size: PageSize) -> Result<Vec<Patient>> {
        let matching = Matching {
            words: sought_words(text).join(" "),
            most: i64::try_from(size.get()).unwrap_or(i64::MAX),
        };
        let rows: Vec<PatientRow> = self
            .readers
            .read(move |connection| Ok(matching.rows(connection)?))
            .await?;
        Ok(self.patients(rows))
    }

    async fn find(&self, _doctor: &Doctor, id: &PatientId) -> Result<Patient> {
        let id = key(id.as_i64(), "patient")?;
        let row: Option<PatientRow> = self
            .readers
            .read(move |connection| Ok(ById { id }.row(connection)?))
            .await?;
        row.map(|row| row.into_patient(&self.key))
            .ok_or_else(|| Error::not_found("patient"))
    }

    async fn find_by_reference(
        &self,
        _doctor: &Doctor,
        references: &[PatientRef],
    ) -> Result<Vec<Patient>> {
        let list = json_list(references.iter().map(PatientRef::as_str));
        let by_reference = || ByReference {
            references: list.clone(),
        };
        let query = by_reference();
        let rows: Vec<PatientRow> = self
            .readers
            .read(move |connection| Ok(query.rows(connection)?))
            .await?;
        let patients = self.patients(rows);
        if legacy::are_all(&patients, references) {
            return Ok(patients);
        }
        // The other application adds patients without a reference: catch up and look again.
        let (query, key) = (by_reference(), self.key.clone());
        let rows: Vec<PatientRow> = self
            .writer
            .write(move |work| {
                patient_refs::fill(work.connection, &key)?;
                Ok(query.rows(work.connection)?)
            })
            .await?;
        Ok(self.patients(rows))
    }

    async fn named(&self, _doctor: &Doctor, words: &PatientWords) -> Result<Vec<Patient>> {
        patient_names::fill_all(self).await?;
        let named = Named {
            codes: json_list(words.codes()),
            numbers: json_list(words.numbers()),
            names: json_list(words.names()),
            beginnings: json_list(words.beginnings()),
            surnames: json_list(words.surnames()),
            most: i64::try_from(MOST_NAMED / 3).unwrap_or(i64::MAX),
        };
        let rows: Vec<PatientRow> = self
            .readers
            .read(move |connection| Ok(named.rows(connection)?))
            .await?;
        Ok(self.patients(rows))
    }

    async fn on_ward(&self, _doctor: &Doctor, ward: &str) -> Result<Vec<Patient>> {
        let on_ward = OnWard {
            ward: ward.to_owned(),
            most: i64::try_from(MOST_ON_WARD).unwrap_or(i64::MAX),
        };
        let rows: Vec<PatientRow> = self
            .readers
            .read(move |connection| Ok(on_ward.rows(connection)?))
            .await?;
        Ok(self.patients(rows))
    }
}

impl Store {
    pub(crate) fn patients(&self, rows: Vec<PatientRow>) -> Vec<Patient> {
        rows.into_iter()
            .map(|row| row.into_patient(&self.key))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn whom_a_text_names_is_looked_up_by_index() {
        let plan = Named::plan();
        assert!(!plan.contains("SCAN p"), "{plan}");
        for index in [
            "hims_patients_mrn",
            "hims_patients_bed",
            "hims_patients_mrn_number",
            "hims_patients_name (name_folded=?)",
            "hims_patients_name (name_folded>? AND name_folded<?)",
            "hims_patients_surname",
        ] {
            assert!(plan.contains(index), "{plan}");
        }
        assert!(OnWard::scanned().is_empty(), "{}", OnWard::plan());
    }
}
