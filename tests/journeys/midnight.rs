//! A page that is open over the hospital's midnight.

use serde_json::json;

use super::visit::{ends_with, no_errors, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::CHAT,
    hospital::Hospital,
};

const DAY: &str = ".day";

/// A day passes for the page.
const A_DAY_PASSES: &str = "const now = Date.now; Date.now = () => now() + 86_400_000;";

#[tokio::test]
async fn today_becomes_yesterday_and_times_get_their_day() {
    let hospital = Hospital::open_with(Engine::Sqlite, &[("HIMS_IDLE_LOCK_MINUTES", "0")]).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    colleague.says(&room, "one").await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    ends_with(&doctor, &["one"]).await;
    doctor.wait_for_text(DAY, "Today").await;
    let time = format!("[data-room-id=\"{room}\"] .room-time");
    let bare = doctor.text_of(&time).await;
    assert_eq!(bare.len(), "13:12".len(), "{bare}");

    let run = async |script: &str| doctor.client().execute(script, Vec::new()).await.unwrap();
    run(A_DAY_PASSES).await;
    // A message comes: neither it nor what stands above it is of today.
    colleague.says(&room, "two").await;
    ends_with(&doctor, &["one", "two"]).await;
    doctor.wait_for_text(DAY, "Yesterday").await;
    assert_eq!(doctor.texts_of(DAY).await, ["Yesterday"]);
    let dated = doctor.text_of(&time).await;
    assert!(dated.len() > bare.len() && dated.contains(':'), "{dated}");
    // Nothing comes: somebody looks.
    run(A_DAY_PASSES).await;
    run("dispatchEvent(new Event('focus'))").await;
    doctor.wait_for_text(DAY, "20").await;
    // Clocks beside messages need no day.
    let clocks = doctor.texts_of(".message .clock").await;
    assert!(clocks.iter().all(|clock| clock.len() == 5), "{clocks:?}");
    assert_eq!(
        json!(doctor.texts_of(DAY).await).as_array().unwrap().len(),
        1
    );
    no_errors(&doctor.console().await);
}
