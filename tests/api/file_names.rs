//! Names of files: what is shown of them, and under which they are saved.

use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    a_name_shows_what_is_in_it,
    a_name_that_was_stored_before_is_shown_like_a_new_one,
);

async fn a_name_shows_what_is_in_it(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let long = format!("{}.pdf", "n".repeat(400));
    let kept = format!("{}.pdf", "n".repeat(196));
    for (sent, shown, saved) in [
        (
            "lab results \u{202e}fdp.txt",
            "lab results fdp.txt",
            "lab%20results%20fdp.txt",
        ),
        (
            "a\u{2066}b\u{200b}c\u{2028}d.txt",
            "abc d.txt",
            "abc%20d.txt",
        ),
        ("100%22.pdf", "100\".pdf", "100_.pdf"),
        ("100%41.pdf", "100%41.pdf", "100%2541.pdf"),
        ("CON.pdf", "CON.pdf", "_CON.pdf"),
        (&long, &kept, &kept),
        ("..", "file", "file"),
    ] {
        let file = device.upload(&room, sent, b"GIF files are pictures.").await;
        assert_eq!(file.status, 201, "{sent}: {}", file.text());
        let file = file.json();
        assert_eq!(file["name"], shown);
        assert_eq!(file["media_type"], "text/plain");
        let path = format!("{CHAT}/api/attachments/{}", text(&file["id"]));
        let disposition = format!("attachment; filename*=UTF-8''{saved}");
        assert_eq!(
            device.get(&path).await.header("content-disposition"),
            disposition
        );
    }
}

async fn a_name_that_was_stored_before_is_shown_like_a_new_one(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let id = text(&device.upload(&room, "fdp.txt", b"pH 7.21").await.json()["id"]);
    let body = json!({"client_id": "f", "attachment_ids": [id]});
    let messages = format!("{CHAT}/api/rooms/{room}/messages");
    assert_eq!(device.post(&messages, &body).await.status, 201);
    for (stored, shown) in [
        ("results \u{202e}fdp.exe", "results fdp.exe"),
        ("\u{200b}", "file"),
    ] {
        let older = format!("UPDATE chat_attachments SET name = '{stored}' WHERE id = {id}");
        hospital.database.execute(&older).await;
        let message = device.messages(&room).await.pop().unwrap();
        assert_eq!(message["attachments"][0]["name"], shown);
        let page = device.page(&format!("{CHAT}/rooms/{room}")).await.text();
        assert!(page.contains(shown) && !page.contains('\u{202e}'));
    }
}
