//! A file whose bytes are lost stops nothing and is passed over nowhere in silence.

use serde_json::{Value, json};

use super::{given::export, validators};
use crate::support::{
    database::Engine,
    device::{CHAT, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(a_lost_file_is_told_everywhere_and_the_rest_is_exported);

async fn a_lost_file_is_told_everywhere_and_the_rest_is_exported(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let lost = device
        .upload(&room, "lost-canary.txt", b"lost")
        .await
        .json();
    let kept = device.upload(&room, "kept.txt", b"kept").await.json();
    let both =
        json!({ "client_id": "both", "text": "Both", "attachment_ids": [lost["id"], kept["id"]] });
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    assert_eq!(device.post(&path, &both).await.status, 201);
    hospital.server.stop().await;
    let id = text(&lost["id"]);
    let stored = hospital.database.folder().join("attachments/attachments");
    std::fs::remove_file(stored.join(&id)).unwrap();

    let exported = export(&hospital.database, &[], &["--room", &room]).await;
    assert_eq!(exported.code, Some(3), "{}", exported.complained);
    assert!(exported.complained.contains(&id), "{}", exported.complained);
    let told = [exported.said.as_str(), &exported.complained].concat();
    assert!(!told.contains("lost-canary"), "no name of a file: {told}");
    exported.sums_are_right();
    let files = exported.lines("message")[0]["attachments"].clone();
    assert_eq!(
        (&files[0]["missing"], &files[0]["path"], &files[0]["name"]),
        (&json!(true), &Value::Null, &json!("lost-canary.txt"))
    );
    let kept = exported.folder().join(files[1]["path"].as_str().unwrap());
    assert_eq!(std::fs::read(kept).unwrap(), b"kept");
    assert_eq!(exported.lines("end")[0]["missing_files"], 1);
    let page = exported.read("record.html");
    assert!(page.contains("Missing file") && page.contains("1 of them missing"));
    let lost = &exported.resources()[1]["payload"][1]["contentAttachment"];
    assert_eq!(lost["title"], "lost-canary.txt");
    assert!(lost["url"].is_null() && lost["_url"]["extension"].is_array());
    validators::are_valid(&[(&exported, 2)]);
}
