//! A draft goes along with its room when it moves to the other chat.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{CHAT, Device, STREAM},
    hospital::Hospital,
    on_both_databases,
    stream::StreamServer,
    wait::until,
};

on_both_databases!(
    everybody_who_asks_at_once_is_given_it,
    of_two_drafts_the_later_one_stays,
);

async fn at_an_app(engine: Engine) -> (StreamServer, Hospital) {
    let stream = StreamServer::start();
    let hospital = Hospital::open_with(engine, &stream.environment()).await;
    stream.set_up();
    (stream, hospital)
}

/// Moves the room to Stream by the administrators' page, and gives its name there.
async fn moved(hospital: &Hospital, room: &str) -> String {
    let administrator = hospital.device("a01").await;
    let order = [("order", "move"), ("scope", "rooms"), ("rooms", room)];
    let begun = administrator.form("/admin/moves", &order).await;
    assert_eq!(begun.status, 303, "{}", begun.text());
    until("the move to be done", async || {
        let page = administrator.page("/admin/moves").await.text();
        page.contains("data-testid=\"moves-last\"").then_some(())
    })
    .await;
    format!("group-legacy-{room}")
}

fn path(mount: &str, room: &str) -> String {
    format!("{mount}/api/rooms/{room}/draft")
}

async fn text(doctor: &Device, path: &str) -> Value {
    let answer = doctor.get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["draft"]["text"].clone()
}

async fn begin(doctor: &Device, path: &str, text: &str) {
    let answer = doctor.put(path, &json!({"text": text})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn everybody_who_asks_at_once_is_given_it(engine: Engine) {
    let (_stream, hospital) = at_an_app(engine).await;
    let doctor = hospital.device("d01").await;
    let mut rooms = Vec::new();
    for _ in 0..4 {
        let room = doctor.new_room(&["2"]).await;
        begin(&doctor, &path(CHAT, &room), "Half written").await;
        rooms.push(path(STREAM, &moved(&hospital, &room).await));
    }
    for there in rooms {
        let texts = join_all((0..12).map(|_| text(&doctor, &there))).await;
        assert_eq!(texts, vec![json!("Half written"); 12]);
    }
    let here = format!("SELECT count(*) FROM hims_drafts WHERE mount = '{CHAT}'");
    assert_eq!(hospital.database.number(&here).await, 0);
}

async fn of_two_drafts_the_later_one_stays(engine: Engine) {
    let (_stream, hospital) = at_an_app(engine).await;
    let doctor = hospital.device("d01").await;
    let (first, second) = (
        doctor.new_room(&["2"]).await,
        doctor.new_room(&["2", "3"]).await,
    );
    for room in [&first, &second] {
        begin(&doctor, &path(CHAT, room), "Begun here").await;
    }
    let first = path(STREAM, &moved(&hospital, &first).await);
    let second = path(STREAM, &moved(&hospital, &second).await);
    for there in [&first, &second] {
        begin(&doctor, there, "Begun there").await;
    }
    assert_eq!(text(&doctor, &first).await, "Begun there");
    // The other one as if it had been saved before the room moved.
    let earlier = hospital
        .database
        .words("saved_at - 3600000000", "saved_at - interval '1 hour'");
    let earlier = format!("UPDATE hims_drafts SET saved_at = {earlier} WHERE mount = '{STREAM}'");
    hospital.database.execute(&earlier).await;
    assert_eq!(text(&doctor, &second).await, "Begun here");
    assert_eq!(text(&doctor, &first).await, "Begun there");
    let all = "SELECT count(*) FROM hims_drafts";
    assert_eq!(hospital.database.number(all).await, 2);
}
