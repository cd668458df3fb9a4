//! Posting and reading: once each, in order, whole.

use std::collections::HashSet;

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    a_repeated_send_is_the_first_message,
    a_repeated_send_at_the_same_moment_is_one_message,
    pages_lead_through_everything_once,
    after_gives_what_came_since,
    around_gives_both_sides_of_a_message,
    many_senders_lose_and_double_nothing,
    a_message_of_another_room_is_not_found,
    what_another_application_writes_is_read_in_order,
);

async fn a_repeated_send_is_the_first_message(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let posted = first
        .post(
            &path,
            &json!({"client_id": "c-1", "text": "Stop the drip."}),
        )
        .await;
    assert_eq!(posted.status, 201);
    let repeated = first
        .post(
            &path,
            &json!({"client_id": "c-1", "text": "Stop the drip."}),
        )
        .await;
    assert_eq!((repeated.status, repeated.json()), (200, posted.json()));
    let changed = first
        .post(&path, &json!({"client_id": "c-1", "text": "Another text."}))
        .await;
    assert_eq!((changed.status, changed.json()), (200, posted.json()));
    // The id is the author's own: a colleague may have the same one.
    let other = second
        .post(&path, &json!({"client_id": "c-1", "text": "Stopped."}))
        .await;
    assert_eq!(other.status, 201);
    assert_eq!(first.messages(&room).await.len(), 2);
}

async fn a_repeated_send_at_the_same_moment_is_one_message(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let body = json!({"client_id": "nervous", "text": "Please come."});
    let answers = join_all((0..8).map(|_| device.post(&path, &body))).await;
    let ids: HashSet<_> = answers
        .iter()
        .map(|answer| text(&answer.json()["id"]))
        .collect();
    assert_eq!(ids.len(), 1);
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    assert_eq!(device.messages(&room).await.len(), 1);
}

async fn pages_lead_through_everything_once(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let mut said = Vec::new();
    for number in 0..7 {
        said.push(format!("line {number}"));
        device.says(&room, &said[number]).await;
    }
    let path = format!("{CHAT}/api/rooms/{room}/messages?limit=3");
    let mut page = device.get(&path).await.json();
    let mut read = Vec::new();
    loop {
        let texts = page["messages"].as_array().unwrap().iter();
        read.splice(0..0, texts.map(|message| text(&message["text"])));
        if page["before"].is_null() {
            break;
        }
        page = device
            .get(&format!("{path}&before={}", text(&page["before"])))
            .await
            .json();
    }
    assert_eq!(read, said);
}

async fn around_gives_both_sides_of_a_message(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let mut ids = Vec::new();
    for number in 0..9 {
        ids.push(text(
            &device.says(&room, &format!("line {number}")).await["id"],
        ));
    }
    let path = format!("{CHAT}/api/rooms/{room}/messages?limit=4&around={}", ids[4]);
    let page = device.get(&path).await.json();
    let found = page["messages"].as_array().unwrap().iter();
    let found: Vec<String> = found.map(|message| text(&message["id"])).collect();
    assert_eq!(found, ids[2..6]);
    assert_eq!(
        (&page["before"], &page["after"]),
        (&json!(ids[2]), &json!(ids[5]))
    );
}

async fn after_gives_what_came_since(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    device.says(&room, "zero").await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let mut after = text(&device.get(&path).await.json()["after"]);
    for words in ["one", "two", "three"] {
        device.says(&room, words).await;
    }
    let mut read = Vec::new();
    for _ in 0..2 {
        let page = device
            .get(&format!("{path}?limit=2&after={after}"))
            .await
            .json();
        let texts = page["messages"].as_array().unwrap().iter();
        read.extend(texts.map(|message| text(&message["text"])));
        after = text(&page["after"]);
    }
    assert_eq!(read, ["one", "two", "three"]);
    let nothing = device.get(&format!("{path}?after={after}")).await.json();
    assert_eq!(nothing["messages"], json!([]));
}

async fn many_senders_lose_and_double_nothing(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let first = hospital.device("d01").await;
    let room = first.new_room(&["2", "3", "4"]).await;
    let mut senders = Vec::new();
    for who in ["d01", "d02", "d03", "d04"] {
        senders.push((who, hospital.device(who).await));
    }
    let said = join_all(senders.iter().map(|(who, device)| {
        let room = &room;
        async move {
            for number in 0..20 {
                device.says(room, &format!("{who} {number}")).await;
            }
        }
    }));
    said.await;
    let messages = first.all_messages(&room).await;
    let texts: Vec<_> = messages
        .iter()
        .map(|message| text(&message["text"]))
        .collect();
    assert_eq!(texts.len(), 80);
    for (who, _) in senders {
        let own: Vec<_> = texts.iter().filter(|line| line.starts_with(who)).collect();
        let expected: Vec<_> = (0..20).map(|number| format!("{who} {number}")).collect();
        assert_eq!(
            own,
            expected.iter().collect::<Vec<_>>(),
            "in the order of sending"
        );
    }
}

async fn a_message_of_another_room_is_not_found(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let here = device.new_room(&["2"]).await;
    let there = device.new_room(&["3"]).await;
    let message = text(&device.says(&there, "Elsewhere.").await["id"]);
    let api = format!("{CHAT}/api/rooms/{here}");
    let path = format!("{api}/messages/{message}");
    device.get(&path).await.is_problem(404, "not-found");
    device.delete(&path).await.is_problem(404, "not-found");
    let edit = device.patch(&path, &json!({"text": "Here."})).await;
    edit.is_problem(404, "not-found");
    let read = device
        .post(&format!("{api}/read"), &json!({"message_id": message}))
        .await;
    read.is_problem(404, "not-found");
    let reply = json!({"client_id": "r", "text": "To that", "reply_to": message});
    let reply = device.post(&format!("{api}/messages"), &reply).await;
    reply.is_problem(422, "invalid");
    assert_eq!(device.messages(&here).await.len(), 0);
    for cursor in ["before", "after"] {
        let page = device
            .get(&format!("{api}/messages?{cursor}={message}"))
            .await;
        assert_ne!(page.status, 500, "{}", page.text());
        assert!(!page.text().contains("Elsewhere"));
    }
}

async fn what_another_application_writes_is_read_in_order(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let mut live = first.listen().await;
    second.says(&room, "one").await;
    for (author, words) in [(2, "two"), (1, "three")] {
        let insert = format!(
            "INSERT INTO chat_messages (room_id, user_id, message, created_at, updated_at) \
             VALUES ({room}, {author}, '{words}', {now}, {now})",
            now = hospital
                .database
                .words("datetime('now')", "timezone('UTC', now())"),
        );
        hospital.database.execute(&insert).await;
    }
    assert_eq!(live.next_texts(3).await, ["one", "two", "three"]);
    second.says(&room, "four").await;
    let messages = first.messages(&room).await;
    let texts: Vec<_> = messages
        .iter()
        .map(|message| text(&message["text"]))
        .collect();
    assert_eq!(texts, ["one", "two", "three", "four"]);
    let adopted = &messages[1];
    assert_eq!(adopted["author"]["name"], "Dr Teodor Brannigan");
    assert_eq!(adopted["client_id"], json!(null));
    assert_eq!(adopted["urgency"], "routine");
    let rooms = first.get(&format!("{CHAT}/api/rooms/{room}")).await.json();
    assert_eq!(rooms["unread"], 3, "those of the other application count");
}
