//! The person who orders a command, as the audit has it.

use super::{
    Said, administrator,
    files::{patient, patient_file, staff, staff_file},
    hims, hims_reading, listed, of, put, rows,
};
use crate::support::{
    database::{Database, Engine},
    on_both_databases,
};

on_both_databases!(
    every_command_is_written_down_with_who_ordered_it,
    only_an_administrator_may_order,
);

/// Entries of an actor about a subject that begins so.
async fn entries(database: &Database, actor: &str, decision: &str, subject: &str) -> i64 {
    let count = format!(
        "SELECT count(*) FROM hims_audit WHERE actor_id = '{actor}' AND decision = '{decision}' \
         AND action IN ('manage-staff', 'manage-patients') AND subject LIKE '{subject}%'"
    );
    database.number(&count).await
}

async fn every_command_is_written_down_with_who_ordered_it(engine: Engine) {
    let database = Database::fresh(engine).await;
    let admin = administrator(&database).await;
    put(&database, "staff.csv", staff_file(&staff(5)));
    put(&database, "patients.csv", patient_file([&patient(1)]));
    let again: &[(&str, &[&str])] = &[
        ("staff list", &["list"]),
        ("staff import staff.csv --dry-run", &["plan an import"]),
        ("staff import staff.csv", &["import 5 records"]),
        (
            "staff deactivate s0001@larkmere.example",
            &["view by address", "deactivate "],
        ),
        ("staff reactivate s0001@larkmere.example", &["reactivate "]),
        (
            "staff set-password s0001@larkmere.example --password-stdin",
            &["set password of "],
        ),
        (
            "patients import patients.csv --dry-run",
            &["plan an import"],
        ),
        ("patients import patients.csv", &["import 1 records"]),
    ];
    for (actor, option) in [
        ("console", String::new()),
        (&admin, format!("--as {admin}")),
    ] {
        for (words, subjects) in again {
            let mut before = Vec::new();
            for subject in *subjects {
                before.push(entries(&database, actor, "allowed", subject).await);
            }
            let words = format!("{words} {option}");
            hims_reading(&database, &words, super::PASSWORD)
                .await
                .with(0);
            for (subject, before) in subjects.iter().zip(before) {
                let now = entries(&database, actor, "allowed", subject).await;
                assert!(now > before, "{words}: {subject} of {actor}");
            }
        }
        let add =
            format!("staff add --role nurse --email {actor}@larkmere.example --name N {option}");
        let added = hims(&database, &add).await.with(0);
        let subject = format!("added {} as nurse", added.out.trim());
        assert_eq!(entries(&database, actor, "allowed", &subject).await, 1);
    }
    // Whoever leaves by a list is named.
    put(&database, "staff.csv", staff_file(&staff(4)));
    hims(&database, &format!("staff import staff.csv --as {admin}"))
        .await
        .with(0);
    let all = listed(&database).await;
    let left = of(&all, "s0004@larkmere.example")["id"]
        .as_str()
        .expect("an id");
    let subject = format!("import: close {left}, missing from the list");
    assert_eq!(entries(&database, &admin, "allowed", &subject).await, 1);
    let names =
        "SELECT count(*) FROM hims_audit WHERE subject LIKE '%Odalys%' OR subject LIKE '%@%'";
    assert_eq!(database.number(names).await, 0);
}

async fn only_an_administrator_may_order(engine: Engine) {
    let database = Database::fresh(engine).await;
    let admin = administrator(&database).await;
    put(&database, "staff.csv", staff_file(&staff(5)));
    put(&database, "patients.csv", patient_file([&patient(1)]));
    hims(&database, "staff import staff.csv").await.with(0);
    let all = listed(&database).await;
    let id = |email: &str| of(&all, email)["id"].as_str().expect("an id").to_owned();
    let (doctor, nurse) = (id("s0000@larkmere.example"), id("s0002@larkmere.example"));
    let left = "staff add --role administrator --email left@larkmere.example --name Left";
    let left = hims(&database, left).await.with(0).out.trim().to_owned();
    hims(&database, &format!("staff deactivate {left}"))
        .await
        .with(0);
    let before = (listed(&database).await, rows(&database, "patients").await);

    put(&database, "fewer.csv", staff_file(&staff(4)));
    for (who, why) in [
        (&doctor, "administrators only"),
        (&nurse, "administrators only"),
        (&left, "not active"),
    ] {
        for words in [
            "staff list",
            "staff add --role administrator --email me@larkmere.example --name Me",
            "staff import fewer.csv",
            "staff import fewer.csv --dry-run",
            "staff deactivate s0001@larkmere.example",
            "staff reactivate s0001@larkmere.example",
            "staff set-password s0001@larkmere.example --password-stdin",
            "patients import patients.csv",
            "patients import patients.csv --dry-run",
        ] {
            let denied = entries(&database, who, "denied", "").await;
            let words = format!("{words} --as {who}");
            let said: Said = hims_reading(&database, &words, super::PASSWORD)
                .await
                .with(2);
            assert!(
                said.error().starts_with("--as: ") && said.error().contains(why),
                "{words}: {}",
                said.err
            );
            assert_eq!(said.out, "", "{words}");
            assert_eq!(
                entries(&database, who, "denied", "").await,
                denied + 1,
                "{words}"
            );
        }
        assert_eq!(entries(&database, who, "allowed", "").await, 0);
    }
    assert_eq!(
        (listed(&database).await, rows(&database, "patients").await),
        before
    );
    for nobody in ["999999", "somebody"] {
        let said = hims(&database, &format!("staff list --as {nobody}"))
            .await
            .with(2);
        assert!(said.error().starts_with("--as: "), "{}", said.err);
    }
    hims(&database, &format!("staff list --as {admin}"))
        .await
        .with(0);
}
