//! A message to many is on the screens of all of them at once, and its author sees that.

use super::visit::{no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::CHAT,
    hospital::Hospital,
    wait::until,
};

#[tokio::test]
async fn everybody_who_has_it_is_named() {
    let hospital = Hospital::open(Engine::Postgres).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1", "3", "4", "5"]).await;
    let mut readers = Vec::new();
    for who in ["d02", "d03", "d04", "d05"] {
        readers.push(hospital.device(who).await.listen().await);
    }
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    doctor.wait_for(".js [data-testid=message-list]").await;
    say(&doctor, "Theatre 2 is closed until noon").await;
    until("all four to have it", async || {
        let script = "return JSON.parse(document.querySelector('.message.mine').dataset.receipts || '{}').delivered?.length";
        let delivered = doctor.client().execute(script, Vec::new()).await.unwrap();
        (delivered == 4).then_some(())
    })
    .await;
    no_errors(&doctor.console().await);
}
