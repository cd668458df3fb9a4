//! Staff and patients from files that a hospital has, as the typed records of `hims-chat-domain`.
//!
//! Read are CSV, NDJSON of FHIR R4 resources and FHIR R4 Bundles; which one it is, is seen from the content.
//! Every row that cannot be taken is named with its place and all that is wrong with it, and the others are
//! read all the same. `docs/people.md` has the columns and the rules.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        reason = "a test that does not get what it needs has failed"
    )
)]

mod columns;
mod fhir;
mod fields;
mod header;
mod lines;
mod mapping;
mod place;
mod reason;
mod records;
mod remark;
mod role;
mod rows;
mod seen;
mod shown;
mod table;
mod unreadable;
mod utf16;
mod values;

use std::io::Read;

use domain::{PatientRecord, StaffRecord};
use jiff::civil::Date;

use lines::Lines;

pub use mapping::{InvalidMapping, Mapping};
pub use place::Place;
pub use reason::{Reason, Refusal};
pub use remark::{FileRemark, Remark};
pub use rows::{Row, Rows};
pub use shown::Shown;
pub use unreadable::Unreadable;

/// Reads staff. `today` decides which roles of a FHIR file are over, and which are still to begin.
///
/// # Errors
/// [`Unreadable`] when nothing of the file can be read.
pub fn staff<'r>(
    input: impl Read + Send + 'r,
    mapping: &Mapping,
    today: Date,
) -> Result<Rows<'r, StaffRecord>, Unreadable> {
    let mut lines = Lines::new(input, records::MOST_BYTES)?;
    if is_json(&mut lines)? {
        fhir::staff(&mut lines, mapping, today)
    } else {
        table::staff(lines, mapping)
    }
}

/// Reads patients. Nobody is born later than `today`.
///
/// # Errors
/// [`Unreadable`] when nothing of the file can be read.
pub fn patients<'r>(
    input: impl Read + Send + 'r,
    mapping: &Mapping,
    today: Date,
) -> Result<Rows<'r, PatientRecord>, Unreadable> {
    let mut lines = Lines::new(input, records::MOST_BYTES)?;
    if is_json(&mut lines)? {
        fhir::patients(&mut lines, mapping, today)
    } else {
        table::patients(lines, mapping, today)
    }
}

/// Whether a file begins as JSON does; it may then have longer lines.
fn is_json(lines: &mut Lines<'_>) -> Result<bool, Unreadable> {
    let is_json = matches!(lines.peek()?, Some(b'{' | b'['));
    if is_json {
        lines.at_most(fhir::MOST_BYTES);
    }
    Ok(is_json)
}
