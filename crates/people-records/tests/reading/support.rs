//! Short ways to read a text and to look at what came of it.

use domain::{Given, PatientRecord, StaffRecord};
use hims_chat_people_records::{FileRemark, Mapping, Row, Rows, Unreadable, patients, staff};
use jiff::civil::{Date, date};

pub(crate) const TODAY: Date = date(2026, 11, 29);

/// The rows of a file that can be read.
pub(crate) struct File<T> {
    pub(crate) remarks: Vec<FileRemark>,
    pub(crate) rows: Vec<Row<T>>,
}

impl<T> File<T> {
    fn of(rows: Rows<'_, T>) -> Self {
        Self {
            remarks: rows.remarks().to_vec(),
            rows: rows.map(Result::unwrap).collect(),
        }
    }

    /// The records that were taken.
    pub(crate) fn taken(&self) -> Vec<&T> {
        self.rows
            .iter()
            .filter_map(|row| row.record.as_ref().ok())
            .collect()
    }

    /// Place and reasons of each row that was not.
    pub(crate) fn refused(&self) -> Vec<String> {
        let refused = self.rows.iter().filter_map(|row| {
            let refusal = row.record.as_ref().err()?;
            Some(format!("{}: {refusal}", row.place))
        });
        refused.collect()
    }

    /// Remarks on rows, with their place.
    pub(crate) fn noted(&self) -> Vec<String> {
        let noted = self.rows.iter().flat_map(|row| {
            let with_place = |remark| format!("{}: {remark}", row.place);
            row.remarks.iter().map(with_place)
        });
        noted.collect()
    }

    /// Remarks on the file.
    pub(crate) fn said(&self) -> Vec<String> {
        self.remarks.iter().map(ToString::to_string).collect()
    }

    /// The one row there is, which must have been taken.
    #[track_caller]
    pub(crate) fn one(&self) -> &T {
        assert_eq!(self.refused(), Vec::<String>::new());
        assert_eq!(self.rows.len(), 1);
        self.taken()[0]
    }
}

#[track_caller]
pub(crate) fn staff_of(text: impl AsRef<[u8]>) -> File<StaffRecord> {
    staff_by("", text)
}

#[track_caller]
pub(crate) fn staff_by(mapping: &str, text: impl AsRef<[u8]>) -> File<StaffRecord> {
    let mapping = Mapping::parse(mapping).unwrap();
    File::of(staff(text.as_ref(), &mapping, TODAY).unwrap())
}

#[track_caller]
pub(crate) fn patients_of(text: impl AsRef<[u8]>) -> File<PatientRecord> {
    patients_by("", text)
}

#[track_caller]
pub(crate) fn patients_by(mapping: &str, text: impl AsRef<[u8]>) -> File<PatientRecord> {
    let mapping = Mapping::parse(mapping).unwrap();
    File::of(patients(text.as_ref(), &mapping, TODAY).unwrap())
}

#[track_caller]
pub(crate) fn no_patients(text: impl AsRef<[u8]>) -> Unreadable {
    patients(text.as_ref(), &Mapping::default(), TODAY).unwrap_err()
}

#[track_caller]
pub(crate) fn no_staff(text: impl AsRef<[u8]>) -> Unreadable {
    staff(text.as_ref(), &Mapping::default(), TODAY).unwrap_err()
}

/// A text that may be given: "-" for nothing, "" for none.
pub(crate) fn shown<T>(given: &Given<T>, text: impl Fn(&T) -> &str) -> String {
    match given {
        Given::Nothing => "-".to_owned(),
        Given::Is(None) => String::new(),
        Given::Is(Some(value)) => text(value).to_owned(),
    }
}

/// Resources one a line.
pub(crate) fn ndjson(resources: &[serde_json::Value]) -> String {
    let lines: Vec<String> = resources.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Resources in a Bundle, over several lines.
pub(crate) fn bundle(kind: &str, resources: &[serde_json::Value]) -> String {
    let entry: Vec<serde_json::Value> = resources
        .iter()
        .map(|resource| serde_json::json!({"fullUrl": full_url(resource), "resource": resource}))
        .collect();
    let bundle = serde_json::json!({"resourceType": "Bundle", "type": kind, "entry": entry});
    serde_json::to_string_pretty(&bundle).unwrap()
}

fn full_url(resource: &serde_json::Value) -> String {
    let part = |name: &str| resource[name].as_str().unwrap_or("none").to_owned();
    format!(
        "https://ehr.larkmere.example/r4/{}/{}",
        part("resourceType"),
        part("id")
    )
}
