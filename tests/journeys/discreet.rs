//! Titles, addresses and what a browser remembers of them name no patient.

use serde_json::{Value, json};

use super::{
    screens::screens,
    visit::{ends_with, say, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, STREAM},
    hospital::Hospital,
    wait::until,
};

/// Surnames, numbers and beds of the demonstration's patients.
async fn told_of_patients(device: &Device) -> Vec<String> {
    let everyone = device.post("/doctor/api/patients", &json!({"q": ""})).await;
    let answer = everyone.json();
    let patients = answer["patients"].as_array().unwrap().iter();
    let words = patients.flat_map(|patient| {
        let text = |field: &str| patient[field].as_str().unwrap_or_default().to_owned();
        let name = text("name");
        let surname = name.rsplit(' ').next().unwrap_or_default().to_owned();
        [surname, text("mrn"), text("bed")]
    });
    let words: Vec<String> = words.filter(|word| word.len() > 3).collect();
    assert!(words.contains(&"LMH-900103".to_owned()), "{words:?}");
    words
}

/// Everything a page leaves in places that are not the page.
async fn left_behind(browser: &Browser) -> String {
    let script = "return [document.title, location.href,
        ...performance.getEntriesByType('resource').map((entry) => entry.name),
        ...Object.keys(localStorage)].map(decodeURIComponent).join('\\n')";
    let left = browser.client().execute(script, Vec::new()).await.unwrap();
    left.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn no_title_and_no_address_names_a_patient() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let device = hospital.device("d01").await;
    let words = told_of_patients(&device).await;
    let mut pages: Vec<String> = screens(&device)
        .await
        .into_iter()
        .map(|screen| screen.1)
        .collect();
    for mount in [CHAT, STREAM] {
        let path = format!("{mount}/api/rooms");
        let opened = device.post(&path, &json!({"patient_id": "3"})).await;
        let room = opened.json()["id"].as_str().unwrap().to_owned();
        pages.push(format!("{mount}/rooms/{room}"));
        pages.push(format!("{mount}/search"));
    }
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    for page in &pages {
        doctor.goto(&hospital.server.url(page)).await;
        doctor.wait_for("main, [data-testid=operations]").await;
        let left = left_behind(&doctor).await;
        for word in &words {
            assert!(!left.contains(word), "{word} on {page}: {left}");
        }
    }

    // Nor does finding one, and coming back to what was found.
    let list = hospital.server.url("/doctor/patients");
    doctor.goto(&list).await;
    doctor
        .fill("[data-testid=patient-search]", "Calloway")
        .await;
    until("one patient", async || {
        (doctor.texts_of("[data-testid=patient-row]").await.len() == 1).then_some(())
    })
    .await;
    let found = left_behind(&doctor).await;
    doctor.click("[data-testid=patient-row]").await;
    doctor.wait_for("[data-testid=patient]").await;
    doctor.client().back().await.unwrap();
    until("the same patient again", async || {
        (doctor.texts_of("[data-testid=patient-row]").await.len() == 1).then_some(())
    })
    .await;
    assert_eq!(doctor.client().current_url().await.unwrap().as_str(), list);
    for word in &words {
        assert!(!found.contains(word), "{word}: {found}");
    }

    // Also once something is written about one, and searched for.
    doctor
        .goto(&hospital.server.url(&pages[pages.len() - 2]))
        .await;
    say(&doctor, "Ms Calloway is back from theatre").await;
    ends_with(&doctor, &["Ms Calloway is back from theatre"]).await;
    let left = left_behind(&doctor).await;
    doctor
        .goto(&hospital.server.url(&pages[pages.len() - 1]))
        .await;
    doctor.fill("[data-testid=search-q]", "Calloway").await;
    doctor.wait_for("[data-testid=search-hit]").await;
    let left = left + &left_behind(&doctor).await;
    for word in &words {
        assert!(!left.contains(word), "{word}: {left}");
    }
    let cookies = doctor.client().get_all_cookies().await.unwrap();
    let cookies: Vec<Value> = cookies.iter().map(|cookie| json!(cookie.value())).collect();
    for word in &words {
        assert!(!json!(cookies).to_string().contains(word), "{word}");
    }
}
