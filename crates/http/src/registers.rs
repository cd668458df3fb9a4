//! Lists of staff and patients, from a file to what became of them: for the commands and for the page of
//! administrators.

use std::{collections::HashSet, io::Read};

use domain::{Identifier, PatientRecord, StaffRecord};
use jiff::civil::Date;
use people_records::{FileRemark, Mapping, Place, Row, Rows};
use ports::{
    Error, GuardedPatientRegister, GuardedStaffRegister, OrderedBy, Result,
    usecase::{Missing, PatientTaken, StaffList, StaffTaken},
};
use serde::Serialize;

/// How a list of staff is to be taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RegisterImport {
    /// Only told, not done.
    pub(crate) rehearsal: bool,
    /// The meaning of a person's absence from the list.
    pub(crate) missing: Missing,
    /// How many accounts it closes, where that is confirmed.
    pub(crate) closing: Option<usize>,
}

/// Outcome of a list.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) dry_run: bool,
    pub(crate) added: usize,
    pub(crate) changed: usize,
    pub(crate) unchanged: usize,
    /// Records of patients that were merged: `LMH-900199 into LMH-900112`.
    pub(crate) merged: Vec<String>,
    #[serde(skip)]
    with_merges: usize,
    /// Those back after an earlier list did not have them.
    pub(crate) reactivated: usize,
    /// Those who have left, by identifier.
    pub(crate) deactivated: Vec<String>,
    pub(crate) refused: Vec<Named>,
    pub(crate) remarks: Vec<Named>,
}

/// A row, or the whole file where no place is named, and what is to be said of it.
#[derive(Debug, Serialize)]
pub(crate) struct Named {
    pub(crate) place: Option<String>,
    pub(crate) text: String,
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

impl Report {
    /// Rows that were taken, whatever changed by them.
    #[cfg(feature = "cli")]
    pub(crate) fn taken(&self) -> usize {
        self.added + self.changed + self.with_merges + self.unchanged + self.reactivated
    }

    fn add_staff(&mut self, taken: &StaffTaken, record: &StaffRecord, place: &Place) {
        let identifier = record.identifier.as_ref();
        match taken {
            StaffTaken::Added => self.added += 1,
            StaffTaken::Changed => self.changed += 1,
            StaffTaken::Unchanged => self.unchanged += 1,
            StaffTaken::Reactivated => self.reactivated += 1,
            StaffTaken::KeptClosed => {
                self.unchanged += 1;
                let text =
                    "the account stays closed: somebody closed it, and somebody has to open it";
                self.remark(Some(place), text);
            }
            StaffTaken::Deactivated => self
                .deactivated
                .extend(identifier.map(|identifier| identifier.as_str().to_owned())),
            StaffTaken::Refused(reason) => self.refuse(place, identifier, reason),
        }
    }

    fn refuse(&mut self, at: &Place, identifier: Option<&Identifier>, reason: &str) {
        let text = match identifier {
            Some(identifier) => format!("{}: {reason}", identifier.as_str()),
            None => reason.to_owned(),
        };
        self.refused.push(Named {
            place: Some(at.to_string()),
            text,
        });
    }

