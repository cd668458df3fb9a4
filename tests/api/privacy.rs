//! Privacy of the program's output: it names no patient, no word of a message and no secret.

use serde_json::json;

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, PASSWORD},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    a_full_run_logs_no_secret,
    a_program_without_a_store_logs_no_secret
);

const WORDS: &str = "Quarantinable xenolith in bed four";

async fn a_full_run_logs_no_secret(engine: Engine) {
    let mut hospital = Hospital::open_with(engine, &[("HIMS_LOG", "trace")]).await;
    let device = hospital.device("d01").await;
    let mut live = device.listen().await;
    let room = device.new_room(&["2"]).await;
    let message = device.says(&room, WORDS).await;
    live.next_texts(1).await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let one = format!("{path}/{}", message["id"].as_str().unwrap());
    device
        .patch(&one, &json!({"text": format!("{WORDS}, edited")}))
        .await;
    device
        .post(
            &path,
            &json!({"client_id": WORDS, "text": [WORDS], "urgency": WORDS}),
        )
        .await;
    let draft = format!("{CHAT}/api/rooms/{room}/draft");
    for draft_of in [
        json!({"text": WORDS}),
        json!({"text": WORDS, "urgency": WORDS}),
    ] {
        device.put(&draft, &draft_of).await;
    }
    device
        .post(
            &path,
            &json!({"client_id": "u", "text": WORDS, "urgency": "urgent", "urgent_reason": WORDS}),
        )
        .await;
    device.get(&format!("{CHAT}/api/search?q=xenolith")).await;
    device.page("/doctor/patients?q=Quennell").await;
    device.page("/doctor/patients/11").await;
    device.page(&format!("{CHAT}/rooms/{room}")).await;
    device.form(&format!("{CHAT}/patients/11"), &[]).await;
    device.upload(&room, "xenolith.txt", WORDS.as_bytes()).await;
    device
        .sign_in("d01@larkmere.example", "Tr0mbone-guess")
        .await;
    device.delete(&one).await;
    let cookie = device.cookies();
    let secret = cookie.split_once('=').unwrap().1.to_owned();
    assert!(secret.len() > 16);
    device.form("/logout", &[]).await;
    assert!(hospital.server.stop().await.success());
    let printed = hospital.server.printed();
    let log = printed;
    let url = hospital.database.url().to_owned();
    let database_password = url
        .split([':', '@'])
        .nth(2)
        .filter(|_| engine == Engine::Postgres);
    for canary in [
        "xenolith", "Quennell", "Tr0mbone", PASSWORD, &*secret, "argon2id",
    ]
    .into_iter()
    .chain(database_password)
    {
        let line = log.lines().find(|line| line.contains(canary));
        assert_eq!(line, None, "{canary} was logged");
    }
}

/// Errors are where secrets slip out.
async fn a_program_without_a_store_logs_no_secret(engine: Engine) {
    if engine == Engine::Sqlite {
        let database = Database::sqlite();
        let folder = format!("sqlite://{}", database.folder().display());
        let output = crate::support::server::Server::output(
            &database,
            &["serve"],
            &[("DATABASE_URL", &folder)],
        )
        .await;
        assert!(!output.status.success());
        return;
    }
    let hospital = Hospital::open_with(engine, &[("HIMS_LOG", "debug")]).await;
    let device: Device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    hospital.database.go_away().await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let lost = device
        .post(&path, &json!({"client_id": "c", "text": WORDS}))
        .await;
    assert_eq!(lost.status, 503, "{}", lost.text());
    device.sign_in("d02@larkmere.example", PASSWORD).await;
    device.page("/doctor/patients?q=Quennell").await;
    hospital.database.come_back().await;
    let printed = hospital.server.printed();
    let log = printed;
    let password = hospital
        .database
        .url()
        .split([':', '@'])
        .nth(2)
        .unwrap()
        .to_owned();
    for canary in ["xenolith", "Quennell", PASSWORD, &password] {
        assert!(!log.contains(canary), "{canary} was logged");
    }
}
