//! CSV files with rows that are wrong in every way there is.

use super::files::{PATIENT_HEADER, STAFF_HEADER, patients, row, staff};

/// A file, and the rows of it that are to be refused.
pub(super) struct Table {
    pub(super) bytes: Vec<u8>,
    /// The line of each, and words of its reason.
    pub(super) wrong: Vec<(usize, &'static str)>,
}

/// Longer than any line may be.
fn too_long_a_line() -> String {
    "x".repeat((1 << 20) + 1)
}

/// Spreads the wrong rows over the right ones.
fn table(header: &str, right: &[String], wrong: Vec<(Vec<u8>, &'static str)>) -> Table {
    let mut bytes = header.as_bytes().to_vec();
    let (mut line, mut places) = (1, Vec::new());
    let every = right.len() / wrong.len();
    let mut wrong = wrong.into_iter();
    let mut add = |row: &[u8]| {
        bytes.push(b'\n');
        bytes.extend_from_slice(row);
        line += 1;
        line
    };
    for some in right.chunks(every) {
        for row in some {
            add(row.as_bytes());
        }
        if let Some((row, words)) = wrong.next() {
            places.push((add(&row), words));
        }
    }
    assert!(wrong.next().is_none(), "every wrong row has its place");
    Table {
        bytes,
        wrong: places,
    }
}

/// 200 members of staff and 20 rows that are wrong. `H-1` is the identifier of who has the address
/// `held@larkmere.example`, and `left@larkmere.example` was the address of somebody who left.
pub(super) fn staff_table() -> Table {
    let long = "x".repeat(256);
    let fields =
        |identifier: &str, email: &str, name: &str, role: &str, ward: &str, active: &str| {
            row(&[identifier, email, name, role, "", "", ward, "", "", active]).into_bytes()
        };
    let wrong = vec![
        (
            b"W-01,w01@x.example,M\xfcller Canary,doctor,,,,,,".to_vec(),
            "is not UTF-8",
        ),
        (
            too_long_a_line().into_bytes(),
            "is longer than 1048576 bytes",
        ),
        (
            b"W-03,w03@x.example,\"Canary,doctor,,,,,,".to_vec(),
            "a quotation mark is not closed",
        ),
        (
            b"W-04,w04@x.example,Canary,doctor".to_vec(),
            "has 4 fields, the header has 10",
        ),
        (
            b"W-05,w05@x.example,Canary,doctor,,,,,,,,".to_vec(),
            "has 12 fields, the header has 10",
        ),
        (
            fields("", "w06@x.example", "Canary", "doctor", "", ""),
            "identifier: must not be empty",
        ),
        (
            fields(&long, "w07@x.example", "Canary", "doctor", "", ""),
            "identifier: is 1 character too long",
        ),
        (
            fields("W-08", " ", "Canary", "doctor", "", ""),
            "email: must not be empty",
        ),
        (
            fields("W-09", "w09.x.example", "Canary", "doctor", "", ""),
            "email: \"w09.x.example\"",
        ),
        (
            fields("W-10", "w@10@x.example", "Canary", "doctor", "", ""),
            "email: \"w@10@x.example\"",
        ),
        (
            fields("W-11", "w11@x.example", "", "doctor", "", ""),
            "name: must not be empty",
        ),
        (
            fields("W-12", "w12@x.example", &long, "doctor", "", ""),
            "name: is 1 character too long",
        ),
        (
            fields("W-13", "w13@x.example", "Canary", "", "", ""),
            "role: must not be empty",
        ),
        (
            fields("W-14", "w14@x.example", "Canary", "physician", "", ""),
            "role: \"physician\" is no role",
        ),
        (
            fields("W-15", "w15@x.example", "Canary", "doctor", &long, ""),
            "ward: is 1 character too long",
        ),
        (
            fields("W-16", "w16@x.example", "Canary", "doctor", "", "maybe"),
            "active: \"maybe\" is neither",
        ),
        (
            fields("S-0000", "w17@x.example", "Canary", "doctor", "", ""),
            "identifier: is the one of line 2",
        ),
        (
            fields("W-18", "S0000@Larkmere.Example", "Canary", "doctor", "", ""),
            "email: is the one of line 2",
        ),
        (
            fields("W-19", "held@larkmere.example", "Canary", "doctor", "", ""),
            "who has another identifier",
        ),
        (
            fields("W-20", "left@larkmere.example", "Canary", "doctor", "", ""),
            "who has left; if this is the same person",
        ),
    ];
    let right: Vec<String> = staff(200).iter().map(super::files::Member::csv).collect();
    table(STAFF_HEADER, &right, wrong)
}

/// 1,000 patients and 20 rows that are wrong.
pub(super) fn patient_table() -> Table {
    let long = "x".repeat(256);
    let much = "x".repeat(2_001);
    let fields = |fields: [&str; 7]| row(&fields).into_bytes();
    let wrong = vec![
        (b"W-01,M\xfcller Canary,,,,,".to_vec(), "is not UTF-8"),
        (
            too_long_a_line().into_bytes(),
            "is longer than 1048576 bytes",
        ),
        (
            b"W-03,\"Canary,,,,,".to_vec(),
            "a quotation mark is not closed",
        ),
        (
            b"W-04,\"Canary\" Ansel,,,,,".to_vec(),
            "text follows a closed one",
        ),
        (b"W-05,Canary".to_vec(), "has 2 fields, the header has 7"),
        (
            b"W-06,Canary,,,,,,".to_vec(),
            "has 8 fields, the header has 7",
        ),
        (
            fields(["", "Canary", "", "", "", "", "Peanuts"]),
            "identifier: must not be empty",
        ),
        (
            fields([&long, "Canary", "", "", "", "", ""]),
            "identifier: is 1 character too long",
        ),
        (
            fields(["W-09", "\u{200b}", "", "", "", "", ""]),
            "name: must not be empty",
        ),
        (
            fields(["W-10", &long, "", "", "", "", ""]),
            "name: is 1 character too long",
        ),
        (
            fields(["W-11", "Canary", "03/11/1970", "", "", "", ""]),
            "date_of_birth: \"03/11/1970\" is no date written as 1970-12-31",
        ),
        (
            fields(["W-12", "Canary", "1970-02-30", "", "", "", ""]),
            "date_of_birth: \"1970-02-30\"",
        ),
        (
            fields(["W-13", "Canary", "1970", "", "", "", ""]),
            "date_of_birth: \"1970\"",
        ),
        (
            fields(["W-14", "Canary", "2970-01-01", "", "", "", ""]),
            "is later than today",
        ),
        (
            fields(["W-15", "Canary", "", "w", "", "", ""]),
            "sex: \"w\" is none of female",
        ),
        (
            fields(["W-16", "Canary", "", "", &long, "", ""]),
            "ward: is 1 character too long",
        ),
        (
            fields(["W-17", "Canary", "", "", "", &long, ""]),
            "bed: is 1 character too long",
        ),
        (
            fields(["W-18", "Canary", "", "", "", "", &much]),
            "allergies: is 1 character too long",
        ),
        (
            fields(["MRN-00000", "Canary", "", "", "", "", ""]),
            "identifier: is the one of line 2",
        ),
        (
            fields(["W-20", "Canary", "soon", "x", "", "", "Peanuts"]),
            "is no date written as 1970-12-31; sex: \"x\"",
        ),
    ];
    let right: Vec<String> = patients(1_000)
        .iter()
        .map(super::files::Patient::csv)
        .collect();
    table(PATIENT_HEADER, &right, wrong)
}
