//! A room moves to the other chat while a doctor writes in it.

use super::{
    screens::looks_right,
    visit::{ends_with, no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM},
    hospital::Hospital,
    server::Server,
    stream::StreamServer,
    wait::until,
};

const TEXT: &str = "[data-testid=composer-text]";

#[tokio::test]
async fn a_page_goes_along_with_its_room_and_its_draft() {
    for (size, name) in [(Size::DESKTOP, "moved-desk"), (Size::PHONE, "moved-phone")] {
        let stream = StreamServer::start();
        let hospital = Hospital::open_with(Engine::Postgres, &stream.environment()).await;
        let run = async |arguments: &[&str]| {
            let output = Server::output(&hospital.database, arguments, &stream.environment()).await;
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{said}");
        };
        run(&["stream-setup", "--apply"]).await;
        let colleague = hospital.device("d02").await;
        let (room, other) = (
            colleague.new_room(&["1"]).await,
            colleague.new_room(&["1", "3"]).await,
        );
        colleague.says(&room, "Is the MRI booked?").await;
        let page = |room: &str| hospital.server.url(&format!("{CHAT}/rooms/{room}"));
        let there = format!("{STREAM}/rooms/group-legacy-{other}");

        let doctor = Browser::open(size).await;
        sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
        doctor.goto(&page(&other)).await;
        doctor.wait_for(".js [data-testid=message-list]").await;
        doctor.fill(TEXT, "Half written").await;
        // Another room's move is nothing to this page.
        run(&["migrate", "run", "--as", "12", "--room", &room]).await;
        run(&["migrate", "run", "--as", "12", "--room", &other]).await;
        doctor.wait_for_path(&there).await;
        until("the draft to be there", async || {
            let field = doctor.wait_for(TEXT).await;
            let value = field.prop("value").await.unwrap().unwrap_or_default();
            (value == "Half written").then_some(())
        })
        .await;
        doctor.click("[data-testid=composer-send]").await;
        ends_with(&doctor, &["Half written"]).await;
        let colleague = colleague.on(STREAM);
        colleague
            .says(&format!("group-legacy-{other}"), "Read here")
            .await;
        ends_with(&doctor, &["Half written", "Read here"]).await;
        looks_right(&doctor, name).await;
        doctor.fill(TEXT, "Half written there").await;
        let back = ["--settle", "0", "--as", "12", "--room", &other];
        run(&[&["migrate", "rollback"], back.as_slice()].concat()).await;
        doctor.wait_for_path(&format!("{CHAT}/rooms/{other}")).await;
        until("the draft to come back too", async || {
            let field = doctor.wait_for(TEXT).await;
            let value = field.prop("value").await.unwrap().unwrap_or_default();
            (value == "Half written there").then_some(())
        })
        .await;
        doctor.click("[data-testid=composer-send]").await;
        let all = ["Half written", "Read here", "Half written there"];
        ends_with(&doctor, &all).await;
        doctor.goto(&page(&room)).await;
        doctor
            .wait_for_path(&format!("{STREAM}/rooms/group-legacy-{room}"))
            .await;
        ends_with(&doctor, &["Is the MRI booked?"]).await;
        // While a room is between the two chats it is told so, and then led on.
        let told = ["503 (Service Unavailable)", "409 (Conflict)"];
        let mut console = doctor.console().await;
        console.retain(|line| !told.iter().any(|told| line.contains(told)));
        no_errors(&console);
    }
}
