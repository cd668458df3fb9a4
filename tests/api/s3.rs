//! Attachments in an S3-compatible store: moto, installed when this test runs and never committed.

use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::support::{
    database::Database,
    device::{CHAT, Device, text},
    pictures::png,
    ports::free_port,
    python::{self, NO_PYTHON},
    server::Server,
    wait::until,
};

/// A store on a port of its own, gone on drop.
struct Store {
    process: Child,
    url: String,
}

impl Store {
    async fn start() -> Self {
        let folder = python::installed("moto", &["moto[server]>=5,<6"]);
        let port = free_port().to_string();
        let start = "import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', sys.argv[1]])";
        let process = Command::new("python3")
            .args(["-c", start, &port])
            .env("PYTHONPATH", &folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect(NO_PYTHON);
        let store = Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
        };
        until("the store to take a bucket", async || {
            let made = reqwest::Client::new()
                .put(format!("{}/chat-files", store.url))
                .send()
                .await;
            made.is_ok_and(|answer| answer.status().is_success())
                .then_some(())
        })
        .await;
        store
    }

    fn settings(&self) -> [(&str, &str); 5] {
        [
            ("ATTACHMENTS_URL", "s3://chat-files/ward"),
            ("AWS_ENDPOINT_URL", &self.url),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "hunter2"),
        ]
    }

    /// The names of the objects in the bucket.
    async fn names(&self) -> Vec<String> {
        let list = format!("{}/chat-files?list-type=2", self.url);
        let list = reqwest::get(list).await.unwrap().text().await.unwrap();
        let names = list.split("<Key>").skip(1);
        names
            .filter_map(|rest| rest.split("</Key>").next())
            .map(str::to_owned)
            .collect()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.process.kill().and_then(|()| self.process.wait());
    }
}

#[tokio::test]
async fn files_live_in_a_bucket() {
    let store = Store::start().await;
    let database = Database::sqlite();
    Server::run(&database, &["demo"]).await;
    let mut server = Server::start_with(&database, &store.settings()).await;
    let device = Device::signed_in(&server, "d01").await;
    let room = device.new_room(&["2"]).await;

    let sent = device.upload(&room, "ecg.png", &png(900, 600)).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    let id = text(&sent.json()["id"]);
    let names = [
        format!("ward/attachments/{id}"),
        format!("ward/thumbnails/{id}"),
    ];
    assert_eq!(store.names().await, names);
    let body = json!({"client_id": "f", "attachment_ids": [id]});
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    assert_eq!(device.post(&path, &body).await.status, 201);
    let path = format!("{CHAT}/api/attachments/{id}");
    for path in [format!("{path}/thumbnail"), path] {
        let got = device.get(&path).await;
        assert_eq!(got.status, 200, "{}", got.text());
        assert!(image::load_from_memory(&got.body).is_ok());
    }

    // Taken back, its bytes go at once; forgotten, the next sweep takes them.
    let unsent = text(&device.upload(&room, "a.txt", b"pH").await.json()["id"]);
    assert_eq!(store.names().await.len(), 3);
    let taken = format!("{CHAT}/api/attachments/{unsent}");
    assert_eq!(device.delete(&taken).await.status, 204);
    assert_eq!(store.names().await, names);
    device.upload(&room, "b.png", &png(9, 9)).await;
    assert_eq!(store.names().await.len(), 4);
    server.stop().await;
    database
        .execute("UPDATE chat_attachments SET created_at = 0")
        .await;
    let _server = Server::start_with(&database, &store.settings()).await;
    until("what nobody sent to be gone", async || {
        (store.names().await == names).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_bucket_is_backed_up_and_filled_again() {
    let store = Store::start().await;
    let database = Database::sqlite();
    Server::run(&database, &["demo"]).await;
    let server = Server::start_with(&database, &store.settings()).await;
    let device = Device::signed_in(&server, "d01").await;
    let room = device.new_room(&["2"]).await;
    let sent = device.upload(&room, "ecg.png", &png(900, 600)).await;
    let id = text(&sent.json()["id"]);
    let body = json!({"client_id": "f", "attachment_ids": [id]});
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    assert_eq!(device.post(&path, &body).await.status, 201);
    let path = format!("{CHAT}/api/attachments/{id}");
    let picture = device.get(&path).await.body;

    let folder = database.folder().join("backup");
    let folder = folder.to_str().unwrap();
    let output = Server::output(&database, &["backup", folder], &store.settings()).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let settings = std::fs::read_to_string(format!("{folder}/settings.env")).unwrap();
    assert!(
        settings.contains("#AWS_SECRET_ACCESS_KEY=(secret)") && !settings.contains("hunter2"),
        "{settings}"
    );

    let elsewhere = Database::sqlite();
    let restored = async |settings: &[(&str, &str)]| {
        Server::output(&elsewhere, &["restore", folder], settings).await
    };
    let output = restored(&store.settings()).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("s3://chat-files/ward holds files already"),
        "{said}"
    );
    let mut other = store.settings();
    other[0].1 = "s3://chat-files/other";
    let output = restored(&other).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let server = Server::start_with(&elsewhere, &other).await;
    let device = device.at(&server);
    assert_eq!(device.get(&path).await.body, picture);
    assert_eq!(device.get(&format!("{path}/thumbnail")).await.status, 200);
}

#[tokio::test]
async fn a_bucket_that_is_not_there_stops_the_start() {
    let store = Store::start().await;
    let database = Database::sqlite();
    let mut settings = store.settings();
    settings[0].1 = "s3://no-such-bucket";
    let output = Server::output(&database, &["serve"], &settings).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("ATTACHMENTS_URL"), "{said}");
    assert!(
        said.contains("not there") && !said.contains("hunter2"),
        "{said}"
    );
}
