//! Practitioners and their roles.

use domain::{Given, RecordText, Role, StaffRecord};
use serde_json::{Value, json};

use crate::reading::support::{File, bundle, ndjson, no_staff, shown, staff_by, staff_of};

fn practitioner() -> Value {
    json!({
        "resourceType": "Practitioner", "id": "p1", "active": true,
        "identifier": [{"system": "https://larkmere.example/staff", "value": "s-17"}],
        "name": [{"family": "Fernwick", "given": ["Odalys", null, "M"], "prefix": ["Dr"]}],
        "telecom": [
            {"system": "phone", "use": "home", "value": "private"},
            {"system": "phone", "value": "+44 20 2"},
            {"system": "phone", "use": "work", "rank": 2, "value": "+44 20 9"},
            {"system": "phone", "use": "work", "rank": 1, "value": "+44 20 1"},
            {"system": "email", "use": "old", "value": "old@larkmere.example"},
            {"system": "email", "use": "work", "value": " o.fernwick@larkmere.example "},
            {"system": "pager", "value": "3117"},
        ],
    })
}

fn role(code: &str) -> Value {
    json!({
        "resourceType": "PractitionerRole", "id": format!("r-{code}"),
        "practitioner": {"reference": "Practitioner/p1"},
        "code": [{"coding": [{"system": "http://snomed.info/sct", "code": code}]}],
        "specialty": [{"coding": [{"code": "394579002", "display": "Cardiology"}]}],
        "location": [{"reference": "Location/a2"}],
    })
}

fn ward() -> Value {
    json!({"resourceType": "Location", "id": "a2", "name": "A2",
        "physicalType": {"coding": [{"code": "wa"}]}})
}

fn with(mut resource: Value, element: &str, value: Value) -> Value {
    resource[element] = value;
    resource
}

fn of(resources: &[Value]) -> File<StaffRecord> {
    staff_of(ndjson(resources))
}

#[test]
fn a_practitioner_is_read_with_the_role_in_any_order_and_form() {
    let resources = [role("309343006"), ward(), practitioner()];
    for text in [
        ndjson(&resources),
        bundle("collection", &resources),
        bundle("searchset", &resources),
    ] {
        let file = staff_of(text);
        let staff = file.one();
        assert_eq!(staff.identifier.as_ref().unwrap().as_str(), "s-17");
        assert_eq!(staff.name.as_str(), "Dr Odalys M Fernwick");
        assert_eq!(staff.email.as_str(), "o.fernwick@larkmere.example");
        assert_eq!(staff.role, Role::Doctor);
        let given = [
            &staff.specialty,
            &staff.ward,
            &staff.phone,
            &staff.bleep,
            &staff.grade,
        ];
        let given = given.map(|given| shown(given, RecordText::as_str));
        assert_eq!(given, ["Cardiology", "A2", "+44 20 1", "3117", "-"]);
        assert!(staff.active);
        assert!(file.remarks.is_empty() && file.noted().is_empty());
    }
}

#[test]
fn the_usual_codes_name_roles() {
    for (code, meant) in [
        ("doctor", Role::Doctor),
        ("Nurse", Role::Nurse),
        ("pharmacist", Role::Pharmacist),
        ("309343006", Role::Doctor),
        ("158965000", Role::Doctor),
        ("106292003", Role::Nurse),
        ("46255001", Role::Pharmacist),
    ] {
        assert_eq!(
            of(&[practitioner(), role(code)]).one().role,
            meant,
            "{code}"
        );
    }
    let text = json!([{"text": "Doctor", "coding": [{"code": "x-1"}]}]);
    assert_eq!(
        of(&[practitioner(), with(role(""), "code", text)])
            .one()
            .role,
        Role::Doctor
    );
}

#[test]
fn the_mapping_file_explains_codes() {
    let role = || {
        with(
            role(""),
            "code",
            json!([{"coding": [{"system": "urn:x", "code": "OA", "display": "Oberarzt"}]}]),
        )
    };
    let text = ndjson(&[practitioner(), role()]);
    assert_eq!(
        staff_of(&text).refused(),
        [
            "line 1 (Practitioner/p1): s-17: has no known role: explain one of urn:x|OA in [roles] of the mapping file, or set fhir.default_role"
        ]
    );
    for key in ["urn:x|OA", "oa", "OBERARZT"] {
        let file = staff_by(&format!("[roles]\n\"{key}\" = \"doctor\""), &text);
        assert_eq!(file.one().role, Role::Doctor, "{key}");
    }
    assert_eq!(
        staff_by("[fhir]\ndefault_role = \"nurse\"", &text)
            .one()
            .role,
        Role::Nurse
    );
}

