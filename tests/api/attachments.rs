//! Attachments, sent and fetched over HTTP.

use reqwest::Method;
use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, STREAM, send, text},
    hospital::Hospital,
    on_both_databases,
    pictures::{PLACE, holds, photo, png},
};

on_both_databases!(
    a_picture_comes_back_as_a_picture,
    a_photo_does_not_say_where_it_was_taken,
    what_a_browser_could_run_is_saved_not_shown,
    what_is_no_good_picture_is_refused_with_words,
    a_file_is_for_its_room_only,
    a_recalled_file_is_gone,
    a_file_is_taken_back,
    a_file_belongs_to_one_message_of_its_uploader,
    a_file_is_limited,
    files_are_sent_by_a_form,
);

/// Everything about files that must hold whatever keeps them.
#[tokio::test]
async fn files_on_the_stream_mount() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let first = hospital.device("d01").await.on(STREAM);
    let second = hospital.device("d02").await.on(STREAM);
    let outsider = hospital.device("d05").await.on(STREAM);
    let room = first.new_room(&["2"]).await;
    let sent = first.upload(&room, "wound.jpg", &photo(900, 600)).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    let file = sent.json();
    assert_eq!(
        (&file["width"], &file["height"]),
        (&json!(600), &json!(900))
    );
    let id = text(&file["id"]);
    let path = format!("{STREAM}/api/attachments/{id}");
    let thumbnail = format!("{path}/thumbnail");
    second.get(&path).await.is_problem(404, "not-found");
    let body = json!({"client_id": "f", "attachment_ids": [id]});
    let messages = format!("{STREAM}/api/rooms/{room}/messages");
    let message = first.post(&messages, &body).await.json();
    assert_eq!(message["attachments"], json!([file]));
    let got = second.get(&path).await;
    assert_eq!(
        (got.status, got.header("content-type")),
        (200, "image/jpeg")
    );
    assert!(!holds(&got.body, PLACE.as_bytes()));
    assert_eq!(second.get(&thumbnail).await.status, 200);
    for path in [&path, &thumbnail] {
        outsider.get(path).await.is_problem(404, "not-found");
    }
    // Reading the room is the entry for its small pictures; a file that is opened has its own.
    let entries = async |action: &str, decision: &str| {
        let count = format!(
            "SELECT count(*) FROM hims_audit WHERE action = '{action}' AND decision = '{decision}'"
        );
        hospital.database.number(&count).await
    };
    assert_eq!(entries("see-thumbnail", "allowed").await, 0);
    assert_eq!(entries("see-thumbnail", "denied").await, 1);
    assert!(entries("download-attachment", "allowed").await > 0);
    first.delete(&path).await.is_problem(404, "not-found");
    let recalled = format!("{messages}/{}", text(&message["id"]));
    assert_eq!(first.delete(&recalled).await.status, 200);
    for path in [&path, &thumbnail] {
        second.get(path).await.is_problem(404, "not-found");
    }
    let unsent = first.upload(&room, "gas.txt", b"pH 7.21").await.json();
    let unsent = format!("{STREAM}/api/attachments/{}", text(&unsent["id"]));
    assert_eq!(first.delete(&unsent).await.status, 204);
    first.get(&unsent).await.is_problem(404, "not-found");
}

async fn a_picture_comes_back_as_a_picture(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let sent = first
        .upload(&room, "EKG \u{fc}ber Nacht.png", &png(1200, 800))
        .await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    let file = sent.json();
    let id = text(&file["id"]);
    let expected = json!({"id": id, "name": "EKG \u{fc}ber Nacht.png", "media_type": "image/png",
        "size": file["size"], "width": 1200, "height": 800});
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
    assert_eq!(got.status, 200);
    assert_eq!(json!(got.body.len()), file["size"]);
    assert_eq!(
        image::load_from_memory(&got.body).unwrap(),
        image::load_from_memory(&png(1200, 800)).unwrap()
    );
    assert_eq!(got.header("content-type"), "image/png");
    assert_eq!(
        got.header("content-disposition"),
        "inline; filename*=UTF-8''EKG%20%C3%BCber%20Nacht.png"
    );
    let small = second
        .get(&format!("{CHAT}/api/attachments/{id}/thumbnail"))
        .await;
    assert_eq!(
        (small.status, small.header("content-type")),
        (200, "image/jpeg")
    );
    let thumbnail = image::load_from_memory(&small.body).unwrap();
    assert_eq!((thumbnail.width(), thumbnail.height()), (480, 320));
    for answer in [&got, &small] {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; sandbox"
        );
    }
}

async fn a_photo_does_not_say_where_it_was_taken(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let photo = photo(640, 480);
    assert!(holds(&photo, PLACE.as_bytes()));
    let file = device.upload(&room, "wound.jpg", &photo).await.json();
    // It stands upright, as the camera was held.
    assert_eq!(
        (&file["width"], &file["height"]),
        (&json!(480), &json!(640))
    );
    let path = format!("{CHAT}/api/attachments/{}", text(&file["id"]));
    for path in [format!("{path}/thumbnail"), path] {
        let got = device.get(&path).await;
        assert_eq!(
            (got.status, got.header("content-type")),
            (200, "image/jpeg")
        );
        assert!(!holds(&got.body, PLACE.as_bytes()) && !holds(&got.body, b"Exif"));
    }
}

