//! The directory of doctors: found as typed, narrowed, written to.

use super::{
    screens::looks_right,
    visit::{ends_with, no_errors, say, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    hospital::Hospital,
    wait::until,
};

const PERSON: &str = "[data-testid=person] .directory-name";

async fn shows(browser: &Browser, names: &[&str]) {
    until("the doctors that match", async || {
        (browser.texts_of(PERSON).await == names).then_some(())
    })
    .await;
}

async fn finds_narrows_and_writes(size: Size, words: &str) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let browser = Browser::open(size).await;
    sign_in(&browser, &hospital.server.url("/login"), "d01").await;
    browser.goto(&hospital.server.url("/doctor/people")).await;
    browser.wait_for("[data-testid=people]").await;
    browser.fill("[data-testid=people-search]", "nephro").await;
    shows(&browser, &["Dr Kwabena Lisle", "Dr Sunniva Raghel"]).await;
    browser.fill("[data-testid=people-search]", "nobody").await;
    browser.wait_for("[data-testid=no-people]").await;

    browser.fill("[data-testid=people-search]", "").await;
    let choose = "const select = document.getElementById('people-ward'); select.value = 'B3'; \
        select.dispatchEvent(new Event('input', { bubbles: true }))";
    browser.client().execute(choose, Vec::new()).await.unwrap();
    shows(&browser, &["Dr Kwabena Lisle", "Dr Sunniva Raghel"]).await;

    browser
        .click("[data-doctor-id=\"4\"] [data-testid=open-direct]")
        .await;
    browser.wait_for("[data-kind=direct]").await;
    say(&browser, words).await;
    ends_with(&browser, &[words]).await;
    no_errors(&browser.console().await);
}

#[tokio::test]
async fn a_doctor_finds_a_colleague_at_a_desk() {
    finds_narrows_and_writes(Size::DESKTOP, "Could you look at bed 4?").await;
}

#[tokio::test]
async fn a_doctor_finds_a_colleague_on_a_phone() {
    finds_narrows_and_writes(Size::PHONE, "Are you free at three?").await;
}

/// Doctors beyond the first page are found by a filter, and the pages lead on with and without scripts.
#[tokio::test]
async fn the_list_leads_on_to_those_that_follow() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let values: Vec<String> = (0..120)
        .map(|number| {
            let ward = if number == 119 { "Z9" } else { "Q1" };
            format!(
                "('Dr Zed {number:03}', 'n{number}@larkmere.example', 'x', 'doctor', '{ward}', true, \
                 '2024-02-01 08:00:00', '2024-02-01 08:00:00')"
            )
        })
        .collect();
    let add = format!(
        "INSERT INTO users (name, email, password, role, ward, is_active, created_at, updated_at) VALUES {}",
        values.join(", ")
    );
    hospital.database.execute(&add).await;
    let (more, first) = ("[data-testid=people-more]", "[data-testid=people-first]");
    for (browser, has_scripts) in [
        (Browser::open(Size::PHONE).await, true),
        (Browser::open_without_javascript(Size::DESKTOP).await, false),
    ] {
        sign_in(&browser, &hospital.server.url("/login"), "d01").await;
        browser.goto(&hospital.server.url("/doctor/people")).await;
        browser.click(more).await;
        browser.wait_for(first).await;
        let shown = browser.texts_of(PERSON).await;
        assert_eq!(shown.last().map(String::as_str), Some("Dr Zed 119"));
        assert_eq!(shown.len(), 28);
        if has_scripts {
            looks_right(&browser, "people-more-phone").await;
        }
        browser.click(first).await;
        browser.wait_for(more).await;
        assert_eq!(browser.texts_of(PERSON).await.len(), 100);
    }
    let browser = Browser::open(Size::DESKTOP).await;
    sign_in(&browser, &hospital.server.url("/login"), "d01").await;
    browser.goto(&hospital.server.url("/doctor/people")).await;
    browser.wait_for(".js [data-testid=people]").await;
    let choose = "const select = document.getElementById('people-ward'); select.value = 'Z9'; \
        select.dispatchEvent(new Event('input', { bubbles: true }))";
    browser.client().execute(choose, Vec::new()).await.unwrap();
    shows(&browser, &["Dr Zed 119"]).await;
    no_errors(&browser.console().await);
}
