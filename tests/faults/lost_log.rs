//! The disk of the log is full, or whoever read it has gone.

use std::fs::OpenOptions;
use std::process::Stdio;

use crate::support::{
    database::{Database, Engine},
    device::Device,
    ports::free_port,
    server::Server,
    wait::until,
};

/// An address that is free, at least now.
fn free_address() -> String {
    format!("127.0.0.1:{}", free_port())
}

fn full() -> Stdio {
    OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap()
        .into()
}

/// A pipe that nobody reads any more.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

#[tokio::test]
async fn a_log_that_cannot_be_written_stops_nothing() {
    for output in [full as fn() -> Stdio, closed] {
        let database = Database::demonstration(Engine::Sqlite).await;
        let address = free_address();
        let environment = [("HIMS_LISTEN", &*address), ("HIMS_LOG", "trace")];
        let server = Server::start_unheard(&database, &environment, output(), output());
        let device = Device::new(&server);
        until("the server to answer", async || {
            let request = device.request(reqwest::Method::GET, "/health/live");
            let answer = request.send().await.ok()?;
            (answer.status() == 200).then_some(())
        })
        .await;
        let device = Device::signed_in(&server, "d01").await;
        let room = device.new_room(&["2"]).await;
        for number in 0..20 {
            device.says(&room, &format!("Message {number}")).await;
        }
        assert_eq!(device.messages(&room).await.len(), 20);
        let metrics = device.get("/metrics").await.text();
        let lost = metrics
            .lines()
            .find_map(|line| line.strip_prefix("hims_log_lines_lost_total "));
        assert!(
            lost.is_some_and(|lost| lost.parse::<u64>().unwrap() > 0),
            "{lost:?}"
        );
    }
}

#[tokio::test]
async fn a_command_whose_answer_cannot_be_written_says_so_and_does_not_panic() {
    let database = Database::demonstration(Engine::Sqlite).await;
    for output in [full as fn() -> Stdio, closed] {
        let ended = Server::ended_unheard(&database, &["demo", "--remove"], output()).await;
        assert_eq!(ended.code(), Some(1));
    }
}
