//! A backup of a running service, and the same chat elsewhere.

mod programs;
mod records;
mod refused;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Output,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, text},
    hospital::Hospital,
    on_both_databases,
    pictures::photo,
    server::Server,
    wait::until,
};

on_both_databases!(
    under_load_and_it_goes_on_elsewhere,
    no_secret_is_in_it,
    files_that_were_lost_before_are_named,
);

/// A folder for backups, gone on drop.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn join(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// The path on which the program finds PostgreSQL's own, which may be off the usual one.
fn path() -> String {
    let usual = "/usr/local/bin:/usr/bin:/bin";
    let folders = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let newest = folders
        .filter_map(|found| found.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .max();
    newest.map_or(usual.to_owned(), |version| {
        format!("/usr/lib/postgresql/{version}/bin:{usual}")
    })
}

async fn run(database: &Database, arguments: &[&str]) -> Output {
    Server::output(database, arguments, &[("PATH", &path())]).await
}

async fn backup(database: &Database, to: &Path) -> Output {
    run(database, &["backup", to.to_str().unwrap()]).await
}

async fn restore(database: &Database, from: &Path) -> Output {
    run(database, &["restore", from.to_str().unwrap()]).await
}

async fn check(database: &Database, from: &Path) -> Output {
    run(database, &["restore", from.to_str().unwrap(), "--check"]).await
}

/// Standard output and error of a command that has to end with this code.
#[track_caller]
fn said(output: &Output, code: i32) -> String {
    let text = [&output.stdout[..], &output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert_eq!(output.status.code(), Some(code), "{text}");
    text
}

/// Every file and folder below a folder, by its path from there.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for inside in fs::read_dir(folder).unwrap() {
        let path = inside.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.push(path);
    }
    found.sort();
    found
}

fn is_private(folder: &Path) {
    let rights = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(rights(folder), 0o700, "{}", folder.display());
    for path in below(folder) {
        let wanted = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(rights(&path), wanted, "{}", path.display());
    }
}

/// Uploads a file and posts a message with it: its id.
async fn sends(device: &Device, room: &str, name: &str, bytes: &[u8]) -> String {
    let uploaded = device.upload(room, name, bytes).await;
    assert_eq!(uploaded.status, 201, "{}", uploaded.text());
    let id = text(&uploaded.json()["id"]);
    let body = json!({"client_id": format!("file-{id}"), "attachment_ids": [id]});
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let posted = device.post(&path, &body).await;
    assert_eq!(posted.status, 201, "{}", posted.text());
    id
}

async fn file(device: &Device, id: &str) -> Vec<u8> {
    let got = device.get(&format!("{CHAT}/api/attachments/{id}")).await;
    assert_eq!(got.status, 200, "{}", got.text());
    got.body
}

fn texts(messages: &[Value]) -> Vec<String> {
    messages
        .iter()
        .map(|message| text(&message["text"]))
        .collect()
}

/// Two doctors' room with a text, a picture and twenty messages of the first, of which the second has read none.
async fn room_with_files(first: &Device) -> (String, [String; 2]) {
    let room = first.new_room(&["2"]).await;
    let files = [
        sends(first, &room, "gases.txt", b"pH 7.31").await,
        sends(first, &room, "wound.jpg", &photo(900, 600)).await,
    ];
    for number in 0..20 {
        first.says(&room, &format!("Before {number}")).await;
    }
    (room, files)
}

