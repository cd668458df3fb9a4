//! A stream that was broken off goes on where it was.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    what_was_missed_comes_once_and_in_order,
    an_id_that_is_none_of_ours_means_load_afresh,
    after_a_restart_readers_load_afresh,
    who_was_removed_meanwhile_hears_nothing_of_it,
    who_was_away_too_long_loads_afresh,
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
