use std::fs;

use serde_json::Value;

use super::{
    bad_rows::{TABLES, laravel, ways, wrong},
    layouts::{COMMA_LIST, NAMED, PAIRS, UUIDS},
    new::New,
    old::{Old, counts, found},
};
use crate::support::{database::Engine, device::Device, on_both_databases, server::Server};

on_both_databases!(
    every_kind_of_bad_row_ends_as_told,
    what_was_brought_is_read_in_the_chat,
    a_second_run_changes_nothing,
    what_came_since_is_brought_by_the_next_run,
    files_can_be_brought_by_a_later_run,
    what_was_encrypted_is_read_when_its_key_is_given,
    a_rehearsal_writes_nothing,
    every_layout_is_brought,
    likely_members_are_let_in_when_the_mapping_says_so,
);

/// These tables do not say who has read what.
pub(super) const UNREAD: [&str; 2] = ["--accept", "no-read-state"];

async fn old(engine: Engine) -> Old {
    let old = Old::with(engine, &laravel()).await;
    fs::create_dir_all(old.files().join("chat")).unwrap();
    fs::write(old.files().join("chat/ecg.txt"), "a trace").unwrap();
    old.survey(&[]).await;
    old
}

async fn every_kind_of_bad_row_ends_as_told(engine: Engine) {
    let (old, new) = (old(engine).await, New::fresh(engine).await);
    let before = old.checksum(&TABLES).await;
    let adopted = new.adopt(&old, &[]).await;
    assert_eq!(
        old.checksum(&TABLES).await,
        before,
        "the source is not written"
    );
    for reason in ways() {
        assert_eq!(
            found(&adopted, "messages", reason),
            wrong(reason),
            "{reason}"
        );
        let noted = format!(
            "SELECT count(*) FROM hims_adoption_notes WHERE part = 'messages' AND reason = '{reason}'"
        );
        assert_eq!(
            new.number(&noted).await.unsigned_abs(),
            wrong(reason),
            "{reason}"
        );
    }
    assert_eq!(counts(&adopted, "messages"), [6, 21, 2]);
    assert_eq!(counts(&adopted, "rooms"), [3, 4, 0]);
    assert_eq!(counts(&adopted, "participants"), [10, 1, 2]);
    assert_eq!(counts(&adopted, "reads"), [1, 3, 2]);
    for part in ["users", "rooms", "participants", "messages", "reads"] {
        let tally = &adopted["parts"][part];
        let query = format!("SELECT count(*) FROM {}", tally["table"].as_str().unwrap());
        let rows = counts(&adopted, part).iter().sum::<u64>();
        assert_eq!(
            old.database.number(&query).await.unsigned_abs(),
            rows,
            "{part}"
        );
    }
    let [_, _, aside] = counts(&adopted, "messages");
    for (table, quarantined) in [("messages", aside), ("participants", 2), ("reads", 2)] {
        let query = format!(
            "SELECT count(DISTINCT key) FROM hims_adoption_notes WHERE part = '{table}' AND outcome = 'quarantined'"
        );
        assert_eq!(
            new.number(&query).await.unsigned_abs(),
            quarantined,
            "{table}"
        );
    }
    // Adopted and flagged messages are there, quarantined ones are not.
    let kept = "SELECT count(*) FROM hims_adopted_ids WHERE part = 'messages'";
    assert_eq!(new.number(kept).await, 6 + 21);
    assert_eq!(adopted["made"]["messages"], 27);
    let state = new.state().await;
    for line in ENDS {
        assert!(state.contains(line), "{line} in {state}");
    }
    let active = "SELECT count(*) FROM users WHERE is_active AND email LIKE '%@adopted.invalid'";
    assert_eq!(new.number(active).await, 0);
}

