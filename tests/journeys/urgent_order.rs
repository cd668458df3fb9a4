//! Several urgent messages: what nobody acknowledged comes first, and none of them stands in the way of the room.

use serde_json::{Value, json};

use super::{
    screens::{looks_right, room},
    visit::{no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, text},
    hospital::Hospital,
    wait::until,
};

const ITEMS: &str = "[data-testid=urgent-item]";

/// A script that tells where the strip stands, and what of it and of the room is wholly in view.
const SEEN: &str = "
    const box = (selector) => document.querySelector(selector).getBoundingClientRect();
    const [strip, list, banner, log, foot] = ['#urgent-strip', '#urgent-list', '.patient-banner', '#scroller', '.foot'].map(box);
    const items = Array.from(document.querySelectorAll('[data-testid=urgent-item]'), (item) => item.getBoundingClientRect());
    return {
        below: strip.top >= foot.bottom - 1 && banner.bottom <= log.top + 1 && banner.top >= 0 && log.height >= 150,
        inside: strip.bottom <= innerHeight + 1,
        share: strip.height / innerHeight,
        whole: items.filter(({ top, bottom }) => top >= list.top - 1 && bottom <= list.bottom + 1).length,
        tallest: Math.max(...items.map(({ height }) => height)),
    };";

async fn call(device: &Device, room: &str, words: &str) -> String {
    let body = json!({"client_id": words.replace(' ', "-"), "text": words, "urgency": "urgent"});
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let posted = device.post(&path, &body).await;
    assert_eq!(posted.status, 201, "{}", posted.text());
    text(&posted.json()["id"])
}

async fn whys(browser: &Browser) -> Vec<String> {
    browser.texts_of(".urgent-why").await
}

async fn shows(browser: &Browser, wanted: &[&str]) {
    until("these urgent messages in this order", async || {
        (whys(browser).await == wanted).then_some(())
    })
    .await;
}

/// The doctor of the demonstration acknowledges what waits for them there.
async fn clear(device: &Device) {
    let waiting = device.get(&format!("{CHAT}/api/urgent")).await.json();
    for one in waiting["waiting"].as_array().unwrap() {
        let (room, message) = (text(&one["room_id"]), text(&one["message"]["id"]));
        let path = format!("{CHAT}/api/rooms/{room}/messages/{message}/acknowledgement");
        assert!(device.post(&path, &json!({})).await.status < 300);
    }
}

#[tokio::test]
async fn what_nobody_acknowledged_comes_first_and_the_room_stays_in_view() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let sender = hospital.device("d05").await;
    let me = hospital.device("d01").await;
    let colleague = hospital.device("d02").await;
    clear(&me).await;
    let group = sender.new_room(&["1", "2"]).await;
    let banner = room(&me, "Yusra Calloway").await;
    let url = |path: &str| hospital.server.url(path);
    for scripts in [true, false] {
        let phone = Size {
            width: 360,
            height: 740,
        };
        let doctor = if scripts {
            Browser::open(phone).await
        } else {
            Browser::open_without_javascript(phone).await
        };
        sign_in(&doctor, &url("/login"), "d01").await;
        let older = call(&sender, &group, &format!("First {scripts}")).await;
        let newer = call(&sender, &group, &format!("Second {scripts}")).await;
        doctor.goto(&url(&banner)).await;
        let [first, second] = ["First", "Second"].map(|word| format!("{word} {scripts}"));
        shows(&doctor, &[&first, &second]).await;
        if scripts {
            let seen = doctor.client().execute(SEEN, Vec::new()).await.unwrap();
            assert_eq!(seen["whole"], 2, "{seen}");
            check(&seen);
        }

        // Somebody else acts on the first: it says who, and steps back, live and on the next page.
        let acknowledge =
            |id: &str| format!("{CHAT}/api/rooms/{group}/messages/{id}/acknowledgement");
        colleague.post(&acknowledge(&older), &json!({})).await;
        if !scripts {
            doctor.reload().await;
        }
        shows(&doctor, &[&second, &first]).await;
        doctor
            .wait_for_text(
                &format!("{ITEMS}.acknowledged [data-testid=urgent-state]"),
                "acknowledged",
            )
            .await;
        if scripts {
            looks_right(&doctor, "urgent-two").await;
            for number in 3..=10 {
                call(&sender, &group, &format!("Call {number}")).await;
            }
            doctor
                .wait_for_text("#urgent-count", "10 urgent messages")
                .await;
            let seen = doctor.client().execute(SEEN, Vec::new()).await.unwrap();
            check(&seen);
            looks_right(&doctor, "urgent-ten").await;
            doctor.click("[data-testid=urgent-fold]").await;
            doctor.wait_until_gone(ITEMS).await;
            call(&sender, &group, "Call 11").await;
            doctor.wait_for(ITEMS).await;
            no_errors(&doctor.console().await);
            clear(&me).await;
        } else {
            me.post(&acknowledge(&newer), &json!({})).await;
        }
    }
}

#[track_caller]
fn check(seen: &Value) {
    assert_eq!(seen["below"], true, "{seen}");
    assert_eq!(seen["inside"], true, "{seen}");
    assert!(seen["share"].as_f64().unwrap() < 0.3, "{seen}");
    assert!(seen["tallest"].as_f64().unwrap() <= 56.0, "{seen}");
}