async fn under_load_and_it_goes_on_elsewhere(engine: Engine) {
    let (place, hospital) = (Place::new(), Hospital::open(engine).await);
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let (room, files) = room_with_files(&first).await;
    let to = place.join("backup");
    fs::create_dir(&to).unwrap();

    let (posted, is_made) = (AtomicUsize::new(0), AtomicBool::new(false));
    let posting = async {
        while !is_made.load(Ordering::Relaxed) {
            let number = posted.load(Ordering::Relaxed);
            first.says(&room, &format!("Meanwhile {number}")).await;
            let bytes = format!("value {number}").repeat(5_000);
            sends(&first, &room, "value.txt", bytes.as_bytes()).await;
            posted.fetch_add(1, Ordering::Relaxed);
        }
    };
    let backing_up = async {
        let count = || Some(posted.load(Ordering::Relaxed)).filter(|count| *count >= 3);
        let before = until("messages to be posted", async || count()).await;
        let output = backup(&hospital.database, &to).await;
        is_made.store(true, Ordering::Relaxed);
        (before, said(&output, 0))
    };
    let (_, (before, told)) = tokio::join!(posting, backing_up);
    assert!(told.contains("Backed up to"), "{told}");
    assert!(
        posted.load(Ordering::Relaxed) > before,
        "nothing was posted while it was made"
    );
    is_private(&to);
    let here = first.all_messages(&room).await;

    let elsewhere = Database::fresh(engine).await;
    said(&check(&elsewhere, &to).await, 0);
    let told = said(&restore(&elsewhere, &to).await, 0);
    assert!(
        told.contains("Restored") && told.contains("settings.env"),
        "{told}"
    );
    is_private(&elsewhere.folder().join("attachments"));
    if engine == Engine::Sqlite {
        let file = fs::metadata(elsewhere.folder().join("chat.db")).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
    let server = Server::start(&elsewhere).await;
    let again = Device::signed_in(&server, "d02").await;
    let there = again.all_messages(&room).await;
    let begin = &here[..there.len()];
    assert_eq!(
        texts(&there),
        texts(begin),
        "a part in the middle is missing"
    );
    let last = format!("Meanwhile {}", before - 1);
    for wanted in ["Before 0", "Before 19", "Meanwhile 0", &last] {
        assert!(
            texts(&there).contains(&wanted.to_owned()),
            "{wanted} was acknowledged before"
        );
    }
    let mut sent = 0;
    for attachment in there
        .iter()
        .flat_map(|message| message["attachments"].as_array().unwrap())
    {
        let id = text(&attachment["id"]);
        assert_eq!(file(&again, &id).await, file(&second, &id).await, "{id}");
        sent += 1;
    }
    assert!(sent >= before + files.len(), "{sent} files");
    let thumbnail = format!("{CHAT}/api/attachments/{}/thumbnail", files[1]);
    assert_eq!(
        again.get(&thumbnail).await.body,
        second.get(&thumbnail).await.body
    );

    // Whoever was signed in still is, and the chat goes on: unread, live, in order.
    let (first, second) = (first.at(&server), second.at(&server));
    let of_room = format!("{CHAT}/api/rooms/{room}");
    assert_eq!(second.get(&of_room).await.json()["unread"], there.len());
    let mut live = second.listen().await;
    first.says(&room, "And on").await;
    assert_eq!(live.next_named("message.posted").await["text"], "And on");
    sends(&second, &room, "new.txt", b"new").await;
    let now = texts(&first.all_messages(&room).await);
    assert_eq!(now.len(), there.len() + 2);
    assert_eq!(now[there.len()], "And on");
}

async fn no_secret_is_in_it(engine: Engine) {
    let (place, database) = (Place::new(), Database::demonstration(engine).await);
    let key = "0f1e".repeat(16);
    let secrets = [
        ("PATH", &*path()),
        ("HIMS_PATIENT_REF_KEY", &key),
        ("STREAM_API_SECRET", "hunter2"),
        ("HIMS_OIDC_CLIENT_SECRET", "hunter3"),
        (
            "HIMS_OIDC_ISSUER",
            "https://me:hunter4@sso.hospital.example",
        ),
        ("HIMS_HOSPITAL", "St Mary's"),
    ];
    let to = place.join("backup");
    let arguments = [
        "backup",
        to.to_str().unwrap(),
        "--json",
        "--time-zone=Europe/London",
    ];
    let output = Server::output(&database, &arguments, &secrets).await;
    let told = said(&output, 0);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&answer["files"], &answer["lost"]), (&json!(0), &json!([])));
    let settings = fs::read_to_string(to.join("settings.env")).unwrap();
    let manifest = fs::read_to_string(to.join("manifest.json")).unwrap();
    let password = database.url().split([':', '@']).nth(2).unwrap_or("hunter");
    for secret in ["hunter", &key, password] {
        for text in [&told, &settings, &manifest] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    for line in [
        "#DATABASE_URL=(secret)",
        "#HIMS_PATIENT_REF_KEY=(secret)",
        "#STREAM_API_SECRET=(secret)",
        "#HIMS_OIDC_CLIENT_SECRET=(secret)",
        "#HIMS_OIDC_ISSUER=(secret)",
        "HIMS_HOSPITAL=\"St Mary's\"",
        "HIMS_TIME_ZONE=Europe/London",
    ] {
        assert!(
            settings.lines().any(|one| one == line),
            "{line}: {settings}"
        );
    }
    let elsewhere = Database::fresh(engine).await;
    let told = said(&restore(&elsewhere, &to).await, 0);
    let again = "Put in again: DATABASE_URL, HIMS_PATIENT_REF_KEY, STREAM_API_SECRET";
    assert!(told.contains(again), "{told}");
}

async fn files_that_were_lost_before_are_named(engine: Engine) {
    let (place, hospital) = (Place::new(), Hospital::open(engine).await);
    let first = hospital.device("d01").await;
    let (room, [lost, kept]) = room_with_files(&first).await;
    // One that no message carries may still be on its way.
    let unsent = text(&first.upload(&room, "later.txt", b"later").await.json()["id"]);
    let stored = hospital.database.folder().join("attachments/attachments");
    for id in [&lost, &unsent] {
        fs::remove_file(stored.join(id)).unwrap();
    }
    let to = place.join("backup");
    let told = said(&backup(&hospital.database, &to).await, 3);
    assert!(
        told.contains(&format!("lost: attachments {lost}\n")),
        "{told}"
    );
    let elsewhere = Database::fresh(engine).await;
    let told = said(&restore(&elsewhere, &to).await, 0);
    assert!(
        told.contains(&format!("lost before it was made: {lost}.")),
        "{told}"
    );
    let server = Server::start(&elsewhere).await;
    file(&first.at(&server), &kept).await;
}
