//! An adoption taken back.

use std::fs;

use serde_json::Value;

use super::{
    bad_rows::laravel,
    moving::{migrate, set_up},
    new::New,
    old::Old,
};
use crate::support::{
    database::Engine, device::Device, on_both_databases, server::Server, stream::StreamServer,
    wait::until,
};

on_both_databases!(
    what_was_adopted_goes_and_comes_again,
    a_room_in_which_somebody_wrote_keeps_all,
    killed_anywhere_and_run_again_all_of_it_goes,
    a_room_that_stream_has_stays,
);

/// The tables of the chat, by their rows.
const ROWS: &str = "SELECT (SELECT count(*) FROM chat_rooms) || ' ' || (SELECT count(*) FROM chat_messages) || ' '
    || (SELECT count(*) FROM chat_participants) || ' ' || (SELECT count(*) FROM chat_receipts) || ' '
    || (SELECT count(*) FROM chat_attachments) || ' ' || (SELECT count(*) FROM chat_message_versions) || ' '
    || (SELECT count(*) FROM users) || ' ' || (SELECT count(*) FROM hims_patient_rooms) || ' '
    || (SELECT count(*) FROM hims_gone_messages) || ' ' || (SELECT count(*) FROM hims_changed_messages) || ' '
    || (SELECT count(*) FROM hims_adopted_ids) || ' ' || (SELECT count(*) FROM hims_adopted_tables) || ' '
    || (SELECT count(*) FROM hims_adoption_notes)";

async fn old(engine: Engine) -> Old {
    let old = Old::with(engine, &laravel()).await;
    fs::create_dir_all(old.files().join("chat")).unwrap();
    fs::write(old.files().join("chat/ecg.txt"), "a trace").unwrap();
    old.survey(&[]).await;
    old
}

/// Undoes as asked, by the demonstration's administrator; whether it succeeded, and what it says.
async fn undo(new: &New, more: &[&str]) -> (bool, String) {
    let arguments = [&["migrate", "undo", "--as", "12"], more].concat();
    let output = Server::output(&new.database, &arguments, &[]).await;
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

async fn source(new: &New) -> String {
    new.database
        .text("SELECT max(source) FROM hims_adopted_tables")
        .await
}

/// The number here of a room of the old chat.
async fn room(new: &New, key: &str) -> String {
    let query = format!("SELECT id FROM hims_adopted_ids WHERE part = 'rooms' AND key = '{key}'");
    new.number(&query).await.to_string()
}

fn bytes_of_files(new: &New) -> usize {
    let mut folders = vec![new.database.folder().to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files += usize::from(fs::read(&path).is_ok_and(|bytes| bytes == b"a trace"));
            }
        }
    }
    files
}

async fn what_was_adopted_goes_and_comes_again(engine: Engine) {
    let (old, new) = (old(engine).await, New::fresh(engine).await);
    let empty = new.database.text(ROWS).await;
    let first = new.adopt(&old, &[]).await;
    let (state, rows) = (new.state().await, new.database.text(ROWS).await);
    assert!(bytes_of_files(&new) > 0);
    let source = source(&new).await;

    let (done, said) = undo(&new, &["--take-back"]).await;
    assert!(!done && said.contains("--source"), "{said}");
    let (done, said) = undo(&new, &["--source", "nothing"]).await;
    assert!(!done && said.contains(&source), "{said}");
    for rehearsal in [
        &["--source", &source][..],
        &["--source", &source, "--dry-run"],
    ] {
        let (done, said) = undo(&new, rehearsal).await;
        assert!(done && said.contains("would be taken back"), "{said}");
        assert!(said.contains("Nothing was written"), "{said}");
    }
    assert_eq!(new.database.text(ROWS).await, rows);

    // One room, and the rest.
    let three = room(&new, "3").await;
    let (done, said) = undo(&new, &["--room", &three, "--take-back"]).await;
    assert!(done && said.contains("Taken back: 1 room "), "{said}");
    let again = undo(&new, &["--room", &three, "--take-back"]).await;
    assert!(
        !again.0 && again.1.contains("was not brought"),
        "{}",
        again.1
    );
    let some = new.adopt(&old, &[]).await;
    assert_eq!(some["made"]["rooms"], 1);
    assert_eq!(new.state().await, state);
    let (done, said) = undo(&new, &["--source", &source, "--take-back", "--json"]).await;
    assert!(done, "{said}");
    let report: Value =
        serde_json::from_str(&said[said.find('{').unwrap()..=said.rfind('}').unwrap()]).unwrap();
    for what in ["rooms", "messages", "participants", "files", "users"] {
        assert_eq!(report[what], first["made"][what], "{what} in {report:#}");
    }
    assert_eq!(new.database.text(ROWS).await, empty);
    assert_eq!(bytes_of_files(&new), 0);
    let entries = "SELECT count(*) FROM hims_audit WHERE action = 'move-rooms' AND actor_id = '12' \
        AND subject LIKE 'undo %'";
    assert_eq!(new.number(entries).await, 3);

    let second = new.adopt(&old, &[]).await;
    assert_eq!(second["made"], first["made"]);
    assert_eq!(new.state().await, state);
}

