//! Files: picked, pasted and dropped, on both mounts.

use fantoccini::Locator;
use serde_json::{Value, json};

use super::visit::{ends_with, no_errors, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM},
    hospital::Hospital,
    pictures::{photo, png},
    wait::until,
};

const INPUT: &str = "[data-testid=attach-input]";
const DETAIL: &str = "[data-testid=attach-detail]";
const THUMBNAIL: &str = "[data-testid=thumbnail]";

/// A script by which a page hands over files of its own making, as nothing else can hand them over.
const HAND_OVER: &str = "
    const [kind, names] = arguments;
    const canvas = Object.assign(document.createElement('canvas'), { width: 900, height: 600 });
    canvas.getContext('2d').fillRect(100, 100, 300, 300);
    const done = arguments[arguments.length - 1];
    canvas.toBlob((blob) => {
        const data = new DataTransfer();
        for (const name of names) data.items.add(new File([blob], name, { type: 'image/png' }));
        const target = document.getElementById(kind === 'paste' ? 'composer-text' : 'conversation');
        const options = { bubbles: true, cancelable: true };
        if (kind === 'paste') target.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: data }));
        else target.dispatchEvent(new DragEvent(kind, { ...options, dataTransfer: data }));
        done(null);
    });";

async fn hand_over(browser: &Browser, kind: &str, names: &[&str]) {
    let arguments = vec![json!(kind), json!(names)];
    let script = browser.client().execute_async(HAND_OVER, arguments);
    script.await.unwrap();
}

/// Chooses files of this computer.
pub(super) async fn pick(browser: &Browser, folder: &std::path::Path, files: &[(&str, &[u8])]) {
    let paths = files.iter().map(|(name, bytes)| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    });
    let paths = paths.collect::<Vec<_>>().join("\n");
    let input = browser.client().find(Locator::Css(INPUT)).await.unwrap();
    input.send_keys(&paths).await.unwrap();
}

async fn number(browser: &Browser, script: &str) -> i64 {
    let value: Value = browser.client().execute(script, Vec::new()).await.unwrap();
    value.as_i64().unwrap_or(-1)
}

/// The newest thumbnail is there, in the place that was kept for it.
pub(super) async fn shows_thumbnails(browser: &Browser, count: i64) {
    let loaded = "return [...document.querySelectorAll('[data-testid=thumbnail]')]
        .filter((image) => image.complete && image.naturalWidth > 0).length";
    until("the thumbnails", async || {
        (number(browser, loaded).await == count).then_some(())
    })
    .await;
    let moved = "return [...document.querySelectorAll('[data-testid=thumbnail]')]
        .filter((image) => Math.abs(image.offsetWidth / image.offsetHeight
            - image.naturalWidth / image.naturalHeight) > 0.05).length";
    assert_eq!(
        number(browser, moved).await,
        0,
        "the place that was kept fits"
    );
}

