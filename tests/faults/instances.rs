//! Two programs on one PostgreSQL behave as one.

use serde_json::json;

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, text},
    server::Server,
    wait::until,
};

/// Declared so that the programs are gone before their database.
struct Two {
    a: Server,
    b: Server,
    _database: Database,
}

/// Without a stand-in for Stream, of which each would have its own.
async fn both_on(database: &Database) -> (Server, Server) {
    let environment = [("STREAM_SANDBOX", "false")];
    tokio::join!(
        Server::start_with(database, &environment),
        Server::start_with(database, &environment)
    )
}

impl Two {
    async fn open() -> Self {
        let database = Database::demonstration(Engine::Postgres).await;
        let (a, b) = both_on(&database).await;
        Self {
            a,
            b,
            _database: database,
        }
    }
}

#[tokio::test]
async fn what_happens_at_one_is_heard_at_the_other() {
    let two = Two::open().await;
    let (first, second) = (
        Device::signed_in(&two.a, "d01").await,
        Device::signed_in(&two.b, "d02").await,
    );
    let room = first.new_room(&["2"]).await;
    let (mut here, mut there) = (first.listen().await, second.listen().await);
    let path = format!("{CHAT}/api/rooms/{room}");

    let message = first.says(&room, "from a").await;
    assert_eq!(there.next_named("message.posted").await, message);
    second.says(&room, "from b").await;
    here.next_where("message.posted", |message| message["text"] == "from b")
        .await;

    first
        .post(&format!("{path}/typing"), &json!({"typing": true}))
        .await;
    assert_eq!(there.next_named("typing").await["typing"], true);
    assert_eq!(
        there.next_named("typing").await["typing"],
        false,
        "it lapses there too"
    );

    let id = text(&message["id"]);
    second
        .post(&format!("{path}/read"), &json!({"message_id": id}))
        .await;
    here.next_where("receipt", |receipt| {
        receipt["kind"] == "read" && receipt["doctor_id"] == "2"
    })
    .await;

    let one = format!("{path}/messages/{id}");
    first.patch(&one, &json!({"text": "edited at a"})).await;
    assert_eq!(
        there.next_named("message.edited").await["text"],
        "edited at a"
    );
    first.delete(&one).await;
    assert_eq!(there.next_named("message.recalled").await["id"], json!(id));

    let fifth = Device::signed_in(&two.b, "d05").await;
    let mut newcomer = fifth.listen().await;
    first
        .post(&format!("{path}/participants"), &json!({"doctor_id": "5"}))
        .await;
    assert_eq!(newcomer.next_named("room").await["id"], json!(room));
    assert_eq!(
        there.next_named("participant.added").await["doctor"]["id"],
        "5"
    );
    first.delete(&format!("{path}/participants/5")).await;
    assert_eq!(
        newcomer.next_named("participant.removed").await["room_id"],
        json!(room)
    );
    first.says(&room, "not for who left").await;
    let shared = first.new_room(&["5"]).await;
    first.says(&shared, "for both").await;
    assert_eq!(newcomer.next_texts(1).await, ["for both"]);
}

#[tokio::test]
async fn both_tell_one_order() {
    let two = Two::open().await;
    let (first, second) = (
        Device::signed_in(&two.a, "d01").await,
        Device::signed_in(&two.b, "d02").await,
    );
    let room = first.new_room(&["2"]).await;
    let (mut here, mut there) = (first.listen().await, second.listen().await);
    let say = async |device: &Device, name: &str| {
        for number in 0..25 {
            device.says(&room, &format!("{name} {number}")).await;
        }
    };
    tokio::join!(say(&first, "a"), say(&second, "b"));
    let (heard_here, heard_there) = (here.next_texts(50).await, there.next_texts(50).await);
    let stored: Vec<_> = first
        .messages(&room)
        .await
        .iter()
        .map(|message| text(&message["text"]))
        .collect();
    assert_eq!(heard_here, stored);
    assert_eq!(heard_there, stored);
}

