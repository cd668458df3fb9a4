//! SIGTERM: nothing new is begun, what is in flight is finished, streams are closed.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::senders::Senders;
use crate::support::{
    database::Engine,
    device::{CHAT, text},
    hospital::Hospital,
    on_both_databases,
    wait::{until, within},
};

on_both_databases!(
    it_ends_well_with_streams_open_and_messages_coming,
    what_is_in_flight_is_finished,
);

/// The time that supervisors give a process to stop.
const SUPERVISORS_WAIT: Duration = Duration::from_secs(10);

async fn it_ends_well_with_streams_open_and_messages_coming(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let mut senders = Senders::of(&hospital).await;
    let readers = [hospital.device("d01").await, hospital.device("d02").await];
    let mut streams = Vec::new();
    for reader in &readers {
        streams.push(reader.listen().await);
    }
    let server = &mut hospital.server;
    senders
        .write_until_cut(30, async || {
            server.ask_to_stop();
            let ended = timeout(SUPERVISORS_WAIT, server.ended()).await;
            assert!(ended.expect("it ends in time").success(), "exit code 0");
        })
        .await;
    for stream in &mut streams {
        stream.ended().await;
    }
    hospital.restart().await;
    senders.check(1).await;
    senders.repeat_the_last().await;
    senders.check(0).await;
}

async fn what_is_in_flight_is_finished(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let body = r#"{"client_id":"late","text":"Sent before the stop."}"#;
    let head = format!(
        "POST {CHAT}/api/rooms/{room}/messages HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
        hospital.server.address(),
        device.cookies(),
        body.len()
    );
    let mut connection = TcpStream::connect(hospital.server.address()).await.unwrap();
    connection.write_all(head.as_bytes()).await.unwrap();
    // Only a request that is being handled is asked for its body.
    let mut go_on = [0; 25];
    within("100 Continue", connection.read_exact(&mut go_on))
        .await
        .unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    hospital.server.ask_to_stop();
    until("nobody new to be let in", async || {
        TcpStream::connect(hospital.server.address())
            .await
            .is_err()
            .then_some(())
    })
    .await;
    connection.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    within("the answer", connection.read_to_string(&mut answer))
        .await
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert!(hospital.server.ended().await.success());

    hospital.restart().await;
    let messages = device.messages(&room).await;
    assert_eq!(text(&messages[0]["text"]), "Sent before the stop.");
}
