//! PostgreSQL is down at the start, or goes away and comes back.

use reqwest::Method;
use serde_json::json;

use super::senders::Senders;
use super::settings::one_line;
use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, attempt},
    hospital::Hospital,
    server::Server,
    wait::until,
};

#[tokio::test]
async fn a_database_that_is_down_stops_the_start_with_one_line() {
    let database = Database::postgres().await;
    let password = database.url().split([':', '@']).nth(2).unwrap().to_owned();
    let nobody_listens = "postgres://hims:hunter2@127.0.0.1:1/hims";
    let no_such_name = "postgres://hims:hunter2@no-such-host.invalid/hims";
    let no_such_database = database.url().replace("/test_", "/none_");
    let wrong_password = database.url().replace(&password, "hunter2");
    for url in [
        nobody_listens,
        no_such_name,
        &no_such_database,
        &wrong_password,
    ] {
        for command in ["serve", "demo"] {
            let output = Server::output(&database, &[command], &[("DATABASE_URL", url)]).await;
            let line = one_line(&output);
            assert!(
                !line.contains("hunter2") && !line.contains(&password),
                "{line}"
            );
            assert!(line.contains("PostgreSQL"), "{line}");
        }
    }
}

async fn post(device: &Device, room: &str, client_id: &str) -> u16 {
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let body = json!({"client_id": client_id, "text": client_id});
    let request = device.request(Method::POST, &path).json(&body);
    attempt(request).await.expect("the program answers").status
}

#[tokio::test]
async fn a_database_that_goes_away_is_said_and_comes_back_by_itself() {
    let hospital = Hospital::open(Engine::Postgres).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let mut live = second.listen().await;
    first.says(&room, "before").await;
    assert_eq!(live.next_texts(1).await, ["before"]);

    hospital.database.go_away().await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let lost = first
        .post(&path, &json!({"client_id": "c-1", "text": "c-1"}))
        .await;
    lost.is_problem(503, "unavailable");
    assert!(lost.header("retry-after").parse::<u64>().is_ok());
    let page = first.page("/doctor/patients").await;
    assert_eq!(page.status, 503);
    assert!(page.header("retry-after").parse::<u64>().is_ok());
    assert!(page.text().contains("data-testid=\"notice\""));
    let nobody = Device::new(&hospital.server);
    let login = nobody
        .sign_in("d03@larkmere.example", "larkmere-demo")
        .await;
    assert_eq!(login.status, 503);
    let ready = nobody.get("/health/ready").await;
    assert_eq!(ready.status, 503);
    let backend = &ready.json()["backends"][0];
    assert_eq!(
        (&backend["backend"], &backend["state"]),
        (&json!("legacy"), &json!("down"))
    );
    assert!(backend["detail"].is_string());
    assert_eq!(
        nobody.get("/health/live").await.status,
        200,
        "the process itself is well"
    );

    hospital.database.come_back().await;
    until("the repeated message to be taken", async || {
        [200, 201]
            .contains(&post(&first, &room, "c-1").await)
            .then_some(())
    })
    .await;
    assert_eq!(
        post(&first, &room, "c-1").await,
        200,
        "and it is the same message"
    );
    let texts: Vec<_> = first
        .messages(&room)
        .await
        .iter()
        .map(|m| m["text"].clone())
        .collect();
    assert_eq!(texts, ["before", "c-1"]);
    until("health to be well again", async || {
        (nobody.get("/health/ready").await.status == 200).then_some(())
    })
    .await;
    // Who listened all the while hears what comes now.
    first.says(&room, "after").await;
    live.next_where("message.posted", |message| message["text"] == "after")
        .await;
}

#[tokio::test]
async fn an_outage_loses_and_doubles_nothing() {
    let hospital = Hospital::open(Engine::Postgres).await;
    let mut senders = Senders::of(&hospital).await;
    for _ in 0..3 {
        senders
            .write_until_cut(20, async || hospital.database.go_away().await)
            .await;
        hospital.database.come_back().await;
        senders.repeat_the_last().await;
        senders.check(0).await;
    }
}