#[tokio::test]
async fn a_session_is_valid_at_both_and_ends_at_both() {
    let two = Two::open().await;
    let at_a = Device::signed_in(&two.a, "d01").await;
    let at_b = at_a.at(&two.b);
    let rooms = format!("{CHAT}/api/rooms");
    assert_eq!(at_b.get(&rooms).await.status, 200);
    let mut live = at_b.listen().await;
    let cookie = at_a.cookies();
    assert_eq!(at_a.form("/logout", &[]).await.status, 303);
    live.ended().await;
    until("the session to end there too", async || {
        let request = at_b
            .request(reqwest::Method::GET, &rooms)
            .header("cookie", &cookie);
        (crate::support::device::send(request).await.status == 401).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_send_repeated_at_the_other_is_one_message() {
    let mut two = Two::open().await;
    let at_a = Device::signed_in(&two.a, "d01").await;
    let room = at_a.new_room(&["2"]).await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let body = json!({"client_id": "once", "text": "once"});
    let at_b = at_a.at(&two.b);
    let (one, other) = tokio::join!(at_a.post(&path, &body), at_b.post(&path, &body));
    let mut codes = [one.status, other.status];
    codes.sort_unstable();
    assert_eq!(codes, [200, 201]);
    assert_eq!(one.json()["id"], other.json()["id"]);
    // One dies; whoever was there goes on at the other.
    let mut live = at_a.listen().await;
    at_a.says(&room, "before").await;
    live.next_texts(1).await;
    let last = live.last_id.clone();
    two.a.kill();
    live.ended().await;
    let mut again = at_b.listen_from(&last).await;
    assert_eq!(
        again.next().await.expect("the stream goes on").name,
        "resync"
    );
    at_b.says(&room, "after").await;
    let mut told = again.next_texts(1).await;
    // What the killed instance stored and had not told yet, this one makes good: at most once, and
    // before what comes later.
    if told == ["before"] {
        told = again.next_texts(1).await;
    }
    assert_eq!(told, ["after"]);
    let texts: Vec<_> = at_b
        .messages(&room)
        .await
        .iter()
        .map(|message| text(&message["text"]))
        .collect();
    assert_eq!(texts, ["once", "before", "after"]);
}

#[tokio::test]
async fn presence_is_over_both() {
    let two = Two::open().await;
    let (first, fifth) = (
        Device::signed_in(&two.a, "d01").await,
        Device::signed_in(&two.a, "d05").await,
    );
    let room = first.new_room(&["5"]).await;
    let mut live = first.listen().await;
    let at_a = fifth.listen().await;
    live.next_where("presence", |heard| {
        heard["doctor_id"] == "5" && heard["online"] == true
    })
    .await;
    let at_b = fifth.at(&two.b).listen().await;
    drop(at_a);
    let shown = first.get(&format!("{CHAT}/api/rooms/{room}")).await.json();
    assert_eq!(shown["participants"][1]["online"], true);
    drop(at_b);
    live.next_where("presence", |heard| {
        heard["doctor_id"] == "5" && heard["online"] == false
    })
    .await;
}

#[tokio::test]
async fn both_may_be_the_first_on_an_empty_database() {
    let database = Database::postgres().await;
    let (a, b) = both_on(&database).await;
    for server in [&a, &b] {
        assert_eq!(Device::new(server).get("/health/ready").await.status, 200);
    }
    drop((a, b));
    assert_eq!(database.number("SELECT count(*) FROM users").await, 0);
}

#[tokio::test]
async fn what_a_doctor_says_at_one_is_heard_at_the_other() {
    let two = Two::open().await;
    let (first, second) = (
        Device::signed_in(&two.a, "d01").await,
        Device::signed_in(&two.b, "d02").await,
    );
    let (mut here, mut there) = (first.listen().await, second.listen().await);
    let fields = [("text", "In theatre"), ("minutes", "30")];
    let said = first.form("/doctor/availability", &fields).await;
    assert_eq!(said.status, 303);
    for stream in [&mut here, &mut there] {
        let heard = stream.next_named("availability").await;
        assert_eq!(heard["doctor_id"], "1");
        assert_eq!(heard["availability"]["text"], "In theatre");
    }
    let cleared = second.form("/doctor/availability", &[("clear", "1")]).await;
    assert_eq!(cleared.status, 303);
    for stream in [&mut here, &mut there] {
        let heard = stream.next_named("availability").await;
        assert_eq!(heard, json!({"doctor_id": "2", "availability": null}));
    }
}
