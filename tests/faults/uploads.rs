//! Senders that never finish take no memory with them.

use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::support::{
    database::Engine,
    device::{CHAT, Device, send},
    hospital::Hospital,
    wait::{until, within},
};

const UNFINISHED: usize = 40;
const BYTES: usize = 24 * 1024 * 1024;

/// The largest part that uploads may have, with what else goes on, in MiB. Forty files are 960.
const MOST_GROWTH: u64 = 100;

/// Begins an upload, and says that so many bytes will come.
async fn begin(hospital: &Hospital, device: &Device, room: &str) -> TcpStream {
    let mut line = TcpStream::connect(hospital.server.address()).await.unwrap();
    let head = format!(
        "POST {CHAT}/api/rooms/{room}/attachments HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\
         Content-Type: multipart/form-data; boundary=limit\r\nContent-Length: {BYTES}\r\n\r\n\
         --limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"scan.bin\"\r\n\r\n",
        hospital.server.address(),
        device.cookies(),
    );
    line.write_all(head.as_bytes()).await.unwrap();
    line
}

/// The head of the answer.
async fn answer(line: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match line.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

#[tokio::test]
async fn forty_unfinished_uploads_take_little_memory() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let senders = [hospital.device("d01").await, hospital.device("d02").await];
    let room = senders[0].new_room(&["2", "3"]).await;
    let before = hospital.server.memory();
    let mut lines = JoinSet::new();
    for number in 0..UNFINISHED {
        let mut line = begin(&hospital, &senders[number % 2], &room).await;
        lines.spawn(async move {
            let (mut reading, mut writing) = line.split();
            let piece = vec![7; 64 * 1024];
            let sending = async {
                // All but the last piece.
                for _ in 2..BYTES / piece.len() {
                    if writing.write_all(&piece).await.is_err() {
                        break;
                    }
                }
                std::future::pending::<()>().await;
            };
            let answered = async {
                let mut head = vec![0; 4096];
                let length = reading.read(&mut head).await.unwrap_or_default();
                String::from_utf8_lossy(&head[..length]).into_owned()
            };
            tokio::select! {
                () = sending => unreachable!("it never ends"),
                answer = answered => answer,
            }
        });
    }
    // Those for which there is no room are told, and may come again.
    let mut refused = 0;
    while refused < UNFINISHED - 4 {
        let answer = within("an upload to be refused", lines.join_next())
            .await
            .unwrap()
            .unwrap();
        if answer.is_empty() {
            continue;
        }
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
        assert!(answer.to_lowercase().contains("retry-after"), "{answer}");
        refused += 1;
    }
    let grown = hospital.server.most_memory().saturating_sub(before) / 1024;
    assert!(grown < MOST_GROWTH, "{grown} MiB");
    // Meanwhile somebody else's photo has its place.
    let third = hospital.device("d03").await;
    let sent = third.upload(&room, "gas.txt", b"pH 7.21").await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    lines.abort_all();
}

#[tokio::test]
async fn nothing_is_read_of_what_is_refused_anyway() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let member = hospital.device("d01").await;
    let stranger = hospital.device("d05").await;
    let nobody = Device::new(&hospital.server);
    let room = member.new_room(&["2"]).await;
    for (device, status) in [(&stranger, "404"), (&nobody, "401")] {
        let mut line = begin(&hospital, device, &room).await;
        let answer = within("an answer before the file", answer(&mut line)).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
    }
    let path = format!("{CHAT}/api/rooms/{room}/attachments");
    let plain = member
        .request(Method::POST, &path)
        .header("content-type", "text/plain")
        .body("x");
    send(plain).await.is_problem(415, "wrong-media-type");
    let denied = "SELECT count(*) FROM hims_audit WHERE action = 'upload-attachment' AND decision = 'denied'";
    assert_eq!(hospital.database.number(denied).await, 1);
    let allowed = "SELECT count(*) FROM hims_audit WHERE action = 'upload-attachment' AND decision = 'allowed'";
    assert_eq!(hospital.database.number(allowed).await, 0);
    until("a file of a member", async || {
        (member.upload(&room, "gas.txt", b"pH 7.21").await.status == 201).then_some(())
    })
    .await;
    assert_eq!(
        hospital.database.number(allowed).await,
        1,
        "one entry an upload"
    );
}
