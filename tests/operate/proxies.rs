//! The shipped examples of nginx and Caddy, with TLS at the edge and instances that go away.

use serde_json::json;

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, PASSWORD, attempt, text},
    edge::{Edge, Proxy},
    hospital::Hospital,
    server::Server,
    wait::attempts,
};

const BEHIND: [(&str, &str); 1] = [("HIMS_TRUSTED_PROXIES", "127.0.0.1")];

async fn signed_in(edge: &Edge, who: &str) -> Device {
    let device = edge.device();
    let answer = device
        .sign_in(&format!("{who}@larkmere.example"), PASSWORD)
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let cookies = answer.headers.get_all("set-cookie").iter();
    let mut cookies = cookies.filter_map(|cookie| cookie.to_str().ok());
    let cookie = cookies.find(|cookie| cookie.starts_with("__Host-hims_chat="));
    let cookie = cookie.expect("a session's cookie");
    assert!(cookie.contains("Secure"), "{cookie}");
    device
}

async fn everything_comes_through(proxy: Proxy) {
    let hospital = Hospital::open_with(Engine::Sqlite, &BEHIND).await;
    let edge = Edge::before(proxy, &[&hospital.server]).await;
    let (first, second) = (signed_in(&edge, "d01").await, signed_in(&edge, "d02").await);
    let page = first.page(CHAT).await;
    assert_eq!(page.status, 200);
    assert!(page.header("strict-transport-security").contains("max-age"));
    let room = first.new_room(&["2"]).await;
    // Live events are passed on as they happen.
    let mut live = second.listen().await;
    first.says(&room, "Behind a proxy").await;
    assert_eq!(
        live.next_named("message.posted").await["text"],
        "Behind a proxy"
    );
    // Files up to the largest that the chat takes, and no larger ones.
    let file = |megabytes: usize| vec![b'x'; megabytes << 20];
    let taken = first.upload(&room, "notes.txt", &file(24)).await;
    assert_eq!(taken.status, 201, "{}", taken.text());
    assert_eq!(
        first.upload(&room, "notes.txt", &file(31)).await.status,
        413
    );
    // Operators on the machine see the numbers.
    assert_eq!(edge.device().get("/metrics").await.status, 200);
}

/// Sends one message as a page does: again, under the same id, until it is answered.
async fn say(doctor: &Device, room: &str, words: &str) {
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let body = json!({"client_id": format!("c-{words}"), "text": words});
    let said = attempts(async || {
        let request = doctor.request(reqwest::Method::POST, &path).json(&body);
        match attempt(request).await {
            Ok(answer) if answer.status < 300 => Ok(()),
            Ok(answer) => Err(format!("{} {}", answer.status, answer.text())),
            Err(error) => Err(error.to_string()),
        }
    });
    said.await.expect("the other instance answers");
}

async fn one_of_two_instances_goes_away(proxy: Proxy) {
    let database = Database::demonstration(Engine::Postgres).await;
    let mut one = Server::start_with(&database, &BEHIND).await;
    let environment = [BEHIND[0], ("STREAM_SANDBOX", "false")];
    let other = Server::start_with(&database, &environment).await;
    let edge = Edge::before(proxy, &[&one, &other]).await;
    let doctor = signed_in(&edge, "d01").await;
    let room = doctor.new_room(&["2"]).await;
    let words: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    for (number, words) in words.iter().enumerate() {
        if number == 15 {
            one.kill();
        }
        say(&doctor, &room, words).await;
    }
    let stored = doctor.messages(&room).await;
    let stored: Vec<String> = stored
        .iter()
        .map(|message| text(&message["text"]))
        .collect();
    assert_eq!(stored, words);
}

#[tokio::test]
async fn everything_comes_through_nginx() {
    everything_comes_through(Proxy::Nginx).await;
}

#[tokio::test]
async fn everything_comes_through_caddy() {
    everything_comes_through(Proxy::Caddy).await;
}

#[tokio::test]
async fn nginx_goes_on_with_the_other_instance() {
    one_of_two_instances_goes_away(Proxy::Nginx).await;
}

#[tokio::test]
async fn caddy_goes_on_with_the_other_instance() {
    one_of_two_instances_goes_away(Proxy::Caddy).await;
}
