//! Wards and beds of patients, from their encounters.

use domain::{PatientRecord, RecordText};
use serde_json::{Value, json};

use crate::reading::support::{File, bundle, ndjson, patients_of, shown};

fn patient(id: &str) -> Value {
    json!({"resourceType": "Patient", "id": id, "identifier": [{"value": id}], "name": [{"text": "N"}]})
}

fn location(id: &str, kind: &str, part_of: &str) -> Value {
    let mut location = json!({"resourceType": "Location", "id": id, "name": id.to_uppercase()});
    if !kind.is_empty() {
        location["physicalType"] = json!({"coding": [{"code": kind}]});
    }
    if !part_of.is_empty() {
        location["partOf"] = json!({"reference": format!("Location/{part_of}")});
    }
    location
}

fn house() -> Vec<Value> {
    vec![
        location("a2", "wa", "house"),
        location("room", "ro", "a2"),
        location("bed3", "bd", "room"),
        location("house", "bu", ""),
        location("plain", "", ""),
        location("lost", "bd", "nowhere"),
        location("loop", "bd", "loop2"),
        location("loop2", "ro", "loop"),
        json!({"resourceType": "Location", "id": "nameless", "physicalType": {"coding": [{"code": "bd"}]},
            "partOf": {"reference": "Location/a2"}}),
    ]
}

fn stay(patient: &str, status: &str, at: &[&str]) -> Value {
    let at: Vec<Value> = at
        .iter()
        .map(|id| json!({"location": {"reference": format!("Location/{id}")}, "status": "active"}))
        .collect();
    json!({"resourceType": "Encounter", "id": "e", "status": status,
        "subject": {"reference": format!("Patient/{patient}")}, "location": at})
}

fn of(stays: &[Value]) -> File<PatientRecord> {
    let mut all = vec![patient("p1")];
    all.extend_from_slice(stays);
    all.extend(house());
    patients_of(ndjson(&all))
}

/// Ward and bed, as "A2/BED3".
fn spot(patient: &PatientRecord) -> String {
    let [ward, bed] = [&patient.ward, &patient.bed].map(|given| shown(given, RecordText::as_str));
    format!("{ward}/{bed}")
}

#[test]
fn wards_and_beds_are_found_from_the_location() {
    for (at, found, remark) in [
        (&["bed3"] as &[&str], "A2/BED3", None),
        (&["room"], "A2/", None),
        (&["a2"], "A2/", None),
        (&["a2", "bed3"], "A2/BED3", None),
        (&["house"], "/", None),
        (&["plain"], "PLAIN/", None),
        (&[], "/", None),
        (&["lost"], "-/LOST", Some("a Location is not in this file")),
        (
            &["elsewhere"],
            "-/-",
            Some("a Location is not in this file"),
        ),
        (&["loop"], "-/LOOP", Some("a Location is part of itself")),
        (
            &["nameless"],
            "A2/-",
            Some("the name of a Location is empty or too long"),
        ),
    ] {
        let file = of(&[stay("p1", "in-progress", at)]);
        assert_eq!(spot(file.one()), found, "{at:?}");
        let noted = file.noted();
        assert_eq!(
            noted.len(),
            usize::from(remark.is_some()),
            "{at:?}: {noted:?}"
        );
        assert!(
            remark.is_none_or(|remark| noted[0].contains(remark)),
            "{at:?}: {noted:?}"
        );
    }
}

#[test]
fn only_current_stays_count() {
    for status in ["arrived", "triaged", "in-progress", "onleave"] {
        assert_eq!(
            spot(of(&[stay("p1", status, &["bed3"])]).one()),
            "A2/BED3",
            "{status}"
        );
    }
    for status in [
        "planned",
        "finished",
        "cancelled",
        "entered-in-error",
        "unknown",
        "",
    ] {
        assert_eq!(
            spot(of(&[stay("p1", status, &["bed3"])]).one()),
            "/",
            "{status}"
        );
    }
}

