//! Rows of a CSV file as records.

use csv::StringRecord;
use domain::{EmailAddress, Given, Identifier, PatientRecord, StaffRecord};
use jiff::civil::Date;

use crate::{
    Mapping, Place, Reason, Refusal, Row, Rows, Unreadable, columns,
    columns::List,
    header::Header,
    lines::{Line, Lines},
    records::{Record, Records},
    seen::{Seen, email_key},
    values,
};

pub(crate) fn staff<'r>(
    lines: Lines<'r>,
    mapping: &Mapping,
) -> Result<Rows<'r, StaffRecord>, Unreadable> {
    let (mut identifiers, mut emails) = (Seen::default(), Seen::default());
    let words = mapping.clone();
    rows(lines, &columns::STAFF, mapping, move |cells| {
        cells.identify(&mut identifiers);
        let email = cells.required("email", values::email);
        if let Some(email) = &email {
            cells.once("email", &email_key(email), &mut emails);
        }
        cells.email.clone_from(&email);
        let name = cells.required("name", values::text);
        let role = cells.required("role", |column, value| values::role(&words, column, value));
        let specialty = cells.given("specialty", values::text);
        let grade = cells.given("grade", values::text);
        let ward = cells.given("ward", values::text);
        let phone = cells.given("phone", values::text);
        let bleep = cells.given("bleep", values::text);
        let active = cells.given("active", values::active);
        let mut record = StaffRecord::new(email?, name?, role?);
        record.identifier = cells.identifier.clone();
        record.specialty = specialty;
        record.grade = grade;
        record.ward = ward;
        record.phone = phone;
        record.bleep = bleep;
        // An empty cell says nothing of anybody leaving.
        record.active = active.over(None).unwrap_or(true);
        Some(record)
    })
}

pub(crate) fn patients<'r>(
    lines: Lines<'r>,
    mapping: &Mapping,
    today: Date,
) -> Result<Rows<'r, PatientRecord>, Unreadable> {
    let mut identifiers = Seen::default();
    let words = mapping.clone();
    rows(lines, &columns::PATIENTS, mapping, move |cells| {
        cells.identify(&mut identifiers);
        let name = cells.required("name", values::text);
        let born = cells.given("date_of_birth", |column, value| {
            values::born(&words, today, column, value)
        });
        let sex = cells.given_or_unknown("sex", values::sex);
        let ward = cells.given("ward", values::text);
        let bed = cells.given("bed", values::text);
        let allergies = cells.given("allergies", values::allergies);
        let replaced_by = cells.given("replaced_by", values::identifier);
        let mut record = PatientRecord::new(cells.identifier.clone()?, name?);
        record.born = born;
        record.sex = sex;
        record.ward = ward;
        record.bed = bed;
        record.allergies = allergies;
        record.replaced_by = replaced_by.over(None);
        Some(record)
    })
}

/// Cells of one row, and what is wrong with them so far.
struct Cells<'a> {
    header: &'a Header,
    fields: &'a StringRecord,
    place: Place,
    identifier: Option<Identifier>,
    email: Option<EmailAddress>,
    reasons: Vec<Reason>,
}

impl<'a> Cells<'a> {
    /// The file's name of a column of ours, and the value; `None` if the file does not have it.
    fn cell(&self, ours: &str) -> Option<(&'a str, &'a str)> {
        let (column, index) = self.header.column(ours)?;
        Some((column, self.fields.get(index)?))
    }

    fn keep<T>(&mut self, read: Result<T, Reason>) -> Option<T> {
        read.map_err(|reason| self.reasons.push(reason)).ok()
    }

    fn required<T>(
        &mut self,
        ours: &str,
        read: impl FnOnce(&str, &str) -> Result<T, Reason>,
    ) -> Option<T> {
        let (column, value) = self.cell(ours)?;
        let read = if domain::is_blank(value) {
            Err(Reason::Empty {
                column: column.to_owned(),
            })
        } else {
            read(column, value)
        };
        self.keep(read)
    }

    fn given<T>(
        &mut self,
        ours: &str,
        read: impl FnOnce(&str, &str) -> Result<T, Reason>,
    ) -> Given<T> {
        self.given_or_unknown(ours, |column, value| read(column, value).map(Some))
    }

    fn given_or_unknown<T>(
        &mut self,
        ours: &str,
        read: impl FnOnce(&str, &str) -> Result<Option<T>, Reason>,
    ) -> Given<T> {
        match self.cell(ours) {
            None => Given::Nothing,
            Some((_, value)) if domain::is_blank(value) => Given::Is(None),
            Some((column, value)) => {
                let read = read(column, value);
                self.keep(read).map_or(Given::Nothing, Given::Is)
            }
        }
    }

    fn identify(&mut self, seen: &mut Seen) {
        self.identifier = self.required("identifier", values::identifier);
        if let Some(identifier) = self.identifier.clone() {
            self.once("identifier", identifier.as_str(), seen);
        }
    }

    fn once(&mut self, ours: &str, value: &str, seen: &mut Seen) {
        let column = self.cell(ours).map_or(ours, |(column, _)| column);
        let noted = seen.note(column, value, &self.place);
        self.keep(noted);
    }
}

/// Reads a file whose rows `read` takes apart.
fn rows<'r, T>(
    mut lines: Lines<'r>,
    list: &'static List,
    mapping: &Mapping,
    mut read: impl FnMut(&mut Cells<'_>) -> Option<T> + Send + 'r,
) -> Result<Rows<'r, T>, Unreadable> {
    let header = Header::read(&first_line(&mut lines)?, list, mapping)?;
    let remarks = header.remarks.clone();
    let records = Records::new(lines, header.separator);
    let rows = records.filter_map(move |record| match record {
        Ok(record) => row(&header, record, &mut read).map(Ok),
        Err(error) => Some(Err(error)),
    });
    Ok(Rows::new(remarks, rows))
}

fn first_line(lines: &mut Lines<'_>) -> Result<Line, Unreadable> {
    for line in lines {
        let line = line?;
        if !line.is_blank() {
            return Ok(line);
        }
    }
    Err(Unreadable::Empty)
}

/// One row; nothing for a row of empty cells, which spreadsheets leave at the end.
fn row<T>(
    header: &Header,
    record: Record,
    read: &mut impl FnMut(&mut Cells<'_>) -> Option<T>,
) -> Option<Row<T>> {
    let place = Place::line(record.line);
    let fields = match record.fields {
        Ok(fields) => fields,
        Err(reason) => return Some(Row::refused(place, Refusal::of(reason))),
    };
    if fields.iter().all(domain::is_blank) {
        return None;
    }
    if fields.len() != header.fields {
        let reason = Reason::Fields {
            found: fields.len(),
            expected: header.fields,
        };
        return Some(Row::refused(place, Refusal::of(reason)));
    }
    let mut cells = Cells {
        header,
        fields: &fields,
        place: place.clone(),
        identifier: None,
        email: None,
        reasons: Vec::new(),
    };
    let record = match read(&mut cells) {
        Some(record) if cells.reasons.is_empty() => Ok(record),
        _ => Err(Refusal {
            identifier: cells.identifier,
            email: cells.email,
            reasons: cells.reasons,
        }),
    };
    Some(Row {
        place,
        record,
        remarks: Vec::new(),
    })
}
