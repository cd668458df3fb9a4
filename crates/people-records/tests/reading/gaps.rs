//! References that do not tell whom a resource is about: nobody loses anything because of one.

use domain::{AllergyText, Given, PatientRecord, RecordText, Role};
use hims_chat_people_records::FileRemark;
use serde_json::{Value, json};

use crate::reading::support::{File, bundle, ndjson, patients_of, shown, staff_by, staff_of};

fn patient(id: &str) -> Value {
    json!({"resourceType": "Patient", "id": id, "identifier": [{"value": id}], "name": [{"text": "N"}]})
}

fn allergy(text: &str, patient: &Value) -> Value {
    json!({"resourceType": "AllergyIntolerance", "id": "a", "code": {"text": text}, "patient": patient})
}

fn stay(status: &str, subject: &Value) -> Value {
    json!({"resourceType": "Encounter", "id": "e", "status": status, "subject": subject,
        "location": [{"location": {"reference": "Location/a2"}, "status": "active"}]})
}

fn ward() -> Value {
    json!({"resourceType": "Location", "id": "a2", "name": "A2",
        "physicalType": {"coding": [{"code": "wa"}]}})
}

fn practitioner(id: &str) -> Value {
    json!({"resourceType": "Practitioner", "id": id, "identifier": [{"value": id}], "name": [{"text": "N"}],
        "telecom": [{"system": "email", "value": format!("{id}@larkmere.example")}]})
}

fn role(code: &str, practitioner: &Value) -> Value {
    json!({"resourceType": "PractitionerRole", "id": "r", "code": [{"text": code}], "practitioner": practitioner})
}

fn over(mut role: Value) -> Value {
    role["period"] = json!({"end": "2026-11-28"});
    role
}

/// A reference by type and id.
fn to(name: &str) -> Value {
    json!({"reference": name})
}

/// References to `kind` that do not tell which one of a file they mean.
fn untold(kind: &str) -> [Value; 7] {
    [
        json!({"identifier": {"system": "urn:mrn", "value": "p1"}}),
        to(&format!("{kind}?identifier=urn:mrn|p1")),
        to(&format!(
            "{kind}?identifier=https://larkmere.example/Mrn/p1"
        )),
        to("urn:uuid:9f2c"),
        to("#contained"),
        json!({"display": "somebody"}),
        Value::Null,
    ]
}

/// A resource that is about nobody if the reference is null, as the element is then missing.
fn without_null(mut resource: Value, element: &str) -> Value {
    if resource[element].is_null()
        && let Some(elements) = resource.as_object_mut()
    {
        elements.remove(element);
    }
    resource
}

fn spots(file: &File<PatientRecord>) -> Vec<String> {
    let spot = |patient: &&PatientRecord| {
        let [ward, bed] =
            [&patient.ward, &patient.bed].map(|given| shown(given, RecordText::as_str));
        format!("{ward}/{bed}")
    };
    file.taken().iter().map(spot).collect()
}

fn allergies(file: &File<PatientRecord>) -> Vec<String> {
    let text = |patient: &&PatientRecord| shown(&patient.allergies, AllergyText::as_str);
    file.taken().iter().map(text).collect()
}

#[test]
fn an_allergy_of_nobody_knows_whom_leaves_allergies_out() {
    for reference in untold("Patient") {
        let loose = without_null(allergy("Penicillin", &reference), "patient");
        let all = [
            patient("p1"),
            patient("p2"),
            allergy("Latex", &to("Patient/p1")),
            stay("in-progress", &to("Patient/p1")),
            ward(),
            loose,
        ];
        for text in [ndjson(&all), bundle("transaction", &all)] {
            let file = patients_of(text);
            assert_eq!(allergies(&file), ["-", "-"], "{reference}");
            assert_eq!(spots(&file), ["A2/", "/"], "beds are known: {reference}");
            assert_eq!(file.said().len(), 1);
            assert!(matches!(
                file.remarks[0],
                FileRemark::Unresolved { count: 1, .. }
            ));
        }
    }
}

#[test]
fn the_remark_says_what_is_kept_and_what_would_be_right() {
    let loose = allergy("Penicillin", &untold("Patient")[0]);
    let file = patients_of(ndjson(&[patient("p1"), loose.clone(), loose]));
    assert_eq!(
        file.said(),
        [
            "it is not known which Patient 2 of type AllergyIntolerance are about, so allergies are left out; \
             the first is line 2 (AllergyIntolerance/a). A reference is type and id, such as Patient/7, \
             or the fullUrl of an entry of the Bundle"
        ]
    );
}

#[test]
fn an_allergy_of_somebody_else_or_that_is_over_leaves_nothing_out() {
    let known = [patient("p1"), allergy("Latex", &to("Patient/p1"))];
    let mut resolved = allergy("Penicillin", &untold("Patient")[0]);
    resolved["clinicalStatus"] = json!({"coding": [{"code": "resolved"}]});
    for other in [allergy("Penicillin", &to("Patient/p9")), resolved] {
        let file = patients_of(ndjson(&[known[0].clone(), known[1].clone(), other]));
        assert_eq!(allergies(&file), ["Latex"]);
        assert!(matches!(
            file.remarks[0],
            FileRemark::Loose { count: 1, .. }
        ));
    }
}

