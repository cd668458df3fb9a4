//! Exit codes, trial runs, files of other hospitals, and files that are none.

use serde_json::json;

use super::{
    Said,
    files::{PATIENT_HEADER, STAFF_HEADER, member, patient, patient_file, staff, staff_file},
    hims, listed, of, put, rows,
};
use crate::support::{
    database::{Database, Engine},
    on_both_databases,
    server::Server,
};

on_both_databases!(a_trial_run_changes_nothing);

#[tokio::test]
async fn exit_codes_tell_all_from_some_from_none() {
    let database = Database::sqlite();
    let (good_staff, good_patients) = (staff_file(&staff(3)), patient_file([&patient(1)]));
    let bad_staff = "X-1,no address,Canary,doctor,,,,,,";
    let bad_patient = ",Canary,,,,,";
    for (noun, header, good, bad) in [
        ("staff", STAFF_HEADER, &good_staff, bad_staff),
        ("patients", PATIENT_HEADER, &good_patients, bad_patient),
    ] {
        put(&database, "none.csv", format!("{header}\n{bad}\n{bad}"));
        put(&database, "some.csv", format!("{good}\n{bad}"));
        put(&database, "all.csv", good);
        put(&database, "header.csv", header);
        for (file, code, refused) in [
            ("none.csv", 1, 2),
            ("some.csv", 3, 1),
            ("all.csv", 0, 0),
            ("header.csv", 0, 0),
        ] {
            let partial = if noun == "staff" { "--partial" } else { "" };
            let words = format!("{noun} import {file} {partial}");
            let said = hims(&database, &words).await.with(code);
            let lines = said
                .out
                .lines()
                .filter(|line| line.starts_with("refused: line "));
            assert_eq!(lines.count(), refused, "{}", said.out);
            assert!(
                said.out.ends_with(&format!("{refused} refused.\n")),
                "{}",
                said.out
            );
            assert_eq!(said.err.is_empty(), code == 0, "{}", said.err);
            let said = hims(&database, &format!("{words} --json")).await.with(code);
            let named = said.json()["refused"].as_array().map(Vec::len);
            assert_eq!(named, Some(refused), "{}", said.out);
            assert!(!said.out.contains("Canary") && !said.err.contains("Canary"));
        }
    }
    assert_eq!(rows(&database, "users").await, 3);
    assert_eq!(rows(&database, "patients").await, 1);
}

async fn a_trial_run_changes_nothing(engine: Engine) {
    let database = Database::fresh(engine).await;
    put(&database, "staff.csv", staff_file(&staff(10)));
    put(
        &database,
        "patients.csv",
        patient_file([&patient(1), &patient(2)]),
    );
    hims(&database, "staff import staff.csv").await.with(0);
    hims(&database, "patients import patients.csv")
        .await
        .with(0);
    let before = listed(&database).await;
    let held = async || {
        let tables = ["users", "hims_staff", "patients", "hims_sessions"];
        let mut counts = Vec::new();
        for table in tables {
            counts.push(rows(&database, table).await);
        }
        let beds = "SELECT string_agg(coalesce(bed, ''), ' ') FROM patients";
        let beds = database.words(
            "SELECT group_concat(coalesce(bed, ''), ' ') FROM patients",
            beds,
        );
        (counts, database.text(beds).await)
    };
    let rows_before = held().await;

    // One is new, one is different, two have left, one cannot be read.
    let mut members = staff(9);
    members.remove(1);
    members[0].ward = "Z9";
    members.push(member(50));
    let text = format!(
        "{}\nX-1,no address,Canary,doctor,,,,,,",
        staff_file(&members)
    );
    put(&database, "staff.csv", text);
    let said = hims(&database, "staff import staff.csv --dry-run --json").await;
    let said = said.with(3);
    assert!(said.error().contains("would be refused: 1"), "{}", said.err);
    let report = said.json();
    assert_eq!(report["dry_run"], true);
    for (field, value) in [("added", 1), ("changed", 1), ("unchanged", 7)] {
        assert_eq!(report[field], value, "{report}");
    }
    assert_eq!(report["deactivated"], json!(["S-0001", "S-0009"]));
    let told = hims(&database, "staff import staff.csv --dry-run")
        .await
        .with(3);
    assert!(told.out.contains("Nothing was done."), "{}", told.out);

    let mut moved = patient(1);
    moved.bed = "Bed 99".to_owned();
    put(
        &database,
        "patients.csv",
        patient_file([&moved, &patient(2), &patient(3)]),
    );
    let said = hims(&database, "patients import patients.csv --dry-run --json").await;
    let report = said.with(0).json();
    for (field, value) in [("added", 1), ("changed", 1), ("unchanged", 1)] {
        assert_eq!(report[field], value, "{report}");
    }
    assert_eq!(held().await, rows_before);
    assert_eq!(listed(&database).await, before);

    // Without it the same happens that it said.
    let report = hims(&database, "staff import staff.csv --json")
        .await
        .with(3)
        .json();
    assert_eq!(report["deactivated"], json!(["S-0001", "S-0009"]));
    let now = listed(&database).await;
    assert_eq!(of(&now, "s0000@larkmere.example")["ward"], "Z9");
    assert_eq!(of(&now, "s0009@larkmere.example")["active"], false);
    assert_eq!(now.len(), 11);
}