async fn files_travel(mount: &'static str, size: Size) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await.on(mount);
    let room = colleague.new_room(&["1"]).await;
    let folder = tempfile::tempdir().unwrap();
    let url = hospital.server.url(&format!("{mount}/rooms/{room}"));
    let doctor = Browser::open(size).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor.goto(&url).await;

    // Picked: previews, kinds and sizes; then words and files go as one message.
    let picture = photo(1600, 1200);
    let letter = [b"%PDF-1.7\n", &[b' '; 40_000][..]].concat();
    pick(
        &doctor,
        folder.path(),
        &[("wound.jpg", &picture), ("letter.pdf", &letter)],
    )
    .await;
    doctor.wait_for_text(DETAIL, "JPEG picture").await;
    doctor.wait_for_text(DETAIL, "PDF · 40 KB").await;
    doctor.wait_for("[data-testid=attach] img").await;
    doctor
        .screenshot(&format!("attach-{}-{}", mount.len(), size.width))
        .await;
    doctor
        .fill("[data-testid=composer-text]", "Before the dressing.")
        .await;
    doctor.click("[data-testid=composer-send]").await;
    ends_with(&doctor, &["Before the dressing."]).await;
    doctor.wait_until_gone(".message.unplaced").await;
    doctor
        .wait_for_text("[data-testid=attachment]", "letter.pdf")
        .await;
    shows_thumbnails(&doctor, 1).await;
    doctor.wait_until_gone("[data-testid=attach]").await;
    let sent = colleague.messages(&room).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0]["text"], "Before the dressing.");
    let files = sent[0]["attachments"].as_array().unwrap();
    assert_eq!(
        (&files[0]["name"], &files[0]["width"]),
        (&json!("wound.jpg"), &json!(1200))
    );
    assert_eq!(files[1]["name"], "letter.pdf");

    // Pasted and dropped; a message may be files alone, and one can be taken out before.
    hand_over(&doctor, "paste", &["pasted.png"]).await;
    doctor.wait_for_text(DETAIL, "PNG picture").await;
    hand_over(&doctor, "dragover", &["dropped.png"]).await;
    doctor.wait_for(".conversation.dropping").await;
    hand_over(&doctor, "drop", &["dropped.png", "not this one.png"]).await;
    doctor.wait_until_gone(".conversation.dropping").await;
    doctor
        .wait_for_text(
            "[data-testid=attach]:nth-of-type(3) [data-testid=attach-detail]",
            "PNG picture",
        )
        .await;
    doctor
        .click("[data-testid=attach]:nth-of-type(3) [data-testid=attach-remove]")
        .await;
    doctor
        .wait_until_gone("[data-testid=attach]:nth-of-type(3)")
        .await;
    // What is uploaded stays over a reload.
    doctor.reload().await;
    doctor
        .wait_for_text("[data-testid=attach]:nth-of-type(2)", "dropped.png")
        .await;
    doctor.click("[data-testid=composer-send]").await;
    shows_thumbnails(&doctor, 3).await;
    until("the message of files", async || {
        (colleague.messages(&room).await.len() == 2).then_some(())
    })
    .await;
    let sent = colleague.messages(&room).await[1]["attachments"].clone();
    let names: Vec<_> = sent
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].clone())
        .collect();
    assert_eq!(names, ["pasted.png", "dropped.png"]);

    // Loaded again it looks the same, and the place of a picture is kept before it comes.
    doctor.reload().await;
    shows_thumbnails(&doctor, 3).await;
    for (scheme, dark) in [("light", false), ("dark", true)] {
        doctor.prefer_dark(dark).await;
        doctor
            .screenshot(&format!("files-{}-{}-{scheme}", mount.len(), size.width))
            .await;
    }
    no_errors(&doctor.console().await);
}

#[tokio::test]
async fn files_travel_on_the_legacy_mount() {
    files_travel(CHAT, Size::DESKTOP).await;
}

#[tokio::test]
async fn files_travel_on_the_stream_mount() {
    files_travel(STREAM, Size::DESKTOP).await;
}

#[tokio::test]
async fn files_travel_from_a_phone() {
    files_travel(CHAT, Size::PHONE).await;
}

/// Counts the uploads that are begun.
const UPLOADS: &str = "
    const { send } = XMLHttpRequest.prototype;
    window.uploads = 0;
    XMLHttpRequest.prototype.send = function (body) {
        window.uploads += 1;
        send.call(this, body);
    };";

