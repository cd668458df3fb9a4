//! Accounts of people missing from the next list: they are out everywhere, and come back as somebody new to the
//! servers.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    PASSWORD, administrator,
    files::{member, staff, staff_file},
    hims, listed, may_sign_in, of, put,
};
use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, STREAM, send},
    hospital::DIRECT_MODE,
    on_both_databases,
    server::Server,
    stream::StreamServer,
    wait::until,
};

on_both_databases!(a_list_that_lacks_too_many_does_nothing);

const LEAVER: &str = "s0001@larkmere.example";

/// The status that Stream answers to a holder of this token; the request is the first that a client library in a
/// browser makes.
async fn at_stream(token: &Value) -> u16 {
    let text = |field: &str| token[field].as_str().expect("a text").to_owned();
    let address = format!(
        "{}/channels?api_key={}&user_id={}",
        text("base_url"),
        text("api_key"),
        text("user_id")
    );
    let filter = json!({"members": {"$in": [token["user_id"]]}});
    let request = reqwest::Client::new()
        .post(address)
        .header("authorization", text("token"))
        .header("stream-auth-type", "jwt")
        .json(&json!({"filter_conditions": filter, "state": true}));
    send(request).await.status
}

async fn token(device: &Device) -> Value {
    let answer = send(device.request(Method::POST, &format!("{STREAM}/api/token"))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn signed_in(server: &Server, email: &str) -> Device {
    let device = Device::new(server);
    let answer = device.sign_in(email, PASSWORD).await;
    assert_eq!(answer.status, 303, "{email}: {}", answer.text());
    device
}

async fn sessions(database: &Database, id: &str) -> i64 {
    let count = format!("SELECT count(*) FROM hims_sessions WHERE user_id = {id}");
    database.number(&count).await
}

#[tokio::test]
async fn who_leaves_by_a_list_is_out_on_every_instance_and_at_stream() {
    let database = Database::postgres().await;
    administrator(&database).await;
    let members = staff(20);
    put(&database, "staff.csv", staff_file(&members));
    hims(&database, "staff import staff.csv").await.with(0);
    let (stays, leaves) = ("s0000@larkmere.example", LEAVER);
    may_sign_in(&database, stays).await;
    may_sign_in(&database, leaves).await;
    let all = listed(&database).await;
    let id = of(&all, leaves)["id"].as_str().expect("an id").to_owned();

    let stream = StreamServer::start();
    stream.set_up();
    let environment = [stream.environment().as_slice(), &[DIRECT_MODE]].concat();
    let one = Server::start_with(&database, &environment).await;
    let other = Server::start_with(&database, &environment).await;
    let colleague = signed_in(&one, stays).await;
    let here = signed_in(&other, leaves).await;
    let there = here.at(&one);

    // They talk, each on an instance of their own, over both chats.
    let room = colleague.new_room(&[&id]).await;
    let mut live = here.listen().await;
    let mut live_there = there.listen().await;
    let mut live_at_stream = here.on(STREAM).listen().await;
    let mut of_colleague = colleague.listen().await;
    colleague.says(&room, "Can you look at bed 4?").await;
    here.says(&room, "On my way.").await;
    assert_eq!(
        live.next_texts(2).await,
        ["Can you look at bed 4?", "On my way."]
    );
    assert_eq!(of_colleague.next_texts(2).await[1], "On my way.");
    let room_at_stream = colleague.on(STREAM).new_room(&[&id]).await;
    colleague
        .on(STREAM)
        .says(&room_at_stream, "Over there too.")
        .await;
    assert_eq!(live_at_stream.next_texts(1).await, ["Over there too."]);
    let own = token(&here).await;
    let of_the_other = token(&colleague).await;
    assert!([200, 201].contains(&at_stream(&own).await));
    assert_eq!(sessions(&database, &id).await, 1);

    let without: Vec<_> = members.iter().filter(|one| one.email != leaves).collect();
    put(&database, "staff.csv", staff_file(without));
    let report = hims(&database, "staff import staff.csv --json")
        .await
        .with(0)
        .json();
    assert_eq!(report["deactivated"], json!(["S-0001"]), "{report}");
    assert_eq!(report["unchanged"], 19, "{report}");

    live.ended().await;
    live_there.ended().await;
    live_at_stream.ended().await;
    assert_eq!(sessions(&database, &id).await, 0);
    let rooms = format!("{CHAT}/api/rooms");
    for instance in [&one, &other] {
        let device = here.at(instance);
        until("every request to be refused", async || {
            (device.get(&rooms).await.status == 401).then_some(())
        })
        .await;
        let posted = json!({"client_id": "0".repeat(32), "text": "Still here?"});
        let path = format!("{rooms}/{room}/messages");
        assert_eq!(device.post(&path, &posted).await.status, 401);
        let again = Device::new(instance).sign_in(leaves, PASSWORD).await;
        assert_eq!(again.status, 401);
    }
    let kept = "SELECT count(*) FROM hims_audit WHERE action = 'keep-client-access' AND actor_id";
    until("the access at Stream to be withdrawn", async || {
        let count = format!("{kept} = '{id}'");
        (database.number(&count).await > 0).then_some(())
    })
    .await;
    until("Stream to refuse the token", async || {
        (at_stream(&own).await == 401).then_some(())
    })
    .await;
    assert!([200, 201].contains(&at_stream(&of_the_other).await));
    // The colleague notices nothing, and what was said stays.
    colleague.says(&room, "Never mind.").await;
    assert_eq!(of_colleague.next_texts(1).await, ["Never mind."]);

    put(&database, "staff.csv", staff_file(&members));
    let report = hims(&database, "staff import staff.csv --json")
        .await
        .with(0)
        .json();
    assert_eq!(report["reactivated"], 1, "{report}");
    let back = until("her to be let in again", async || {
        let device = Device::new(&other);
        let answer = device.sign_in(leaves, PASSWORD).await;
        (answer.status == 303).then_some(device)
    })
    .await;
    let texts: Vec<Value> = back.messages(&room).await;
    assert_eq!(texts.len(), 3);
    for instance in [&one, &other] {
        assert_eq!(here.at(instance).get(&rooms).await.status, 401);
        assert_eq!(back.at(instance).get(&rooms).await.status, 200);
    }
}

async fn a_list_that_lacks_too_many_does_nothing(engine: Engine) {
    let database = Database::fresh(engine).await;
    administrator(&database).await;
    put(&database, "staff.csv", staff_file(&staff(50)));
    hims(&database, "staff import staff.csv").await.with(0);
    let before = listed(&database).await;

    // Six of fifty are more than a tenth; one is new, which does not happen either.
    let mut members = staff(44);
    members.push(member(90));
    put(&database, "fewer.csv", staff_file(&members));
    for words in [
        "staff import fewer.csv",
        "staff import fewer.csv --json",
        "staff import fewer.csv --dry-run",
    ] {
        let said = hims(&database, words).await.with(1);
        for part in [
            "6 of 50",
            "nothing was done",
            "--leavers NUMBER",
            "--partial",
        ] {
            assert!(said.error().contains(part), "{part}: {}", said.err);
        }
    }
    // A number that is not the right one is no permission.
    for number in [5, 7] {
        let words = format!("staff import fewer.csv --leavers {number}");
        hims(&database, &words).await.with(1);
    }
    // Part of a list closes nobody who is missing from it.
    hims(&database, "staff import fewer.csv --leavers 6 --partial")
        .await
        .with(1);
    assert_eq!(listed(&database).await, before);

    let report = hims(&database, "staff import fewer.csv --partial --json")
        .await
        .with(0)
        .json();
    assert_eq!(
        (&report["added"], &report["deactivated"]),
        (&json!(1), &json!([]))
    );
    let report = hims(&database, "staff import fewer.csv --leavers 6 --json")
        .await
        .with(0)
        .json();
    let left: Vec<String> = (44..50).map(|number| member(number).identifier).collect();
    assert_eq!(report["deactivated"], json!(left));
    let all = listed(&database).await;
    let active = all.iter().filter(|one| one["active"] == true);
    assert_eq!(active.count(), 46, "45 of the list and the administrator");

    // Up to three may always leave, of however few. Who was deactivated by hand comes back by hand alone.
    put(&database, "few.csv", staff_file(&staff(42)));
    let report = hims(&database, "staff import few.csv --json")
        .await
        .with(0)
        .json();
    assert_eq!(
        report["deactivated"].as_array().map(Vec::len),
        Some(3),
        "{report}"
    );
    hims(&database, &format!("staff deactivate {LEAVER}"))
        .await
        .with(0);
    let said = hims(&database, "staff import few.csv --json").await.with(0);
    assert!(
        said.json()["remarks"]
            .to_string()
            .contains("the account stays closed"),
        "{}",
        said.out
    );
    assert_eq!(of(&listed(&database).await, LEAVER)["active"], false);
    hims(&database, &format!("staff reactivate {LEAVER}"))
        .await
        .with(0);
    assert_eq!(of(&listed(&database).await, LEAVER)["active"], true);
}
