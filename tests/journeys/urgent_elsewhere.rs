//! An urgent message of one chat stands above the pages of the other.

use super::{
    screens::looks_right,
    visit::{no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, STREAM, text},
    hospital::Hospital,
    stream::StreamServer,
    wait::until,
};

/// Calls the room for help: the message's id.
async fn call(device: &Device, room: &str, id: &str, words: &str) -> String {
    let urgent = serde_json::json!({"client_id": id, "text": words, "urgency": "urgent"});
    let path = format!("{}/api/rooms/{room}/messages", device.mount());
    let posted = device.post(&path, &urgent).await;
    assert_eq!(posted.status, 201, "{}", posted.text());
    text(&posted.json()["id"])
}

async fn acknowledged(device: &Device, room: &str, message: &str) {
    let path = format!("{}/api/rooms/{room}/messages/{message}", device.mount());
    until("the message to be acknowledged", async || {
        let message = device.get(&path).await.json();
        let marks = message["receipts"]["acknowledged"]
            .as_array()
            .unwrap()
            .clone();
        (!marks.is_empty()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn urgent_elsewhere() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let here = hospital.device("d05").await;
    let there = here.on(STREAM);
    let (near, far) = (here.new_room(&["6"]).await, there.new_room(&["6"]).await);
    let item = |mount: &str, room: &str| {
        format!("[data-testid=urgent-item][data-mount=\"{mount}\"][data-room-id=\"{room}\"]")
    };
    for (size, name) in [
        (Size::DESKTOP, "urgent-elsewhere-desk"),
        (Size::PHONE, "urgent-elsewhere-phone"),
    ] {
        let doctor = Browser::open(size).await;
        sign_in(&doctor, &hospital.server.url("/login"), "d06").await;
        doctor
            .goto(&hospital.server.url(&format!("{CHAT}/rooms/{near}")))
            .await;
        doctor.wait_for(".js [data-testid=message-list]").await;

        // It comes live from the other chat, and is acknowledged there.
        let message = call(&there, &far, name, "Lactate 5.2, please come.").await;
        let shown = item(STREAM, &far);
        doctor.wait_for_text(&shown, "Lactate 5.2").await;
        looks_right(&doctor, name).await;
        doctor
            .click(&format!("{shown} [data-testid=urgent-acknowledge]"))
            .await;
        doctor.wait_until_gone(&shown).await;
        acknowledged(&there, &far, &message).await;
        assert_eq!(doctor.path().await, format!("{CHAT}/rooms/{near}"));

        // Both together, the older first, on a page of no chat; over a reload too.
        call(&here, &near, &format!("{name}-near"), "First, here.").await;
        let message = call(&there, &far, &format!("{name}-far"), "Second, there.").await;
        doctor.goto(&hospital.server.url("/doctor/patients")).await;
        doctor
            .wait_for_text(&item(CHAT, &near), "First, here.")
            .await;
        doctor.wait_for_text(&shown, "Second, there.").await;
        let order = doctor.texts_of(".urgent-why").await;
        let place = |words: &str| order.iter().position(|why| why == words).unwrap();
        assert!(place("First, here.") < place("Second, there."), "{order:?}");
        doctor
            .click(&format!("{shown} [data-testid=urgent-open]"))
            .await;
        doctor.wait_for_path(&format!("{STREAM}/rooms/{far}")).await;
        doctor
            .wait_for_text(".message.marked", "Second, there.")
            .await;
        doctor.click("[data-testid=acknowledge]").await;
        doctor.wait_until_gone(&shown).await;
        acknowledged(&there, &far, &message).await;
        doctor
            .click(&format!(
                "{} [data-testid=urgent-acknowledge]",
                item(CHAT, &near)
            ))
            .await;
        doctor.wait_until_gone(&item(CHAT, &near)).await;
        no_errors(&doctor.console().await);
    }
}

#[tokio::test]
async fn without_scripts_it_is_acknowledged_where_it_is() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let there = hospital.device("d05").await.on(STREAM);
    let room = there.new_room(&["6"]).await;
    let message = call(&there, &room, "u", "Please come.").await;
    let doctor = Browser::open_without_javascript(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d06").await;
    doctor.goto(&hospital.server.url(CHAT)).await;
    let item = format!("[data-testid=urgent-item][data-room-id=\"{room}\"]");
    doctor.wait_for_text(&item, "Please come.").await;
    doctor
        .click(&format!("{item} [data-testid=urgent-acknowledge]"))
        .await;
    doctor.wait_until_gone(&item).await;
    acknowledged(&there, &room, &message).await;
}

#[tokio::test]
async fn a_chat_that_is_down_hides_nothing_of_the_other() {
    let stream = StreamServer::start();
    let hospital = stream.hospital(&[]).await;
    let sender = hospital.device("d05").await;
    let room = sender.new_room(&["6"]).await;
    let missing = "[data-testid=urgent-missing]";
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d06").await;
    doctor.goto(&hospital.server.url(CHAT)).await;
    doctor.wait_for(".js [data-testid=rooms]").await;
    doctor.wait_until_gone(missing).await;
    drop(stream);
    doctor.reload().await;
    doctor
        .wait_for_text(missing, "Stream Chat does not answer")
        .await;
    call(&sender, &room, "u", "Please come.").await;
    let item = format!("[data-testid=urgent-item][data-room-id=\"{room}\"]");
    doctor.wait_for_text(&item, "Please come.").await;
    looks_right(&doctor, "urgent-missing").await;
    // Also above the page that says that the one chat is down.
    doctor.goto(&hospital.server.url(STREAM)).await;
    doctor.wait_for("[data-testid=notice]").await;
    doctor.wait_for_text(&item, "Please come.").await;
    doctor
        .click(&format!("{item} [data-testid=urgent-acknowledge]"))
        .await;
    doctor.wait_until_gone(&item).await;
}
