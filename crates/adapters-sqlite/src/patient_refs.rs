//! The key of the patient pseudonyms, and the pseudonyms kept beside the patients.

use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool, Text},
};
use domain::{PatientId, PatientRef};
use ports::{Error, PatientRefKey};

use crate::{error::Fault, statement::statement, store::Store};

const KEY: &str = "patient_ref_key";
/// How many pseudonyms are made before the next are looked for.
const CHUNK: i64 = 1_000;

statement!(Setting { name: &'static str } -> Text = "SELECT value FROM hims_settings WHERE name = ?1");
statement!(KeepSetting { name: &'static str, value: String } =
    "INSERT INTO hims_settings (name, value) VALUES (?1, ?2) \
     ON CONFLICT (name) DO UPDATE SET value = excluded.value");
statement!(HasRooms {} -> Bool = "SELECT EXISTS (SELECT 1 FROM chat_rooms)");
statement!(
    DropReferences {} = "UPDATE patients SET patient_ref = NULL WHERE patient_ref IS NOT NULL"
);
statement!(WithoutReference { most: i64 } -> BigInt =
    "SELECT id FROM patients WHERE patient_ref IS NULL LIMIT ?1");
statement!(
    KeepReference {
        patient: i64,
        reference: String
    } = "UPDATE patients SET patient_ref = ?2 WHERE id = ?1"
);
statement!(PatientOf { reference: String } -> BigInt =
    "SELECT id FROM patients WHERE patient_ref = ?1 AND (deleted_at IS NULL \
         OR EXISTS (SELECT 1 FROM hims_merged_records g WHERE g.patient_id = patients.id))");

/// The key of the pseudonyms: the one the database keeps, or the configured one, or a new one.
///
/// # Errors
/// `Conflict` when the configured key is another than the kept one and rooms exist, whose
/// pseudonyms it would change.
pub(crate) fn key(
    connection: &mut SqliteConnection,
    configured: Option<&PatientRefKey>,
) -> Result<PatientRefKey, Fault> {
    let kept: Option<String> = Setting { name: KEY }.row(connection)?;
    let kept = match kept {
        Some(hex) => Some(PatientRefKey::from_hex(&hex).map_err(|_| {
            Error::internal("the patient reference key kept in the database is damaged")
        })?),
        None => None,
    };
    let key = match (configured, kept) {
        (None, Some(kept)) => return Ok(kept),
        (Some(configured), Some(kept)) if configured.to_hex() == kept.to_hex() => return Ok(kept),
        (Some(configured), Some(_)) => {
            let has_rooms: Option<bool> = HasRooms {}.row(connection)?;
            if has_rooms == Some(true) {
                return Err(Error::conflict(
                    "HIMS_PATIENT_REF_KEY is not the key this database was used with, and rooms exist; \
                     leave it out or set the first key again",
                )
                .into());
            }
            DropReferences {}.run(connection)?;
            configured.clone()
        }
        (Some(configured), None) => configured.clone(),
        (None, None) => PatientRefKey::random(),
    };
    let keep = KeepSetting {
        name: KEY,
        value: key.to_hex(),
    };
    keep.run(connection)?;
    Ok(key)
}

/// Makes the pseudonyms of patients that have none yet.
pub(crate) fn fill(connection: &mut SqliteConnection, key: &PatientRefKey) -> Result<(), Fault> {
    loop {
        let patients: Vec<i64> = WithoutReference { most: CHUNK }.rows(connection)?;
        if patients.is_empty() {
            return Ok(());
        }
        for patient in patients {
            let reference = key.reference(&PatientId::from(patient)).to_string();
            KeepReference { patient, reference }.run(connection)?;
        }
    }
}

/// The patient behind a pseudonym. The other application adds patients without one, so an unknown
/// pseudonym makes us catch up first.
pub(crate) fn patient(
    connection: &mut SqliteConnection,
    key: &PatientRefKey,
    reference: &PatientRef,
) -> Result<Option<i64>, Fault> {
    if let Some(patient) = known(connection, reference)? {
        return Ok(Some(patient));
    }
    fill(connection, key)?;
    known(connection, reference)
}

fn known(connection: &mut SqliteConnection, reference: &PatientRef) -> Result<Option<i64>, Fault> {
    let reference = reference.to_string();
    Ok(PatientOf { reference }.row(connection)?)
}

impl Store {
    /// The same, by a reader; the writer is asked only if it has to catch up.
    pub(crate) async fn patient_of(&self, reference: &PatientRef) -> ports::Result<Option<i64>> {
        let asked = reference.clone();
        let found = self
            .readers
            .read(move |connection| known(connection, &asked))
            .await?;
        if found.is_some() {
            return Ok(found);
        }
        let (asked, key) = (reference.clone(), self.key.clone());
        self.writer
            .write(move |work| patient(work.connection, &key, &asked))
            .await
    }
}