async fn a_room_in_which_somebody_wrote_keeps_all(engine: Engine) {
    let (old, new) = (old(engine).await, New::fresh(engine).await);
    new.adopt(&old, &[]).await;
    let (two, three) = (room(&new, "2").await, room(&new, "3").await);
    {
        let server = Server::start(&new.database).await;
        let device = Device::signed_in(&server, "one").await;
        device.says(&two, "written here").await;
    }
    let (rows, source) = (new.database.text(ROWS).await, source(&new).await);
    for more in [&[][..], &["--take-back"]] {
        let (done, said) = undo(&new, &[&["--source", &source][..], more].concat()).await;
        let line = format!("Room {two} stays: somebody wrote in it here.");
        assert!(!done && said.contains(&line), "{said}");
        assert!(said.contains("Nothing was written"), "{said}");
    }
    assert_eq!(new.database.text(ROWS).await, rows);
    let rooms = ["--room", &two, "--room", &three, "--take-back"];
    assert!(!undo(&new, &rooms).await.0);
    assert_eq!(new.database.text(ROWS).await, rows);
    let (done, said) = undo(&new, &["--room", &three, "--take-back"]).await;
    assert!(done, "{said}");
    // The hospital's other application writes as well.
    let write = format!(
        "INSERT INTO chat_messages (room_id, user_id, message, type) SELECT id, 1, 'from the HIMS', 'text' \
         FROM chat_rooms WHERE id = {}",
        room(&new, "4").await
    );
    new.database.execute(&write).await;
    let (done, said) = undo(&new, &["--room", &room(&new, "4").await, "--take-back"]).await;
    assert!(
        !done && said.contains("somebody wrote in it here"),
        "{said}"
    );
}

async fn killed_anywhere_and_run_again_all_of_it_goes(engine: Engine) {
    let (old, new) = (old(engine).await, New::fresh(engine).await);
    let empty = new.database.text(ROWS).await;
    new.adopt(&old, &[]).await;
    let (state, source) = (new.state().await, source(&new).await);
    let left = "SELECT count(*) FROM chat_messages m JOIN hims_adopted_ids i ON i.part = 'messages' AND i.id = m.id";
    for goal in (0..new.number(left).await).rev().step_by(5) {
        let arguments = [
            "migrate",
            "undo",
            "--as",
            "12",
            "--source",
            &source,
            "--take-back",
        ];
        let mut child = Server::begin(&new.database, &arguments);
        until("so much to be gone", async || {
            let is_over = child.try_wait().unwrap().is_some();
            (is_over || new.number(left).await <= goal).then_some(())
        })
        .await;
        child.kill().unwrap();
        child.wait().unwrap();
        if new.number("SELECT count(*) FROM hims_adopted_ids").await == 0 {
            new.adopt(&old, &[]).await;
        }
    }
    // A kill may have come after the last of it.
    undo(&new, &["--source", &source, "--take-back"]).await;
    assert_eq!(new.database.text(ROWS).await, empty);
    new.adopt(&old, &[]).await;
    assert_eq!(new.state().await, state);
}

async fn a_room_that_stream_has_stays(engine: Engine) {
    let (old, new) = (old(engine).await, New::fresh(engine).await);
    new.adopt(&old, &[]).await;
    let stream = StreamServer::start();
    set_up(&new.database, &stream).await;
    let (two, source) = (room(&new, "2").await, source(&new).await);
    let words = [
        (&["run", "--copy-only"][..], "Stream has a copy of it"),
        (&["run"], "it lives at Stream"),
        (
            &["rollback", "--settle", "0"],
            "came back, and Stream has its copy",
        ),
    ];
    for (command, word) in words {
        let command = [command, &["--room", &two]].concat();
        let (done, said) = migrate(&new.database, &stream, &command).await;
        assert!(done, "{said}");
        let (done, said) = undo(&new, &["--source", &source, "--take-back"]).await;
        assert!(!done && said.contains(word), "{said}");
        assert!(said.contains(&format!("Room {two} stays")), "{said}");
    }
}
