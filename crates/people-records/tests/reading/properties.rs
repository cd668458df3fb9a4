//! Any bytes, and any valid rows.

use domain::{
    AllergyText, EmailAddress, Given, Identifier, PatientRecord, RecordText, Role, Sex, StaffRecord,
};
use hims_chat_people_records::{Mapping, patients, staff};
use jiff::civil::{Date, date};
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::reading::support::{TODAY, patients_of, staff_of};

/// Reads all of a file, if it can be read.
fn read(bytes: &[u8]) {
    let mapping = Mapping::default();
    for row in patients(bytes, &mapping, TODAY).into_iter().flatten() {
        let _ = row.map(|row| row.record.map_err(|refusal| refusal.to_string()));
    }
    for row in staff(bytes, &mapping, TODAY).into_iter().flatten() {
        let _ = row.map(|row| row.record.map_err(|refusal| refusal.to_string()));
    }
}

/// Pieces that files are made of, whole and cut.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&str] = &[
        "identifier",
        "name",
        "email",
        "role",
        "date_of_birth",
        "sex",
        ",",
        ";",
        "\t",
        "\"",
        "\"\"",
        "\n",
        "\r\n",
        "\r",
        "1",
        "nurse",
        "1970-01-01",
        "{",
        "}",
        "[",
        "]",
        ":",
        "\"resourceType\":\"Patient\"",
        "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[",
        "{\"resource\":",
        "{\"resourceType\":\"Patient\",\"id\":\"1\",\"identifier\":[{\"value\":\"1\"}]}",
        "{\"resourceType\":\"Location\",\"id\":\"1\",\"partOf\":{\"reference\":\"Location/1\"}}",
        "{\"resourceType\":\"Encounter\",\"status\":\"arrived\",\"subject\":{\"reference\":\"Patient/1\"},\
         \"location\":[{\"location\":{\"reference\":\"Location/1\"}}]}",
        "\u{feff}",
        "ü",
        "\u{0}",
    ];
    prop_oneof![
        8 => select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..4),
    ]
}

/// A text that a record takes as it is.
fn text() -> impl Strategy<Value = String> {
    "[A-Za-zäßéЖ李'\",;.\u{20ac}0-9]([ A-Za-zäßéЖ李'\",;.0-9]{0,20}[A-Za-z0-9\"])?"
        .prop_map(|text| domain::one_line(&text))
}

fn given(of: impl Strategy<Value = String>) -> impl Strategy<Value = Given<RecordText>> {
    let read = |text: Option<String>| Given::Is(text.map(|text| RecordText::parse(&text).unwrap()));
    option::of(of).prop_map(read)
}

fn born() -> impl Strategy<Value = Date> {
    (1900i16..2026, 1i8..13, 1i8..29).prop_map(|(year, month, day)| date(year, month, day))
}

fn patient() -> impl Strategy<Value = PatientRecord> {
    let sex = select(&[Sex::Female, Sex::Male, Sex::Other] as &[_]);
    let fields = (
        text(),
        text(),
        option::of(born()),
        option::of(sex),
        given(text()),
        given(text()),
        option::of(text()),
    );
    fields.prop_map(|(mrn, name, born, sex, ward, bed, allergies)| {
        let mrn = Identifier::parse(&mrn).unwrap();
        let mut patient = PatientRecord::new(mrn, RecordText::parse(&name).unwrap());
        patient.born = Given::Is(born);
        patient.sex = Given::Is(sex);
        patient.ward = ward;
        patient.bed = bed;
        patient.allergies = Given::Is(allergies.map(|text| AllergyText::parse(&text).unwrap()));
        patient
    })
}

fn member() -> impl Strategy<Value = StaffRecord> {
    let role = select(&Role::ALL[..5]);
    let fields = (
        text(),
        "[a-z]{1,8}@[a-z]{1,8}\\.example",
        text(),
        role,
        given(text()),
        given(text()),
        any::<bool>(),
    );
    fields.prop_map(|(identifier, email, name, role, specialty, ward, active)| {
        let email = EmailAddress::parse(&email).unwrap();
        let mut staff = StaffRecord::new(email, RecordText::parse(&name).unwrap(), role);
        staff.identifier = Some(Identifier::parse(&identifier).unwrap());
        staff.specialty = specialty;
        staff.ward = ward;
        staff.active = active;
        staff
    })
}