/// The ends of the rows, a line each.
const ENDS: [&str; 22] = [
    // Nobody is matched but by an e-mail that is theirs alone.
    "user 1 Dr One",
    "user 3 Dr Quill Three",
    "user 4 Dr Quill Four",
    "user former:unknown Former staff former",
    "user former:77 Former staff #77 former",
    "user Patient:1 Patient 1 (old application) former",
    // A patient who is known, one who is not, a second direct room, nobody in it.
    "room 3 Fernwick patient",
    "room 4 Bed 9 group",
    "room 6 Earlier conversation group",
    "room recovered:50 Recovered room 50 group",
    // Known authors are in a recovered room, nobody in one without participants.
    "participant recovered:50 Dr One 0",
    "note rooms 5 likely_members flagged 1",
    // Twice in a room: once.
    "participant 2 Dr One",
    "message 2 1 3 Former staff who",
    "message recovered:50 1 2 Dr One lost potassium",
    "5 System Dr Quill joined",
    "Patient 1 (old application) zebra",
    "<script>alert(1)</script>",
    "Encrypted message of the old application",
    "note messages 21 encrypted flagged eyJpdiI6InplYnJhIn0=",
    "file message:18:0 18 passwd (not available).txt",
    "file message:25:0 25 ecg.txt 7",
];

async fn what_was_brought_is_read_in_the_chat(engine: Engine) {
    let (old, new) = (old(engine).await, New::fresh(engine).await);
    new.adopt(&old, &[]).await;
    let server = Server::start(&new.database).await;
    let (one, two) = (
        Device::signed_in(&server, "one").await,
        Device::signed_in(&server, "two").await,
    );
    let seen = new.shown(&one, "Renal team").await;
    assert_eq!(seen, new.shown(&two, "Renal team").await);
    let texts: Vec<&str> = seen.iter().map(|(_, text)| text.as_str()).collect();
    assert!(texts.contains(&"Dr Quill joined") && texts.contains(&"K &lt; 3 &amp; falling"));
    assert!(!texts.contains(&"regret zebra"), "what was deleted is gone");
    let by = |text: &str| {
        let found = seen.iter().find(|(_, said)| said == text);
        found.map(|(author, _)| author.as_str())
    };
    assert_eq!(by("Dr Quill joined"), Some("System"));
    assert_eq!(by("zebra"), Some("Patient 1 (old application)"));
    assert_eq!(by("left long ago"), Some("Former staff #77"));
    assert_eq!(by("<script>alert(1)</script>"), Some("Dr One"));

    let rooms = one.get("/doctor/chat/api/rooms").await.json();
    let titles: Vec<&str> = rooms["rooms"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|room| room["title"].as_str())
        .collect();
    assert!(titles.contains(&"Recovered room 50"), "{titles:?}");
    assert!(
        !titles.contains(&"Gone") && !titles.contains(&"Nobody"),
        "{titles:?}"
    );
    // The direct room goes on where each of them was: Dr One has not seen the last answer.
    let direct = |rooms: &Value| {
        let mut rooms = rooms["rooms"].as_array().unwrap().iter();
        rooms
            .find(|room| room["kind"] == "direct")
            .cloned()
            .unwrap()
    };
    let partner = direct(&rooms);
    let others = direct(&two.get("/doctor/chat/api/rooms").await.json());
    assert_eq!(
        (&partner["unread"], &others["unread"]),
        (&1.into(), &0.into())
    );
    let stranger = Device::signed_in(&server, "d01").await;
    let path = format!("/doctor/chat/api/rooms/{}", partner["id"].as_str().unwrap());
    assert_eq!(stranger.get(&path).await.status, 404);
}

async fn a_second_run_changes_nothing(engine: Engine) {
    let (old, new) = (old(engine).await, New::fresh(engine).await);
    let first = new.adopt(&old, &[]).await;
    let state = new.state().await;
    let second = new.adopt(&old, &[]).await;
    assert_eq!(new.state().await, state);
    for made in ["users", "rooms", "messages", "participants", "files"] {
        assert_ne!(first["made"][made], 0, "{made}");
        assert_eq!(second["made"][made], 0, "{made}");
    }
    assert_eq!(first["parts"], second["parts"], "every row is judged alike");
}

