//! An administrator moves a ward to Stream Chat from their page.

use super::{
    screens::looks_right,
    visit::{no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    hospital::Hospital,
    stream::StreamServer,
};

async fn moves_a_room(size: Size, picture: &str) {
    let stream = StreamServer::start();
    let hospital = Hospital::open_with(Engine::Sqlite, &stream.environment()).await;
    stream.set_up();
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    doctor.says(&room, "Bed 4 is waiting for a porter.").await;

    let browser = Browser::open(size).await;
    sign_in(&browser, &hospital.server.url("/login"), "a01").await;
    browser.wait_for_path("/admin/checks").await;
    browser.click("[data-testid=to-moves]").await;
    browser.wait_for_text("[data-testid=moved]", "0").await;
    looks_right(&browser, &format!("moves-{picture}")).await;
    browser.click("[name=scope][value=rooms]").await;
    browser.fill("[data-testid=moves-rooms]", &room).await;
    browser.click("[name=order][value=move]").await;
    browser.click("[data-testid=moves-begin]").await;
    // The page looks again by itself.
    browser.wait_for_text("[data-testid=moved]", "1").await;
    browser
        .wait_for("[data-testid=moves-last][data-good=true]")
        .await;
    looks_right(&browser, &format!("moves-done-{picture}")).await;
    no_errors(&browser.console().await);
}

#[tokio::test]
async fn at_a_desk() {
    moves_a_room(Size::DESKTOP, "desk").await;
}

#[tokio::test]
async fn on_a_phone() {
    moves_a_room(Size::PHONE, "phone").await;
}
