//! Retention as an operator and a data protection officer have it: rehearsed, run, held back, and proved.

mod holds;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, STREAM},
    hospital::Hospital,
    on_both_databases,
    pictures::photo,
    server::Server,
    stream::StreamServer,
};

/// A word that is in the old messages, and nowhere else.
const CANARY: &str = "Zirconomycin";

const RULES: &str = "[messages]\nall = \"8 years\"\n[files]\nall = \"2 years\"\n";

on_both_databases!(
    a_run_removes_what_the_rehearsal_lists,
    a_run_that_is_broken_off_has_a_receipt,
);

/// Rules, and a place for lists.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn with(rules: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("retention.toml"), rules).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn retention(&self, database: &Database, arguments: &[&str]) -> Output {
        self.with_settings(database, arguments, &[]).await
    }

    async fn with_settings(
        &self,
        database: &Database,
        arguments: &[&str],
        more: &[(&str, &str)],
    ) -> Output {
        let (rules, lists) = (self.path("retention.toml"), self.path("lists"));
        let own = [
            ("HIMS_RETENTION", rules.to_str().unwrap()),
            ("HIMS_RETENTION_LISTS", lists.to_str().unwrap()),
        ];
        let arguments = [&["retention"], arguments].concat();
        Server::output(database, &arguments, &[&own, more].concat()).await
    }

    /// The one list in the folder of lists.
    fn list(&self) -> PathBuf {
        let mut lists = fs::read_dir(self.path("lists")).unwrap();
        let list = lists.next().unwrap().unwrap().path();
        assert!(lists.next().is_none(), "one run");
        list
    }
}

#[track_caller]
fn said(output: &Output, code: i32) -> String {
    let text = [&output.stdout[..], &output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert_eq!(output.status.code(), Some(code), "{text}");
    text
}

#[track_caller]
fn json(output: &Output, code: i32) -> Value {
    said(output, code);
    serde_json::from_slice(&output.stdout).unwrap()
}

fn lines(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// Makes every message of a room so many years older.
async fn age(database: &Database, room: &str, years: u32) {
    let micros = u64::from(years) * 366 * 86_400 * 1_000_000;
    let sql = database.words(
        "UPDATE chat_messages SET sent_at = sent_at - {micros} WHERE room_id = {room}",
        "UPDATE chat_messages SET sent_at = sent_at - {micros} * interval '1 microsecond' WHERE room_id = {room}",
    );
    let sql = sql.replace("{micros}", &micros.to_string());
    database.execute(&sql.replace("{room}", room)).await;
}

/// Every file below a folder that holds the bytes of a word.
fn holding(folder: &Path, word: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, word));
        } else {
            let bytes = fs::read(&path).unwrap();
            if bytes
                .windows(word.len())
                .any(|found| found == word.as_bytes())
            {
                found.push(path);
            }
        }
    }
    found
}

/// Two messages with the canary, one edited, and one with a file, in a new group.
async fn conversation(doctor: &Device, room: &str) {
    doctor.says(room, &format!("{CANARY} 5 mg")).await;
    let message = doctor.says(room, &format!("{CANARY} 50 mg")).await;
    let edit = serde_json::json!({ "text": "5 mg, I meant" });
    let rooms = format!("{}/api/rooms/{room}", doctor.mount());
    let path = format!("{rooms}/messages/{}", message["id"].as_str().unwrap());
    assert_eq!(doctor.patch(&path, &edit).await.status, 200);
    let file = doctor.upload(room, "ecg.jpg", &photo(40, 30)).await;
    let body = serde_json::json!({
        "client_id": format!("with-file-{room}"), "text": "the ECG", "attachment_ids": [file.json()["id"]],
    });
    let sent = doctor.post(&format!("{rooms}/messages"), &body).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
}

async fn a_run_removes_what_the_rehearsal_lists(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let doctor = hospital.device("d01").await;
    let [old, middle, new] = [
        doctor.new_room(&["2"]).await,
        doctor.new_room(&["2", "3"]).await,
        doctor.new_room(&["2", "3", "4"]).await,
    ];
    for room in [&old, &middle, &new] {
        conversation(&doctor, room).await;
    }
    hospital.server.stop().await;
    let database = &hospital.database;
    age(database, &old, 9).await;
    age(database, &middle, 3).await;
    let messages = "SELECT count(*) FROM chat_messages";
    let before = database.number(messages).await;

    let desk = Desk::with(RULES);
    let plan = desk.path("plan.jsonl");
    let arguments = ["plan", "--json", "--list", plan.to_str().unwrap()];
    let found = json(&desk.retention(database, &arguments).await, 0);
    assert_eq!(found["legacy_messages"], 3);
    assert_eq!(found["files"], 2, "one goes with its message");
    assert_eq!(database.number(messages).await, before, "a rehearsal");
    let planned = lines(&plan);
    assert_eq!(planned.len(), 5, "{planned:#?}");
    assert!(!planned.concat().contains(CANARY));

    let done = json(
        &desk
            .retention(database, &["run", "--json", "--as", "12"])
            .await,
        0,
    );
    assert_eq!(done, found, "what was rehearsed is what was done");
    assert_eq!(database.number(messages).await, before - 3);
    let list = desk.list();
    let went = lines(&list);
    assert_eq!(went[..4], planned[..4]);

    let list_name = list.to_str().unwrap();
    let verified = desk.retention(database, &["verify", list_name]).await;
    assert!(said(&verified, 0).contains("4 lines"));
    let receipts = desk.retention(database, &["receipts"]).await;
    assert!(said(&receipts, 0).contains("messages 3 + 0, files 2"));
    let one_less = went[1..].join("\n");
    fs::write(&list, one_less).unwrap();
    let changed = desk.retention(database, &["verify", list_name]).await;
    assert!(said(&changed, 1).contains("does not hold"));
    let audit = Server::output(database, &["audit", "verify"], &[]).await;
    said(&audit, 0);
    let again = desk.retention(database, &["run", "--json"]).await;
    assert_eq!(json(&again, 0)["legacy_messages"], 0);

    hospital.restart().await;
    let doctor = hospital.device("d01").await;
    assert_eq!(doctor.messages(&old).await, [] as [Value; 0]);
    assert_eq!(doctor.messages(&new).await.len(), 3);
    let kept = doctor.messages(&middle).await;
    assert_eq!(kept.len(), 3);
    let file = &kept[2]["attachments"][0];
    assert_eq!(file["name"], "Removed file");
    let path = format!("{CHAT}/api/attachments/{}", file["id"].as_str().unwrap());
    assert_eq!(doctor.get(&path).await.status, 404);
    let page = doctor.page(&format!("{CHAT}/rooms/{middle}")).await;
    assert!(
        page.text().contains("A file that is no longer kept"),
        "{}",
        page.text()
    );
    doctor.says(&old, "and on it goes").await;
    assert_eq!(doctor.messages(&old).await.len(), 1);
    hospital.server.stop().await;
    if engine == Engine::Sqlite {
        // The words of the room that is kept are there; none of the removed one's.
        let of_others = hospital
            .database
            .number(&format!(
                "SELECT count(*) FROM chat_messages WHERE message LIKE '{CANARY}%'"
            ))
            .await;
        assert_eq!(of_others, 2);
    }
}

