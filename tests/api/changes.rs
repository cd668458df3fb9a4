//! Editing, recalling, answering.

use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    only_the_author_changes_a_message,
    every_version_is_kept,
    what_is_recalled_stays_so,
    an_answer_names_what_it_answers,
);

async fn only_the_author_changes_a_message(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let id = text(&first.says(&room, "Fast from midnight.").await["id"]);
    let path = format!("{CHAT}/api/rooms/{room}/messages/{id}");
    let edit = second
        .patch(&path, &json!({"text": "Fast from two."}))
        .await;
    edit.is_problem(403, "forbidden");
    second.delete(&path).await.is_problem(403, "forbidden");
    assert_eq!(
        first.messages(&room).await[0]["text"],
        "Fast from midnight."
    );
}

async fn every_version_is_kept(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let id = text(&device.says(&room, "first version").await["id"]);
    let path = format!("{CHAT}/api/rooms/{room}/messages/{id}");
    for words in ["second version", "third version"] {
        let edited = device.patch(&path, &json!({"text": words})).await;
        assert_eq!(
            (edited.status, text(&edited.json()["text"])),
            (200, words.to_owned())
        );
    }
    let versions = device.get(&format!("{path}/versions")).await;
    assert_eq!(versions.status, 200, "{}", versions.text());
    let versions = versions.json()["versions"].clone();
    assert_eq!(versions[0]["text"], "first version");
    assert_eq!(versions[1]["text"], "second version");
    assert_eq!(versions[1]["written_at"], versions[0]["replaced_at"]);
    assert_eq!(versions.as_array().unwrap().len(), 2);
    device.delete(&path).await;
    let versions = device.get(&format!("{path}/versions")).await.json();
    assert_eq!(
        versions["versions"],
        json!([]),
        "of a recalled message nobody"
    );
    let kept = format!(
        "SELECT count(*) FROM chat_message_versions WHERE message_id = {id} \
         AND text IN ('first version', 'second version')"
    );
    assert_eq!(hospital.database.number(&kept).await, 2);
    let original = format!(
        "SELECT (SELECT count(*) FROM chat_messages WHERE id = {id} AND message = 'third version') \
         + (SELECT count(*) FROM chat_message_versions WHERE message_id = {id} AND text = 'third version')"
    );
    assert!(
        hospital.database.number(&original).await >= 1,
        "for audit, what was recalled is kept"
    );
}

async fn what_is_recalled_stays_so(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let id = text(&first.says(&room, "For the other Ashgrove.").await["id"]);
    let path = format!("{CHAT}/api/rooms/{room}/messages/{id}");
    let recalled = first.delete(&path).await;
    assert_eq!(recalled.status, 200);
    let again = first.delete(&path).await;
    assert_eq!((again.status, again.json()), (200, recalled.json()));
    let edit = first.patch(&path, &json!({"text": "Back again."})).await;
    edit.is_problem(409, "conflict");
    assert!(!second.get(&path).await.text().contains("Ashgrove"));
    let found = second
        .get(&format!("{CHAT}/api/search?q=other%20Ashgrove"))
        .await
        .json();
    assert_eq!(found["messages"], json!([]));
}

async fn an_answer_names_what_it_answers(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let question = text(&device.says(&room, "Bed 4?").await["id"]);
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let body = json!({"client_id": "a", "text": "Discharged.", "reply_to": question});
    let answer = device.post(&path, &body).await;
    assert_eq!(answer.json()["reply_to"], json!(question));
    let page = device.page(&format!("{CHAT}/rooms/{room}")).await.text();
    assert!(page.contains("class=\"quote\"") && page.contains("Bed 4?"));
}
