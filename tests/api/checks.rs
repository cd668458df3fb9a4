//! The checks, as a page for administrators and as a command.

use serde_json::Value;

use crate::support::{
    database::Engine,
    device::{Device, PASSWORD},
    hospital::{Hospital, STREAM_OUTAGE},
    on_both_databases,
    server::Server,
};

const PAGE: &str = "/admin/checks";

on_both_databases!(
    an_administrator_lands_on_the_checks_and_runs_them,
    who_looked_is_written_down,
    an_address_that_is_none_is_told_by_the_id_of_its_doctor,
);

async fn an_administrator_lands_on_the_checks_and_runs_them(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = Device::new(&hospital.server);
    let signed_in = device.sign_in("a01@larkmere.example", PASSWORD).await;
    assert_eq!(signed_in.header("location"), "/");
    let start = device.page("/").await;
    assert_eq!((start.status, start.header("location")), (303, PAGE));
    let settings = device.page(PAGE).await;
    assert_eq!(settings.status, 200);
    let settings = settings.text();
    assert!(
        settings.contains("data-check=\"sandbox\"") && settings.contains("have not been asked")
    );
    assert!(
        !settings.contains("data-check=\"access\""),
        "nobody was asked"
    );

    let run = device.form(PAGE, &[]).await;
    assert_eq!(run.status, 200);
    let run = run.text();
    for check in [
        "clock",
        "access",
        "app",
        "rate-limits",
        "monthly-users",
        "receipts",
        "grants",
        "doctor-email",
        "users",
    ] {
        assert!(
            run.contains(&format!("data-check=\"{check}\" data-verdict=\"good\"")),
            "{check}: {run}"
        );
    }
    assert!(run.contains("which is normal"), "{run}");
    // In chat they are nobody still, and are told where they are somebody.
    let refused = device.page("/doctor/chat").await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains(PAGE));
}

async fn who_looked_is_written_down(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let administrator = hospital.device("a01").await;
    administrator.page(PAGE).await;
    let doctor = hospital.device("d01").await;
    let refused = doctor.page(PAGE).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("This page is for administrators"));
    for (decision, expected) in [("allowed", 1), ("denied", 1)] {
        let count = format!(
            "SELECT count(*) FROM hims_audit WHERE action = 'view-checks' AND decision = '{decision}'"
        );
        assert_eq!(
            hospital.database.number(&count).await,
            expected,
            "{decision}"
        );
    }
}

async fn an_address_that_is_none_is_told_by_the_id_of_its_doctor(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let wrong =
        "UPDATE users SET email = 'raghel at larkmere' WHERE email = 'd03@larkmere.example'";
    hospital.database.execute(wrong).await;
    let administrator = hospital.device("a01").await;
    let run = administrator.form(PAGE, &[]).await.text();
    assert!(
        run.contains("data-check=\"doctor-email\" data-verdict=\"warning\""),
        "{run}"
    );
    assert!(run.contains("ids 3") && !run.contains("raghel at"), "{run}");

    // The command says the same, of an app that cannot be reached; SQLite serves one process.
    hospital.server.stop().await;
    let output = Server::output(&hospital.database, &["check", "--json"], &STREAM_OUTAGE).await;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let findings: Vec<Value> = serde_json::from_str(&said).expect("a list");
    let found = |check: &str| {
        let found = findings.iter().find(|finding| finding["check"] == check);
        found.unwrap_or_else(|| panic!("{check}: {said}"))
    };
    assert_eq!(found("doctor-email")["verdict"], "warning");
    assert_eq!(found("access")["verdict"], "bad");
    assert!(
        found("access")["found"]
            .as_str()
            .unwrap()
            .contains("the connection is refused")
    );
    for secret in ["hunter2", "0f1e2d3c", "raghel at"] {
        assert!(!said.contains(secret), "{said}");
    }
}