#[test]
fn who_has_no_role_gets_the_default_or_is_refused() {
    let text = ndjson(&[practitioner()]);
    assert!(staff_of(&text).refused()[0].contains("has no role: no PractitionerRole names it"));
    let file = staff_by("[fhir]\ndefault_role = \"receptionist\"", &text);
    assert_eq!(file.one().role, Role::Receptionist);
    assert!(file.one().active);
    let uncoded = of(&[practitioner(), with(role(""), "code", json!([]))]);
    assert!(uncoded.refused()[0].contains("has no role: "));
}

#[test]
fn a_role_that_is_over_does_not_count() {
    let over = |code: &str| with(role(code), "period", json!({"end": "2026-11-28T23:00:00Z"}));
    let inactive = |code: &str| with(role(code), "active", json!(false));
    let later = |code: &str| with(role(code), "period", json!({"start": "2026-12-01"}));
    let today = with(
        role("nurse"),
        "period",
        json!({"start": "2026-11-29", "end": "2026-11-29"}),
    );
    for ended in [over("doctor"), inactive("doctor"), later("doctor")] {
        let file = of(&[practitioner(), ended.clone(), today.clone(), ward()]);
        assert_eq!(file.one().role, Role::Nurse);
        assert!(file.one().active && file.noted().is_empty());
        // Who has no role any more, or not yet, does not work here today.
        let file = of(&[practitioner(), ended]);
        assert_eq!(file.one().role, Role::Doctor);
        assert!(!file.one().active);
    }
    assert!(
        !of(&[with(practitioner(), "active", json!(false)), role("doctor")])
            .one()
            .active
    );
}

#[test]
fn of_several_roles_the_highest_counts() {
    let file = of(&[
        practitioner(),
        role("nurse"),
        role("pharmacist"),
        role("doctor"),
        role("x"),
        ward(),
    ]);
    assert_eq!(file.one().role, Role::Doctor);
    assert_eq!(
        file.noted(),
        [
            "line 1 (Practitioner/p1): has several current roles; the first one of doctor, nurse, pharmacist, receptionist, administrator counts",
            "line 1 (Practitioner/p1): a role is unknown and not counted (http://snomed.info/sct|x); explain it in [roles] of the mapping file",
        ]
    );
    let both = json!([{"text": "pharmacist"}, {"text": "nurse"}]);
    assert_eq!(
        of(&[practitioner(), with(role(""), "code", both)])
            .one()
            .role,
        Role::Nurse
    );
}

#[test]
fn a_role_that_cannot_be_read_makes_nobody_a_leaver() {
    let over = with(role("doctor"), "active", json!(false));
    let bad = with(role("doctor"), "period", json!("for ever"));
    let file = of(&[practitioner(), over.clone(), bad]);
    assert_eq!(file.taken().len(), 0);
    assert!(
        file.refused()[0].contains("s-17: has no current role, and a resource that may be one")
    );
    assert!(
        file.refused()[1].starts_with(
            "line 3 (PractitionerRole/r-doctor): is not a PractitionerRole of FHIR R4"
        )
    );
    assert!(file.said()[0].contains("nobody loses a bed or a role"));
    // A practitioner that cannot be read is no role.
    let file = of(&[
        practitioner(),
        over,
        json!({"resourceType": "Practitioner", "name": "N"}),
    ]);
    assert!(!file.taken()[0].active);
}

#[test]
fn the_hospitals_own_identifier_is_chosen() {
    let typed = |code: &str, value: &str| json!({"type": {"coding": [{"code": code}]}, "system": format!("urn:{code}"), "value": value});
    let official = json!({"use": "official", "system": "urn:gmc", "value": "g"});
    let other = json!({"system": "urn:other", "value": "o"});
    let old = json!({"use": "old", "system": "urn:other", "value": "x"});
    let of_system = "[fhir]\nstaff_identifier_system = \"urn:other\"";
    for (mapping, identifiers, chosen) in [
        ("", json!([typed("EI", "e"), official, other]), Some("e")),
        ("", json!([official, other]), Some("g")),
        ("", json!([other, old]), Some("o")),
        (
            "",
            json!([other, {"system": "urn:other", "value": " "}]),
            Some("o"),
        ),
        ("", json!([other, typed("MR", "m")]), None),
        ("", json!([typed("EI", "e"), typed("EI", "f")]), None),
        ("", json!([typed("EI", "e"), typed("EI", "e")]), Some("e")),
        ("", json!([]), None),
        (of_system, json!([official, other, old]), Some("o")),
        (of_system, json!([official]), None),
    ] {
        let text = ndjson(&[
            with(practitioner(), "identifier", identifiers.clone()),
            role("doctor"),
        ]);
        let file = staff_by(mapping, text);
        let found = file
            .taken()
            .first()
            .map(|staff| staff.identifier.as_ref().unwrap().as_str());
        assert_eq!(found, chosen, "{identifiers}");
    }
    let text = ndjson(&[
        with(
            practitioner(),
            "identifier",
            json!([other, typed("MR", "m")]),
        ),
        role("doctor"),
    ]);
    assert_eq!(
        staff_of(text).refused(),
        [
            "line 1 (Practitioner/p1): has no identifier that is known as the hospital's own: \
          set fhir.staff_identifier_system to one of its systems (urn:MR, urn:other)"
        ]
    );
}