#[test]
fn a_stay_of_nobody_knows_whom_takes_nobody_out_of_bed() {
    for reference in untold("Patient") {
        let file = patients_of(ndjson(&[
            patient("p1"),
            patient("p2"),
            stay("in-progress", &to("Patient/p1")),
            without_null(stay("in-progress", &reference), "subject"),
            allergy("Latex", &to("Patient/p1")),
            ward(),
        ]));
        assert_eq!(spots(&file), ["A2/", "-/-"], "{reference}");
        assert_eq!(allergies(&file), ["Latex", "-"], "allergies are known");
        assert!(file.said()[0].contains("so nobody loses a bed; the first is line 4"));
    }
    // One that is over says nothing of a bed.
    let file = patients_of(ndjson(&[
        patient("p1"),
        stay("finished", &to("Patient/p1")),
        stay("finished", &untold("Patient")[0]),
    ]));
    assert_eq!(spots(&file), ["/"]);
}

#[test]
fn stays_that_are_all_of_others_take_nobody_out_of_bed() {
    let file = patients_of(ndjson(&[
        patient("p1"),
        stay("in-progress", &to("Patient/p8")),
        ward(),
    ]));
    assert_eq!(spots(&file), ["-/-"]);
}

#[test]
fn an_id_that_two_servers_have_takes_nobody_out_of_bed() {
    let at = |server: &str, mrn: &str| {
        json!({"fullUrl": format!("https://{server}/Patient/p1"), "resource": {"resourceType": "Patient",
            "id": "p1", "identifier": [{"value": mrn}], "name": [{"text": "N"}]}})
    };
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [
        at("a", "1"), at("b", "2"), {"resource": patient("p3")},
        {"resource": stay("finished", &to("Patient/p3"))},
        {"resource": stay("in-progress", &to("Patient/p1"))},
        {"resource": allergy("Latex", &to("Patient/p3"))},
        {"resource": allergy("Penicillin", &to("Patient/p1"))},
    ]});
    let file = patients_of(bundle.to_string());
    assert_eq!(spots(&file), ["-/-", "-/-", "-/-"]);
    assert_eq!(allergies(&file), ["-", "-", "-"]);
}

#[test]
fn a_patient_without_an_id_may_be_the_one_who_is_meant() {
    let mut nameless = patient("p2");
    nameless["id"] = json!(2);
    let file = patients_of(ndjson(&[
        patient("p1"),
        nameless,
        stay("finished", &to("Patient/p1")),
        stay("in-progress", &to("Patient/2")),
    ]));
    assert_eq!(spots(&file), ["-/-", "-/-"]);
}

#[test]
fn a_current_role_of_nobody_knows_whom_closes_no_account() {
    for reference in untold("Practitioner") {
        let file = staff_of(ndjson(&[
            practitioner("p1"),
            over(role("doctor", &to("Practitioner/p1"))),
            practitioner("p2"),
            role("nurse", &to("Practitioner/p2")),
            without_null(role("nurse", &reference), "practitioner"),
        ]));
        assert_eq!(file.taken().len(), 1, "who has a role is taken");
        assert!(file.taken()[0].active);
        assert_eq!(
            file.refused(),
            [
                "line 1 (Practitioner/p1): p1: has no current role, and a resource that may be one could not be read, \
                 does not tell whose it is, or is on another page"
            ]
        );
        assert!(file.said()[0].contains("so nobody loses a role, and nobody gets the default"));
    }
}

#[test]
fn a_role_that_is_over_or_of_somebody_else_is_no_gap() {
    let ended = over(role("doctor", &to("Practitioner/p1")));
    for other in [
        over(role("nurse", &untold("Practitioner")[0])),
        role("nurse", &to("Practitioner/p9")),
    ] {
        let file = staff_of(ndjson(&[practitioner("p1"), ended.clone(), other]));
        assert!(!file.one().active);
    }
}

#[test]
fn nobody_gets_the_default_role_where_a_role_may_be_unread() {
    let mapping = "[fhir]\ndefault_role = \"nurse\"";
    let broken = role("doctor", &json!("Practitioner/p1"));
    let loose = role("doctor", &untold("Practitioner")[0]);
    let unknown = role("Chirurg", &to("Practitioner/p1"));
    let mut uncoded = role("", &to("Practitioner/p1"));
    uncoded["code"] = json!([]);
    for gap in [broken, loose] {
        for (own, reason) in [
            (None, "has no current role, and a resource that may be one"),
            (Some(&unknown), "has no known role: explain one of Chirurg"),
            (
                Some(&uncoded),
                "has no current role, and a resource that may be one",
            ),
        ] {
            let mut all = vec![practitioner("p1"), gap.clone()];
            all.extend(own.cloned());
            let file = staff_by(mapping, ndjson(&all));
            assert_eq!(file.taken().len(), 0);
            let refused = &file.refused()[0];
            assert!(refused.contains(reason), "{refused}");
        }
    }
    let whole = ndjson(&[practitioner("p1"), unknown]);
    assert_eq!(staff_by(mapping, whole).one().role, Role::Nurse);
}

#[test]
fn any_page_of_several_is_known_as_one() {
    let people = [
        patient("p1"),
        allergy("Latex", &to("Patient/p1")),
        practitioner("d1"),
    ];
    let page = |relation: &str| {
        let mut page: Value = serde_json::from_str(&bundle("searchset", &people)).unwrap();
        page["link"] =
            json!([{"relation": "self", "url": "u"}, {"relation": relation, "url": "u"}]);
        page.to_string()
    };
    for relation in ["next", "previous", "prev"] {
        let file = patients_of(page(relation));
        assert!(file.remarks.contains(&FileRemark::OnePage), "{relation}");
        assert_eq!(file.one().allergies, Given::Nothing);
        let staff = staff_by("[fhir]\ndefault_role = \"nurse\"", page(relation));
        assert!(staff.refused()[0].contains("or is on another page"));
    }
    let file = patients_of(page("first"));
    assert!(!file.remarks.contains(&FileRemark::OnePage));
    assert_eq!(allergies(&file), ["Latex"]);
}
