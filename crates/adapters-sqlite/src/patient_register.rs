use async_trait::async_trait;
use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Nullable},
};
use domain::{Given, Identifier, Patient, PatientId, PatientRecord, RecordText, Sex};
use jiff::Timestamp;
use legacy::{PatientRow, key, sex};
use ports::{Merge, PatientRegister, Record, Result};

use crate::{
    columns::Text,
    error::Fault,
    patient_directory::{PatientColumns, patients},
    patient_merges, patient_refs,
    sql::now,
    statement::{json_list, statement},
    store::Store,
};

statement!(Known { mrns: String } -> PatientColumns =
    patients!("mrn IN (SELECT value FROM json_each(?1)) ORDER BY id"));
// A record that was deleted is there again with the next list that has it.
statement!(Held { mrn: String } -> (BigInt, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>) =
    "SELECT id, date_of_birth, sex, ward, bed, allergies FROM patients WHERE mrn = ?1 \
     ORDER BY deleted_at IS NULL, id DESC");
statement!(Add { mrn: String, name: String, born: Option<String>, sex: Option<&'static str>, ward: Option<String>,
             bed: Option<String>, allergies: Option<String>, at: i64 } =
    "INSERT INTO patients (mrn, name, date_of_birth, sex, ward, bed, allergies, created_at, updated_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, hims_laravel(?8), hims_laravel(?8))");
statement!(Change { id: i64, name: String, born: Option<String>, sex: Option<String>, ward: Option<String>,
                bed: Option<String>, allergies: Option<String>, at: i64 } =
    "UPDATE patients SET name = ?2, date_of_birth = ?3, sex = ?4, ward = ?5, bed = ?6, allergies = ?7, \
         deleted_at = NULL, updated_at = hims_laravel(?8) WHERE id = ?1");

/// A row of [`Held`]: id, date of birth, sex, ward, bed, allergies.
type HeldRow = (
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

#[async_trait]
impl PatientRegister for Store {
    async fn known(&self, mrns: &[Identifier]) -> Result<Vec<Patient>> {
        let mrns = json_list(mrns.iter().map(Identifier::as_str));
        let rows: Vec<PatientRow> = self
            .readers
            .read(move |connection| Ok(Known { mrns }.rows(connection)?))
            .await?;
        Ok(self.patients(rows))
    }

    async fn records(&self, mrns: &[Identifier]) -> Result<Vec<Record>> {
        let mrns = json_list(mrns.iter().map(Identifier::as_str));
        let records = self
            .readers
            .read(move |connection| patient_merges::records(connection, mrns))
            .await?;
        Ok(legacy::records_of(records))
    }

    async fn merged(&self, records: &[PatientId]) -> Result<Vec<Merge>> {
        let ids = records.iter().filter_map(PatientId::as_i64).collect();
        let merges = self
            .readers
            .read(move |connection| patient_merges::of(connection, ids))
            .await?;
        Ok(legacy::merges(merges))
    }

    async fn merge(&self, merge: &Merge) -> Result<()> {
        let from = key(merge.from.as_i64(), "patient")?;
        let into = key(merge.into.as_i64(), "patient")?;
        self.writer
            .write(move |work| patient_merges::add(work.connection, from, into))
            .await
    }

    async fn unmerge(&self, from: &PatientId) -> Result<Option<Timestamp>> {
        let Some(from) = from.as_i64() else {
            return Ok(None);
        };
        let removed = self
            .writer
            .write(move |work| patient_merges::remove(work.connection, from))
            .await?;
        Ok(legacy::merged_at(removed))
    }

    async fn save(&self, records: &[PatientRecord]) -> Result<()> {
        let (records, key) = (records.to_vec(), self.key.clone());
        self.writer
            .write(move |work| {
                for record in records {
                    save(work.connection, record)?;
                }
                patient_refs::fill(work.connection, &key)
            })
            .await
    }
}

fn save(connection: &mut SqliteConnection, record: PatientRecord) -> Result<(), Fault> {
    let mrn = record.mrn.as_str().to_owned();
    let held: Option<HeldRow> = Held { mrn: mrn.clone() }.row(connection)?;
    let name = record.name.as_str().to_owned();
    let text = |given: Given<RecordText>, held: Option<String>| match given {
        Given::Nothing => held,
        Given::Is(now) => now.map(|text| text.as_str().to_owned()),
    };
    let born = |held: Option<String>| match record.born {
        Given::Nothing => held,
        Given::Is(now) => now.map(|date| date.to_string()),
    };
    let allergies = |held: Option<String>| match &record.allergies {
        Given::Nothing => held,
        Given::Is(now) => now.as_ref().map(|text| text.as_str().to_owned()),
    };
    let at = now();
    match held {
        Some((id, held_born, held_sex, held_ward, held_bed, held_allergies)) => Change {
            id,
            name,
            born: born(held_born),
            sex: match record.sex {
                Given::Nothing => held_sex,
                // A word stays as the HIMS writes it while it means the same.
                Given::Is(now) if now == held_sex.as_deref().and_then(sex) => held_sex,
                Given::Is(now) => now.map(|sex| Sex::as_str(sex).to_owned()),
            },
            ward: text(record.ward, held_ward),
            bed: text(record.bed, held_bed),
            allergies: allergies(held_allergies),
            at,
        }
        .run(connection)?,
        None => Add {
            mrn,
            name,
            born: born(None),
            sex: record.sex.clone().over(None).map(Sex::as_str),
            ward: text(record.ward, None),
            bed: text(record.bed, None),
            allergies: allergies(None),
            at,
        }
        .run(connection)?,
    };
    Ok(())
}
