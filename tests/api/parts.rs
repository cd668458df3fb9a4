//! Parts of a conversation without scripts: earlier and later ones, by links.

use crate::support::{
    database::Engine,
    device::{CHAT, Device, STREAM},
    hospital::Hospital,
};

/// The lines on the page, and the addresses that lead on from it.
async fn part(doctor: &Device, room: &str, query: &str) -> (Vec<u32>, String, String) {
    let path = format!("{}/rooms/{room}{query}", doctor.mount());
    let answer = doctor.page(&path).await;
    assert_eq!(answer.status, 200, "{path}");
    let page = answer.text();
    let list = page.split("id=\"messages\"").nth(1).unwrap();
    let list = list.split("</ol>").next().unwrap();
    let said = list.split("Line ").skip(1);
    let number = |text: &str| text.split('<').next().unwrap().parse().ok();
    let lines = said.filter_map(number).collect();
    let leads = |id: &str| {
        let (before, _) = page.split_once(&format!("id=\"{id}\""))?;
        let (before, href) = before.rsplit_once("href=\"")?;
        let shown = !before.ends_with("hidden><a ");
        shown.then(|| href.split('"').next().unwrap().to_owned())
    };
    let [older, newer] = ["older", "newer"].map(|id| leads(id).unwrap_or_default());
    (lines, older, newer)
}

#[tokio::test]
async fn links_lead_through_a_room_both_ways() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    for mount in [CHAT, STREAM] {
        let doctor = hospital.device("d01").await.on(mount);
        let room = doctor.new_room(&["2"]).await;
        let mut last = String::new();
        for number in 1..=120 {
            let said = doctor.says(&room, &format!("Line {number}")).await;
            last = crate::support::device::text(&said["id"]);
        }
        let all: Vec<u32> = (1..=120).collect();
        let (end, older, newer) = part(&doctor, &room, "").await;
        assert_eq!((&end[..], newer.as_str()), (&all[70..], ""), "{mount}");
        let (middle, older, newer) = part(&doctor, &room, &older).await;
        assert_eq!(middle, all[20..70], "{mount}");
        let (first, none, later) = part(&doctor, &room, &older).await;
        assert_eq!((&first[..], none.as_str()), (&all[..20], ""), "{mount}");
        assert_eq!(part(&doctor, &room, &later).await.0, middle_from(&all, 20));
        assert_eq!(part(&doctor, &room, &newer).await.0, middle_from(&all, 70));
        // Nothing is newer: the end.
        let behind = part(&doctor, &room, &format!("?after={last}")).await;
        assert_eq!(behind.0, end, "{mount}");
    }
}

fn middle_from(all: &[u32], start: usize) -> &[u32] {
    &all[start..all.len().min(start + 50)]
}