async fn what_came_since_is_brought_by_the_next_run(engine: Engine) {
    let (old, new) = (old(engine).await, New::fresh(engine).await);
    new.adopt(&old, &[]).await;
    let came = "INSERT INTO chat_messages (id, room_id, user_id, message, created_at)
            VALUES (200, 2, 2, 'since then', '2025-03-02 10:00:00');
        INSERT INTO chat_message_reads VALUES (90, 200, 1, '2025-03-02 10:05:00');
        INSERT INTO chat_rooms (id, name, type) VALUES (20, 'New team', 'group');
        INSERT INTO chat_participants (id, room_id, user_id) VALUES (90, 20, 1);
        UPDATE chat_messages SET deleted_at = '2025-03-02 11:00:00' WHERE message LIKE 'K &lt; 3%';";
    old.database.execute(came).await;
    let second = new.adopt(&old, &[]).await;
    assert_eq!(second["made"]["messages"], 1);
    assert_eq!(second["made"]["rooms"], 1);
    assert_eq!(second["made"]["messages_deleted"], 1);
    let server = Server::start(&new.database).await;
    let one = Device::signed_in(&server, "one").await;
    let seen = new.shown(&one, "Renal team").await;
    assert_eq!(
        seen.last().unwrap(),
        &("Dr Two".to_owned(), "since then".to_owned())
    );
    assert!(!seen.iter().any(|(_, text)| text.starts_with("K &lt;")));
    assert!(new.shown(&one, "New team").await.is_empty());
}

async fn files_can_be_brought_by_a_later_run(engine: Engine) {
    let (old, new) = (old(engine).await, New::fresh(engine).await);
    let mut arguments = old.arguments("adopt", &[]);
    let files = arguments.iter().position(|word| word == "--files").unwrap();
    arguments.drain(files..files + 2);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Server::run(&new.database, &arguments).await;
    let brought = "SELECT count(*) FROM hims_adopted_ids WHERE part = 'files'";
    assert_eq!(new.number(brought).await, 0);
    assert_eq!(new.adopt(&old, &[]).await["made"]["files"], 5);
    let server = Server::start(&new.database).await;
    let one = Device::signed_in(&server, "one").await;
    let query = "SELECT id FROM chat_attachments WHERE name = 'ecg.txt'";
    let id = new.number(query).await;
    let file = one.get(&format!("/doctor/chat/api/attachments/{id}")).await;
    assert_eq!((file.status, file.text().as_str()), (200, "a trace"));
}

/// "locked zebra", as Laravel encrypts it with [`APP_KEY`]; made with OpenSSL.
const SEALED: &str = "eyJpdiI6IlpHVm1aMmhwYW10c2JXNXZjSEZ5Y3c9PSIsInZhbHVlIjoiMFlYZm1IRU5TMWwyK3BuMnhwRXVyNGp3Q3Y2a28zK2dLSS9DSUdGUFkrMD0iLCJtYWMiOiIxNTlkMWE4N2ExZjYzZmEwMjU3OGYzMTJhYjkxMmZlMTAxZDUzZjEzMjQzYTg0NmI3MzRhNWIxZjI2MzM4OTQwIiwidGFnIjoiIn0=";
const APP_KEY: &str = "base64:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

async fn what_was_encrypted_is_read_when_its_key_is_given(engine: Engine) {
    let (old, new) = (old(engine).await, New::fresh(engine).await);
    // No column says so: the text itself does.
    let sealed = format!(
        "INSERT INTO chat_messages (id, room_id, user_id, message, created_at)
            VALUES (200, 2, 1, '{SEALED}', '2025-03-01 09:20:00')"
    );
    old.database.execute(&sealed).await;
    let wrong_before = wrong("encrypted");
    let adopted = new.adopt(&old, &[]).await;
    assert_eq!(found(&adopted, "messages", "encrypted"), wrong_before + 1);
    let server = async || Server::start(&new.database).await;
    let shown = async |words: &str| {
        let server = server().await;
        let one = Device::signed_in(&server, "one").await;
        let seen = new.shown(&one, "Renal team").await;
        seen.iter().filter(|(_, text)| text == words).count()
    };
    assert_eq!(shown("locked zebra").await, 0);

    let file = old.files().join("app.env");
    let with_key = ["--app-key-file", file.to_str().unwrap()];
    let reviewed = [&with_key[..], &["--reviewed"]].concat();
    let refused = old.run("survey", &reviewed).await;
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains("--app-key-file") && said.contains("cannot be read"),
        "{said}"
    );
    fs::write(&file, "APP_NAME=HIMS\n").unwrap();
    let refused = old.run("survey", &reviewed).await;
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("has no APP_KEY"), "{said}");

    fs::write(&file, format!("APP_NAME=HIMS\nAPP_KEY={APP_KEY}\n")).unwrap();
    let survey = old.survey(&reviewed).await;
    assert_eq!(found(&survey, "messages", "encrypted"), wrong_before);
    let again = new.adopt(&old, &with_key).await;
    assert_eq!(again["made"]["messages_unlocked"], 1);
    assert_eq!(again["made"]["messages"], 0);
    assert_eq!(shown("locked zebra").await, 1);
    let state = new.state().await;
    let last = new.adopt(&old, &with_key).await;
    assert_eq!(last["made"]["messages_unlocked"], 0);
    assert_eq!(new.state().await, state);

    let at_once = New::fresh(engine).await;
    let adopted = at_once.adopt(&old, &with_key).await;
    assert_eq!(adopted["made"]["messages_unlocked"], 0);
    assert!(at_once.state().await.contains("locked zebra"));
}

