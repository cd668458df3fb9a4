//! Two doctors, each in a browser of their own, talk about a patient.

use super::visit::{ends_with, no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::CHAT,
    hospital::Hospital,
    on_both_databases,
    wait::until,
};

on_both_databases!(two_doctors_talk_about_a_patient);

/// The mount whose chat the two doctors use.
pub(super) struct At {
    pub(super) prefix: &'static str,
    /// The backend bound to it, which names the button on the patient's page.
    pub(super) backend: &'static str,
    /// The text of that button.
    pub(super) label: &'static str,
}

const LAST_RECEIPT: &str =
    ".message.mine:last-of-type [data-testid=receipt], .message.mine [data-testid=receipt]";

async fn two_doctors_talk_about_a_patient(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let legacy = At {
        prefix: CHAT,
        backend: "legacy",
        label: "Legacy Chat",
    };
    talk_about_a_patient(&hospital, &legacy).await;
}

/// The whole journey; the path of the room it was in.
pub(super) async fn talk_about_a_patient(hospital: &Hospital, at: &At) -> String {
    let open_chat = format!("[data-testid=open-{}]", at.backend);
    let url = |path: &str| hospital.server.url(path);
    let first = Browser::open(Size::DESKTOP).await;
    let second = Browser::open(Size::DESKTOP).await;

    // From the list over a search to the patient and into the chat.
    sign_in(&first, &url("/login"), "d01").await;
    first.wait_for_path("/doctor/patients").await;
    assert_eq!(first.texts_of("[data-testid=patient-row]").await.len(), 12);
    first.fill("[data-testid=patient-search]", "vint").await;
    first.click("[data-testid=patient-search-submit]").await;
    until("the one patient", async || {
        let found = first.texts_of("[data-testid=patient-row]").await;
        (found.len() == 1 && found[0].starts_with("Amara Vint")).then_some(())
    })
    .await;
    first.click("[data-testid=patient-row]").await;
    first
        .wait_for_text("[data-testid=patient-name]", "Amara Vint")
        .await;
    first
        .wait_for_text("[data-testid=patient]", "Latex (itch)")
        .await;
    assert!(first.text_of(&open_chat).await.contains(at.label));
    first.click(&open_chat).await;
    first
        .wait_for_text("[data-testid=room-title]", "Amara Vint")
        .await;
    first
        .wait_for_text("[data-testid=patient-mrn]", "LMH-900112")
        .await;
    let room = first.path().await;
    assert!(
        room.starts_with(&format!("{}/rooms/", at.prefix)),
        "{room} is not at {}",
        at.prefix
    );

    sign_in(&second, &url("/login?next=/doctor/patients/12"), "d07").await;
    second.click(&open_chat).await;
    second.wait_for_path(&room).await;
    first
        .wait_for_text("[data-testid=line]", "Dr Noor Haldane joined")
        .await;

    // A message, live on the other side, with its author and specialty.
    say(&first, "Gloves without latex, please.").await;
    ends_with(&first, &["Gloves without latex, please."]).await;
    ends_with(&second, &["Gloves without latex, please."]).await;
    let heard = second
        .wait_for_text("[data-testid=message]", "Gloves without latex")
        .await;
    let heard = heard.text().await.unwrap();
    assert!(
        heard.contains("Dr Imara Okello-Voss") && heard.contains("Acute medicine"),
        "{heard}"
    );

    // It was on the other doctor's screen.
    first
        .wait_for_text(LAST_RECEIPT, "Read by Dr Haldane")
        .await;

    // Typing is shown, and goes.
    second
        .keys("[data-testid=composer-text]", "Noted, also for")
        .await;
    first
        .wait_for_text("[data-testid=typing]", "Dr Haldane is typing")
        .await;
    second.fill("[data-testid=composer-text]", "").await;
    second.keys("[data-testid=composer-text]", "x\u{8}").await;
    until("typing to be gone", async || {
        first
            .texts_of("[data-testid=typing]")
            .await
            .concat()
            .is_empty()
            .then_some(())
    })
    .await;

    // An urgent message, acknowledged.
    second.click(".urgent-switch").await;
    say(&second, "Her lips are swelling, coming to C1-03?").await;
    first
        .wait_for_text(".message.urgent", "Her lips are swelling")
        .await;
    first.click("[data-testid=acknowledge]").await;
    first.wait_until_gone("[data-testid=acknowledge]").await;
    second
        .wait_for_text(
            ".message.urgent [data-testid=receipt]",
            "Acknowledged by Dr Okello-Voss",
        )
        .await;

    // A third doctor is found by specialty and added.
    first
        .fill("[data-testid=add-participant-search]", "cardio")
        .await;
    first
        .wait_for_text("[data-testid=found-doctor]", "Dr Teodor Brannigan")
        .await;
    first.click("[data-testid=found-doctor]").await;
    first
        .wait_for_text("[data-testid=participants]", "Dr Teodor Brannigan")
        .await;
    second
        .wait_for_text("[data-testid=participants]", "Dr Teodor Brannigan")
        .await;
    second
        .wait_for_text(
            "[data-testid=line]",
            "Dr Imara Okello-Voss added Dr Teodor Brannigan",
        )
        .await;

    // Loaded again, all is there, and live again.
    first.reload().await;
    let texts = [
        "Gloves without latex, please.",
        "Her lips are swelling, coming to C1-03?",
    ];
    ends_with(&first, &texts).await;
    first
        .wait_for_text("[data-testid=participants]", "Dr Teodor Brannigan")
        .await;
    say(&second, "Thank you.").await;
    ends_with(&first, &[texts[0], texts[1], "Thank you."]).await;

    no_errors(&first.console().await);
    no_errors(&second.console().await);
    first.click("[data-testid=sign-out]").await;
    first.wait_for_path("/login").await;
    first.goto(&url(&room)).await;
    first.wait_for_path("/login").await;
    room
}
