use async_trait::async_trait;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use domain::{Doctor, PageSize, Patient, PatientId, PatientRef, PatientWords, sought_words};
use legacy::{PatientRow, key};
use ports::{Error, MOST_NAMED, MOST_ON_WARD, PatientDirectory, PatientRefKey, Result};

use crate::{
    patient_names,
    pool::Connection,
    sql,
    statement::{Statement, statement},
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

/// The columns of a [`PatientRow`].
macro_rules! patients {
    ($which:literal) => {
        concat!(
            "SELECT id, name, mrn, date_of_birth::text, sex, bed, ward, allergies,
                (SELECT json_agg(json_build_array(f.id, f.mrn, f.name, f.allergies))::text FROM hims_merged_records g
                    JOIN patients f ON f.id = g.patient_id WHERE g.now_id = patients.id)
            FROM patients WHERE deleted_at IS NULL AND ",
            $which
        )
    };
}
pub(crate) use patients;

/// The patients whom a query of ids finds: of merged records those at whom they end. As an array they are found once,
/// whatever the planner expects.
macro_rules! at_the_end {
    ($($ids:expr),+ $(,)?) => {
        concat!(
            "ANY (ARRAY(SELECT coalesce(g.now_id, found.id) FROM (",
            $($ids,)+
            ") found LEFT JOIN hims_merged_records g ON g.patient_id = found.id))"
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

/// A record number without letters before it, as `PatientWords::number` writes it: the expression
/// of an index.
macro_rules! number {
    ($column:literal) => {
        concat!("ltrim(", code!($column), ", 'abcdefghijklmnopqrstuvwxyz')")
    };
}

statement! {
    /// At most `$6` patients for each way in which words name them: exactly by the codes `$1`, the
    /// numbers `$2` or the names `$3`, by the beginning of a name `$4`, and by the surname `$5` of
    /// one in a bed. Every row says whether there are patients whose folded name is missing; the others have to be asked for again then.
    Named(Array<Text>, Array<Text>, Array<Text>, Array<Text>, Array<Text>, BigInt)
        -> (Bool, Nullable<BigInt>, Nullable<PatientColumns>) = concat!(
        "SELECT EXISTS (SELECT FROM patients WHERE name_folded IS NULL), named.id, named.*
            FROM (VALUES (true)) always LEFT JOIN (", patients!("id = "), at_the_end!("(SELECT id FROM patients WHERE ", code!("mrn"), " = ANY ($1)
            UNION SELECT id FROM patients WHERE ", code!("bed"), " = ANY ($1)
            UNION SELECT id FROM patients WHERE ", number!("mrn"), " = ANY ($2)
            UNION SELECT id FROM patients WHERE name_folded = ANY ($3) LIMIT $6)
            UNION (SELECT p.id FROM unnest($4) w (low) CROSS JOIN LATERAL (SELECT id FROM patients
                WHERE name_folded COLLATE \"C\" >= w.low AND name_folded COLLATE \"C\" < w.low || chr(1114111)
                LIMIT $6) p LIMIT $6)
            UNION (SELECT id FROM patients WHERE substring(name_folded FROM '[^ ]+$') = ANY ($5)
                AND bed IS NOT NULL AND deleted_at IS NULL LIMIT $6)
            UNION (SELECT patient_id FROM hims_merged_records WHERE surname = ANY ($5) AND in_bed LIMIT $6)"), ") named ON true");

    /// At most `$2` patients on ward `$1`, by bed.
    OnWard(Text, BigInt) -> PatientColumns
        = patients!("ward = $1 AND NOT EXISTS (SELECT FROM hims_merged_records g WHERE g.patient_id = patients.id)
            ORDER BY bed NULLS LAST, id LIMIT $2");

    /// At most `$2` patients with all of the folded `$1`, by ward and bed.
    FindPatients(Array<Text>, BigInt) -> PatientColumns = concat!(
        patients!("NOT EXISTS (SELECT FROM hims_merged_records g WHERE g.patient_id = patients.id) AND (hims_fold(concat_ws(E'\\n', name, mrn, bed, ward, "),
            code!("mrn"), ", ", code!("bed"), ")) LIKE ALL ($1)
            OR EXISTS (SELECT FROM hims_merged_records g JOIN patients f ON f.id = g.patient_id
                WHERE g.now_id = patients.id AND hims_fold(concat_ws(E'\\n', f.name, f.mrn, ", code!("f.mrn"), ")) LIKE ALL ($1)))
            ORDER BY ward NULLS LAST, bed NULLS LAST, id LIMIT $2");

    /// Patient `$1`.
    OnePatient(BigInt) -> PatientColumns = concat!(patients!("id = "), at_the_end!("SELECT $1 AS id"));

    /// The patients of references `$1`.
    ByReferences(Array<Text>) -> PatientColumns = concat!(
        patients!("id = "), at_the_end!("SELECT id FROM patients WHERE patient_ref = ANY ($1)"));

    /// At most `$1` patients without a reference.
    WithoutReference(BigInt) -> BigInt
        = "SELECT id FROM patients WHERE patient_ref IS NULL ORDER BY id LIMIT $1";

    /// Gives the patients `$1` the references `$2`.
    SetReferences(Array<BigInt>, Array<Text>) -> ()
        = "UPDATE patients p SET patient_ref = new.reference
            FROM (SELECT * FROM unnest($1, $2) AS new (id, reference) ORDER BY id) new
            WHERE p.id = new.id AND p.patient_ref IS NULL";
}

/// References made at once.
const CHUNK: i64 = 1_000;

/// Makes the references of patients that have none yet: those another application has added.
pub(crate) async fn fill_references(
    connection: &mut Connection,
    key: &PatientRefKey,
) -> Result<()> {
    loop {
        let ids: Vec<i64> = connection.all(WithoutReference::with((CHUNK,))).await?;
        if ids.is_empty() {
            return Ok(());
        }
        let reference = |id: &i64| key.reference(&PatientId::from(*id)).to_string();
        let references: Vec<String> = ids.iter().map(reference).collect();
        connection
            .run(SetReferences::with((ids, references)))
            .await?;
    }
}

/// Whether names are missing, and a patient with their id, if any.
type NamedRow = (bool, Option<i64>, Option<PatientRow>);

#[async_trait]
impl PatientDirectory for Store {
    async fn search(&self, _doctor: &Doctor, text: &str, size: PageSize) -> Result<Vec<Patient>> {
        let most = i64::try_from(size.get()).unwrap_or(i64::MAX);
        let mut connection = self.pool.get().await?;
        let words = sql::each_anywhere(sought_words(text));
        let query = FindPatients::with((words, most));
        let rows: Vec<PatientRow> = connection.all(query).await?;
        Ok(self.patients(rows))
    }

    async fn find(&self, _doctor: &Doctor, id: &PatientId) -> Result<Patient> {
        let id = key(id.as_i64(), "patient")?;
        let mut connection = self.pool.get().await?;
        let row: Option<PatientRow> = connection.first(OnePatient::with((id,))).await?;
        row.map(|row| row.into_patient(&self.key))
            .ok_or_else(|| Error::not_found("patient"))
    }

    async fn find_by_reference(
        &self,
        _doctor: &Doctor,
        references: &[PatientRef],
    ) -> Result<Vec<Patient>> {
        let texts: Vec<&str> = references.iter().map(PatientRef::as_str).collect();
        let mut connection = self.pool.get().await?;
        let query = ByReferences::with((texts.as_slice(),));
        let rows: Vec<PatientRow> = connection.all(query).await?;
        let patients = self.patients(rows);
        if legacy::are_all(&patients, references) {
            return Ok(patients);
        }
        fill_references(&mut connection, &self.key).await?;
        let query = ByReferences::with((texts.as_slice(),));
        Ok(self.patients(connection.all(query).await?))
    }

    async fn named(&self, _doctor: &Doctor, words: &PatientWords) -> Result<Vec<Patient>> {
        let (codes, numbers): (Vec<&str>, Vec<&str>) =
            (words.codes().collect(), words.numbers().collect());
        let names: Vec<&str> = words.names().collect();
        let beginnings: Vec<&str> = words.beginnings().collect();
        let surnames: Vec<&str> = words.surnames().collect();
        let most = i64::try_from(MOST_NAMED / 3).unwrap_or(i64::MAX);
        let mut connection = self.pool.get().await?;
        let said = (&codes, &numbers, &names, &beginnings, &surnames, most);
        let mut rows: Vec<NamedRow> = connection.all(Named::with(said)).await?;
        if rows.iter().any(|(some_unfolded, ..)| *some_unfolded) {
            patient_names::fill(&mut connection).await?;
            rows = connection.all(Named::with(said)).await?;
        }
        let mut named = Vec::with_capacity(rows.len());
        for (_, id, row) in rows {
            match (id, row) {
                (_, Some(row)) => named.push(row),
                (None, None) => {}
                // Nobody is left out of the check unnoticed.
                (Some(_), None) => {
                    return Err(Error::internal(
                        "a patient without a name or an MRN cannot be read",
                    ));
                }
            }
        }
        Ok(self.patients(named))
    }

    async fn on_ward(&self, _doctor: &Doctor, ward: &str) -> Result<Vec<Patient>> {
        let most = i64::try_from(MOST_ON_WARD).unwrap_or(i64::MAX);
        let mut connection = self.pool.get().await?;
        let ward = ward.replace('\0', "");
        let rows: Vec<PatientRow> = connection.all(OnWard::with((ward, most))).await?;
        Ok(self.patients(rows))
    }
}

impl Store {
    pub(crate) fn patients(&self, rows: Vec<PatientRow>) -> Vec<Patient> {
        let patient = |row: PatientRow| row.into_patient(&self.key);
        rows.into_iter().map(patient).collect()
    }
}
