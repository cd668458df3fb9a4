//! FHIR resources that are wrong in every way there is.

use serde_json::{Value, json};

use super::{Said, fhir, files::patients, files::staff, hims, put, rows};
use crate::support::database::Database;

/// The good resources with wrong ones behind them: the file, and its first line that is wrong.
fn file(good: &[Value], wrong: &[(String, &str)]) -> (String, usize) {
    let wrong: Vec<&str> = wrong.iter().map(|(line, _)| line.as_str()).collect();
    let text = format!("{}{}\n", fhir::ndjson(good), wrong.join("\n"));
    (text, good.len() + 1)
}

fn are_named(said: &Said, first: usize, wrong: &[(String, &str)]) {
    let report = said.json();
    let refused = report["refused"].as_array().expect("a list");
    assert_eq!(refused.len(), wrong.len(), "{}", said.out);
    for (number, (one, (_, words))) in refused.iter().zip(wrong).enumerate() {
        let (place, text) = (one["place"].to_string(), one["text"].to_string());
        assert!(place.contains(&format!("line {}", first + number)), "{one}");
        assert!(
            text.replace("\\\"", "\"").contains(words),
            "{one}, not {words}"
        );
    }
    assert!(!said.out.contains("Canary") && !said.err.contains("Canary"));
}

fn practitioner(more: Value) -> String {
    let mut one = json!({
        "resourceType": "Practitioner",
        "id": "wrong",
        "identifier": [{"value": "W-1"}],
        "name": [{"text": "Canary"}],
        "telecom": [{"system": "email", "value": "w@larkmere.example"}],
    });
    let fields = more.as_object().expect("an object").clone();
    one.as_object_mut().expect("an object").extend(fields);
    one.to_string()
}

#[tokio::test]
async fn wrong_practitioners_are_named_by_line() {
    let database = Database::sqlite();
    let two = json!([{"system": "urn:a", "value": "1"}, {"system": "urn:b", "value": "2"}]);
    let wrong = [
        ("{\"resourceType\": ".to_owned(), "is not JSON"),
        ("{\"id\": \"x\"}".to_owned(), "has no resourceType"),
        (
            json!({"resourceType": "Bundle", "type": "collection"}).to_string(),
            "is a Bundle within a list",
        ),
        (
            practitioner(json!({"name": 7})),
            "is not a Practitioner of FHIR R4",
        ),
        (practitioner(json!({"identifier": []})), "it names none"),
        (
            practitioner(json!({"identifier": two})),
            "fhir.staff_identifier_system",
        ),
        (
            practitioner(json!({"identifier": [{"value": "S-0001"}]})),
            "is the one of line",
        ),
        (
            practitioner(json!({"name": [], "identifier": [{"value": "W-2"}]})),
            "has no name",
        ),
        (
            practitioner(
                json!({"telecom": [{"system": "email", "use": "home", "value": "w@home.example"}],
                "identifier": [{"value": "W-3"}]}),
            ),
            "has no e-mail address",
        ),
        (
            practitioner(json!({"telecom": [{"system": "email", "value": "nowhere"}],
                "identifier": [{"value": "W-4"}]})),
            "\"nowhere\" must be an e-mail address",
        ),
        (
            practitioner(json!({"identifier": [{"value": "W-5"}]})),
            "has no current role",
        ),
    ];
    let good = fhir::of_staff(&staff(5));
    let (text, first) = file(&good, &wrong);
    put(&database, "staff.ndjson", text);
    let said = hims(&database, "staff import staff.ndjson --json")
        .await
        .with(3);
    are_named(&said, first, &wrong);
    assert_eq!(said.json()["added"], 5);
    assert_eq!(rows(&database, "users").await, 5);
}

fn patient(more: Value) -> String {
    let mut one = json!({
        "resourceType": "Patient",
        "id": "wrong",
        "identifier": [{"value": "W-1"}],
        "name": [{"text": "Canary"}],
    });
    let fields = more.as_object().expect("an object").clone();
    one.as_object_mut().expect("an object").extend(fields);
    one.to_string()
}

#[tokio::test]
async fn wrong_patients_are_named_by_line() {
    let database = Database::sqlite();
    let two = json!([{"system": "urn:a", "value": "1"}, {"system": "urn:b", "value": "2"}]);
    let other = |more: Value, identifier: &str| {
        let mut more = more;
        more["identifier"] = json!([{"value": identifier}]);
        patient(more)
    };
    let wrong = [
        ("not JSON at all".to_owned(), "is not JSON"),
        (
            patient(json!({"birthDate": 1970})),
            "is not a Patient of FHIR R4",
        ),
        (patient(json!({"identifier": []})), "it names none"),
        (
            patient(json!({"identifier": two})),
            "fhir.patient_identifier_system",
        ),
        (other(json!({}), "MRN-00001"), "is the one of line"),
        (
            other(json!({"name": [{"use": "old", "text": "Canary"}]}), "W-2"),
            "has no name",
        ),
        (
            other(json!({"birthDate": "03.11.1970"}), "W-3"),
            "birthDate: \"03.11.1970\"",
        ),
        (
            other(json!({"birthDate": "2970-01-01"}), "W-4"),
            "is later than today",
        ),
        (
            other(json!({"gender": "w"}), "W-5"),
            "gender: \"w\" is none of female",
        ),
    ];
    let good = fhir::of_patients(&patients(5));
    let (text, first) = file(&good, &wrong);
    put(&database, "patients.ndjson", text);
    let said = hims(&database, "patients import patients.ndjson --json")
        .await
        .with(3);
    are_named(&said, first, &wrong);
    assert_eq!(said.json()["added"], 5);
    assert_eq!(rows(&database, "patients").await, 5);
}
