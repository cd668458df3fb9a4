//! The wrong-patient check of forms, for browsers without scripts.

use super::wrong_patient::{audited, room_of};
use crate::support::{
    database::Engine,
    device::{CHAT, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    without_scripts_both_patients_are_shown,
    an_edit_without_scripts_is_checked_too,
);

async fn without_scripts_both_patients_are_shown(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = room_of(&device, "1").await;
    let before = device.messages(&room).await.len();
    let path = format!("{CHAT}/rooms/{room}/messages");
    let ask = [
        ("client_id", "c-form"),
        ("patient_check", "ask"),
        ("text", "For A2-06: stop the antibiotic"),
    ];
    let stopped = device.form(&path, &ask).await;
    assert_eq!(stopped.status, 409);
    let page = stopped.text();
    for shown in [
        "data-testid=\"patient-warning\"",
        "LMH-900101",
        "LMH-900106",
        "Casimir Dunmore",
        "The text holds this bed.",
        "For A2-06: stop the antibiotic",
        "Send to Odalys Fernwick anyway",
        "chat with this text",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    let title = page.split("</title>").next().unwrap();
    assert!(!title.contains("Fernwick") && !title.contains("Dunmore"));
    let withdrawn = device
        .form(&format!("{CHAT}/rooms/{room}/patient-warning"), &ask)
        .await;
    assert_eq!(withdrawn.status, 200);
    assert!(withdrawn.text().contains("stop the antibiotic"));
    assert_eq!(audited(&hospital, "withdraw-after-warning").await, 1);
    assert_eq!(device.messages(&room).await.len(), before);
    // The third choice: the other patient's room, with the text in the composer and not sent.
    let mut open = ask.to_vec();
    open.push(("open", "6"));
    let warning = format!("{CHAT}/rooms/{room}/patient-warning");
    let page = device.form(&warning, &open).await.text();
    let theirs = room_of(&device, "6").await;
    assert!(page.contains(&format!("data-room-id=\"{theirs}\"")));
    assert!(page.contains("stop the antibiotic") && page.contains("Casimir Dunmore"));
    assert!(!page.contains("data-testid=\"patient-warning\""));
    assert_eq!(audited(&hospital, "withdraw-after-warning").await, 2);
    let mut confirmed = ask.to_vec();
    confirmed.push(("patient_check", "confirmed"));
    assert_eq!(device.form(&path, &confirmed).await.status, 303);
    assert_eq!(device.messages(&room).await.len(), before + 1);
}

async fn an_edit_without_scripts_is_checked_too(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = room_of(&device, "1").await;
    let id = text(&device.says(&room, "Stop the antibiotic").await["id"]);
    let path = format!("{CHAT}/rooms/{room}/messages/{id}/edit");
    let said = async || {
        let messages = device.messages(&room).await;
        text(&messages.last().unwrap()["text"])
    };
    let ask = [
        ("patient_check", "ask"),
        ("text", "For A2-06: stop the antibiotic"),
    ];
    let stopped = device.form(&path, &ask).await;
    assert_eq!(stopped.status, 409);
    let page = stopped.text();
    for shown in [
        "data-testid=\"patient-warning\"",
        "Casimir Dunmore",
        "The text holds this bed.",
        "For A2-06: stop the antibiotic",
        "Save for Odalys Fernwick anyway",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert_eq!(said().await, "Stop the antibiotic");
    let mut withdrawn = ask.to_vec();
    withdrawn.push(("editing", &id));
    let warning = format!("{CHAT}/rooms/{room}/patient-warning");
    let kept = device.form(&warning, &withdrawn).await.text();
    assert!(kept.contains("For A2-06: stop the antibiotic"));
    assert!(kept.contains(&format!("data-editing=\"{id}\"")));
    assert_eq!(audited(&hospital, "withdraw-after-warning").await, 1);
    let mut confirmed = ask.to_vec();
    confirmed.push(("patient_check", "confirmed"));
    assert_eq!(device.form(&path, &confirmed).await.status, 303);
    assert_eq!(said().await, "For A2-06: stop the antibiotic");
}
