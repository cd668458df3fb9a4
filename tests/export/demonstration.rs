//! The demonstration hospital, room by room and patient by patient.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    given::{Exported, administrator, export},
    validators,
};
use crate::support::{
    database::{Database, Engine},
    device::text,
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    every_room_comes_out_whole_in_every_form,
    a_patient_comes_out_with_no_word_of_another_room,
    who_exported_what_is_written_down,
);

/// Numbers that a query answers as one text.
async fn list(database: &Database, column: &str, rest: &str) -> Vec<String> {
    let query = database.words(
        "SELECT group_concat(it) FROM (SELECT COLUMN AS it FROM REST)",
        "SELECT string_agg(it::text, ',') FROM (SELECT COLUMN AS it FROM REST) AS found",
    );
    let query = query.replace("COLUMN", column).replace("REST", rest);
    let text = database.text(&query).await;
    text.split(',').map(str::to_owned).collect()
}

async fn every_room_comes_out_whole_in_every_form(engine: Engine) {
    let database = Database::demonstration(engine).await;
    let mut exports: Vec<(Exported, usize)> = Vec::new();
    for room in list(&database, "id", "chat_rooms ORDER BY id").await {
        let exported = export(&database, &[], &["--room", &room]).await.whole();
        let rows = format!("chat_messages WHERE room_id = {room} ORDER BY position");
        let messages = database
            .number(&format!(
                "SELECT count(*) FROM chat_messages WHERE room_id = {room}"
            ))
            .await;
        let messages = usize::try_from(messages).unwrap();
        assert!(messages > 0, "room {room}");
        let ids = list(&database, "id", &rows).await;
        assert_eq!(in_lines(&exported), ids, "in their order");
        assert_eq!(in_the_page(&exported), ids);
        assert_eq!(in_the_bundle(&exported, &room), ids);
        let end = &exported.lines("end")[0];
        assert_eq!(end["messages"], messages);
        exported.sums_are_right();
        exports.push((exported, messages + 1));
    }
    assert!(exports.len() > 8, "{} rooms", exports.len());
    let exports: Vec<(&Exported, usize)> = exports
        .iter()
        .map(|(exported, count)| (exported, *count))
        .collect();
    validators::are_valid(&exports);
}

fn in_lines(exported: &Exported) -> Vec<String> {
    let messages = exported.lines("message");
    messages.iter().map(|line| text(&line["id"])).collect()
}

fn in_the_page(exported: &Exported) -> Vec<String> {
    let page = exported.read("record.html");
    let marked = page.split(" data-message=\"").skip(1);
    let ids = marked.filter_map(|rest| rest.split('"').next());
    ids.map(str::to_owned).collect()
}

/// The ids of the messages, each of which is part of the header of this room.
fn in_the_bundle(exported: &Exported, room: &str) -> Vec<String> {
    let resources = exported.resources();
    let (header, messages) = resources.split_first().unwrap();
    assert_eq!(header["identifier"][0]["value"], room);
    let header = format!("urn:uuid:{}", text(&header["id"]));
    let id = |message: &Value| {
        assert_eq!(message["partOf"][0]["reference"], header);
        assert!(["routine", "urgent"].contains(&message["priority"].as_str().unwrap()));
        text(&message["identifier"][0]["value"])
    };
    messages.iter().map(id).collect()
}

async fn a_patient_comes_out_with_no_word_of_another_room(engine: Engine) {
    let database = Database::demonstration(engine).await;
    let mrn = "LMH-900103";
    let exported = export(&database, &[], &["--patient", "lmh 900103"])
        .await
        .whole();
    assert_eq!(exported.lines("export")[0]["patient"]["mrn"], mrn);
    assert_eq!(exported.lines("room")[0]["patient"]["mrn"], mrn);
    assert!(!exported.texts().is_empty());
    let own: BTreeSet<String> = exported.texts().into_iter().collect();

    let others = format!(
        "chat_messages WHERE room_id NOT IN (SELECT id FROM chat_rooms WHERE patient_id =
            (SELECT id FROM patients WHERE mrn = '{mrn}')) ORDER BY id"
    );
    let encoded = database.words("hex(message)", "encode(convert_to(message, 'UTF8'), 'hex')");
    let of_others = list(&database, encoded, &others).await;
    let mut looked_at = 0;
    for hex in of_others {
        let bytes = (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16));
        let words = String::from_utf8(bytes.map(Result::unwrap).collect()).unwrap();
        if words.len() > 15 && !own.contains(&words) {
            looked_at += 1;
            assert!(!exported.holds(&words), "{words}");
        }
    }
    assert!(looked_at > 50, "{looked_at} canaries");
    for words in own {
        assert!(!exported.said.contains(&words) && !exported.complained.contains(&words));
    }
}

async fn who_exported_what_is_written_down(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    // PostgreSQL is exported beside a running service; SQLite belongs to one process at a time.
    if engine == Engine::Sqlite {
        let busy = export(&hospital.database, &[], &["--room", "1"]).await;
        busy.is_refused(1, "in use by another hims-chat process");
        hospital.server.stop().await;
    }
    let database = &hospital.database;
    export(database, &[], &["--patient", "LMH-900103"])
        .await
        .whole();
    let by = administrator(database).await;
    let entries = |rest: &str| {
        format!(
            "SELECT count(*) FROM hims_audit WHERE action = 'export-records' AND actor_id = '{by}' AND {rest}"
        )
    };
    let asked = entries("subject = 'LMH-900103' AND room_id IS NULL AND decision = 'allowed'");
    assert_eq!(database.number(&asked).await, 1);
    let read = entries("room_id IS NOT NULL AND subject IS NOT NULL AND decision = 'allowed'");
    assert_eq!(database.number(&read).await, 1, "the room that was read");
}
