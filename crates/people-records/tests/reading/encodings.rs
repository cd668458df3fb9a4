//! Bytes of a file: encodings, ends of lines, quotation marks.

use std::io::{self, Read};

use hims_chat_people_records::{Mapping, Unreadable, patients};

use crate::reading::support::{TODAY, no_patients, patients_of};

fn utf16(text: &str, big_endian: bool) -> Vec<u8> {
    let mut bytes = if big_endian {
        vec![0xfe, 0xff]
    } else {
        vec![0xff, 0xfe]
    };
    for unit in text.encode_utf16() {
        bytes.extend(if big_endian {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        });
    }
    bytes
}

#[test]
fn byte_order_marks_are_understood() {
    let text = "identifier\tname\r\n1\tJosé 😀 Ortiz\r\n";
    let marked = format!("\u{feff}{text}").into_bytes();
    for bytes in [
        text.as_bytes().to_vec(),
        marked,
        utf16(text, false),
        utf16(text, true),
    ] {
        assert_eq!(patients_of(bytes).one().name.as_str(), "José 😀 Ortiz");
    }
    let json = "{\"resourceType\":\"Patient\",\"identifier\":[{\"value\":\"1\"}],\"name\":[{\"text\":\"José\"}]}";
    for bytes in [format!("\u{feff}{json}").into_bytes(), utf16(json, false)] {
        assert_eq!(patients_of(bytes).one().name.as_str(), "José");
    }
}

#[test]
fn windows_1252_is_not_misread() {
    let file = patients_of(b"identifier,name\n1,N\n2,M\xfcller\n3,\"O\nM\xfcller\"\n4,N\n");
    let words = "is not UTF-8; save the file as UTF-8 (in Excel: \"CSV UTF-8\")";
    assert_eq!(
        file.refused(),
        [
            format!("line 3: line 3 {words}"),
            format!("line 4: line 5 {words}")
        ]
    );
    assert_eq!(file.taken().len(), 2);
    let said = no_patients(b"identifier,name,Gr\xf6\xdfe\n1,N,2\n").to_string();
    assert_eq!(said, format!("line 1 {words}"));
}

#[test]
fn utf_16_that_is_broken_or_not_marked_is_named() {
    let mut bytes = utf16("identifier,name\n1,N\n", false);
    bytes.extend([0x32, 0, 0x2c, 0, 0x00, 0xd8, 0x0a, 0]);
    let file = patients_of(&bytes);
    assert!(
        file.refused()[0].starts_with("line 3: line 3 is not UTF-16;"),
        "{:?}",
        file.refused()
    );
    assert_eq!(file.taken().len(), 1);
    let unmarked = &utf16("identifier,name\n1,N\n", false)[2..];
    assert!(matches!(no_patients(unmarked), Unreadable::ZeroBytes));
    let unmarked = &utf16("{\"resourceType\":\"Patient\"}", false)[2..];
    assert!(matches!(no_patients(unmarked), Unreadable::ZeroBytes));
}

#[test]
fn lines_are_those_of_an_editor() {
    let text =
        "\n\nidentifier,name,sex\n\n1,\"Fernwick,\nOdalys\n\n\",f\n2,N,?\n\n3,\"N\nM\",?\n4,N,?";
    let unix = patients_of(text);
    assert_eq!(unix.taken()[0].name.as_str(), "Fernwick, Odalys");
    let places: Vec<String> = unix.rows.iter().map(|row| row.place.to_string()).collect();
    assert_eq!(places, ["line 5", "line 9", "line 11", "line 13"]);
    for end in ["\r\n", "\r"] {
        let file = patients_of(text.replace('\n', end));
        assert_eq!(file.refused(), unix.refused());
        assert_eq!(file.taken(), unix.taken());
    }
}

#[test]
fn quotation_marks_that_do_not_close_cost_one_row() {
    let file = patients_of(
        "identifier,name\n1,\"Fernwick\n2,N\n3,\"Smith, J\"\n4,\"N\" x\n5,6\" N\n6,\"6\"\" N\"\n7, \"N\"\n8,\"N",
    );
    let places: Vec<String> = file
        .refused()
        .iter()
        .map(|line| line[..7].to_owned())
        .collect();
    assert_eq!(places, ["line 2:", "line 5:", "line 8:", "line 9:"]);
    assert!(file.refused()[0].contains("a quotation mark is not closed"));
    let names: Vec<&str> = file
        .taken()
        .iter()
        .map(|patient| patient.name.as_str())
        .collect();
    assert_eq!(names, ["N", "Smith, J", "6\" N", "6\" N"]);
}

#[test]
fn a_row_too_long_to_be_one_is_not_held() {
    let long = "x".repeat(2_000_000);
    let file = patients_of(format!(
        "identifier,name\n1,{long}\n2,\"{}\n3,N\n",
        "y\n".repeat(200)
    ));
    assert_eq!(
        file.refused()[0],
        "line 2: line 2 is longer than 1048576 bytes"
    );
    assert!(file.refused()[1].contains("not closed in the 100 lines after it"));
    assert_eq!(file.taken().last().unwrap().mrn.as_str(), "3");
}

/// A source that fails when it was read so far.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.0.read(into)? {
            0 => Err(io::Error::other("the share is gone")),
            some => Ok(some),
        }
    }
}

#[test]
fn a_file_that_breaks_off_is_told_from_one_that_ends() {
    let mapping = Mapping::default();
    let source = Failing(b"identifier,name\n1,N\n2,\"N\n");
    let mut rows = patients(source, &mapping, TODAY).unwrap();
    assert!(rows.next().unwrap().unwrap().record.is_ok());
    let error = rows.next().unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the file cannot be read after line 3: the share is gone"
    );
    assert!(rows.next().is_none());
    for text in ["", "id", "{\"resourceType\":\"Patient\"}\n{\"re"] {
        let read = patients(Failing(text.as_bytes()), &mapping, TODAY);
        assert!(matches!(read, Err(Unreadable::Io { .. })), "{text}");
    }
}
