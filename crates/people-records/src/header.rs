//! The first line of a CSV file: the separator, and the columns by name.

use csv::StringRecord;

use crate::{
    FileRemark, Mapping, Shown, Unreadable,
    columns::{Column, List, key},
    lines::{Fault, Line},
    records::split_line,
};

/// Separators that are recognised.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// Columns of a file.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) separator: u8,
    /// Fields of every row.
    pub(crate) fields: usize,
    found: Vec<Found>,
    pub(crate) remarks: Vec<FileRemark>,
}

/// A column of ours that is in the file.
#[derive(Debug)]
struct Found {
    ours: &'static str,
    theirs: String,
    index: usize,
}

impl Header {
    pub(crate) fn read(
        line: &Line,
        list: &'static List,
        mapping: &Mapping,
    ) -> Result<Self, Unreadable> {
        let number = line.number;
        match line.fault {
            Some(Fault::NotText(encoding)) => {
                return Err(Unreadable::NotText {
                    line: number,
                    encoding,
                });
            }
            None if line.text.contains('\0') => return Err(Unreadable::ZeroBytes),
            Some(Fault::TooLong(_)) | None => {}
        }
        let theirs = |column: &Column| mapping.column(column.name).0.to_owned();
        let known: Vec<String> = list.columns.iter().map(theirs).collect();
        let keys: Vec<String> = known.iter().map(|name| key(name)).collect();
        let of_ours =
            |row: &StringRecord| row.iter().filter(|name| keys.contains(&key(name))).count();
        let rows = SEPARATORS.map(|separator| {
            let row = split_line(&line.text, separator)?;
            Some((separator, of_ours(&row), row))
        });
        let quotes = Unreadable::HeaderQuotes { line: number };
        // The first of equals, so a comma where nothing tells.
        let best = rows
            .into_iter()
            .flatten()
            .rev()
            .max_by_key(|(_, ours, _)| *ours);
        let (separator, ours, row) = best.ok_or(quotes)?;
        if ours == 0 {
            return Err(Unreadable::NoHeader {
                line: number,
                known: known.join(", "),
            });
        }
        let mut header = Self {
            separator,
            fields: row.len(),
            found: Vec::new(),
            remarks: Vec::new(),
        };
        is_this_list(&row, list, mapping)?;
        header.find(&row, list.columns, mapping)?;
        Ok(header)
    }

    fn find(
        &mut self,
        row: &StringRecord,
        columns: &'static [Column],
        mapping: &Mapping,
    ) -> Result<(), Unreadable> {
        let mut missing = Vec::new();
        for column in columns {
            let (theirs, is_mapped) = mapping.column(column.name);
            let wanted = key(theirs);
            let mut at = row
                .iter()
                .enumerate()
                .filter(|(_, name)| key(name) == wanted);
            match (at.next(), at.next()) {
                (Some(_), Some((_, name))) => {
                    return Err(Unreadable::RepeatedColumn {
                        column: Shown::new(name),
                    });
                }
                (Some((index, name)), None) => self.found.push(Found {
                    ours: column.name,
                    theirs: Shown::new(name).as_str().to_owned(),
                    index,
                }),
                // A column that the mapping file names is meant to be there.
                (None, _) if column.required || is_mapped => missing.push(theirs),
                (None, _) => {}
            }
        }
        if !missing.is_empty() {
            return Err(Unreadable::MissingColumns {
                missing: Shown::list(missing),
                found: Shown::list(row.iter()),
            });
        }
        let is_read = |index: usize| self.found.iter().any(|found| found.index == index);
        let ignored: Vec<&str> = row
            .iter()
            .enumerate()
            .filter(|(index, name)| !is_read(*index) && !key(name).is_empty())
            .map(|(_, name)| name)
            .collect();
        if !ignored.is_empty() {
            let known: Vec<&str> = columns
                .iter()
                .map(|column| mapping.column(column.name).0)
                .collect();
            self.remarks.push(FileRemark::IgnoredColumns {
                columns: Shown::list(ignored),
                known: known.join(", "),
            });
        }
        Ok(())
    }

    /// The name that the file gives a column of ours, and the place of its field in a row.
    pub(crate) fn column(&self, ours: &str) -> Option<(&str, usize)> {
        let found = self.found.iter().find(|found| found.ours == ours)?;
        Some((&found.theirs, found.index))
    }
}

/// Checks that a header is not the one of the other list, whose names of people and wards would go in as those of
/// this one.
fn is_this_list(row: &StringRecord, list: &List, mapping: &Mapping) -> Result<(), Unreadable> {
    let theirs = |ours: &&str| {
        let wanted = key(mapping.column(ours).0);
        row.iter().find(|name| key(name) == wanted)
    };
    for group in list.tells_other {
        if let Some(columns) = group.iter().map(theirs).collect::<Option<Vec<&str>>>() {
            return Err(Unreadable::OtherList {
                of: list.other,
                columns: Shown::list(columns),
            });
        }
    }
    Ok(())
}
