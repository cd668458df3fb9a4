//! Files.

use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    a_file_comes_back_as_it_was,
    what_a_browser_could_run_is_saved_not_shown,
    a_file_is_for_its_room_only,
    a_file_belongs_to_one_message_of_its_uploader,
    a_file_is_limited,
);

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

async fn a_file_comes_back_as_it_was(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let sent = first.upload(&room, "EKG \u{fc}ber Nacht.png", PNG).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    let file = sent.json();
    let id = text(&file["id"]);
    let expected = json!({"id": id, "name": "EKG \u{fc}ber Nacht.png", "media_type": "image/png", "size": PNG.len()});
    assert_eq!(file, expected);
    let body = json!({"client_id": "f", "attachment_ids": [id]});
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let message = first.post(&path, &body).await;
    assert_eq!(
        message.status,
        201,
        "a file needs no words: {}",
        message.text()
    );
    assert_eq!(message.json()["attachments"], json!([expected]));
    assert_eq!(message.json()["text"], "");

    let got = second.get(&format!("{CHAT}/api/attachments/{id}")).await;
    assert_eq!((got.status, &*got.body), (200, PNG));
    assert_eq!(got.header("content-type"), "image/png");
    assert_eq!(
        got.header("content-disposition"),
        "inline; filename*=UTF-8''EKG%20%C3%BCber%20Nacht.png"
    );
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert_eq!(got.header("cache-control"), "private, no-store");
}

async fn what_a_browser_could_run_is_saved_not_shown(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let files: [(&str, &[u8]); 3] = [
        ("picture.png", b"<!doctype html><script>alert(1)</script>"),
        (
            "picture.svg",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
        ),
        ("letter.pdf", b"%PDF-1.7\n1 0 obj"),
    ];
    for (name, bytes) in files {
        let sent = device.upload(&room, name, bytes).await;
        assert_eq!(sent.status, 201, "{}", sent.text());
        let id = text(&sent.json()["id"]);
        let got = device.get(&format!("{CHAT}/api/attachments/{id}")).await;
        assert_eq!(got.body, bytes);
        assert!(
            got.header("content-disposition").starts_with("attachment;"),
            "{name}"
        );
        assert!(!got.header("content-type").starts_with("image/"), "{name}");
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert_eq!(
            got.header("content-security-policy"),
            "default-src 'none'; sandbox"
        );
    }
}

async fn a_file_is_for_its_room_only(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, third) = (hospital.device("d01").await, hospital.device("d03").await);
    let room = first.new_room(&["2", "3"]).await;
    let id = text(&first.upload(&room, "gas.txt", b"pH 7.21").await.json()["id"]);
    let body = json!({"client_id": "f", "attachment_ids": [id]});
    first
        .post(&format!("{CHAT}/api/rooms/{room}/messages"), &body)
        .await;
    let path = format!("{CHAT}/api/attachments/{id}");
    assert_eq!(third.get(&path).await.status, 200);
    first
        .delete(&format!("{CHAT}/api/rooms/{room}/participants/3"))
        .await;
    third.get(&path).await.is_problem(404, "not-found");
    hospital
        .device("d05")
        .await
        .get(&path)
        .await
        .is_problem(404, "not-found");
}

async fn a_file_belongs_to_one_message_of_its_uploader(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let (room, other) = (first.new_room(&["2"]).await, first.new_room(&["2"]).await);
    let id = text(&first.upload(&room, "gas.txt", b"pH 7.21").await.json()["id"]);
    let body = |client_id: &str| json!({"client_id": client_id, "text": "See file.", "attachment_ids": [id]});
    let here = format!("{CHAT}/api/rooms/{room}/messages");
    second
        .post(&here, &body("a"))
        .await
        .is_problem(422, "invalid");
    let there = format!("{CHAT}/api/rooms/{other}/messages");
    first
        .post(&there, &body("b"))
        .await
        .is_problem(422, "invalid");
    assert_eq!(first.post(&here, &body("c")).await.status, 201);
    first
        .post(&here, &body("d"))
        .await
        .is_problem(422, "invalid");
    // The send that was taken may be repeated all the same.
    assert_eq!(first.post(&here, &body("c")).await.status, 200);
}

async fn a_file_is_limited(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let limits = device.get(&format!("{CHAT}/api/capabilities")).await.json();
    let most = usize::try_from(limits["max_attachment_bytes"].as_u64().unwrap()).unwrap();
    let largest = vec![0; most];
    let sent = device.upload(&room, "scan.bin", &largest).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    assert_eq!(sent.json()["media_type"], "application/octet-stream");
    let larger = vec![0; most + 1];
    device
        .upload(&room, "scan.bin", &larger)
        .await
        .is_problem(413, "too-large");
    for name in ["../../etc/passwd", "a\\b", "line\u{7}"] {
        let answer = device.upload(&room, name, b"x").await;
        match answer.status {
            201 => assert!(!text(&answer.json()["name"]).contains(['/', '\\', '\u{7}'])),
            status => assert!([400, 422].contains(&status), "{name}: {}", answer.text()),
        }
    }
}