async fn a_run_that_is_broken_off_has_a_receipt(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    conversation(&doctor, &room).await;
    hospital.server.stop().await;
    let database = &hospital.database;
    age(database, &room, 9).await;
    let messages = "SELECT count(*) FROM chat_messages";
    let before = database.number(messages).await;

    // Whether a room is on its way to the other chat cannot be asked.
    let rename = "ALTER TABLE hims_links RENAME TO hims_links_away";
    database.execute(rename).await;
    let desk = Desk::with(RULES);
    let run = desk.retention(database, &["run"]).await;
    let words = said(&run, 3);
    assert!(words.contains("the run was broken off: "), "{words}");
    assert_eq!(database.number(messages).await, before);
    let list = desk.list();
    let verify = ["verify", list.to_str().unwrap()];
    said(&desk.retention(database, &verify).await, 0);
    let receipts = desk.retention(database, &["receipts"]).await;
    assert!(said(&receipts, 0).contains("messages 0 + 0, files 0, entries 0, held 0, left 1"));

    let back = "ALTER TABLE hims_links_away RENAME TO hims_links";
    database.execute(back).await;
    let again = desk.retention(database, &["run", "--json"]).await;
    assert_eq!(
        json(&again, 0)["legacy_messages"],
        3,
        "the next run goes on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn removed_words_are_in_no_file_of_sqlite() {
    let mut hospital = Hospital::open(Engine::Sqlite).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    conversation(&doctor, &room).await;
    let found = doctor
        .get(&format!("{CHAT}/api/search?q={CANARY}"))
        .await
        .json();
    assert_eq!(found["messages"].as_array().unwrap().len(), 1);
    hospital.server.stop().await;
    let database = &hospital.database;
    age(database, &room, 9).await;
    assert!(!holding(database.folder(), CANARY).is_empty());
    let desk = Desk::with(RULES);
    said(&desk.retention(database, &["run"]).await, 0);
    assert_eq!(holding(database.folder(), CANARY), [] as [PathBuf; 0]);
    // The index holds three letters at a time.
    assert_eq!(holding(database.folder(), "zirc"), [] as [PathBuf; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_moved_to_stream_goes_from_both_chats() {
    let stream = StreamServer::start();
    let environment = stream.environment();
    let mut hospital = stream.hospital(&[]).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    conversation(&doctor, &room).await;
    let young = doctor.on(STREAM);
    let elsewhere = young.new_room(&["2"]).await;
    young.says(&elsewhere, "said today").await;
    hospital.server.stop().await;
    let database = &hospital.database;
    age(database, &room, 9).await;
    let run = ["migrate", "run", "--as", "12", "--room", &room];
    said(&Server::output(database, &run, &environment).await, 0);

    let desk = Desk::with(RULES);
    let stream_settings = environment.as_slice();
    let run = ["run", "--json"];
    let done = json(
        &desk.with_settings(database, &run, stream_settings).await,
        0,
    );
    assert_eq!(
        (&done["legacy_messages"], &done["stream_messages"]),
        (&3.into(), &3.into())
    );
    assert_eq!(done["files"], 2);
    let listed = lines(&desk.list());
    assert!(
        listed.iter().any(|line| line.contains("\"legacy-")),
        "{listed:#?}"
    );

    let address = hospital.server.address().to_owned();
    let listens = [&environment[..], &[("HIMS_LISTEN", address.as_str())]].concat();
    hospital.server = Server::start_with(&hospital.database, &listens).await;
    let doctor = hospital.device("d01").await.on(STREAM);
    let rooms = doctor.get(&format!("{STREAM}/api/rooms")).await.json();
    let moved = rooms["rooms"]
        .as_array()
        .unwrap()
        .iter()
        .find(|found| found["id"] != elsewhere.as_str());
    let moved = moved.unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(doctor.messages(&moved).await, [] as [Value; 0]);
    assert_eq!(doctor.messages(&elsewhere).await.len(), 1);
    doctor.says(&moved, "and on it goes").await;
}
