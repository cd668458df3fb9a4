//! The identifier and address reported for a refused row, and the length of the report.

use domain::{EmailAddress, Identifier};
use hims_chat_people_records::Shown;
use serde_json::{Value, json};

use crate::reading::support::{File, ndjson, patients_of, staff_by, staff_of};

/// Identifier and address of each refused row.
fn named<T>(file: &File<T>) -> Vec<(Option<&str>, Option<&str>)> {
    let refusals = file.rows.iter().filter_map(|row| row.record.as_ref().err());
    refusals
        .map(|refusal| {
            let identifier = refusal.identifier.as_ref().map(Identifier::as_str);
            let email = refusal.email.as_ref().map(EmailAddress::as_str);
            (identifier, email)
        })
        .collect()
}

#[test]
fn a_row_that_is_refused_tells_the_address_that_could_be_read() {
    let file = staff_of(
        "identifier,email,name,role\n\
         ,A.Bru@larkmere.example,N,nurse\n\
         2,b@larkmere.example,N,chef\n\
         3,nobody,N,nurse\n\
         4,B@larkmere.example,N,nurse\n\
         5,c@larkmere.example\n",
    );
    assert_eq!(
        named(&file),
        [
            (None, Some("A.Bru@larkmere.example")),
            (Some("2"), Some("b@larkmere.example")),
            (Some("3"), None),
            (Some("4"), Some("B@larkmere.example")),
            (None, None),
        ]
    );
    let said = file.refused();
    assert!(
        !said[0].contains("A.Bru"),
        "an address that is right is not shown: {said:?}"
    );
    let patients = patients_of("identifier,name\n1,\n");
    assert_eq!(named(&patients), [(Some("1"), None)]);
}

#[test]
fn a_practitioner_who_is_refused_tells_the_address_that_could_be_read() {
    let practitioner = |identifier: Value, email: &str| {
        json!({"resourceType": "Practitioner", "id": "p1", "identifier": identifier, "name": [{"text": "N"}],
            "telecom": [{"system": "email", "value": email}]})
    };
    let file = staff_by(
        "[fhir]\ndefault_role = \"nurse\"",
        ndjson(&[
            practitioner(json!([]), "a@larkmere.example"),
            practitioner(json!([{"value": "2"}]), "nobody"),
        ]),
    );
    assert_eq!(
        named(&file),
        [(None, Some("a@larkmere.example")), (Some("2"), None)]
    );
}

#[test]
fn identifiers_and_ids_are_cut() {
    let long = "x".repeat(64);
    let patient = json!({"resourceType": "Patient", "id": long, "identifier": [{"value": long}]});
    let said = patients_of(ndjson(&[patient])).refused();
    let id = format!("Patient/{}…", "x".repeat(Shown::MAX_CHARS - 9));
    let identifier = format!("{}…", "x".repeat(Shown::MAX_CHARS - 1));
    assert_eq!(
        said,
        [format!(
            "line 1 ({id}): {identifier}: has no name (text, or given and family)"
        )]
    );
}
