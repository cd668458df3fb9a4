//! An administrator looks after the staff from their page: with scripts or without.

use super::{
    screens::looks_right,
    visit::{no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::Device,
    hospital::Hospital,
};

const PASSWORD: &str = "sluice lantern 40";

/// Shows one member of staff, and what can be done about them.
async fn find(browser: &Browser, words: &str) {
    browser.fill("[data-testid=staff-q]", words).await;
    browser.click(".staff-search button").await;
    browser.wait_for_text(".staff-name", words).await;
}

async fn change(browser: &Browser) {
    browser.click("[data-testid=staff-row] summary").await;
}

async fn looks_after_somebody(size: Size, picture: &str) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let browser = Browser::open(size).await;
    sign_in(&browser, &hospital.server.url("/login"), "a01").await;
    browser.wait_for_path("/admin/checks").await;
    browser.click("[data-testid=to-staff]").await;
    browser.wait_for("[data-testid=staff-row]").await;
    looks_right(&browser, &format!("staff-{picture}")).await;

    browser.click("[data-testid=staff-add] summary").await;
    browser.fill("[name=name]", "Dr Ada Quillfeather").await;
    browser.fill("[name=email]", "d01@larkmere.example").await;
    browser.fill("[name=specialty]", "Nephrology").await;
    browser.fill("[name=identifier]", "S-4410").await;
    let new_password = "[data-testid=staff-add] [name=password]";
    browser.fill(new_password, PASSWORD).await;
    browser.click("[data-testid=staff-add-submit]").await;
    // The address is somebody's: the entries stay, and say so.
    browser
        .wait_for_text("[data-testid=staff-problem]", "Somebody else has this")
        .await;
    looks_right(&browser, &format!("staff-refused-{picture}")).await;
    // A page whose very status is a refusal says so in the console.
    let mut console = browser.console().await;
    console.retain(|line| !line.contains("status of 422"));
    no_errors(&console);
    let email = browser.wait_for("[name=email]").await;
    email.clear().await.unwrap();
    browser.fill("[name=email]", "ada@larkmere.example").await;
    browser.fill(new_password, PASSWORD).await;
    browser.click("[data-testid=staff-add-submit]").await;
    browser
        .wait_for_text("[data-testid=staff-done]", "was added")
        .await;

    let ada = Device::new(&hospital.server);
    let signed_in = ada.sign_in("ada@larkmere.example", PASSWORD).await;
    assert_eq!(signed_in.header("location"), "/");
    let mut live = ada.listen().await;
    find(&browser, "Dr Ada Quillfeather").await;
    change(&browser).await;
    looks_right(&browser, &format!("staff-change-{picture}")).await;
    browser.click("[data-testid=deactivate]").await;
    browser
        .wait_for_text("[data-testid=staff-done]", "account is closed")
        .await;
    live.ended().await;
    find(&browser, "Dr Ada Quillfeather").await;
    browser
        .wait_for_text("[data-testid=staff-state]", "Closed")
        .await;
    change(&browser).await;
    browser.click("[data-testid=reactivate]").await;
    browser
        .wait_for_text("[data-testid=staff-done]", "account is open")
        .await;
    ada.get("/doctor/inbox/api/unread")
        .await
        .is_problem(401, "not-signed-in");
    no_errors(&browser.console().await);
}

#[tokio::test]
async fn at_a_desk() {
    looks_after_somebody(Size::DESKTOP, "desk").await;
}

#[tokio::test]
async fn on_a_phone() {
    looks_after_somebody(Size::PHONE, "phone").await;
}

/// A list is looked at first and then taken over.
#[tokio::test]
async fn a_list_is_taken_over() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("staff.csv");
    let list = "identifier,email,name,role\n\
        S1,one@larkmere.example,Dr One Listed,doctor\n\
        S2,two@larkmere.example,Dr Two Listed,surgeon\n\
        S3,three@larkmere.example,Nurse Three Listed,nurse\n";
    std::fs::write(&file, list).unwrap();
    let browser = Browser::open(Size::DESKTOP).await;
    sign_in(&browser, &hospital.server.url("/login"), "a01").await;
    browser.goto(&hospital.server.url("/admin/people")).await;
    for (button, told) in [
        ("import-rehearse", "Nothing was done. It would be:"),
        ("import-take", "2 added, 0 changed"),
    ] {
        browser.click("[data-testid=staff-import] summary").await;
        let chosen = browser.wait_for("[name=file]").await;
        chosen.send_keys(file.to_str().unwrap()).await.unwrap();
        browser.click(&format!("[data-testid={button}]")).await;
        browser
            .wait_for_text("[data-testid=staff-report]", told)
            .await;
        browser
            .wait_for_text(
                "[data-testid=report-refused]",
                "line 3: S2: role: \"surgeon\" is no role",
            )
            .await;
    }
    looks_right(&browser, "staff-list-taken-desk").await;
    find(&browser, "Dr One Listed").await;
    assert_eq!(browser.texts_of(".staff-name").await, ["Dr One Listed"]);
    no_errors(&browser.console().await);
}
