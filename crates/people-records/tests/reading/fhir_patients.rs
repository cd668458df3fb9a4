//! Patients and their allergies.

use domain::{AllergyText, Given, PatientRecord, Sex};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::reading::support::{File, ndjson, no_patients, patients_by, patients_of, shown};

fn patient() -> Value {
    json!({
        "resourceType": "Patient", "id": "1", "active": true,
        "identifier": [
            {"use": "official", "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990001"},
            {"type": {"coding": [{"code": "MR"}]}, "system": "urn:larkmere", "value": "LMH-1"},
        ],
        "name": [{"use": "official", "text": "Odalys Fernwick"}],
        "gender": "female", "birthDate": "1970-05-01",
    })
}

fn with(mut resource: Value, element: &str, value: Value) -> Value {
    resource[element] = value;
    resource
}

fn of(patient: Value) -> File<PatientRecord> {
    patients_of(ndjson(&[patient]))
}

#[test]
fn a_patient_is_read() {
    let file = of(patient());
    let patient = file.one();
    assert_eq!(patient.mrn.as_str(), "LMH-1");
    assert_eq!(patient.name.as_str(), "Odalys Fernwick");
    assert_eq!(patient.sex, Given::Is(Some(Sex::Female)));
    assert_eq!(patient.born, Given::Is(Some(date(1970, 5, 1))));
    assert_eq!(
        (&patient.ward, &patient.bed),
        (&Given::Nothing, &Given::Nothing)
    );
    assert_eq!(patient.allergies, Given::Nothing);
    assert!(file.noted().is_empty());
}

#[test]
fn the_medical_record_number_is_not_taken_from_the_nations() {
    let bare = with(
        patient(),
        "identifier",
        json!([
            {"use": "official", "system": "urn:nation", "value": "1"}, {"system": "urn:b", "value": "2"},
        ]),
    );
    assert_eq!(
        of(bare.clone()).refused(),
        [
            "line 1 (Patient/1): has no identifier that is known as the hospital's own: \
          set fhir.patient_identifier_system to one of its systems (urn:b, urn:nation)"
        ]
    );
    let mapping = "[fhir]\npatient_identifier_system = \"urn:b\"";
    assert_eq!(
        patients_by(mapping, ndjson(&[bare])).one().mrn.as_str(),
        "2"
    );
    assert!(patients_by(mapping, ndjson(&[patient()])).refused()[0].contains("urn:larkmere"));
    let only = with(patient(), "identifier", json!([{"value": "7"}]));
    assert_eq!(of(only).one().mrn.as_str(), "7");
    let none = of(with(patient(), "identifier", json!([{"system": "urn:b"}])));
    assert!(
        none.refused()[0].ends_with("(it names none)"),
        "{:?}",
        none.refused()
    );
}

#[test]
fn a_date_without_a_day_is_left_out_and_the_patient_taken() {
    for text in ["1970", "1970-05"] {
        let file = of(with(patient(), "birthDate", json!(text)));
        assert_eq!(file.one().born, Given::Nothing);
        assert_eq!(
            file.noted(),
            [format!(
                "line 1 (Patient/1): birthDate \"{text}\" names no day and is left out"
            )]
        );
    }
    for text in ["1970-13-01", "01.05.1970", "", "1970-05-01T00:00:00Z"] {
        let file = of(with(patient(), "birthDate", json!(text)));
        assert_eq!(
            file.refused(),
            [format!(
                "line 1 (Patient/1): LMH-1: birthDate: \"{text}\" is no date written as 1970-12-31"
            )]
        );
    }
    assert!(
        of(with(patient(), "birthDate", json!("2026-11-30"))).refused()[0]
            .contains("later than today")
    );
}

#[test]
fn gender_is_one_of_four_words() {
    for (word, sex) in [
        ("male", Given::Is(Some(Sex::Male))),
        ("other", Given::Is(Some(Sex::Other))),
        ("unknown", Given::Is(None)),
    ] {
        assert_eq!(of(with(patient(), "gender", json!(word))).one().sex, sex);
    }
    assert!(
        of(with(patient(), "gender", json!("x"))).refused()[0].contains("gender: \"x\" is none of")
    );
    let mut without = patient();
    without.as_object_mut().unwrap().remove("gender");
    assert_eq!(of(without).one().sex, Given::Nothing);
}