async fn what_a_browser_could_run_is_saved_not_shown(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let files: [(&str, &[u8], &str); 4] = [
        (
            "picture.png",
            b"<!doctype html><script>alert(1)</script>",
            "text/html",
        ),
        (
            "picture.svg",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
            "image/svg+xml",
        ),
        ("letter.pdf", b"%PDF-1.7\n1 0 obj", "application/pdf"),
        ("picture.jpg", b"plain words", "text/plain"),
    ];
    for (name, bytes, kind) in files {
        let sent = device.upload(&room, name, bytes).await;
        assert_eq!(sent.status, 201, "{}", sent.text());
        assert_eq!(sent.json()["media_type"], kind);
        let id = text(&sent.json()["id"]);
        let path = format!("{CHAT}/api/attachments/{id}");
        let got = device.get(&path).await;
        assert_eq!(got.body, bytes);
        assert!(
            got.header("content-disposition").starts_with("attachment;"),
            "{name}"
        );
        let shown = got.header("content-type");
        assert!(
            !shown.starts_with("image/") && shown != "text/html",
            "{name}"
        );
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert_eq!(
            got.header("content-security-policy"),
            "default-src 'none'; sandbox"
        );
        let none = device.get(&format!("{path}/thumbnail")).await;
        none.is_problem(404, "not-found");
    }
}

async fn what_is_no_good_picture_is_refused_with_words(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let files: [(&str, &[u8], &str); 6] = [
        ("ecg.png", b"\x89PNG\r\n\x1a\nrubbish", "cannot be read"),
        (
            "IMG_0001.heic",
            b"\0\0\0\x18ftypheic\0\0\0\0heicmif1",
            "save it as JPEG",
        ),
        (
            "IMG_0002.heic",
            b"\0\0\0\x18ftypmif1\0\0\0\0heixmif1",
            "save it as JPEG",
        ),
        (
            "photo.avif",
            b"\0\0\0\x18ftypavis\0\0\0\0iso8avif",
            "save it as JPEG",
        ),
        ("scan.tiff", b"II*\0\x08\0\0\0\0\0", "save it as JPEG"),
        ("nothing.txt", b"", "must not be empty"),
    ];
    for (name, bytes, words) in files {
        let answer = device.upload(&room, name, bytes).await;
        answer.is_problem(422, "invalid");
        let error = answer.json()["errors"][0].clone();
        assert_eq!(error["field"], "file", "{name}");
        assert!(text(&error["message"]).contains(words), "{name}: {error}");
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

async fn a_recalled_file_is_gone(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let id = text(&first.upload(&room, "ecg.png", &png(30, 20)).await.json()["id"]);
    let path = format!("{CHAT}/api/attachments/{id}");
    let thumbnail = format!("{path}/thumbnail");
    for path in [&path, &thumbnail] {
        second.get(path).await.is_problem(404, "not-found");
    }
    let body = json!({"client_id": "f", "attachment_ids": [id]});
    let messages = format!("{CHAT}/api/rooms/{room}/messages");
    let message = text(&first.post(&messages, &body).await.json()["id"]);
    for path in [&path, &thumbnail] {
        assert_eq!(second.get(path).await.status, 200);
        let outsider = hospital.device("d05").await;
        outsider.get(path).await.is_problem(404, "not-found");
    }
    first.delete(&format!("{messages}/{message}")).await;
    for path in [&path, &thumbnail] {
        second.get(path).await.is_problem(404, "not-found");
        first.get(path).await.is_problem(404, "not-found");
    }
}

async fn a_file_is_taken_back(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let id = text(&first.upload(&room, "ecg.png", &png(30, 20)).await.json()["id"]);
    let path = format!("{CHAT}/api/attachments/{id}");
    second.delete(&path).await.is_problem(404, "not-found");
    assert_eq!(first.delete(&path).await.status, 204);
    first.delete(&path).await.is_problem(404, "not-found");
    first.get(&path).await.is_problem(404, "not-found");
    let kept = hospital.database.folder().join("attachments");
    for folder in ["attachments", "thumbnails"] {
        assert!(!kept.join(folder).join(&id).exists(), "its bytes are gone");
    }
    let noted = "SELECT count(*) FROM hims_removed_files";
    assert_eq!(hospital.database.number(noted).await, 0);
}

async fn files_are_sent_by_a_form(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let part = |name: &str, bytes: &[u8]| {
        let head = format!(
            "--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        [head.as_bytes(), bytes, b"\r\n"].concat()
    };
    let id = "--limit\r\nContent-Disposition: form-data; name=\"client_id\"\r\n\r\nf-1\r\n";
    let send = async |files: &[Vec<u8>]| {
        let body = [id.as_bytes(), &files.concat(), b"--limit--\r\n"].concat();
        let request = device
            .request(Method::POST, &format!("{CHAT}/rooms/{room}/files"))
            .header("content-type", "multipart/form-data; boundary=limit")
            .body(body);
        send(request).await
    };
    let two = [part("ecg.png", &png(30, 20)), part("gas.txt", b"pH 7.21")];
    for _ in 0..2 {
        let sent = send(&two).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        assert_eq!(sent.header("location"), format!("{CHAT}/rooms/{room}"));
    }
    let messages = device.messages(&room).await;
    assert_eq!(messages.len(), 1, "sent twice it is one message");
    assert_eq!(messages[0]["attachments"][0]["width"], 30);
    assert_eq!(messages[0]["attachments"][1]["name"], "gas.txt");
    send(&[part("", b"")]).await.is_problem(422, "invalid");
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
    let hospital = Hospital::open_with(engine, &[("HIMS_MAX_FILE_MB", "2")]).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let limits = device.get(&format!("{CHAT}/api/capabilities")).await.json();
    let most = usize::try_from(limits["max_attachment_bytes"].as_u64().unwrap()).unwrap();
    assert_eq!(most, 2 * 1024 * 1024);
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
