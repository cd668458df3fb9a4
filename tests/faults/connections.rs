//! Connections that say nothing, too little or too slowly.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device},
    hospital::Hospital,
    server::Server,
    wait::within,
};

/// More than any system gives a process that does not ask, with what the test itself needs.
const SILENT: usize = 1_100;

fn may_open_many() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    setrlimit(Resource::Nofile, raised).expect("up to the hard limit");
}

/// So many connections: every second says nothing, the others begin a request and stop.
async fn silent(server: &Server, count: usize) -> Vec<TcpStream> {
    may_open_many();
    let mut silent = Vec::new();
    for number in 0..count {
        let mut connection = within("a connection", TcpStream::connect(server.address()))
            .await
            .expect("the program accepts");
        if number % 2 == 0 {
            let half = b"GET /login HTTP/1.1\r\nHost: chat.exam";
            // It may have been closed for the next already.
            let _ = connection.write_all(half).await;
        }
        silent.push(connection);
    }
    silent
}

async fn is_well(server: &Server) {
    let device = Device::new(server);
    assert_eq!(device.get("/health/live").await.status, 200);
    let device = Device::signed_in(server, "d01").await;
    assert_eq!(device.get(&format!("{CHAT}/api/rooms")).await.status, 200);
}

#[tokio::test]
async fn silent_connections_stop_nobody() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let reader = hospital.device("d02").await;
    let writer = hospital.device("d01").await;
    let room = writer.new_room(&["2"]).await;
    let mut live = reader.listen().await;
    let _silent = silent(&hospital.server, SILENT).await;
    is_well(&hospital.server).await;
    writer.says(&room, "Still here.").await;
    assert_eq!(live.next_texts(1).await, ["Still here."]);
}

#[tokio::test]
async fn nor_do_they_where_few_files_may_be_open() {
    let database = Database::demonstration(Engine::Sqlite).await;
    let server = Server::start_with_open_files(&database, 128).await;
    let mut live = Device::signed_in(&server, "d02").await.listen().await;
    let _silent = silent(&server, 300).await;
    is_well(&server).await;
    let writer = Device::signed_in(&server, "d01").await;
    let room = writer.new_room(&["2"]).await;
    writer.says(&room, "Still here.").await;
    live.next_where("message.posted", |message| message["text"] == "Still here.")
        .await;
}

/// Reads the answer until the connection ends.
async fn answer_on(connection: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let ended = within(
        "the end of the connection",
        connection.read_to_end(&mut answer),
    )
    .await;
    // One that is reset has ended too.
    let _ = ended;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn what_does_not_go_on_is_ended_and_live_streams_go_on() {
    let hospital = Hospital::open_with(Engine::Sqlite, &[("HIMS_REQUEST_SECONDS", "1")]).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let mut live = hospital.device("d02").await.listen().await;
    let connect = async || TcpStream::connect(hospital.server.address()).await.unwrap();

    let mut nothing = connect().await;
    let mut half = connect().await;
    half.write_all(b"GET /login HTTP/1.1\r\nHost:")
        .await
        .unwrap();
    let mut body = connect().await;
    let head = format!(
        "POST {CHAT}/api/rooms/{room}/messages HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\
         Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{{\"client",
        hospital.server.address(),
        device.cookies(),
    );
    body.write_all(head.as_bytes()).await.unwrap();
    let mut upload = connect().await;
    let head = format!(
        "POST {CHAT}/api/rooms/{room}/attachments HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\
         Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5000000\r\n\r\n--x\r\n",
        hospital.server.address(),
        device.cookies(),
    );
    upload.write_all(head.as_bytes()).await.unwrap();

    assert_eq!(answer_on(&mut nothing).await, "");
    assert_eq!(answer_on(&mut half).await, "");
    for slow in [&mut body, &mut upload] {
        let answer = answer_on(slow).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("application/problem+json"), "{answer}");
        assert!(
            answer.to_lowercase().contains("connection: close"),
            "{answer}"
        );
    }
    // A stream is silent for longer than that.
    device.says(&room, "Still here.").await;
    assert_eq!(live.next_texts(1).await, ["Still here."]);
}

#[tokio::test]
async fn a_browser_keeps_its_connection_and_a_slow_upload_goes_on() {
    let hospital = Hospital::open_with(Engine::Sqlite, &[("HIMS_REQUEST_SECONDS", "5")]).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let mut connection = TcpStream::connect(hospital.server.address()).await.unwrap();
    for _ in 0..3 {
        let request = format!(
            "GET /health/live HTTP/1.1\r\nHost: {}\r\n\r\n",
            hospital.server.address()
        );
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"alive\n") {
            let read = within("an answer", connection.read_buf(&mut answer))
                .await
                .unwrap();
            assert!(read > 0, "the connection was kept");
        }
    }

    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"notes.txt\"\r\n\
         Content-Type: text/plain\r\n\r\n{}\r\n--x--\r\n",
        "pH 7.21\n".repeat(2_800)
    );
    let head = format!(
        "POST {CHAT}/api/rooms/{room}/attachments HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nConnection: close\r\n\
         Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {}\r\n\r\n",
        hospital.server.address(),
        device.cookies(),
        body.len()
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut line = tokio::time::interval(std::time::Duration::from_millis(400));
    for piece in body.as_bytes().chunks(1_600) {
        line.tick().await;
        connection.write_all(piece).await.unwrap();
    }
    let answer = answer_on(&mut connection).await;
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
}
