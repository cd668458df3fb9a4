//! A room of thousands of messages: they come by scrolling, both ways, and the page does not grow with them.

use serde_json::json;

use super::visit::{ends_with, no_errors, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device},
    hospital::Hospital,
    wait::until,
};

const MESSAGES: i64 = 1_200;
/// Elements and texts of the whole page. 250 messages at most stay on it, of less than 30 each.
const MOST_NODES: i64 = 10_000;

/// Scrolls towards one end of the room, a few pages as far as it goes each time, and tells what was seen since the
/// first of them.
const SCROLL: &str = "
    const [to, stop, done] = arguments;
    const scroller = document.getElementById('scroller');
    const link = document.getElementById(to);
    const numbers = () => Array.from(document.querySelectorAll('.message .text'), (text) => Number(text.textContent.split(' ')[1]));
    const nodes = () => {
        const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
        let count = 0;
        while (walker.nextNode()) count += 1;
        return count;
    };
    const seen = (window.seen ??= new Set());
    let [most, gaps, moved, pages] = [0, 0, 0, 0];
    const far = () => { scroller.scrollTop = to === 'older' ? -scroller.scrollHeight : 0; };
    const look = () => {
        const shown = numbers();
        shown.forEach((number) => seen.add(number));
        gaps += shown.filter((number, at) => at && number !== shown[at - 1] + 1).length;
        most = Math.max(most, nodes());
        pages += 1;
        const ended = link.parentElement.hidden;
        if (ended || pages > stop) return done({ seen: seen.size, most, gaps, moved, ended });
        far();
        const edge = scroller.getBoundingClientRect().top;
        const anchor = Array.from(document.querySelectorAll('.message')).find((item) => item.getBoundingClientRect().bottom > edge);
        const before = anchor.getBoundingClientRect().top;
        const wait = () => {
            const now = numbers();
            if (now[0] === shown[0] && now.at(-1) === shown.at(-1) && !link.parentElement.hidden) return requestAnimationFrame(wait);
            // At the end the link goes, and what stands above it takes its room.
            if (!link.parentElement.hidden) moved = Math.max(moved, Math.abs(anchor.getBoundingClientRect().top - before));
            requestAnimationFrame(look);
        };
        requestAnimationFrame(wait);
    };
    look();";

/// Pages of one run: a script that waits has half a minute.
const RUN: u32 = 2;

/// Scrolls so many pages, or all there are: how many messages were seen.
async fn scroll(browser: &Browser, to: &str, pages: Option<u32>) -> i64 {
    let client = browser.client();
    client
        .execute("delete window.seen", Vec::new())
        .await
        .unwrap();
    let mut left = pages.unwrap_or(u32::MAX);
    loop {
        let asked = vec![json!(to), json!(left.min(RUN))];
        let seen = client.execute_async(SCROLL, asked).await.unwrap();
        assert_eq!(seen["gaps"], 0, "{to}: {seen}");
        assert!(seen["moved"].as_f64().unwrap() < 2.0, "{to}: {seen}");
        assert!(seen["most"].as_i64().unwrap() < MOST_NODES, "{to}: {seen}");
        left = left.saturating_sub(RUN);
        if seen["ended"] == true || left == 0 {
            return seen["seen"].as_i64().unwrap();
        }
    }
}

/// A room in which much was said, all of it read.
async fn long_room(hospital: &Hospital) -> (Device, String) {
    let colleague = hospital.device("d02").await;
    let me = hospital.device("d01").await;
    let room = colleague.new_room(&["1"]).await;
    hospital
        .database
        .execute(&format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MESSAGES})
             INSERT INTO chat_messages (room_id, user_id, message, created_at, updated_at)
             SELECT {room}, 1 + i % 2, 'Line ' || i, datetime('now', (i - 1 - {MESSAGES}) || ' minutes'), datetime('now')
             FROM n ORDER BY i"
        ))
        .await;
    let last = until("the messages to have their place", async || {
        let shown = me.messages(&room).await;
        let last = shown.last()?;
        (last["text"] == format!("Line {MESSAGES}")).then(|| last["id"].clone())
    })
    .await;
    let read = json!({"message_id": last});
    let path = format!("{CHAT}/api/rooms/{room}/read");
    assert_eq!(me.post(&path, &read).await.status, 204);
    (colleague, room)
}