#[test]
fn the_name_in_use_is_chosen() {
    let name = |usage: &str| json!({"use": usage, "text": usage});
    for (names, chosen) in [
        (json!([name("usual"), name("official")]), Some("official")),
        (json!([{"text": "no use"}, name("usual")]), Some("usual")),
        (json!([name("maiden"), {"text": "no use"}]), Some("no use")),
        (
            json!([{"use": "official", "prefix": ["Dr"]}, name("usual")]),
            Some("usual"),
        ),
        (
            json!([{"given": ["Ada"], "family": "Fenn", "suffix": ["MD"]}]),
            Some("Ada Fenn MD"),
        ),
        (json!([name("old"), name("maiden")]), None),
        (json!([]), None),
    ] {
        let file = of(&[with(practitioner(), "name", names.clone()), role("doctor")]);
        assert_eq!(
            file.taken().first().map(|staff| staff.name.as_str()),
            chosen,
            "{names}"
        );
        if chosen.is_none() {
            assert!(file.refused()[0].contains("has no name (text, or given and family)"));
        }
    }
}

#[test]
fn the_address_may_stand_with_the_role() {
    let email = json!([{"system": "email", "value": "role@larkmere.example"}, {"system": "phone", "value": "7"}]);
    let bare = with(
        practitioner(),
        "telecom",
        json!([{"system": "email", "use": "home", "value": "h@h"}]),
    );
    let file = of(&[bare.clone(), with(role("doctor"), "telecom", email)]);
    assert_eq!(file.one().email.as_str(), "role@larkmere.example");
    assert_eq!(shown(&file.one().phone, RecordText::as_str), "7");
    assert_eq!(file.one().bleep, Given::Nothing);
    let refused = of(&[bare, role("doctor")]).refused();
    assert!(
        refused[0].contains("s-17: has no e-mail address"),
        "{refused:?}"
    );
    let wrong = with(
        practitioner(),
        "telecom",
        json!([{"system": "email", "value": "nobody"}]),
    );
    assert!(
        of(&[wrong, role("doctor")]).refused()[0]
            .contains("telecom: \"nobody\" must be an e-mail address")
    );
}

#[test]
fn the_ward_is_found_from_a_room() {
    let room = |part_of: Value| {
        json!({"resourceType": "Location", "id": "a2", "name": "Office 3",
        "physicalType": {"coding": [{"code": "ro"}]}, "partOf": part_of})
    };
    let cases = [
        (room(json!({"reference": "Location/w"})), "B1", 0),
        (room(json!({})), "Office 3", 0),
        (
            room(json!({"reference": "Location/elsewhere"})),
            "Office 3",
            1,
        ),
        (room(json!({"reference": "Location/a2"})), "Office 3", 1),
    ];
    for (location, ward, remarks) in cases {
        let above = with(with(self::ward(), "id", json!("w")), "name", json!("B1"));
        let file = of(&[practitioner(), role("doctor"), location, above]);
        assert_eq!(shown(&file.one().ward, RecordText::as_str), ward);
        assert_eq!(file.noted().len(), remarks, "{:?}", file.noted());
    }
    let file = of(&[practitioner(), role("doctor")]);
    assert_eq!(file.one().ward, Given::Nothing);
    assert!(file.noted()[0].ends_with("a Location is not in this file; ward or bed are left out"));
}

#[test]
fn the_same_person_twice_is_refused() {
    let second = with(practitioner(), "id", json!("p2"));
    let roles = |file: &str| with(role("nurse"), "practitioner", json!({"reference": file}));
    let file = of(&[
        practitioner(),
        roles("Practitioner/p1"),
        second,
        roles("Practitioner/p2"),
        roles("Practitioner/p3"),
    ]);
    assert_eq!(
        file.refused(),
        [
            "line 3 (Practitioner/p2): s-17: identifier: is the one of line 1 (Practitioner/p1), and one file may hold it once; \
          telecom (email): is the one of line 1 (Practitioner/p1), and one file may hold it once"
        ]
    );
    assert_eq!(
        file.said(),
        [
            "not counted: 1 of type PractitionerRole, about a Practitioner that is not found in this file; the first is line 5 (PractitionerRole/r-nurse)"
        ]
    );
}

#[test]
fn a_file_without_practitioners_is_no_list_of_staff() {
    let patient = json!({"resourceType": "Patient", "id": "1"});
    assert_eq!(
        no_staff(ndjson(&[patient])).to_string(),
        "the file holds no Practitioner"
    );
}