fn written(given: &Given<RecordText>) -> String {
    crate::reading::support::shown(given, RecordText::as_str)
}

/// The rows as the csv crate writes them.
fn csv(separator: u8, crlf: bool, header: &[&str], rows: Vec<Vec<String>>) -> Vec<u8> {
    let end = if crlf {
        csv::Terminator::CRLF
    } else {
        csv::Terminator::Any(b'\n')
    };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .terminator(end)
        .from_writer(Vec::new());
    writer.write_record(header).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

fn separator() -> impl Strategy<Value = u8> {
    select(b",;\t" as &[u8])
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..300)) {
        read(&bytes);
    }

    #[test]
    fn no_pieces_of_files_make_it_panic(pieces in vec(piece(), 0..40)) {
        read(&pieces.concat());
        read(&[b"identifier,name,sex\n" as &[u8], &pieces.concat()].concat());
        read(&[b"\xff\xfei\0d\0e\0n\0t\0i\0f\0i\0e\0r\0,\0n\0a\0m\0e\0\n\0" as &[u8], &pieces.concat()].concat());
    }

    #[test]
    fn no_mapping_makes_it_panic(text in "\\PC{0,60}", format in "[%a-zA-Z/:.0-9]{0,12}") {
        let _ = Mapping::parse(&text);
        let _ = Mapping::parse(&format!("[dates]\nformat = \"{format}\""));
    }

    #[test]
    fn patients_come_back_as_they_were_written(
        mut all in vec(patient(), 0..12), separator in separator(), crlf in any::<bool>(),
    ) {
        all.sort_by(|a, b| a.mrn.as_str().cmp(b.mrn.as_str()));
        all.dedup_by(|a, b| a.mrn == b.mrn);
        let header = ["identifier", "name", "date_of_birth", "sex", "ward", "bed", "allergies"];
        let row = |patient: &PatientRecord| {
            let born = match patient.born { Given::Is(Some(born)) => born.to_string(), _ => String::new() };
            let sex = match patient.sex { Given::Is(Some(sex)) => format!("{sex:?}"), _ => String::new() };
            let allergies = crate::reading::support::shown(&patient.allergies, AllergyText::as_str);
            vec![
                patient.mrn.as_str().to_owned(), patient.name.as_str().to_owned(), born, sex,
                written(&patient.ward), written(&patient.bed), allergies,
            ]
        };
        let file = patients_of(csv(separator, crlf, &header, all.iter().map(row).collect()));
        prop_assert_eq!(file.refused(), Vec::<String>::new());
        prop_assert_eq!(file.taken(), all.iter().collect::<Vec<_>>());
    }

    #[test]
    fn staff_come_back_as_they_were_written(
        mut all in vec(member(), 0..12), separator in separator(), crlf in any::<bool>(),
    ) {
        let identifier = |staff: &StaffRecord| staff.identifier.as_ref().unwrap().as_str().to_owned();
        all.sort_by_key(identifier);
        all.dedup_by(|a, b| a.identifier == b.identifier);
        all.sort_by(|a, b| a.email.as_str().cmp(b.email.as_str()));
        all.dedup_by(|a, b| a.email == b.email);
        let header = ["active", "identifier", "email", "name", "role", "specialty", "ward"];
        let row = |staff: &StaffRecord| vec![
            staff.active.to_string(), identifier(staff), staff.email.as_str().to_owned(),
            staff.name.as_str().to_owned(), staff.role.to_string(), written(&staff.specialty), written(&staff.ward),
        ];
        let file = staff_of(csv(separator, crlf, &header, all.iter().map(row).collect()));
        prop_assert_eq!(file.refused(), Vec::<String>::new());
        prop_assert_eq!(file.taken(), all.iter().collect::<Vec<_>>());
    }
}