#[tokio::test]
async fn what_goes_wrong_is_said_beside_the_file_and_loses_nothing() {
    let hospital = Hospital::open_with(Engine::Sqlite, &[("HIMS_MAX_FILE_MB", "1")]).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let folder = tempfile::tempdir().unwrap();
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    doctor
        .fill("[data-testid=composer-text]", "See the ECG.")
        .await;

    // Refused before anything is sent, or by what is in it.
    let large = vec![b' '; 1024 * 1024 + 1];
    pick(
        &doctor,
        folder.path(),
        &[
            ("large.txt", &large),
            ("IMG_1.HEIC", b"x"),
            ("broken.png", b"\x89PNG\r\n\x1a\nx"),
        ],
    )
    .await;
    doctor
        .wait_for_text(DETAIL, "too large: a file may have at most 1 MB")
        .await;
    doctor.wait_for_text(DETAIL, "save it as JPEG").await;
    doctor.wait_for_text(DETAIL, "cannot be read").await;
    doctor.screenshot("attach-refused").await;
    doctor.click("[data-testid=composer-send]").await;
    doctor
        .wait_for_text("[data-testid=attach-note]", "try it again or remove it")
        .await;
    for _ in 0..3 {
        doctor.click("[data-testid=attach-remove]").await;
    }
    doctor.wait_until_gone("[data-testid=attach]").await;

    // The line breaks: the text stays, and the file can be tried again by hand, whatever the browser waits for.
    doctor.set_offline(true).await;
    let ecg = png(500, 400);
    pick(&doctor, folder.path(), &[("ecg.png", &ecg)]).await;
    doctor
        .wait_for_text(DETAIL, "Not uploaded: this computer is offline.")
        .await;
    doctor.screenshot("attach-failed").await;
    doctor.client().execute(UPLOADS, Vec::new()).await.unwrap();
    doctor.click("[data-testid=attach-retry]").await;
    until("the upload to be tried", async || {
        (number(&doctor, "return window.uploads").await == 1).then_some(())
    })
    .await;
    doctor.set_offline(false).await;
    doctor.wait_for_text(DETAIL, "PNG picture").await;
    doctor.click("[data-testid=composer-send]").await;
    ends_with(&doctor, &["See the ECG."]).await;
    shows_thumbnails(&doctor, 1).await;
    doctor.wait_until_gone(".message.unplaced").await;
    assert_eq!(colleague.messages(&room).await.len(), 1);
}

#[tokio::test]
async fn a_message_waits_for_its_files_and_an_upload_can_be_stopped() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let folder = tempfile::tempdir().unwrap();
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    // A line so slow that the first file is on its way for as long as the test looks.
    let slow =
        json!({"network_conditions": {"offline": false, "latency": 0, "throughput": 20_000}});
    doctor.network(slow).await;
    let large = vec![b'x'; 1_500_000];
    pick(
        &doctor,
        folder.path(),
        &[("large.txt", &large), ("gas.txt", b"pH 7.21")],
    )
    .await;
    doctor.wait_for("[data-testid=attach-progress]").await;
    doctor.wait_for_text(DETAIL, "% of 1.5 MB").await;
    doctor.screenshot("attach-progress").await;
    doctor
        .fill("[data-testid=composer-text]", "Both values.")
        .await;
    doctor.click("[data-testid=composer-send]").await;
    doctor
        .wait_for_text("[data-testid=attach-note]", "Sent as soon as")
        .await;
    assert!(colleague.messages(&room).await.is_empty());
    doctor.click("[data-testid=attach-remove]").await;
    doctor.set_offline(false).await;
    ends_with(&doctor, &["Both values."]).await;
    doctor
        .wait_for_text("[data-testid=attachment]", "gas.txt")
        .await;
    // The page shows it before the server has it.
    let sent = until("the message to be stored", async || {
        let sent = colleague.messages(&room).await;
        (!sent.is_empty()).then_some(sent)
    })
    .await;
    assert_eq!(sent[0]["attachments"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn files_are_sent_without_scripts() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let folder = tempfile::tempdir().unwrap();
    let doctor = Browser::open_without_javascript(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    let path = folder.path().join("ecg.png");
    std::fs::write(&path, png(500, 400)).unwrap();
    doctor
        .keys("[data-testid=attach-files]", &path.display().to_string())
        .await;
    doctor.click("[data-testid=attach-send]").await;
    doctor.wait_for(THUMBNAIL).await;
    doctor.screenshot("attach-without-script").await;
    assert_eq!(
        colleague.messages(&room).await[0]["attachments"][0]["width"],
        500
    );
}