#[tokio::test]
async fn a_long_room_is_scrolled_through_and_stays_small() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let (colleague, room) = long_room(&hospital).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    let page = hospital.server.url(&format!("{CHAT}/rooms/{room}"));
    doctor.goto(&page).await;
    doctor.wait_for(".js [data-testid=message-list]").await;
    let each = "return document.querySelector('.message:not(.mine) .actions').closest('.message').querySelectorAll('*').length";
    let each = doctor.client().execute(each, Vec::new()).await.unwrap();
    assert!(each.as_i64().unwrap() <= 15, "{each} elements a message");

    // Up to the beginning, and down again: everything, in order, once.
    assert_eq!(scroll(&doctor, "older", None).await, MESSAGES);
    doctor.wait_for("[data-testid=show-latest]").await;
    assert_eq!(scroll(&doctor, "newer", None).await, MESSAGES);
    doctor.wait_until_gone("[data-testid=show-latest]").await;
    colleague.says(&room, "Line 1201").await;
    ends_with(&doctor, &["Line 1200", "Line 1201"]).await;

    // What comes while an earlier part is read is counted; the jump shows it.
    scroll(&doctor, "older", Some(8)).await;
    colleague.says(&room, "Line 1202").await;
    doctor
        .wait_for_text("[data-testid=jump-latest]", "Jump to latest (1)")
        .await;
    doctor.click("[data-testid=jump-latest]").await;
    ends_with(&doctor, &["Line 1201", "Line 1202"]).await;
    doctor.wait_until_gone("[data-testid=jump-latest]").await;
    colleague.says(&room, "Line 1203").await;
    ends_with(&doctor, &["Line 1202", "Line 1203"]).await;

    // What is written there goes to the end.
    scroll(&doctor, "older", Some(8)).await;
    super::visit::say(&doctor, "Line 1204").await;
    ends_with(&doctor, &["Line 1203", "Line 1204"]).await;
    scroll(&doctor, "older", Some(3)).await;
    no_errors(&doctor.console().await);
}

#[tokio::test]
async fn focus_and_selection_outlast_scrolling_far() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let (_colleague, room) = long_room(&hospital).await;
    let doctor = Browser::open(Size::PHONE).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    let page = hospital.server.url(&format!("{CHAT}/rooms/{room}"));
    doctor.goto(&page).await;
    doctor.wait_for(".js [data-testid=message-list]").await;
    let focused = "
        const { activeElement: at } = document;
        return at.id === 'log' ? at.id : at.querySelector('.text').textContent;";
    let focused = async || doctor.client().execute(focused, Vec::new()).await.unwrap();

    doctor.click(".message:last-of-type .text").await;
    assert_eq!(focused().await, format!("Line {MESSAGES}"));
    scroll(&doctor, "older", Some(8)).await;
    assert_eq!(focused().await, "log", "the message is not on the page");
    scroll(&doctor, "newer", None).await;
    assert_eq!(focused().await, format!("Line {MESSAGES}"));

    let select = "
        window.selected = document.querySelector('.message:last-of-type .text');
        getSelection().selectAllChildren(window.selected);";
    doctor.client().execute(select, Vec::new()).await.unwrap();
    scroll(&doctor, "older", Some(1)).await;
    let kept = "return window.selected.isConnected && getSelection().toString()";
    let kept = doctor.client().execute(kept, Vec::new()).await.unwrap();
    assert_eq!(kept, format!("Line {MESSAGES}"));
    no_errors(&doctor.console().await);
}
