//! Notes between the messages of who joined a room and who left; and nobody is removed by a slip.

use serde_json::json;

use super::{
    screens::looks_right,
    visit::{no_errors, say, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM},
    hospital::Hospital,
    wait::until,
};

const ENTRIES: &str =
    "#messages > .line .line-words, #messages > .message [data-testid=message-text]";

const LINES: &str = "#messages > .line .line-words";

async fn shows(browser: &Browser, expected: &[&str]) {
    until("what was said and who came and went", async || {
        (browser.texts_of(ENTRIES).await == expected).then_some(())
    })
    .await;
}

/// The texts of all that match, in view or not.
async fn all(browser: &Browser, css: &str) -> Vec<String> {
    let script =
        "return Array.from(document.querySelectorAll(arguments[0]), (one) => one.textContent)";
    let texts = browser.client().execute(script, vec![json!(css)]).await;
    serde_json::from_value(texts.unwrap()).unwrap()
}

async fn comes_and_goes(mount: &'static str, size: Size, picture: &str) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await.on(mount);
    let room = colleague.new_room(&["1"]).await;
    colleague.says(&room, "Who is on call?").await;
    let participants = format!("{mount}/api/rooms/{room}/participants");
    let lisle = json!({"doctor_id": "4"});
    assert_eq!(colleague.post(&participants, &lisle).await.status, 200);
    colleague.says(&room, "Dr Lisle is.").await;

    let doctor = Browser::open(size).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    let page = format!("{mount}/rooms/{room}");
    doctor.goto(&hospital.server.url(&page)).await;
    let came = "Dr Teodor Brannigan added Dr Kwabena Lisle";
    let mut expected = vec!["Who is on call?", came, "Dr Lisle is."];
    shows(&doctor, &expected).await;
    if size.width < 700 {
        doctor.click(".panel-open").await;
    }

    // Nobody is removed before the question is answered.
    let lisle = "[data-testid=participant][data-doctor-id=\"4\"]";
    doctor
        .click(&format!("{lisle} [data-testid=remove-participant]"))
        .await;
    doctor
        .wait_for_text(
            &format!("{lisle} .remove form p"),
            "Remove Dr Kwabena Lisle?",
        )
        .await;
    looks_right(&doctor, &format!("remove-participant-{picture}")).await;
    doctor
        .click(&format!("{lisle} [data-testid=remove-confirm]"))
        .await;
    doctor.wait_until_gone(lisle).await;
    expected.push("Dr Imara Okello-Voss removed Dr Kwabena Lisle");
    shows(&doctor, &expected).await;
    say(&doctor, "Back on Monday.").await;
    expected.push("Back on Monday.");
    shows(&doctor, &expected).await;

    // Kept, and in their place.
    doctor.reload().await;
    shows(&doctor, &expected).await;
    looks_right(&doctor, &format!("came-and-went-{picture}")).await;
    no_errors(&doctor.console().await);

    // Whoever leaves is asked, and is out.
    if size.width < 700 {
        doctor.click(".panel-open").await;
    }
    doctor.click("[data-testid=leave-room]").await;
    doctor
        .wait_for_text(".remove[open] form p", "Leave this room?")
        .await;
    doctor.click("[data-testid=leave-confirm]").await;
    doctor.wait_for_path(mount).await;
    let me = hospital.device("d01").await;
    let gone = me.get(&format!("{mount}/api/rooms/{room}")).await;
    assert_eq!(gone.status, 404);
    let changes = colleague
        .get(&format!("{mount}/api/rooms/{room}/changes"))
        .await;
    let changes = changes.json()["changes"].as_array().unwrap().clone();
    let last = changes.last().unwrap();
    assert_eq!(
        (&last["change"], &last["doctor"]["id"]),
        (&json!("left"), &json!("1"))
    );
    assert_eq!(last.get("by"), None);
}

#[tokio::test]
async fn at_a_desk_on_the_legacy_mount() {
    comes_and_goes(CHAT, Size::DESKTOP, "desk").await;
}

#[tokio::test]
async fn on_a_phone_on_the_stream_mount() {
    comes_and_goes(STREAM, Size::PHONE, "phone").await;
}

/// Changes between two parts of a long room are told once, on the part they belong to.
#[tokio::test]
async fn parts_of_a_long_room_have_their_own() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let participants = format!("{CHAT}/api/rooms/{room}/participants");
    let add = async |id: &str| {
        let body = json!({"doctor_id": id});
        assert_eq!(colleague.post(&participants, &body).await.status, 200);
    };
    add("4").await;
    for number in 0..50 {
        colleague.says(&room, &format!("Early {number}")).await;
    }
    add("3").await;
    for number in 0..50 {
        colleague.says(&room, &format!("Late {number}")).await;
    }
    let read = colleague.all_messages(&room).await[99]["id"].clone();
    let me = hospital.device("d01").await;
    let path = format!("{CHAT}/api/rooms/{room}/read");
    assert_eq!(
        me.post(&path, &json!({"message_id": read})).await.status,
        204
    );

    let page = hospital.server.url(&format!("{CHAT}/rooms/{room}"));
    let scriptless = Browser::open_without_javascript(Size::DESKTOP).await;
    sign_in(&scriptless, &hospital.server.url("/login"), "d01").await;
    scriptless.goto(&page).await;
    assert_eq!(all(&scriptless, LINES).await.len(), 0);
    let first_part = me.page(&format!("{CHAT}/rooms/{room}")).await.text();
    let before = first_part.split("?before=").nth(1).unwrap();
    let before = before.split('"').next().unwrap();
    scriptless.goto(&format!("{page}?before={before}")).await;
    let told = all(&scriptless, LINES).await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("Dr Teodor Brannigan added Dr Kwabena Lisle"));
    assert!(told[1].starts_with("Dr Teodor Brannigan added Dr Sunniva Raghel"));

    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor.goto(&page).await;
    doctor.wait_for("[data-testid=message-text]").await;
    assert_eq!(all(&doctor, LINES).await.len(), 0);
    let click = "document.getElementById('older').click()";
    doctor.client().execute(click, Vec::new()).await.unwrap();
    until("both lines", async || {
        (all(&doctor, LINES).await == told).then_some(())
    })
    .await;
    let entries = all(&doctor, ENTRIES).await;
    assert_eq!(entries.len(), 102);
    assert_eq!((&entries[0], &entries[51]), (&told[0], &told[1]));
    no_errors(&doctor.console().await);
}
