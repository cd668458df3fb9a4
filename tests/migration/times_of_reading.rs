//! The old tables say of a returned room until when everybody had read.

use serde_json::json;

use super::{
    moving::{migrate, set_up, verified},
    new::New,
};
use crate::support::{
    database::Engine,
    device::{Device, STREAM},
    on_both_databases,
    server::Server,
    stream::StreamServer,
};

on_both_databases!(who_reads_nothing_at_stream_keeps_their_time_of_reading,);

/// Everybody's time of reading in every room, a line each, without doctor 2.
async fn times(new: &New) -> Vec<String> {
    let query = "SELECT coalesce(string_agg(line, ';' ORDER BY line), '') FROM (SELECT room_id || ' ' || user_id || ' ' \
        || coalesce(CAST(last_read_at AS text), '-') AS line FROM chat_participants WHERE user_id <> 2) AS times";
    let times = new.database.text(query).await;
    times.split(';').map(str::to_owned).collect()
}

async fn who_reads_nothing_at_stream_keeps_their_time_of_reading(engine: Engine) {
    let new = New::fresh(engine).await;
    let stream = StreamServer::start();
    set_up(&new.database, &stream).await;
    // Years ago, so that no time of this run is taken for one of them.
    let earlier = match engine {
        Engine::Sqlite => "datetime(last_read_at, '-1 year')",
        Engine::Postgres => "last_read_at - interval '1 year'",
    };
    let earlier = format!("UPDATE chat_participants SET last_read_at = {earlier}");
    new.database.execute(&earlier).await;
    let room = {
        let server = Server::start_with(&new.database, &stream.environment()).await;
        let one = Device::signed_in(&server, "d01").await;
        let room = one.new_room(&["2"]).await;
        one.says(&room, "before").await;
        room
    };
    let before = times(&new).await;
    let (done, said) = migrate(&new.database, &stream, &["run"]).await;
    assert!(done, "{said}");
    {
        let server = Server::start_with(&new.database, &stream.environment()).await;
        let (one, two) = (
            Device::signed_in(&server, "d01").await.on(STREAM),
            Device::signed_in(&server, "d02").await.on(STREAM),
        );
        let there = format!("group-legacy-{room}");
        let said = one.says(&there, "said there").await;
        let read = format!("{STREAM}/api/rooms/{there}/read");
        let marked = two.post(&read, &json!({ "message_id": said["id"] })).await;
        assert!((200..300).contains(&marked.status), "{}", marked.text());
    }
    let rollback = ["rollback", "--settle", "0", "--all"];
    let (done, said) = migrate(&new.database, &stream, &rollback).await;
    assert!(done, "{said}");
    let after = times(&new).await;
    assert!(after.len() > 20, "{after:?}");
    assert_eq!(after, before);
    let read = format!(
        "SELECT count(*) FROM chat_participants WHERE room_id = {room} AND user_id = 2 \
        AND last_read_at IS NOT NULL"
    );
    assert_eq!(new.number(&read).await, 1, "who read has read");
    verified(&new.database, &stream).await;

    // One day more for somebody who read nothing.
    let wrong = format!(
        "UPDATE hims_moved_reads SET read_at = coalesce(read_at, 0) - 86400000000 \
        WHERE user_id = 1 AND room_id <> {room}"
    );
    new.database.execute(&wrong).await;
    let folder = tempfile::tempdir().unwrap();
    let receipts = folder.path().join("receipts.jsonl");
    let verify = ["verify", "--receipts", receipts.to_str().unwrap()];
    let (done, said) = migrate(&new.database, &stream, &verify).await;
    assert!(
        !done && said.contains("has another time of reading"),
        "{said}"
    );
}
