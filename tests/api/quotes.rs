//! Quotes that a reply shows of a message that stands on another page.

use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{CHAT, Device, STREAM, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(a_page_brings_what_it_quotes);

async fn a_page_brings_what_it_quotes(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    for mount in [CHAT, STREAM] {
        quoted(&hospital, mount).await;
    }
}

async fn reply(device: &Device, room: &str, to: &str) {
    let path = format!("{}/api/rooms/{room}/messages", device.mount());
    let body = json!({"client_id": format!("to-{to}"), "text": "To that.", "reply_to": to});
    assert_eq!(device.post(&path, &body).await.status, 201);
}

async fn quoted(hospital: &Hospital, mount: &'static str) {
    let first = hospital.device("d01").await.on(mount);
    let second = hospital.device("d02").await.on(mount);
    let room = first.new_room(&["2"]).await;
    let question = text(&first.says(&room, "Bed four, is it free?").await["id"]);
    let wrong = text(&first.says(&room, "For the other Ashgrove.").await["id"]);
    let api = format!("{mount}/api/rooms/{room}/messages");
    for number in 0..3 {
        second.says(&room, &format!("Line {number}")).await;
    }
    let near = text(&second.says(&room, "Near by").await["id"]);
    for to in [&question, &wrong, &near] {
        reply(&second, &room, to).await;
    }
    let page = second.get(&format!("{api}?limit=4")).await.json();
    let of = |page: &Value, id: &str| {
        let quoted = page["quoted"].as_array().expect("a list").iter();
        quoted.clone().find(|it| it["id"] == id).cloned()
    };
    assert_eq!(of(&page, &near), None, "it is on the page");
    let told = of(&page, &question).expect("what is quoted");
    assert_eq!(told["text"], "Bed four, is it free?");
    assert_eq!(told["author"]["id"], "1");

    let edit = json!({"text": "Bed five, is it free?"});
    first.patch(&format!("{api}/{question}"), &edit).await;
    first.delete(&format!("{api}/{wrong}")).await;
    let page = second.get(&format!("{api}?limit=4")).await;
    assert!(!page.text().contains("Ashgrove"));
    let page = page.json();
    assert_eq!(
        of(&page, &question).unwrap()["text"],
        "Bed five, is it free?"
    );
    let recalled = of(&page, &wrong).unwrap();
    assert!(recalled["recalled_at"].is_string() && recalled["text"] == "");
    let whole = second.get(&api).await.json();
    assert_eq!(whole.get("quoted"), None, "all of it is on the page");

    // The page made by the server says the same.
    for number in 0..60 {
        second.says(&room, &format!("Later {number}")).await;
    }
    reply(&first, &room, &near).await;
    let shown = second.page(&format!("{mount}/rooms/{room}")).await.text();
    let quote = shown.split("class=\"quote\" href").nth(1).expect("a quote");
    let quote = quote.split("</a>").next().unwrap();
    assert!(
        quote.contains("Brannigan") && quote.contains("Near by"),
        "{quote}"
    );
}
