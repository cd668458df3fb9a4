//! A stream that was broken off goes on where it was.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, STREAM, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    what_was_missed_comes_once_and_in_order,
    an_id_that_is_none_of_ours_means_load_afresh,
    after_a_restart_readers_load_afresh,
    who_was_removed_meanwhile_hears_nothing_of_it,
    who_was_away_too_long_loads_afresh,
    words_that_were_taken_back_are_not_told_again,
);

async fn what_was_missed_comes_once_and_in_order(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let mut live = second.listen().await;
    first.says(&room, "one").await;
    assert_eq!(live.next_texts(1).await, ["one"]);
    let last = live.last_id.clone();
    drop(live);
    first.says(&room, "two").await;
    let three = text(&first.says(&room, "three").await["id"]);
    first
        .delete(&format!("{CHAT}/api/rooms/{room}/messages/{three}"))
        .await;
    let mut again = second.listen_from(&last).await;
    let mut heard = Vec::new();
    while heard
        .last()
        .is_none_or(|(name, _)| name != "message.recalled")
    {
        let event = again.next().await.expect("the stream goes on");
        if event.name.starts_with("message") {
            heard.push((event.name, event.data["id"].clone()));
        }
        assert_ne!(heard.last().map(|(name, _)| name.as_str()), Some("resync"));
    }
    let names: Vec<_> = heard.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["message.posted", "message.posted", "message.recalled"]
    );
    assert_eq!(heard[2].1, json!(three));
    // The same by query, for readers that cannot set a header.
    let path = format!("{CHAT}/api/events?last_event_id={last}");
    let mut stream = second
        .request(reqwest::Method::GET, &path)
        .send()
        .await
        .unwrap();
    let mut said = String::new();
    while !said.contains("message.recalled") {
        let chunk = crate::support::wait::within("the missed events", stream.chunk()).await;
        said.push_str(&String::from_utf8_lossy(
            &chunk.unwrap().expect("the stream goes on"),
        ));
    }
    assert_eq!(said.matches("event: message.posted").count(), 2);
}

async fn an_id_that_is_none_of_ours_means_load_afresh(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    for id in [
        "foreign",
        "0-0",
        "0123456789abcdef-7",
        "a b\tc",
        &"x".repeat(500),
    ] {
        let mut live = device.listen_from(id).await;
        let heard = live.next().await.expect("the stream goes on");
        assert_eq!(heard.name, "resync", "{id}");
        // It goes on from there, and can be resumed from there.
        device.says(&room, "after").await;
        assert_eq!(live.next_texts(1).await, ["after"]);
    }
}

async fn after_a_restart_readers_load_afresh(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let mut live = device.listen().await;
    device.says(&room, "before").await;
    live.next_texts(1).await;
    let last = live.last_id.clone();
    assert!(hospital.server.stop().await.success());
    live.ended().await;
    hospital.restart().await;
    let mut again = device.listen_from(&last).await;
    assert_eq!(
        again.next().await.expect("the stream goes on").name,
        "resync"
    );
    assert_eq!(
        device.messages(&room).await.len(),
        1,
        "still signed in, and all is there"
    );
}

async fn who_was_removed_meanwhile_hears_nothing_of_it(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, third) = (hospital.device("d01").await, hospital.device("d03").await);
    let room = first.new_room(&["2", "3"]).await;
    let mut live = third.listen().await;
    first.says(&room, "seen").await;
    live.next_texts(1).await;
    let last = live.last_id.clone();
    drop(live);
    first.says(&room, "secret from now on").await;
    first
        .delete(&format!("{CHAT}/api/rooms/{room}/participants/3"))
        .await;
    let mut again = third.listen_from(&last).await;
    let shared = first.new_room(&["3"]).await;
    first.says(&shared, "shared").await;
    loop {
        let heard = again.next().await.expect("the stream goes on");
        assert_ne!(heard.data["text"], "secret from now on");
        if heard.data["text"] == "shared" {
            break;
        }
    }
}

/// A stream is remembered for some hundred events, not for ever.
async fn who_was_away_too_long_loads_afresh(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let mut live = second.listen().await;
    first.says(&room, "seen").await;
    live.next_texts(1).await;
    let last = live.last_id.clone();
    drop(live);
    for _ in 0..30 {
        join_all((0..20).map(|_| first.says(&room, "missed"))).await;
    }
    let mut again = second.listen_from(&last).await;
    let heard = again.next().await.expect("the stream goes on");
    assert_eq!(heard.name, "resync");
    assert_eq!(second.all_messages(&room).await.len(), 601);
    first.says(&room, "after").await;
    assert_eq!(again.next_texts(1).await, ["after"]);
}

/// Neither what was recalled nor what stood before an edit, also when both happened to the same message.
async fn words_that_were_taken_back_are_not_told_again(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    for mount in [CHAT, STREAM] {
        let first = hospital.device("d01").await.on(mount);
        let second = hospital.device("d02").await.on(mount);
        let room = first.new_room(&["2"]).await;
        let path = |id: &str| format!("{mount}/api/rooms/{room}/messages/{id}");
        let mut live = second.listen().await;
        // Stays, so that the other one comes back when all has happened.
        let mut watching = second.listen().await;
        let slow = text(&first.says(&room, "told before").await["id"]);
        assert_eq!(live.next_texts(1).await, ["told before"]);
        let last = live.last_id.clone();
        drop(live);

        let edited = text(&first.says(&room, "Amlodipine 50 mg").await["id"]);
        let recalled = text(&first.says(&room, "Wrong patient").await["id"]);
        let both = text(&first.says(&room, "Wrong again").await["id"]);
        for (id, words) in [
            (&edited, "Amlodipine 5 mg, wrong"),
            (&edited, "Amlodipine 5 mg"),
            (&both, "Wrong once more"),
            (&slow, "now so"),
        ] {
            let answer = first.patch(&path(id), &json!({"text": words})).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
        for id in [&recalled, &both] {
            assert_eq!(first.delete(&path(id)).await.status, 200);
        }
        watching
            .next_where("message.recalled", |message| message["id"] == *both)
            .await;

        let mut again = second.listen_from(&last).await;
        let mut heard = Vec::new();
        while !heard.contains(&format!("message.recalled {both}")) {
            let event = again.next().await.expect("the stream goes on");
            assert_ne!(event.name, "resync");
            let told = event.data.to_string();
            assert!(
                !told.contains("50 mg") && !told.to_lowercase().contains("wrong"),
                "{told}"
            );
            if event.name.starts_with("message") {
                heard.push(format!("{} {}", event.name, text(&event.data["id"])));
            }
        }
        for id in [&edited, &recalled, &both] {
            let posted = format!("message.posted {id}");
            assert_eq!(
                heard.iter().filter(|told| **told == posted).count(),
                1,
                "{heard:?}"
            );
        }
    }
}
