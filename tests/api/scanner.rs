//! Files go through a virus scanner, and what a computer runs is not taken at all.

use serde_json::Value;

use crate::support::{
    clamd::{Clamd, eicar},
    database::{Database, Engine},
    device::{Device, text},
    hospital::Hospital,
    server::Server,
    wait::until,
};

async fn stored(hospital: &Hospital) -> i64 {
    let count = "SELECT count(*) FROM chat_attachments";
    hospital.database.number(count).await
}

#[tokio::test]
async fn what_the_scanner_finds_or_cannot_see_is_not_stored() {
    let clamd = Clamd::start().await;
    let setting = [("HIMS_CLAMD", clamd.setting())];
    let setting = setting
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let hospital = Hospital::open_with(Engine::Sqlite, &setting).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let refused = async |bytes: &[u8]| {
        let answer = device.upload(&room, "notes.txt", bytes).await;
        answer.is_problem(422, "invalid");
        text(&answer.json()["errors"][0]["message"])
    };
    let before = stored(&hospital).await;
    assert!(refused(&eicar()).await.contains("Eicar-Test-Signature"));
    let inside = [&b"%PDF-1.7\n"[..], &eicar(), b"\n%%EOF"].concat();
    assert!(refused(&inside).await.contains("Eicar-Test-Signature"));
    assert!(
        refused(&vec![b'x'; 3 * 1024 * 1024])
            .await
            .contains("larger than")
    );
    assert_eq!(clamd.scanned(), 3);
    // A program is refused whatever a scanner would say.
    assert!(refused(b"MZ\x90\0\x03\0\0\0").await.contains("program"));
    assert_eq!(clamd.scanned(), 3);

    let readiness = async || {
        Device::new(&hospital.server)
            .get("/health/ready")
            .await
            .json()
    };
    assert_eq!(readiness().await["scanner"]["state"], "up");
    clamd.set_silent(true);
    let answer = device.upload(&room, "gas.txt", b"pH 7.21").await;
    answer.is_problem(503, "not-scanned");
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(stored(&hospital).await, before, "nothing was stored");
    let ready = until("the scanner to be named as down", async || {
        let ready = readiness().await;
        (ready["scanner"]["state"] == "down").then_some(ready)
    })
    .await;
    assert_eq!(ready["status"], "degraded");
    assert_eq!(ready["scanner"]["state"], "down");
    assert!(text(&ready["scanner"]["scanner"]).contains(&clamd.setting()));
    // Words need no scanner.
    device.says(&room, "The scanner is down.").await;
    clamd.set_silent(false);
    assert_eq!(
        device.upload(&room, "gas.txt", b"pH 7.21").await.status,
        201
    );
}

#[tokio::test]
async fn the_check_names_the_scanner() {
    let clamd = Clamd::start().await;
    let database = Database::sqlite();
    let finding = async |setting: Option<&str>| {
        let environment: Vec<_> = setting
            .map(|setting| ("HIMS_CLAMD", setting))
            .into_iter()
            .collect();
        let output = Server::output(&database, &["check", "--json"], &environment).await;
        let findings: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a list");
        let scanner = findings
            .into_iter()
            .find(|finding| finding["check"] == "scanner");
        scanner.expect("a finding")
    };
    assert_eq!(finding(None).await["verdict"], "warning");
    assert_eq!(finding(Some(&clamd.setting())).await["verdict"], "good");
    clamd.set_silent(true);
    let down = finding(Some(&clamd.setting())).await;
    assert_eq!(down["verdict"], "bad");
    assert!(text(&down["found"]).contains(&clamd.setting()), "{down}");
}

#[tokio::test]
async fn programs_are_refused_unless_they_are_allowed_by_name() {
    let files: [(&str, &[u8]); 5] = [
        ("letter.pdf", b"MZ\x90\0\x03\0\0\0"),
        ("lab results \u{202e}fdp.exe", b"\0words"),
        ("update.js", b"WScript.Echo(1)"),
        ("start.bat", b"@echo off"),
        ("run", b"#!/bin/sh\nid"),
    ];
    for (allowed, status) in [("false", 422), ("true", 201)] {
        let setting = [("HIMS_ALLOW_PROGRAMS", allowed)];
        let hospital = Hospital::open_with(Engine::Sqlite, &setting).await;
        let device = hospital.device("d01").await;
        let room = device.new_room(&["2"]).await;
        for (name, bytes) in files {
            let answer = device.upload(&room, name, bytes).await;
            assert_eq!(answer.status, status, "{name}: {}", answer.text());
        }
    }
}
