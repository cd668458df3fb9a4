//! Uploads that are interrupted: by the lock, by the network, by a line on which nothing moves.

use serde_json::json;

use super::files::{pick, shows_thumbnails};
use super::visit::{ends_with, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, PASSWORD, STREAM, text},
    hospital::Hospital,
    pictures::png,
    wait::until,
};

const DETAIL: &str = "[data-testid=attach-detail]";
const UPLOADED: &str = "[data-testid=attach][data-state=uploaded]";

async fn opened(hospital: &Hospital, mount: &str, room: &str, size: Size) -> Browser {
    let doctor = Browser::open(size).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{mount}/rooms/{room}")))
        .await;
    doctor
}

/// A line so slow that a file of a megabyte is on its way for as long as a test looks.
async fn slow(browser: &Browser) {
    let slow =
        json!({"network_conditions": {"offline": false, "latency": 0, "throughput": 20_000}});
    browser.network(slow).await;
}

async fn all_uploaded(browser: &Browser, count: usize) {
    until("all files to be uploaded", async || {
        (browser.texts_of(UPLOADED).await.len() == count).then_some(())
    })
    .await;
}

/// The names of the files of the only message.
async fn sent(colleague: &Device, room: &str) -> Vec<String> {
    let messages = until("the message to be stored", async || {
        let messages = colleague.messages(room).await;
        (!messages.is_empty()).then_some(messages)
    })
    .await;
    assert_eq!(messages.len(), 1);
    let files = messages[0]["attachments"].as_array().unwrap();
    files.iter().map(|file| text(&file["name"])).collect()
}

/// The lock takes everything of the page away: a browser lets no page hold on to a file of the computer.
#[tokio::test]
async fn files_that_waited_are_asked_for_again_after_the_lock() {
    for (mount, size) in [(CHAT, Size::DESKTOP), (STREAM, Size::PHONE)] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        let folder = tempfile::tempdir().unwrap();
        let doctor = opened(&hospital, mount, &room, size).await;
        slow(&doctor).await;
        let (large, small) = (vec![b'x'; 1_000_000], png(50, 40));
        let files: [(&str, &[u8]); 3] = [("1.txt", &large), ("2.png", &small), ("3.png", &small)];
        pick(&doctor, folder.path(), &files).await;
        doctor.wait_for_text(DETAIL, "% of 1.0 MB").await;
        let lock = "document.getElementById('lock-now').click()";
        doctor.client().execute(lock, Vec::new()).await.unwrap();
        doctor.wait_for("[data-testid=lock]").await;
        doctor.set_offline(false).await;
        doctor.fill("[data-testid=unlock-password]", PASSWORD).await;
        doctor.click("[data-testid=unlock-submit]").await;
        doctor.wait_until_gone("[data-testid=lock]").await;

        // None goes silently: whatever was not uploaded stands there and keeps the message back.
        until("the files to be asked for again", async || {
            let lost = doctor
                .texts_of("[data-testid=attach][data-state=refused]")
                .await;
            let asked = lost.iter().filter(|card| card.contains("attach it again"));
            (asked.count() >= 2).then_some(())
        })
        .await;
        assert_eq!(doctor.texts_of("[data-testid=attach]").await.len(), 3);
        doctor
            .fill("[data-testid=composer-text]", "Three files.")
            .await;
        doctor.click("[data-testid=composer-send]").await;
        doctor
            .wait_for_text("[data-testid=attach-note]", "A file is not uploaded")
            .await;
        for _ in files {
            doctor.click("[data-testid=attach-remove]").await;
        }
        pick(&doctor, folder.path(), &files).await;
        all_uploaded(&doctor, 3).await;
        doctor.click("[data-testid=composer-send]").await;
        ends_with(&doctor, &["Three files."]).await;
        assert_eq!(sent(&colleague, &room).await, ["1.txt", "2.png", "3.png"]);
    }
}

#[tokio::test]
async fn what_was_picked_and_sent_without_a_network_goes_out_when_it_is_back() {
    for (mount, size) in [(CHAT, Size::DESKTOP), (STREAM, Size::PHONE)] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        let folder = tempfile::tempdir().unwrap();
        let doctor = opened(&hospital, mount, &room, size).await;
        doctor.set_offline(true).await;
        pick(&doctor, folder.path(), &[("wound.png", &png(500, 400))]).await;
        doctor
            .wait_for_text(DETAIL, "this computer is offline")
            .await;
        say(&doctor, "In the lift.").await;
        doctor
            .wait_for_text("[data-testid=attach-note]", "Sent as soon as")
            .await;
        doctor.set_offline(false).await;
        ends_with(&doctor, &["In the lift."]).await;
        shows_thumbnails(&doctor, 1).await;
        doctor.wait_until_gone("[data-testid=attach]").await;
        assert_eq!(sent(&colleague, &room).await, ["wound.png"]);
    }
}

/// As if thirty seconds were over in one; five, before a new attempt, stay as they are.
const QUICK: &str = "
    const real = window.setTimeout;
    window.setTimeout = (run, ms, ...rest) => real(run, ms === 30000 ? 1000 : ms, ...rest);";

#[tokio::test]
async fn an_upload_on_a_dead_line_is_given_up_and_tried_again() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let folder = tempfile::tempdir().unwrap();
    let doctor = opened(&hospital, CHAT, &room, Size::DESKTOP).await;
    doctor.client().execute(QUICK, Vec::new()).await.unwrap();
    let dead = json!({"network_conditions": {"offline": false, "latency": 0, "throughput": 1}});
    doctor.network(dead).await;
    let large = vec![b'x'; 1_000_000];
    pick(&doctor, folder.path(), &[("letter.txt", &large)]).await;
    doctor
        .wait_for_text(DETAIL, "the server did not answer")
        .await;
    // An urgent message does not wait for it.
    doctor.click(".urgent-switch").await;
    say(&doctor, "K+ 6.9, see the letter").await;
    doctor
        .wait_for_text("[data-testid=attach-note]", "try it again or remove it")
        .await;
    doctor.set_offline(false).await;
    all_uploaded(&doctor, 1).await;
    assert!(colleague.messages(&room).await.is_empty());

    // A line on which something moves is never given up, however slow it is.
    slow(&doctor).await;
    pick(&doctor, folder.path(), &[("second.txt", &large)]).await;
    let part = "return document.querySelector('[data-state=uploading] progress')?.value ?? 0";
    until("more to be gone than goes in a second", async || {
        let part = doctor.client().execute(part, Vec::new()).await.unwrap();
        (part.as_f64().unwrap() > 0.15).then_some(())
    })
    .await;
}
