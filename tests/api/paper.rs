//! A conversation for paper: all that was asked for, or a word about what is left out; read like any page of it.

use reqwest::StatusCode;

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, STREAM, text},
    hospital::Hospital,
};

/// The lines on the print, in their order.
fn lines(page: &str) -> Vec<u32> {
    let said = page.split("dir=\"auto\">Line ").skip(1);
    said.filter_map(|text| text.split('<').next()?.parse().ok())
        .collect()
}

async fn printed(doctor: &Device, room: &str, query: &str) -> String {
    let path = format!("{}/rooms/{room}/print{query}", doctor.mount());
    let answer = doctor.page(&path).await;
    assert_eq!(answer.status, 200, "{path}");
    answer.text()
}

/// Readings of messages that the audit holds.
async fn readings(database: &Database) -> i64 {
    let sql = "SELECT count(*) FROM hims_audit WHERE action = 'read-room'";
    database.number(sql).await
}

#[tokio::test]
async fn the_whole_conversation_is_printed_on_both_mounts() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    for mount in [CHAT, STREAM] {
        let doctor = hospital.device("d01").await.on(mount);
        let room = doctor.new_room(&["2"]).await;
        for number in 1..=130 {
            doctor.says(&room, &format!("Line {number}")).await;
        }
        let before = readings(&hospital.database).await;
        let page = printed(&doctor, &room, "").await;
        assert_eq!(lines(&page), (1..=130).collect::<Vec<_>>(), "{mount}");
        for words in [
            "The whole conversation: 130 messages.",
            "Printed by Dr Imara Okello-Voss",
            "Larkmere",
            "End of this print",
        ] {
            assert!(page.contains(words), "{mount}: {words}");
        }
        assert!(!page.contains("left out: they did not fit"), "{mount}");
        assert_eq!(readings(&hospital.database).await, before + 1, "{mount}");
        // Nothing of tomorrow, everything up to it; and that it is a part is said.
        let none = printed(&doctor, &room, "?from=2999-01-01&to=").await;
        assert_eq!(lines(&none), Vec::<u32>::new(), "{mount}");
        assert!(none.contains("Nothing was written in the part"), "{mount}");
        let all = printed(&doctor, &room, "?from=&to=2999-01-01").await;
        assert_eq!(lines(&all).len(), 130, "{mount}");
        assert!(all.contains("A part of the conversation: 130 messages."));
        for wrong in [
            "?from=yesterday",
            "?to=2026-13-01",
            "?from=2026-11-22&to=2026-11-21",
        ] {
            let path = format!("{mount}/rooms/{room}/print{wrong}");
            assert_eq!(
                doctor.page(&path).await.status,
                StatusCode::UNPROCESSABLE_ENTITY.as_u16(),
                "{path}"
            );
        }
        let stranger = hospital.device("d05").await.on(mount);
        let path = format!("{mount}/rooms/{room}/print");
        assert_eq!(stranger.page(&path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_does_not_fit_is_said_and_is_a_print_of_its_own() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    hospital
        .database
        .execute(&format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5200)
             INSERT INTO chat_messages (room_id, user_id, message, created_at, updated_at)
             SELECT {room}, 1 + i % 2, 'Line ' || i, datetime('now', (i - 5201) || ' minutes'), datetime('now')
             FROM n ORDER BY i"
        ))
        .await;
    crate::support::wait::until("the messages to have their place", async || {
        let shown = doctor.messages(&room).await;
        (shown.last()?["text"] == "Line 5200").then_some(())
    })
    .await;
    let newest = printed(&doctor, &room, "").await;
    assert_eq!(lines(&newest), (201..=5200).collect::<Vec<_>>());
    for words in [
        "A part of the conversation: 5000 messages.",
        "Earlier messages are left out: they did not fit on this print.",
    ] {
        assert!(newest.contains(words), "{words}");
    }
    let (_, rest) = newest.split_once("href=\"?before=").unwrap();
    let before = format!("?before={}", rest.split('"').next().unwrap());
    let oldest = printed(&doctor, &room, &before).await;
    assert_eq!(lines(&oldest), (1..=200).collect::<Vec<_>>());
    assert!(oldest.contains("A part of the conversation: 200 messages."));
    // One page of the conversation says on paper what it is.
    let path = format!("{CHAT}/rooms/{room}");
    let page = doctor.page(&path).await.text();
    assert!(page.contains("Not the whole conversation"), "{page}");
    let short = doctor.new_room(&["3"]).await;
    let said = text(&doctor.says(&short, "Line 1").await["id"]);
    let path = format!("{CHAT}/rooms/{short}?message={said}");
    let page = doctor.page(&path).await.text();
    assert!(page.contains("The whole conversation, as this page showed it."));
}
