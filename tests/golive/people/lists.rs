//! Lists of a hospital's size, with rows that are wrong, from every kind of file.

use serde_json::{Value, json};

use super::{
    Said, administrator, fhir,
    files::{Member, Patient, member, patients, staff, staff_file},
    hims, hims_reading, listed, may_sign_in, of, put, rows,
    tables::{Table, patient_table, staff_table},
};
use crate::support::{
    database::{Database, Engine},
    device::Device,
    on_both_databases,
    server::Server,
};

on_both_databases!(two_hundred_staff_and_a_thousand_patients_come_in_whatever_their_file,);

/// Every row that is wrong is named by its line, for its own reason, and nobody by name.
fn are_named(said: &Said, table: &Table) {
    let report = said.json();
    let refused = report["refused"].as_array().expect("a list");
    assert_eq!(refused.len(), 20, "{}", said.out);
    for (line, words) in &table.wrong {
        let place = format!("line {line}");
        let one = refused.iter().find(|one| one["place"] == place);
        let one = one.unwrap_or_else(|| panic!("{place} is not named: {}", said.out));
        let text = one["text"].as_str().expect("a text");
        assert!(text.contains(words), "{place}: {text}, not {words}");
    }
    let all = format!("{}{}", said.out, said.err);
    for canary in ["Canary", "Peanuts", "Odalys", "Thistlewood"] {
        assert!(!all.contains(canary), "{all}");
    }
}

#[track_caller]
fn counts(report: &Value, added: u64, unchanged: u64, refused: usize) {
    let found = ["added", "changed", "unchanged", "reactivated"].map(|one| report[one].as_u64());
    let expected = [added, 0, unchanged, 0].map(Some);
    assert_eq!(found, expected, "{report}");
    assert_eq!(
        report["refused"].as_array().map(Vec::len),
        Some(refused),
        "{report}"
    );
}

fn is_listed(staff: &[Value], expected: &Member) {
    let one = of(staff, &expected.email);
    let specialty = (!expected.specialty.is_empty()).then_some(expected.specialty);
    for (field, value) in [
        ("identifier", json!(expected.identifier)),
        ("name", json!(expected.name)),
        ("role", json!(expected.role)),
        ("specialty", json!(specialty)),
        ("grade", Value::Null),
        ("ward", json!(expected.ward)),
        ("phone", json!(expected.phone)),
        ("bleep", json!(expected.bleep)),
        ("active", json!(true)),
    ] {
        assert_eq!(one[field], value, "{field} of {one}");
    }
}

async fn two_hundred_staff_and_a_thousand_patients_come_in_whatever_their_file(engine: Engine) {
    let database = Database::fresh(engine).await;
    administrator(&database).await;
    // Two of an earlier list, and somebody who left before there were any. Of the two the next list has one, under
    // another identifier.
    let earlier = |identifier: &str, email: &str| Member {
        identifier: identifier.to_owned(),
        email: email.to_owned(),
        ..member(0)
    };
    let held = earlier("H-1", "held@larkmere.example");
    let gone = earlier("H-2", "gone@larkmere.example");
    put(&database, "earlier.csv", staff_file([&held, &gone]));
    hims(&database, "staff import earlier.csv").await.with(0);
    let left = "staff add --role nurse --email left@larkmere.example --name Left";
    hims(&database, left).await.with(0);
    hims(&database, "staff deactivate left@larkmere.example")
        .await
        .with(0);

    let table = staff_table();
    put(&database, "staff.csv", &table.bytes);
    let said = hims(&database, "staff import staff.csv --json")
        .await
        .with(3);
    assert!(
        said.error().contains("rows that were refused: 20"),
        "{}",
        said.err
    );
    are_named(&said, &table);
    let report = said.json();
    counts(&report, 200, 0, 20);
    // Where not even the identifier of a row is known, nobody is taken to have left.
    assert_eq!(report["deactivated"], json!([]), "{report}");
    assert!(
        report["remarks"]
            .to_string()
            .contains("who are missing: 1; they keep their accounts"),
        "{report}"
    );
    let all = listed(&database).await;
    assert_eq!(all.len(), 204);
    for one in staff(200) {
        is_listed(&all, &one);
    }

    let table = patient_table();
    put(&database, "patients.csv", &table.bytes);
    let said = hims(&database, "patients import patients.csv --json")
        .await
        .with(3);
    are_named(&said, &table);
    counts(&said.json(), 1_000, 0, 20);
    assert_eq!(rows(&database, "patients").await, 1_000);

    a_doctor_finds_them(&database).await;

    let members = staff(200);
    let resources = fhir::of_staff(&members);
    put(&database, "staff.ndjson", fhir::ndjson(&resources));
    put(&database, "staff.json", fhir::bundle(&resources));
    let resources = fhir::of_patients(&patients(1_000));
    put(&database, "patients.ndjson", fhir::ndjson(&resources));
    put(&database, "patients.json", fhir::bundle(&resources));
    put(&database, "staff_again.csv", staff_file(&members));
    let mut leavers = vec!["H-1", "H-2"];
    for file in ["staff.ndjson", "staff.json", "staff_again.csv"] {
        let words = format!("staff import {file} --json");
        let report = hims(&database, &words).await.with(0).json();
        counts(&report, 0, 200, 0);
        assert_eq!(report["deactivated"], json!(leavers), "{report}");
        assert_eq!(report["remarks"], json!([]), "{report}");
        leavers.clear();
    }
    for file in ["patients.ndjson", "patients.json"] {
        let words = format!("patients import {file} --json");
        let report = hims(&database, &words).await.with(0).json();
        counts(&report, 0, 1_000, 0);
        assert_eq!(report["remarks"], json!([]), "{report}");
    }
    assert_eq!(rows(&database, "users").await, 204);
    assert_eq!(rows(&database, "patients").await, 1_000);
    let piped = hims_reading(&database, "staff import - --json", &staff_file(&members)).await;
    counts(&piped.with(0).json(), 0, 200, 0);
}

/// A doctor of the list signs in and sees colleagues and patients as the lists have them.
async fn a_doctor_finds_them(database: &Database) {
    may_sign_in(database, "s0000@larkmere.example").await;
    let server = Server::start(database).await;
    let doctor = Device::new(&server);
    let answer = doctor
        .sign_in("s0000@larkmere.example", super::PASSWORD)
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let answer = doctor.get("/doctor/chat/api/doctors").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let found = answer.json();
    let doctors = found["doctors"].as_array().expect("a list");
    for one in staff(200) {
        let is_there = doctors.iter().any(|doctor| {
            doctor["name"] == one.name
                && doctor["specialty"] == one.specialty
                && doctor["ward"] == one.ward
        });
        assert_eq!(is_there, one.role == "doctor", "{} {}", one.role, one.name);
    }
    // The others are compared in every field when they come again.
    for one in patients(1_000).iter().step_by(13) {
        is_found(&doctor, one).await;
    }
    let refused = json!({"q": "Canary"});
    let answer = doctor.post("/doctor/api/patients", &refused).await;
    assert_eq!(answer.json()["patients"], json!([]));
}

async fn is_found(doctor: &Device, patient: &Patient) {
    let answer = doctor
        .post("/doctor/api/patients", &json!({"q": patient.mrn}))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let found = answer.json();
    let [one] = found["patients"].as_array().expect("a list").as_slice() else {
        panic!("{} is not there once: {found}", patient.mrn);
    };
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    assert_eq!(one["name"], patient.name);
    assert_eq!(one["ward"], json!(some(patient.ward)), "{one}");
    assert_eq!(one["bed"], json!(some(&patient.bed)), "{one}");
}