#[test]
fn who_has_no_stay_is_in_no_bed_if_the_file_has_stays() {
    let mut all = vec![
        patient("p1"),
        patient("p2"),
        stay("p1", "arrived", &["bed3"]),
    ];
    all.extend(house());
    let spots: Vec<String> = patients_of(ndjson(&all))
        .taken()
        .into_iter()
        .map(spot)
        .collect();
    assert_eq!(spots, ["A2/BED3", "/"]);
    let spots: Vec<String> = patients_of(ndjson(&all[..2]))
        .taken()
        .into_iter()
        .map(spot)
        .collect();
    assert_eq!(spots, ["-/-", "-/-"]);
    // A stay that cannot be read may be anybody's.
    all[2]["location"] = json!("bed3");
    all.push(stay("p1", "arrived", &["a2"]));
    let file = patients_of(ndjson(&all));
    let spots: Vec<String> = file.taken().into_iter().map(spot).collect();
    assert_eq!(spots, ["A2/", "-/-"]);
    assert_eq!(file.refused().len(), 1);
}

#[test]
fn only_places_in_use_count() {
    let mut moved = stay("p1", "in-progress", &["bed3", "plain"]);
    moved["location"][0]["status"] = json!("completed");
    assert_eq!(spot(of(&[moved.clone()]).one()), "PLAIN/");
    for place in 0..2 {
        moved["location"][place]
            .as_object_mut()
            .unwrap()
            .remove("status");
    }
    moved["location"][1]["period"] = json!({"end": "2026-11-01"});
    assert_eq!(spot(of(&[moved.clone()]).one()), "A2/BED3");
    moved["location"][0]["status"] = json!("reserved");
    assert_eq!(spot(of(&[moved]).one()), "/");
}

#[test]
fn a_stay_may_say_itself_what_its_place_is() {
    let mut typed = stay("p1", "in-progress", &["plain"]);
    typed["location"][0]["physicalType"] = json!({"coding": [{"code": "bd"}]});
    assert_eq!(spot(of(&[typed]).one()), "/PLAIN");
}

#[test]
fn of_several_stays_the_one_with_a_bed_counts() {
    let file = of(&[
        stay("p1", "in-progress", &[]),
        stay("p1", "in-progress", &["plain"]),
        stay("p1", "in-progress", &["bed3"]),
    ]);
    assert_eq!(spot(file.one()), "A2/BED3");
    assert!(file.noted()[0].contains("several current Encounters"));
    let file = of(&[
        stay("p1", "in-progress", &[]),
        stay("p1", "in-progress", &["plain"]),
    ]);
    assert_eq!(spot(file.one()), "PLAIN/");
}

#[test]
fn stays_of_others_are_counted() {
    let file = of(&[
        stay("p7", "in-progress", &["bed3"]),
        stay("p8", "in-progress", &[]),
    ]);
    assert_eq!(
        file.said(),
        [
            "not counted: 2 of type Encounter, about a Patient that is not found in this file; the first is line 2 (Encounter/e)"
        ]
    );
}

#[test]
fn one_page_of_a_search_takes_nobody_out_of_bed() {
    let all = [
        patient("p1"),
        patient("p2"),
        location("a2", "wa", ""),
        stay("p1", "arrived", &["a2"]),
    ];
    let whole = bundle("searchset", &all);
    let spots: Vec<String> = patients_of(&whole).taken().into_iter().map(spot).collect();
    assert_eq!(spots, ["A2/", "/"]);
    let mut page: Value = serde_json::from_str(&whole).unwrap();
    page["link"] = json!([{"relation": "self", "url": "u"}, {"relation": "next", "url": "u"}]);
    let file = patients_of(page.to_string());
    let spots: Vec<String> = file.taken().into_iter().map(spot).collect();
    assert_eq!(spots, ["A2/", "-/-"]);
    assert_eq!(
        file.remarks,
        [hims_chat_people_records::FileRemark::OnePage]
    );
}