#[test]
fn links_name_the_other_record() {
    let mrn = |value: &str| json!([{"system": "urn:mrn", "value": value}]);
    let other = with(
        with(patient(), "id", json!("2")),
        "identifier",
        mrn("LMH-2"),
    );
    let link = |kind: &str, other: Value| json!([{"other": other, "type": kind}]);
    let there = json!({"reference": "Patient/2"});
    let records = |link: Value| {
        let file = patients_of(ndjson(&[with(patient(), "link", link), other.clone()]));
        let taken = file.taken();
        let said = |mrn: &domain::Identifier| mrn.as_str().to_owned();
        let replaces: Vec<String> = taken[0].replaces.iter().map(said).collect();
        (taken[0].replaced_by.as_ref().map(said), replaces)
    };
    let two = || "LMH-2".to_owned();
    assert_eq!(
        records(link("replaced-by", there.clone())),
        (Some(two()), vec![])
    );
    assert_eq!(
        records(link("replaces", there.clone())),
        (None, vec![two()])
    );
    for kind in ["refer", "seealso"] {
        assert_eq!(records(link(kind, there.clone())), (None, vec![]));
    }
    // One that the file does not hold is known by its identifier, where the link says it.
    let elsewhere = json!({"reference": "Patient/9", "identifier": mrn("LMH-9")[0]});
    let nine = Some("LMH-9".to_owned());
    assert_eq!(records(link("replaced-by", elsewhere)), (nine, vec![]));
}

#[test]
fn records_out_of_use_are_taken_and_noted() {
    let link = json!([{"other": {"reference": "Patient/2"}, "type": "replaced-by"}]);
    let file = of(with(with(patient(), "active", json!(false)), "link", link));
    assert_eq!(file.taken().len(), 1);
    assert_eq!(
        file.noted(),
        [
            "line 1 (Patient/1): the record of this patient is marked as not active",
            "line 1 (Patient/1): the other record of a link replaced-by or replaces is not in this file, and the link has no identifier of it; the two are not merged",
        ]
    );
    let seealso = json!([{"type": "seealso"}]);
    assert!(of(with(patient(), "link", seealso)).noted().is_empty());
}

fn allergy(code: Value) -> Value {
    json!({"resourceType": "AllergyIntolerance", "id": "a", "code": code, "patient": {"reference": "Patient/1"}})
}

fn status(element: &str, code: &str) -> Value {
    with(
        allergy(json!({"text": "gone"})),
        element,
        json!({"coding": [{"code": code}]}),
    )
}

#[test]
fn allergies_in_words_are_joined() {
    let file = patients_of(ndjson(&[
        allergy(json!({"text": "Penicillin"})),
        patient(),
        status("clinicalStatus", "resolved"),
        status("clinicalStatus", "inactive"),
        status("verificationStatus", "entered-in-error"),
        status("verificationStatus", "refuted"),
        allergy(json!({"coding": [{"code": "1003755004", "display": "Latex"}]})),
        allergy(json!({"coding": [{"code": "256277009"}]})),
    ]));
    let allergies = shown(&file.one().allergies, AllergyText::as_str);
    assert_eq!(allergies, "Penicillin; Latex; 256277009");
}

#[test]
fn a_list_of_allergies_that_may_have_gaps_is_left_out() {
    let unnamed = patients_of(ndjson(&[
        patient(),
        allergy(json!({"text": "Latex"})),
        allergy(json!({})),
    ]));
    assert_eq!(unnamed.one().allergies, Given::Nothing);
    assert!(unnamed.noted()[0].contains("has neither text nor code"));
    let broken = patients_of(ndjson(&[
        patient(),
        allergy(json!({"text": "Latex"})),
        allergy(json!("Penicillin")),
    ]));
    assert_eq!(broken.taken()[0].allergies, Given::Nothing);
    assert!(broken.said()[0].contains("allergies are left out"));
    let over = patients_of(ndjson(&[patient(), status("clinicalStatus", "resolved")]));
    assert_eq!(
        over.one().allergies,
        Given::Nothing,
        "no allergy is taken away by a silence"
    );
    let long = allergy(json!({"text": "x".repeat(1999)}));
    let long = patients_of(ndjson(&[patient(), long.clone(), long]));
    assert!(long.refused()[0].contains("AllergyIntolerance.code: is 2,000 characters too long"));
}

#[test]
fn the_same_patient_twice_is_refused() {
    let file = patients_of(ndjson(&[patient(), with(patient(), "id", json!("2"))]));
    assert_eq!(
        file.refused(),
        [
            "line 2 (Patient/2): LMH-1: identifier: is the one of line 1 (Patient/1), and one file may hold it once"
        ]
    );
}

#[test]
fn a_file_without_patients_is_no_list_of_them() {
    let text = ndjson(&[json!({"resourceType": "Practitioner"})]);
    assert_eq!(no_patients(text).to_string(), "the file holds no Patient");
}
