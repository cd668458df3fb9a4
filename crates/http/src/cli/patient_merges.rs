//! The commands that make one patient of two records, and take that back.

use domain::{FormerRecord, Identifier, Patient};
use ports::{Merge, OrderedBy, PatientName, Record};
use serde_json::{Value, json};

use super::{
    CliError,
    compose::Legacy,
    people::{Orderer, failed, ordered_by},
    say::say,
};

/// A record that somebody at a keyboard named.
enum Named {
    /// The record by which a patient is known.
    Current(Patient),
    /// A former record of this patient.
    Former(Patient, FormerRecord),
    /// A record that the hospital deleted.
    Deleted(Record),
}

/// Outcome of a command, for people and for programs.
pub(super) struct Done {
    words: String,
    answer: Value,
}

impl Done {
    pub(super) fn tell(self, json: bool) -> Result<(), CliError> {
        if json {
            say(self.answer)
        } else {
            say(self.words)
        }
    }
}

/// `hims-chat patients merge FROM INTO`.
pub(super) async fn merge(
    legacy: &Legacy,
    (from, into): (&str, &str),
    although_different: bool,
    by: &Orderer,
) -> Result<Done, CliError> {
    let member = by.member(legacy).await?;
    let by = ordered_by(member.as_ref());
    let into = match named(legacy, "INTO", into, by).await? {
        Named::Current(patient) | Named::Former(patient, _) => patient,
        Named::Deleted(record) => {
            let problem = format!("{} is deleted: nothing can be merged into it", record.mrn);
            return Err(CliError::setting("INTO", problem));
        }
    };
    let (id, mrn, despite) = match named(legacy, "FROM", from, by).await? {
        Named::Current(patient) => {
            let despite = patient.contradicts(&into);
            (patient.id, patient.mrn, despite)
        }
        Named::Deleted(record) => (record.id, record.mrn, None),
        Named::Former(patient, record) if patient.id == into.id => {
            return Ok(Done {
                words: format!(
                    "{} is a former record of {} already; nothing was done.",
                    record.mrn, into.mrn
                ),
                answer: json!({"from": record.mrn, "into": into.mrn, "changed": false}),
            });
        }
        Named::Former(patient, record) => {
            return Err(CliError::Start(format!(
                "{} is a former record of {}; take that back first: hims-chat patients unmerge {}",
                record.mrn, patient.mrn, record.mrn
            )));
        }
    };
    if id == into.id {
        return Err(CliError::setting(
            "INTO",
            "must be another record than FROM",
        ));
    }
    if let Some(what) = despite
        && !although_different
    {
        return Err(CliError::Start(format!(
            "{mrn} and {} have another {what}; nothing was done. Only if they are the same person all the same, add \
             --although-different",
            into.mrn
        )));
    }
    let merge = Merge {
        from: id,
        into: into.id.clone(),
    };
    let merged = legacy.patient_register.merge(by, &merge, despite).await;
    merged.map_err(failed)?;
    Ok(Done {
        words: format!(
            "{mrn} is a former record of {} now. To take it back: hims-chat patients unmerge {mrn}",
            into.mrn
        ),
        answer: json!({"from": mrn, "into": into.mrn, "changed": true}),
    })
}

/// `hims-chat patients unmerge RECORD`.
pub(super) async fn unmerge(legacy: &Legacy, record: &str, by: &Orderer) -> Result<Done, CliError> {
    let member = by.member(legacy).await?;
    // A merge sleeps while the patient it led to is deleted: then the record stands for itself.
    let (id, mrn) = match named(legacy, "RECORD", record, ordered_by(member.as_ref())).await? {
        Named::Former(_, record) => (record.id, record.mrn),
        Named::Current(patient) => (patient.id, patient.mrn),
        Named::Deleted(record) => (record.id, record.mrn),
    };
    let (register, by) = (&legacy.patient_register, ordered_by(member.as_ref()));
    let Some(merged_at) = register.unmerge(by, &id).await.map_err(failed)? else {
        return Err(CliError::Start(format!(
            "{mrn} was merged into no other record; nothing was done"
        )));
    };
    Ok(Done {
        words: format!(
            "{mrn} is a patient of its own again, with the rooms of its own record. What was written in the rooms of \
             either since {} UTC may be about the other one: read it, and tell the doctors.",
            merged_at.strftime("%Y-%m-%d %H:%M")
        ),
        answer: json!({"record": mrn, "merged_at": merged_at.to_string(), "changed": true}),
    })
}

async fn named(
    legacy: &Legacy,
    argument: &'static str,
    text: &str,
    by: OrderedBy<'_>,
) -> Result<Named, CliError> {
    let name = PatientName::parse(text);
    let mut found = legacy.patient_lookup.named(&name).await.map_err(failed)?;
    let wrong = |problem: &str| Err(CliError::setting(argument, problem));
    let patient = match (found.pop(), found.pop()) {
        (Some(patient), None) => patient,
        (None, _) => return deleted(legacy, argument, &name, by).await,
        (Some(_), Some(_)) => return wrong("means two patients: say id:… or mrn:…"),
    };
    let is_current = name.means(patient.id.as_i64(), &patient.mrn);
    let means = |record: &&FormerRecord| name.means(record.id.as_i64(), &record.mrn);
    let former: Vec<FormerRecord> = patient.former.iter().filter(means).cloned().collect();
    match (is_current, former.as_slice()) {
        (true, []) => Ok(Named::Current(patient)),
        (false, [record]) => Ok(Named::Former(patient, record.clone())),
        (false, []) => wrong("is no patient: give an id or an MRN"),
        _ => wrong("means two records: say id:… or mrn:…"),
    }
}

/// A record that the hospital has deleted, by its MRN. It may still have rooms.
async fn deleted(
    legacy: &Legacy,
    argument: &'static str,
    name: &PatientName,
    by: OrderedBy<'_>,
) -> Result<Named, CliError> {
    let nobody = || CliError::setting(argument, "is no patient: give an id or an MRN");
    let mrn = Identifier::parse(name.as_str()).map_err(|_| nobody())?;
    let records = legacy.patient_register.records(by, &mrn).await;
    let record = records.map_err(failed)?.into_iter().next();
    record.map(Named::Deleted).ok_or_else(nobody)
}
