//! Taking patients over from the hospital's own system.

use std::collections::HashMap;

use domain::{AllergyText, Given, Identifier, Patient, PatientRecord, RecordText};

use super::{patient_merges, staff_import::ChangeLog};
use crate::{ErrorKind, PatientRegister, Result};

/// Most records that are written at once.
const AT_ONCE: usize = 500;

/// Outcome of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatientTaken {
    /// They are new here.
    Added,
    /// Something of them is different now.
    Changed,
    /// Records were merged as theirs says, whatever else changed: `LMH-900199 into LMH-900112`.
    Merged(Vec<String>),
    /// They were so already.
    Unchanged,
    /// It was not taken, and why.
    Refused(String),
}

/// Previews the import of records, in their order; nothing is changed.
///
/// # Errors
/// `Unavailable`.
pub async fn plan_patients(
    register: &dyn PatientRegister,
    records: &[PatientRecord],
) -> Result<Vec<PatientTaken>> {
    let mut taken = Vec::with_capacity(records.len());
    for some in records.chunks(AT_ONCE) {
        taken.extend(plan(register, some).await?);
    }
    patient_merges::plan(register, records, &mut taken).await?;
    Ok(taken)
}

/// Takes records over, and says of each what became of it. A record that is refused costs no other.
///
/// # Errors
/// `Unavailable` part-way; begun again it goes on where it was.
pub(crate) async fn take_patients(
    register: &dyn PatientRegister,
    log: &dyn ChangeLog,
    records: &[PatientRecord],
    mut tell: impl FnMut(usize),
) -> Result<Vec<PatientTaken>> {
    let mut taken = Vec::with_capacity(records.len());
    for some in records.chunks(AT_ONCE) {
        let mut plans = plan(register, some).await?;
        let is_written = |plan: &PatientTaken| *plan != PatientTaken::Unchanged;
        let to_write: Vec<PatientRecord> = some
            .iter()
            .zip(&plans)
            .filter(|(_, plan)| is_written(plan))
            .map(|(record, _)| record.clone())
            .collect();
        match register.save(&to_write).await {
            Ok(()) => {}
            Err(error) if matches!(error.kind(), ErrorKind::Unavailable) => return Err(error),
            // One of them is refused: each goes alone.
            Err(_) => {
                for (record, plan) in some.iter().zip(&mut plans) {
                    if is_written(plan)
                        && let Err(error) = register.save(std::slice::from_ref(record)).await
                    {
                        if matches!(error.kind(), ErrorKind::Unavailable) {
                            return Err(error);
                        }
                        *plan = PatientTaken::Refused(error.message().to_owned());
                    }
                }
            }
        }
        taken.extend(plans);
        tell(taken.len());
    }
    patient_merges::take(register, log, records, &mut taken).await?;
    Ok(taken)
}

async fn plan(
    register: &dyn PatientRegister,
    records: &[PatientRecord],
) -> Result<Vec<PatientTaken>> {
    let mrns: Vec<Identifier> = records.iter().map(|record| record.mrn.clone()).collect();
    let known = register.known(&mrns).await?;
    // Where a HIMS holds somebody twice, the older row is the one that is written.
    let mut by_mrn: HashMap<&str, &Patient> = HashMap::new();
    for patient in &known {
        by_mrn.entry(patient.mrn.as_str()).or_insert(patient);
    }
    let plan = |record: &PatientRecord| match by_mrn.get(record.mrn.as_str()) {
        None => PatientTaken::Added,
        Some(held) if is_same(held, record) => PatientTaken::Unchanged,
        Some(_) => PatientTaken::Changed,
    };
    Ok(records.iter().map(plan).collect())
}

fn is_same(held: &Patient, record: &PatientRecord) -> bool {
    let is = |given: &Given<RecordText>, held: &Option<String>| match given {
        Given::Nothing => true,
        Given::Is(now) => now.as_ref().map(RecordText::as_str) == held.as_deref(),
    };
    let allergies = match &record.allergies {
        Given::Nothing => true,
        Given::Is(now) => now.as_ref().map(AllergyText::as_str) == held.allergies.as_deref(),
    };
    record.name.as_str() == held.name
        && (record.born == Given::Nothing || record.born == Given::Is(held.born))
        && (record.sex == Given::Nothing || record.sex == Given::Is(held.sex))
        && is(&record.ward, &held.ward)
        && is(&record.bed, &held.bed)
        && allergies
}