async fn a_rehearsal_writes_nothing(engine: Engine) {
    let (old, new) = (old(engine).await, New::fresh(engine).await);
    let count = "SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM chat_rooms) + (SELECT count(*) FROM chat_messages)
        + (SELECT count(*) FROM hims_adopted_ids) + (SELECT count(*) FROM hims_adoption_notes)";
    let before = new.number(count).await;
    let rehearsed = new.adopt(&old, &["--dry-run"]).await;
    assert_eq!(rehearsed["dry_run"], true);
    assert_eq!(new.number(count).await, before);
    let adopted = new.adopt(&old, &[]).await;
    assert_eq!(
        rehearsed["parts"], adopted["parts"],
        "it said what would be done"
    );
}

async fn every_layout_is_brought(engine: Engine) {
    for (layout, rooms, messages, participants) in
        [(UUIDS, 1, 2, 2), (PAIRS, 3, 4, 6), (COMMA_LIST, 2, 3, 5)]
    {
        let (old, new) = (Old::with(engine, layout).await, New::fresh(engine).await);
        old.survey(&[]).await;
        let adopted = new.adopt(&old, &UNREAD).await;
        let made = |what: &str| adopted["made"][what].as_u64().unwrap();
        assert_eq!(
            (made("rooms"), made("messages"), made("participants")),
            (rooms, messages, participants),
            "{adopted:#}"
        );
        let state = new.state().await;
        new.adopt(&old, &UNREAD).await;
        assert_eq!(new.state().await, state);
        if layout == UUIDS {
            // Not in the order of the ids, but of the times.
            let first = state.find("first").unwrap();
            assert!(state[..first].contains(" 1 f0000000-"), "{state}");
        }
    }
}

async fn likely_members_are_let_in_when_the_mapping_says_so(engine: Engine) {
    let (old, new) = (Old::with(engine, NAMED).await, New::fresh(engine).await);
    old.survey(&[]).await;
    let first = new.adopt(&old, &UNREAD).await;
    assert_eq!(first["made"]["participants"], 0);
    assert_eq!(found(&first, "messages", "no_participants"), 1);
    assert!(
        new.state()
            .await
            .contains("note rooms named:ward b3 likely_members flagged 1,2")
    );
    let mapping = fs::read_to_string(old.mapping()).unwrap();
    let says = mapping.replace("likely_members = \"review\"", "likely_members = \"add\"");
    assert_ne!(mapping, says);
    fs::write(old.mapping(), says).unwrap();
    assert_eq!(new.adopt(&old, &UNREAD).await["made"]["participants"], 2);
    let server = Server::start(&new.database).await;
    let one = Device::signed_in(&server, "one").await;
    assert_eq!(new.shown(&one, "ward b3").await.len(), 2);
}

#[tokio::test]
async fn without_a_database_of_ones_own_nothing_is_brought() {
    let old = Old::with(Engine::Sqlite, PAIRS).await;
    old.survey(&[]).await;
    let output = old.run("adopt", &[]).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("DATABASE_URL: must name the database of the chat"),
        "{said}"
    );
}

#[tokio::test]
async fn our_own_tables_are_not_brought_into_themselves() {
    let new = New::fresh(Engine::Sqlite).await;
    let mapping = new.database.folder().join("ours.toml");
    let (source, mapping) = (new.database.url(), mapping.to_str().unwrap());
    let survey = [
        "migrate",
        "survey",
        "--source",
        source,
        "--mapping",
        mapping,
    ];
    Server::run(&new.database, &survey).await;
    let adopt = ["migrate", "adopt", "--source", source, "--mapping", mapping];
    let output = Server::output(&new.database, &adopt, &[]).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("needs no adopting"), "{said}");
}
