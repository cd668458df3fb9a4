//! No sentence repeats a name or clinical text.

use hims_chat_people_records::Row;

use crate::reading::support::{File, patients_of, staff_of};

const CANARIES: [&str; 5] = ["Odalys", "Fernwick", "Penicillin", "Bay9", "Oncology"];

fn all_said<T: std::fmt::Debug>(file: &File<T>) -> String {
    let debug: Vec<String> = file
        .rows
        .iter()
        .map(|row: &Row<T>| format!("{row:?}"))
        .collect();
    format!(
        "{:?}{:?}{:?}{debug:?}",
        file.refused(),
        file.noted(),
        file.said()
    )
}

#[track_caller]
fn is_quiet<T: std::fmt::Debug>(file: &File<T>) {
    let said = all_said(file);
    assert!(
        file.rows.iter().any(|row| row.record.is_err()),
        "something is refused"
    );
    for canary in CANARIES {
        assert!(!said.contains(canary), "{canary}: {said}");
    }
}

#[test]
fn refusals_of_csv_show_no_name_and_no_clinical_text() {
    let head = "identifier,name,date_of_birth,sex,ward,bed,allergies\n";
    let long = "Penicillin ".repeat(300);
    is_quiet(&patients_of(format!(
        "{head}1,Odalys Fernwick,?,?,Bay9,Bay9,Penicillin\n2,Odalys Fernwick,Bay9\n\
         3,\"Odalys\" Fernwick,,,Bay9,,\n4,Odalys,,,{long},{long},{long}\n1,Odalys,,,,,Penicillin\n"
    )));
    let mut bytes = head.as_bytes().to_vec();
    bytes.extend(b"1,Odalys F\xfcrnwick,,,,,Penicillin\n");
    is_quiet(&patients_of(bytes));
    let head = "identifier,email,name,role,specialty\n";
    is_quiet(&staff_of(format!(
        "{head}1,x,Odalys Fernwick,y,Oncology\n,a@b,Odalys,nurse,Oncology\n"
    )));
}

#[test]
fn refusals_of_fhir_show_no_name_and_no_clinical_text() {
    let lines = [
        r#"{"resourceType":"Patient","id":"1","name":[{"text":"Odalys Fernwick"}],"gender":"?","birthDate":"?"}"#,
        r#"{"resourceType":"Patient","id":"2","name":"Odalys Fernwick"}"#,
        r#"{"resourceType":"Patient","id":"Odalys Fernwick","name":[{"family":7}]}"#,
        r#"{"resourceType":"Patient","id":"4","name":[{"text":"Odalys Fernwick"#,
        r#"{"resourceType":"Odalys Fernwick","id":"5"}"#,
        r#"{"name":"Odalys Fernwick"}"#,
        r#""Odalys Fernwick""#,
        r#"{"resourceType":"AllergyIntolerance","id":"6","code":"Penicillin","patient":{"reference":"Patient/1"}}"#,
    ];
    let file = patients_of(lines.join("\n"));
    assert_eq!(file.refused().len(), 7);
    let said = format!("{:?}{:?}", file.refused(), file.noted());
    for canary in CANARIES {
        assert!(!said.contains(canary), "{canary}: {said}");
    }
    is_quiet(&staff_of(
        r#"{"resourceType":"Practitioner","id":"1","name":[{"text":"Odalys Fernwick"}],"telecom":[{"system":"phone","value":"Bay9"}]}"#,
    ));
}
