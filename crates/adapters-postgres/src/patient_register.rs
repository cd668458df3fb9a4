use async_trait::async_trait;
use diesel::sql_types::{Array, Bool, Nullable, Text};
use domain::{AllergyText, Given, Identifier, Patient, PatientId, PatientRecord, RecordText, Sex};
use jiff::Timestamp;
use legacy::{PatientRow, key};
use ports::{Merge, PatientRegister, Record, Result};

use crate::{
    patient_directory::{self, PatientColumns, patients},
    patient_merges,
    pool::Connection,
    statement::{Statement, statement},
    store::Store,
};

statement! {
    KnownPatients(Array<Text>) -> PatientColumns = patients!("mrn = ANY ($1) ORDER BY id");

    /// The patient with MRN `$1` has the name `$2`, and each of date of birth, sex, ward, bed and allergies
    /// where the flag before it says so; a sex stays as the HIMS writes it while it means the same. A record that was deleted is there again with the next list that
    /// has it.
    SavePatient(Text, Text, Bool, Nullable<Text>, Bool, Nullable<Text>, Bool, Nullable<Text>, Bool, Nullable<Text>,
            Bool, Nullable<Text>) -> ()
        = "WITH held AS (
                SELECT id FROM patients WHERE mrn = $1 ORDER BY deleted_at IS NOT NULL, id LIMIT 1
            ), changed AS (
                UPDATE patients p SET name = $2,
                    date_of_birth = CASE WHEN $3 THEN $4::date ELSE p.date_of_birth END,
                    sex = CASE WHEN $5 AND left(lower(btrim(p.sex)), 1) IS DISTINCT FROM left($6, 1) THEN $6 ELSE p.sex END,
                    ward = CASE WHEN $7 THEN $8 ELSE p.ward END,
                    bed = CASE WHEN $9 THEN $10 ELSE p.bed END,
                    allergies = CASE WHEN $11 THEN $12 ELSE p.allergies END,
                    deleted_at = NULL, updated_at = hims_laravel(now())
                FROM held WHERE p.id = held.id
            )
            INSERT INTO patients (mrn, name, date_of_birth, sex, ward, bed, allergies, created_at, updated_at)
            SELECT $1, $2, $4::date, $6, $8, $10, $12, hims_laravel(now()), hims_laravel(now())
            WHERE NOT EXISTS (SELECT FROM held)";
}

#[async_trait]
impl PatientRegister for Store {
    async fn known(&self, mrns: &[Identifier]) -> Result<Vec<Patient>> {
        let mrns: Vec<&str> = mrns.iter().map(Identifier::as_str).collect();
        let mut connection = self.pool.get().await?;
        let rows: Vec<PatientRow> = connection.all(KnownPatients::with((mrns,))).await?;
        Ok(rows
            .into_iter()
            .map(|row| row.into_patient(&self.key))
            .collect())
    }

    async fn records(&self, mrns: &[Identifier]) -> Result<Vec<Record>> {
        let mrns = mrns.iter().map(Identifier::as_str).collect();
        let mut connection = self.pool.get().await?;
        let records = patient_merges::records(&mut connection, mrns).await?;
        Ok(legacy::records_of(records))
    }

    async fn merged(&self, records: &[PatientId]) -> Result<Vec<Merge>> {
        let ids = records.iter().filter_map(PatientId::as_i64).collect();
        let mut connection = self.pool.get().await?;
        let merges = patient_merges::of(&mut connection, ids).await?;
        Ok(legacy::merges(merges))
    }

    async fn merge(&self, merge: &Merge) -> Result<()> {
        let from = key(merge.from.as_i64(), "patient")?;
        let into = key(merge.into.as_i64(), "patient")?;
        let mut transaction = self.pool.begin().await?;
        let merged = patient_merges::add(&mut transaction, from, into).await;
        transaction.end(merged).await
    }

    async fn unmerge(&self, from: &PatientId) -> Result<Option<Timestamp>> {
        let Some(from) = from.as_i64() else {
            return Ok(None);
        };
        let mut transaction = self.pool.begin().await?;
        let removed = patient_merges::remove(&mut transaction, from).await;
        let removed = transaction.end(removed).await?;
        Ok(legacy::merged_at(removed))
    }

    async fn save(&self, records: &[PatientRecord]) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        let saved = async {
            for record in records {
                save(&mut transaction, record).await?;
            }
            patient_directory::fill_references(&mut transaction, &self.key).await
        };
        let saved = saved.await;
        transaction.end(saved).await
    }
}

/// Whether something is said, and the text of it.
fn said<T>(given: &Given<T>, text: impl Fn(&T) -> String) -> (bool, Option<String>) {
    match given {
        Given::Nothing => (false, None),
        Given::Is(value) => (true, value.as_ref().map(text)),
    }
}

async fn save(transaction: &mut Connection, record: &PatientRecord) -> Result<()> {
    let text = |text: &RecordText| text.as_str().to_owned();
    let born = said(&record.born, ToString::to_string);
    let sex = said(&record.sex, |sex| Sex::as_str(*sex).to_owned());
    let ward = said(&record.ward, text);
    let bed = said(&record.bed, text);
    let allergies = said(&record.allergies, |text: &AllergyText| {
        text.as_str().to_owned()
    });
    let save = SavePatient::with((
        record.mrn.as_str(),
        record.name.as_str(),
        born.0,
        born.1,
        sex.0,
        sex.1,
        ward.0,
        ward.1,
        bed.0,
        bed.1,
        allergies.0,
        allergies.1,
    ));
    transaction.run(save).await.map(drop)
}