    fn remark(&mut self, at: Option<&Place>, text: impl ToString) {
        self.remarks.push(Named {
            place: at.map(ToString::to_string),
            text: text.to_string(),
        });
    }
}

/// A file as it was read: the rows that can be taken, and what is to be said of the others.
pub(crate) struct List<T> {
    records: Vec<T>,
    places: Vec<Place>,
    /// Identifiers and e-mail addresses of rows that cannot be taken.
    unread: HashSet<String>,
    /// Rows that cannot be taken and do not say whom they are about.
    unknown: usize,
    is_one_page: bool,
    report: Report,
}

/// Reads a list of staff on the hospital's day `today`. It takes as long as the file is large.
///
/// # Errors
/// `Invalid` of the field `file` when nothing of it can be read, or not all.
pub(crate) fn read_staff(
    file: impl Read + Send,
    mapping: &Mapping,
    today: Date,
) -> Result<List<StaffRecord>> {
    read(people_records::staff(file, mapping, today).map_err(unreadable)?)
}

/// Reads a list of patients, as [`read_staff`] does.
///
/// # Errors
/// As [`read_staff`].
pub(crate) fn read_patients(
    file: impl Read + Send,
    mapping: &Mapping,
    today: Date,
) -> Result<List<PatientRecord>> {
    read(people_records::patients(file, mapping, today).map_err(unreadable)?)
}

fn read<T>(rows: Rows<'_, T>) -> Result<List<T>> {
    let mut list = List {
        records: Vec::new(),
        places: Vec::new(),
        unread: HashSet::new(),
        unknown: 0,
        is_one_page: false,
        report: Report::default(),
    };
    for remark in rows.remarks() {
        list.is_one_page |= matches!(remark, FileRemark::OnePage);
        list.report.remark(None, remark);
    }
    for row in rows {
        // A file that breaks off was not seen whole, so nobody is missing from it: nothing is done.
        let Row {
            place,
            record,
            remarks,
            ..
        } = row.map_err(unreadable)?;
        for remark in &remarks {
            list.report.remark(Some(&place), remark);
        }
        match record {
            Ok(record) => {
                list.records.push(record);
                list.places.push(place);
            }
            Err(refusal) => {
                list.report.refuse(&place, None, &refusal.to_string());
                let identifier = refusal.identifier.map(|known| known.as_str().to_owned());
                let email = refusal.email.map(|known| known.as_str().to_owned());
                if identifier.is_none() && email.is_none() {
                    list.unknown += 1;
                }
                list.unread.extend(identifier.into_iter().chain(email));
            }
        }
    }
    Ok(list)
}

fn unreadable(error: impl ToString) -> Error {
    Error::invalid("file", error.to_string())
}

/// Takes a list of staff over, or says what that would come to.
///
/// # Errors
/// `Forbidden`; `Conflict` when more have left than a list may say; `Unavailable`.
pub(crate) async fn staff(
    register: &GuardedStaffRegister,
    by: OrderedBy<'_>,
    read: List<StaffRecord>,
    options: RegisterImport,
    tell: impl FnMut(usize),
) -> Result<Report> {
    let mut list = StaffList::default();
    list.records = read.records;
    list.unread = read.unread;
    list.unknown = read.unknown;
    list.missing = match read.is_one_page {
        true => Missing::Unsaid,
        false => options.missing,
    };
    list.closing = options.closing;
    let imported = match options.rehearsal {
        true => register.plan(by, &list).await?,
        false => register.import(by, &list, tell).await?,
    };
    let mut report = read.report;
    report.dry_run = options.rehearsal;
    for ((taken, record), place) in imported.taken.iter().zip(&list.records).zip(&read.places) {
        report.add_staff(taken, record, place);
    }
    for left in imported.left {
        report.deactivated.extend(left.identifier);
    }
    if let Some(kept) = imported.leavers_kept {
        report.remark(None, kept);
    }
    Ok(report)
}

/// Takes a list of patients over, or says what that would come to. Whoever is missing from it stays.
///
/// # Errors
/// `Forbidden`; `Unavailable`.
pub(crate) async fn patients(
    register: &GuardedPatientRegister,
    by: OrderedBy<'_>,
    read: List<PatientRecord>,
    rehearsal: bool,
    tell: impl FnMut(usize),
) -> Result<Report> {
    let taken = match rehearsal {
        true => register.plan(by, &read.records).await?,
        false => register.import(by, &read.records, tell).await?,
    };
    let mut report = read.report;
    report.dry_run = rehearsal;
    for ((taken, record), place) in taken.iter().zip(&read.records).zip(&read.places) {
        match taken {
            PatientTaken::Added => report.added += 1,
            PatientTaken::Changed => report.changed += 1,
            PatientTaken::Merged(pairs) => {
                report.with_merges += 1;
                report.merged.extend(pairs.iter().cloned());
            }
            PatientTaken::Unchanged => report.unchanged += 1,
            PatientTaken::Refused(reason) => report.refuse(place, Some(&record.mrn), reason),
        }
    }
    Ok(report)
}
