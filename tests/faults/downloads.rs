//! Readers that do not read take no memory with them.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{
    database::Engine,
    device::{CHAT, text},
    hospital::Hospital,
    wait::within,
};

const READERS: usize = 40;
const BYTES: usize = 24 * 1024 * 1024;

/// The largest part that downloads may have, with what else goes on, in MiB. Forty files are 960.
const MOST_GROWTH: u64 = 60;

#[tokio::test]
async fn forty_readers_that_do_not_read_take_little_memory() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    let scan: Vec<u8> = (0..BYTES).map(|place| (place % 251) as u8).collect();
    let sent = doctor.upload(&room, "scan.bin", &scan).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    let path = format!("{CHAT}/api/attachments/{}", text(&sent.json()["id"]));
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nConnection: close\r\n\r\n",
        hospital.server.address(),
        doctor.cookies(),
    );

    let before = hospital.server.most_memory();
    let mut lines = Vec::new();
    for _ in 0..READERS {
        let mut line = TcpStream::connect(hospital.server.address()).await.unwrap();
        line.write_all(request.as_bytes()).await.unwrap();
        // The answer has begun, and the rest of it waits for its reader.
        let mut head = [0; 15];
        within("an answer", line.read_exact(&mut head))
            .await
            .unwrap();
        assert_eq!(&head, b"HTTP/1.1 200 OK");
        lines.push(line);
    }
    let grown = hospital.server.most_memory().saturating_sub(before) / 1024;
    assert!(grown < MOST_GROWTH, "{grown} MiB");

    // Who reads gets it whole, whatever the others do.
    let mut whole = Vec::new();
    let mut line = lines.pop().unwrap();
    within("the file", line.read_to_end(&mut whole))
        .await
        .unwrap();
    let head = String::from_utf8_lossy(&whole[..whole.len() - BYTES]).to_lowercase();
    assert!(head.contains(&format!("content-length: {BYTES}")), "{head}");
    assert!(whole.ends_with(&scan));
}
