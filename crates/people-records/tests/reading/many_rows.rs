//! Bad rows among many good ones.

use std::io::{self, Read};

use hims_chat_people_records::{Mapping, patients};

use crate::reading::support::{TODAY, patients_of};

#[test]
fn twenty_bad_rows_of_two_hundred_are_named_and_the_others_taken() {
    const FAULTS: [(&str, &str); 5] = [
        ("{},N,1970-13-01", "date_of_birth:"),
        ("{},,1970-01-01", "name: must not be empty"),
        ("{},N", "has 2 fields"),
        (",N,1970-01-01", "identifier: must not be empty"),
        ("{},\"N\"x,1970-01-01", "quotation mark"),
    ];
    let mut text = "identifier,name,date_of_birth\r\n".to_owned();
    let mut bad = Vec::new();
    let mut line = 2;
    for row in 0..200 {
        if row % 10 == 3 {
            let (fault, words) = FAULTS[bad.len() % FAULTS.len()];
            text.push_str(&fault.replace("{}", &row.to_string()));
            bad.push((line, words));
        } else if row % 10 == 7 {
            text.push_str(&format!("{row},\"N\r\nM\",1970-01-01"));
            line += 1;
        } else {
            text.push_str(&format!("{row},N,1970-01-01"));
        }
        text.push_str("\r\n");
        line += 1;
    }
    let file = patients_of(text);
    assert_eq!(file.rows.len(), 200);
    assert_eq!(file.taken().len(), 180);
    assert_eq!(bad.len(), 20);
    for (said, (line, words)) in file.refused().iter().zip(bad) {
        assert!(
            said.starts_with(&format!("line {line}: ")),
            "{said}, not {line}"
        );
        assert!(said.contains(words), "{said}");
    }
}

/// A file without end, which counts what was read of it.
struct Endless<'a> {
    read: &'a std::sync::atomic::AtomicUsize,
    row: usize,
    rest: Vec<u8>,
}

impl Read for Endless<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            self.row += 1;
            self.rest = format!("{},N\n", self.row).into_bytes();
        }
        let some = self.rest.len().min(into.len());
        into[..some].copy_from_slice(&self.rest[..some]);
        self.rest.drain(..some);
        self.read
            .fetch_add(some, std::sync::atomic::Ordering::Relaxed);
        Ok(some)
    }
}

#[test]
fn rows_are_read_as_they_are_asked_for() {
    let read = std::sync::atomic::AtomicUsize::new(0);
    let endless = Endless {
        read: &read,
        row: 0,
        rest: b"identifier,name\n".to_vec(),
    };
    let mut rows = patients(endless, &Mapping::default(), TODAY).unwrap();
    for _ in 0..10 {
        assert!(rows.next().unwrap().unwrap().record.is_ok());
    }
    assert!(read.load(std::sync::atomic::Ordering::Relaxed) < 100_000);
}