#[tokio::test]
async fn a_mapping_file_explains_another_hospitals_words() {
    let database = Database::sqlite();
    let mapping = r#"
        [columns]
        identifier = "Personalnummer"
        email = "E-Mail"
        name = "Name"
        role = "Funktion"
        ward = "Station"
        [roles]
        "Oberärztin" = "doctor"
        "Pflege" = "nurse"
        [dates]
        format = "%d.%m.%Y"
    "#;
    put(&database, "words.toml", mapping);
    let text = "Personalnummer;E-Mail;Name;Funktion;Station;Kostenstelle\n\
                1;a@larkmere.example;Dr. Ada;OBERÄRZTIN;3 West;77\n\
                2;b@larkmere.example;Bo;Pflege;3 West;77\n\
                3;c@larkmere.example;Canary;Küche;;77\n";
    put(&database, "staff.csv", text);
    let words = "staff import staff.csv --mapping words.toml --json";
    let said = hims(&database, words).await.with(3);
    let report = said.json();
    assert_eq!(report["added"], 2);
    assert_eq!(report["refused"][0]["place"], "line 4");
    let reason = report["refused"][0]["text"].as_str().expect("a text");
    assert!(reason.contains("Funktion: \"Küche\""), "{reason}");
    assert!(
        report["remarks"].to_string().contains("Kostenstelle"),
        "{report}"
    );
    let all = listed(&database).await;
    let (doctor, nurse) = (
        of(&all, "a@larkmere.example"),
        of(&all, "b@larkmere.example"),
    );
    assert_eq!(
        (&doctor["role"], &nurse["role"]),
        (&json!("doctor"), &json!("nurse"))
    );
    assert_eq!(doctor["ward"], "3 West");

    let mapping = mapping
        .replace("\"E-Mail\"", "\"Mail\"")
        .replace("email", "date_of_birth");
    put(
        &database,
        "words.toml",
        mapping.replace("\"Mail\"", "\"Geboren\""),
    );
    put(
        &database,
        "patients.csv",
        "Personalnummer;Name;Geboren;Station\n9;Ansel;03.11.1970;\n",
    );
    let words = "patients import patients.csv --mapping words.toml";
    hims(&database, words).await.with(0);
    let born = database.words(
        "SELECT substr(date_of_birth, 1, 10) FROM patients",
        "SELECT date_of_birth::text FROM patients",
    );
    assert_eq!(database.text(born).await, "1970-11-03");

    put(&database, "wrong.toml", "[roles]\nArzt = \"physician\"\n");
    for (file, part) in [
        ("wrong.toml", "physician"),
        ("nowhere.toml", "nowhere.toml"),
    ] {
        let words = format!("staff import staff.csv --mapping {file}");
        let said = hims(&database, &words).await.with(2);
        assert!(said.error().starts_with("--mapping"), "{}", said.err);
        assert!(said.error().contains(part), "{}", said.err);
    }
}

#[tokio::test]
async fn a_file_that_is_no_list_changes_nothing_and_is_told_in_one_line() {
    let database = Database::sqlite();
    put(&database, "staff.csv", staff_file(&staff(2)));
    hims(&database, "staff import staff.csv").await.with(0);
    let before = listed(&database).await;
    put(&database, "empty.csv", "");
    put(&database, "blank.csv", "\n \n");
    put(&database, "picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    put(&database, "letter.csv", "Dear all,\nhere is the list.\n");
    put(&database, "sheet.csv", b"PK\x03\x04\x14\0\x06\0\x08\0");
    put(&database, "columns.csv", "identifier,ward\nS-0001,A1\n");
    put(
        &database,
        "cut.json",
        r#"{"resourceType": "Bundle", "type": "collection", "entry": ["#,
    );
    put(&database, "other.json", "{\"hello\": 1}\n");
    for (file, part) in [
        ("nowhere.csv", "nowhere.csv cannot be read"),
        (".", "cannot be read"),
        ("empty.csv", "is empty"),
        ("blank.csv", "is empty"),
        ("picture.csv", "is not UTF-8"),
        ("letter.csv", "neither CSV nor FHIR"),
        ("sheet.csv", "zero bytes"),
        ("columns.csv", "there is no column"),
        ("cut.json", "is not JSON"),
        ("other.json", "neither a FHIR Bundle nor FHIR resources"),
    ] {
        for noun in ["staff", "patients"] {
            let said = hims(&database, &format!("{noun} import {file}"))
                .await
                .with(1);
            assert!(said.error().contains(part), "{noun} {file}: {}", said.err);
            assert_eq!(said.err.lines().count(), 1, "{}", said.err);
            assert_eq!(said.out, "", "{noun} {file}");
            let said = hims(&database, &format!("{noun} import {file} --json")).await;
            assert!(said.with(1).error().contains(part));
        }
    }
    assert_eq!(listed(&database).await, before);
    assert_eq!(rows(&database, "patients").await, 0);
}

#[tokio::test]
async fn without_a_database_nobody_goes_into_a_new_one() {
    let database = Database::sqlite();
    put(&database, "patients.csv", patient_file([&patient(1)]));
    for words in [
        "staff list",
        "staff add --role doctor --email a@larkmere.example --name A",
        "patients import patients.csv",
    ] {
        let words: Vec<&str> = words.split_whitespace().collect();
        let unset = [("DATABASE_URL", "")];
        let said: Said = Server::output(&database, &words, &unset).await.into();
        let said = said.with(2);
        assert!(
            said.error().starts_with("DATABASE_URL: is not set"),
            "{}",
            said.err
        );
    }
    assert!(!database.folder().join("data").exists());
}
