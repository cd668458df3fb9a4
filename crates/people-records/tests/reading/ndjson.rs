//! Resources one a line.

use crate::reading::support::{patients_of, staff_of};

/// Three patients who can be taken, and lines that cannot.
const LIST: &str = r#"
{"resourceType":"Patient","id":"1","identifier":[{"value":"LMH-1"}],"name":[{"text":"Odalys Fernwick"}]}
{"resourceType":"Patient","id":"2","identifier":[{"value":"LMH-2"}],"name":[{"text":"N"
{"resourceType":"Patient","id":"3","identifier":[{"value":"LMH-3"}],"name":[{"text":"N"}]} {"resourceType":"Patient"}

{"resourceType":"Patient","id":"4","identifier":[{"value":"LMH-4"}],"name":[{"text":"N"}],"gender":"w"}
{"resourceType":"Patient","id":"not an id","identifier":[{"value":"LMH-5"}],"name":[{"text":"N"}]}
{"id":"6"}
null
{"resourceType":"Bundle","type":"collection"}
{"resourceType":"Patient","id":"7","identifier":"LMH-7"}
{"resourceType":"Provenance","id":"8"}
{"resourceType":"Patient","id":"9","identifier":[{"value":"LMH-1"}],"name":[{"text":"N"}]}
{"resourceType":"Patient","id":"10","identifier":[{"value":"LMH-10"}],"name":[{"text":"N"}]}
"#;

#[test]
fn bad_lines_are_named_and_the_others_taken() {
    let file = patients_of(LIST);
    let identifiers: Vec<&str> = file
        .taken()
        .iter()
        .map(|patient| patient.mrn.as_str())
        .collect();
    assert_eq!(identifiers, ["LMH-1", "LMH-5", "LMH-10"]);
    assert_eq!(
        file.refused(),
        [
            "line 3: is not JSON, from character 87 on; a line of NDJSON is one whole resource",
            "line 4: is not JSON, from character 92 on; a line of NDJSON is one whole resource",
            "line 6 (Patient/4): LMH-4: gender: \"w\" is none of female, male, other, unknown (f, m, o, u)",
            "line 8: has no resourceType; a FHIR resource has one, such as \"Patient\"",
            "line 9: has no resourceType; a FHIR resource has one, such as \"Patient\"",
            "line 10: is a Bundle within a list; give its resources one a line, or the Bundle alone",
            "line 11 (Patient/7): is not a Patient of FHIR R4: an element is of another JSON type than the standard has",
            "line 13 (Patient/9): LMH-1: identifier: is the one of line 2 (Patient/1), and one file may hold it once",
        ]
    );
    assert!(
        file.said()
            .contains(&"ignored resources: Provenance".to_owned())
    );
    let places: Vec<String> = file.rows.iter().map(|row| row.place.to_string()).collect();
    assert_eq!(places[4], "line 7", "what is no id is not shown");
}

#[test]
fn a_first_line_that_was_cut_costs_itself_alone() {
    let text = LIST.trim_start().split_once('\n').unwrap().1;
    let file = patients_of(text);
    assert!(file.refused()[0].starts_with("line 1: is not JSON, from character 87 on"));
    assert_eq!(file.taken().len(), 3, "the other of LMH-1 among them");
}

#[test]
fn bytes_that_are_no_text_spoil_their_line_alone() {
    let mut bytes = LIST.as_bytes().to_vec();
    bytes[LIST.find("Odalys").unwrap()] = 0xe9;
    let file = patients_of(bytes);
    assert!(file.refused()[0].starts_with("line 2: line 2 is not UTF-8;"));
    assert_eq!(file.taken().len(), 3);
}

#[test]
fn staff_are_read_from_lines_of_any_order() {
    let file = staff_of(concat!(
        r#"{"resourceType":"PractitionerRole","practitioner":{"reference":"Practitioner/b"},"code":[{"text":"nurse"}]}"#,
        "\r\n",
        r#"{"resourceType":"Practitioner","id":"a","identifier":[{"value":"1"}],"name":[{"text":"N"}],"telecom":[{"system":"email","value":"a@x"}]}"#,
        "\r\n",
        r#"{"resourceType":"Practitioner","id":"b","identifier":[{"value":"2"}],"name":[{"text":"N"}],"telecom":[{"system":"email","value":"b@x"}]}"#,
        "\r\n",
    ));
    assert_eq!(file.taken().len(), 1);
    assert_eq!(file.taken()[0].identifier.as_ref().unwrap().as_str(), "2");
    assert!(file.refused()[0].starts_with("line 2 (Practitioner/a): 1: has no role"));
}
