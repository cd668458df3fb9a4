//! Bundles: their form, their entries, and what is wrong with them.

use hims_chat_people_records::Unreadable;
use serde_json::json;

use crate::reading::support::{no_patients, patients_of, staff_of};

/// A list as a hospital's system sends it: three patients who can be taken, and entries that cannot.
const LIST: &str = r#"{
  "resourceType": "Bundle",
  "type": "transaction",
  "entry": [
    {"fullUrl": "urn:uuid:0c7e", "resource": {"resourceType": "Patient",
      "identifier": [{"value": "LMH-1"}], "name": [{"text": "Odalys Fernwick"}], "birthDate": "1970-05-01"}},
    {"fullUrl": "urn:uuid:1d8f", "resource": {"resourceType": "Patient", "id": "two",
      "identifier": [{"value": "LMH-2"}], "name": [{"given": ["Ada"], "family": "Fenn"}], "gender": "male"}},
    {"resource": {"resourceType": "Patient", "id": "three", "identifier": [{"value": "LMH-3"}], "name": [{"text": "N"}]}},
    {"resource": {"resourceType": "Patient", "id": "four", "identifier": [{"value": "LMH-4"}]}},
    {"resource": {"resourceType": "Patient", "id": "five", "identifier": [{"value": "LMH-1"}], "name": [{"text": "N"}]}},
    {"request": {"method": "DELETE", "url": "Patient/six"}},
    {"resource": {"resourceType": "Patient", "id": "seven", "name": {"text": "N"}}},
    {"resource": {"id": "eight"}},
    {"resource": "nine"},
    10,
    {"resource": {"resourceType": "Bundle", "id": "ten", "type": "collection"}},
    {"resource": {"resourceType": "Observation", "id": "eleven"}},
    {"resource": {"resourceType": "Location", "id": "a2", "name": "A2", "physicalType": {"coding": [{"code": "wa"}]}}},
    {"resource": {"resourceType": "Encounter", "status": "in-progress", "subject": {"reference": "urn:uuid:0c7e"},
      "location": [{"location": {"reference": "https://ehr.larkmere.example/r4/Location/a2"}}]}}
  ]
}"#;

#[test]
fn bad_entries_are_named_and_the_others_taken() {
    let file = patients_of(LIST);
    let identifiers: Vec<&str> = file
        .taken()
        .iter()
        .map(|patient| patient.mrn.as_str())
        .collect();
    assert_eq!(identifiers, ["LMH-1", "LMH-2", "LMH-3"]);
    let ward = crate::reading::support::shown(&file.taken()[0].ward, domain::RecordText::as_str);
    assert_eq!(ward, "A2", "references in a Bundle resolve");
    assert_eq!(
        file.refused(),
        [
            "Bundle.entry[3] (Patient/four): LMH-4: has no name (text, or given and family)",
            "Bundle.entry[4] (Patient/five): LMH-1: identifier: is the one of Bundle.entry[0], and one file may hold it once",
            "Bundle.entry[5]: has no resource",
            "Bundle.entry[6] (Patient/seven): is not a Patient of FHIR R4: an element is of another JSON type than the standard has",
            "Bundle.entry[7]: has no resourceType; a FHIR resource has one, such as \"Patient\"",
            "Bundle.entry[8]: has no resourceType; a FHIR resource has one, such as \"Patient\"",
            "Bundle.entry[9]: has no resource",
            "Bundle.entry[10] (Bundle/ten): is a Bundle within a list; give its resources one a line, or the Bundle alone",
        ]
    );
    assert!(
        file.said()
            .contains(&"ignored resources: Observation".to_owned()),
        "{:?}",
        file.said()
    );
}

#[test]
fn a_bundle_may_stand_on_one_line_and_end_in_empty_ones() {
    let line = serde_json::from_str::<serde_json::Value>(LIST)
        .unwrap()
        .to_string();
    let whole = patients_of(LIST).refused();
    for text in [
        line.clone(),
        format!("\n {line}\r\n\r\n"),
        format!("{LIST}\n\n"),
    ] {
        assert_eq!(patients_of(text).refused(), whole);
    }
    // More behind it is read as NDJSON.
    let more =
        r#"{"resourceType":"Patient","identifier":[{"value":"LMH-9"}],"name":[{"text":"N"}]}"#;
    let file = patients_of(format!("{line}\n{more}\n{line}"));
    assert_eq!(file.taken().len(), 4);
    assert!(
        file.refused()
            .last()
            .unwrap()
            .starts_with("line 3: is a Bundle within a list")
    );
}

#[test]
fn a_single_resource_over_several_lines_is_read() {
    let one = json!({"resourceType": "Patient", "id": "7", "identifier": [{"value": "1"}], "name": [{"text": "N"}]});
    let file = patients_of(format!("\n{}", serde_json::to_string_pretty(&one).unwrap()));
    assert_eq!(file.rows[0].place.to_string(), "line 2 (Patient/7)");
    assert_eq!(file.one().mrn.as_str(), "1");
}

#[test]
fn bundles_that_are_no_list_are_refused() {
    let bundle = json!({"resourceType": "Bundle", "type": "history", "entry": []});
    assert!(
        no_patients(bundle.to_string())
            .to_string()
            .starts_with("a Bundle of type history is no list of records")
    );
    let bundle = json!({"resourceType": "Bundle", "type": "collection"});
    assert_eq!(
        no_patients(bundle.to_string()).to_string(),
        "the file holds no Patient"
    );
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": {}});
    assert!(matches!(
        no_patients(bundle.to_string()),
        Unreadable::NotFhir
    ));
}

#[test]
fn json_that_is_broken_or_of_another_kind_is_named() {
    let cut = &LIST[..LIST.len() - 40];
    let said = no_patients(cut).to_string();
    assert!(
        said.starts_with("the file begins like a FHIR Bundle and is not JSON: line 2"),
        "{said}"
    );
    let comma = LIST.replacen("\"transaction\",", "\"transaction\"", 1);
    assert_eq!(
        no_patients(format!("\n{comma}")).to_string(),
        "the file begins like a FHIR Bundle and is not JSON: line 5, character 3"
    );
    for text in [
        "{\"patients\": []}",
        "{\n\"patients\": []\n}",
        "[]",
        "[\n]",
        "{]",
        "{\"resourceType\": 7}",
    ] {
        assert!(matches!(no_patients(text), Unreadable::NotFhir), "{text}");
    }
}

#[test]
fn bytes_that_are_no_text_spoil_a_bundle_of_several_lines() {
    let mut bytes = LIST.as_bytes().to_vec();
    let at = LIST.find("Ada").unwrap();
    bytes[at] = 0xe9;
    let said = no_patients(bytes).to_string();
    assert_eq!(
        said,
        "line 8 is not UTF-8; save the file as UTF-8 (in Excel: \"CSV UTF-8\")"
    );
}

#[test]
fn staff_of_a_bundle_resolve_by_their_full_address() {
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "PractitionerRole", "code": [{"text": "nurse"}],
            "practitioner": {"reference": "urn:uuid:2"}}},
        {"fullUrl": "urn:uuid:2", "resource": {"resourceType": "Practitioner", "identifier": [{"value": "1"}],
            "name": [{"text": "N"}], "telecom": [{"system": "email", "value": "a@b"}]}},
    ]});
    assert_eq!(staff_of(bundle.to_string()).one().role, domain::Role::Nurse);
}
