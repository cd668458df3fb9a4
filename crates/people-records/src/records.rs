//! The rows of a CSV file, each with the line where it begins.
//!
//! The csv crate splits a row into fields. Where a row ends is found here, as a quotation mark that is
//! never closed must not swallow the rows after it, and the line of a row is the one an editor shows.

use std::collections::VecDeque;

use csv::StringRecord;

use crate::{
    Reason, Unreadable,
    fields::Fields,
    lines::{Line, Lines},
};

/// Most bytes of a line, and of a row of several lines.
pub(crate) const MOST_BYTES: usize = 1 << 20;
/// Most lines of a row.
pub(crate) const MOST_LINES: usize = 100;

/// A row, or why it is none.
#[derive(Debug)]
pub(crate) struct Record {
    /// The line where it begins.
    pub(crate) line: u64,
    pub(crate) fields: Result<StringRecord, Reason>,
}

/// Reads rows. Empty lines are left out.
pub(crate) struct Records<'r> {
    lines: Lines<'r>,
    /// Lines that were read ahead.
    waiting: VecDeque<Line>,
    separator: u8,
    fields: Fields,
}

impl<'r> Records<'r> {
    pub(crate) fn new(lines: Lines<'r>, separator: u8) -> Self {
        Self {
            lines,
            waiting: VecDeque::new(),
            separator,
            fields: Fields::new(separator),
        }
    }

    fn line(&mut self) -> Option<Result<Line, Unreadable>> {
        match self.waiting.pop_front() {
            Some(line) => Some(Ok(line)),
            None => self.lines.next(),
        }
    }

    /// The row that begins with a line. Lines of one that does not end well are rows of their own.
    fn record(&mut self, first: Line) -> Result<Record, Unreadable> {
        let line = first.number;
        let quotes = Reason::Quotes { most: MOST_LINES };
        let mut text = first.text.clone();
        let mut fault = first.reason();
        let mut read: VecDeque<Line> = VecDeque::new();
        let mut state = ends(At::Start, &first.text, self.separator);
        while state == Some(At::Quoted) && fault.is_none() {
            let room = read.len() + 1 < MOST_LINES && text.len() < MOST_BYTES;
            let Some(next) = (if room { self.line().transpose()? } else { None }) else {
                state = None;
                break;
            };
            text.push('\n');
            text.push_str(&next.text);
            fault = next.reason();
            state = ends(At::Quoted, &next.text, self.separator);
            read.push_back(next);
        }
        let fields = match (state, fault) {
            (None, _) => {
                read.append(&mut self.waiting);
                self.waiting = read;
                Err(quotes)
            }
            (Some(_), Some(fault)) => Err(fault),
            (Some(_), None) => self.fields.split(&text).ok_or(quotes),
        };
        Ok(Record { line, fields })
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.line()? {
                Ok(line) if line.is_blank() => {}
                Ok(line) => return Some(self.record(line)),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// Part of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// The start of a field.
    Start,
    /// Spaces at the start of a field.
    Spaces,
    Plain,
    Quoted,
    /// Behind a quotation mark of a quoted field, which may be the first of two.
    Closed,
}

/// The state at the end of a line; `None` when text follows a closed field.
fn ends(mut at: At, line: &str, separator: u8) -> Option<At> {
    for byte in line.bytes() {
        at = match (at, byte) {
            (At::Quoted, b'"') => At::Closed,
            (At::Quoted, _) => At::Quoted,
            (At::Closed, b'"') => At::Quoted,
            (_, byte) if byte == separator => At::Start,
            // Behind spaces a quotation mark would be a letter like others, which nobody means.
            (At::Closed, _) | (At::Spaces, b'"') => return None,
            (At::Start, b'"') => At::Quoted,
            (At::Start | At::Spaces, b' ') => At::Spaces,
            _ => At::Plain,
        };
    }
    Some(at)
}

/// The fields of a row that ends with its line.
pub(crate) fn split_line(line: &str, separator: u8) -> Option<StringRecord> {
    match ends(At::Start, line, separator) {
        None | Some(At::Quoted) => None,
        Some(_) => Fields::new(separator).split(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows as "line: field|field", or "line: !" for one that is refused.
    fn rows(text: &str) -> Vec<String> {
        let lines = Lines::new(text.as_bytes(), MOST_BYTES).unwrap();
        let shown = |record: Record| match record.fields {
            Ok(fields) => {
                let fields: Vec<&str> = fields.iter().collect();
                format!("{}: {}", record.line, fields.join("|"))
            }
            Err(_) => format!("{}: !", record.line),
        };
        Records::new(lines, b',')
            .map(|row| shown(row.unwrap()))
            .collect()
    }

    #[test]
    fn a_row_begins_where_an_editor_shows_it() {
        assert_eq!(
            rows("a,b\r\n\r\n\"x\r\ny\",c\r\n\n\nd,\"\"\"q\"\"\"\ne,f"),
            ["1: a|b", "3: x\ny|c", "7: d|\"q\"", "8: e|f"]
        );
    }

    #[test]
    fn a_quote_that_is_not_closed_costs_its_own_row_alone() {
        assert_eq!(rows("\"a,b\nc,d\ne,f"), ["1: !", "2: c|d", "3: e|f"]);
        assert_eq!(rows("\"a,b\n\"c\",d\ne,f"), ["1: !", "2: c|d", "3: e|f"]);
        let many = format!("\"a,b\n{}", "c,d\n".repeat(500));
        let read = rows(&many);
        assert_eq!(read[0], "1: !");
        assert_eq!(read[1], "2: c|d");
        assert_eq!(read.len(), 501);
    }

    #[test]
    fn text_behind_a_closed_field_is_refused() {
        assert_eq!(rows("\"a\"b,c\nd,e"), ["1: !", "2: d|e"]);
        assert_eq!(rows("a, \"b\"\nd,e"), ["1: !", "2: d|e"]);
        assert_eq!(rows("6\" needle,a \"b\""), ["1: 6\" needle|a \"b\""]);
    }
}
