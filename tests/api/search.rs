//! Searching messages and patients.

use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{CHAT, Device, STREAM, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    words_are_found_in_own_rooms_only,
    a_search_is_narrowed,
    what_narrows_needs_no_words,
    words_may_travel_in_the_body,
    the_page_shows_hits_and_marks_them,
    the_patients_say_what_is_unread,
    pages_of_hits_hold_each_once,
    signs_of_the_query_language_are_plain_text,
    patients_are_found_by_name_number_bed_and_ward,
);

async fn found(device: &Device, query: &str) -> Vec<String> {
    let answer = device.get(&format!("{CHAT}/api/search?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let hits = answer.json()["messages"].as_array().unwrap().clone();
    hits.iter().map(|message| text(&message["text"])).collect()
}

async fn words_are_found_in_own_rooms_only(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, fifth) = (hospital.device("d01").await, hospital.device("d05").await);
    let room = first.new_room(&["2"]).await;
    first.says(&room, "Hyperkali\u{e4}mie older").await;
    first.says(&room, "hyperKALI\u{e4}mie newer").await;
    let newest_first = ["hyperKALI\u{e4}mie newer", "Hyperkali\u{e4}mie older"];
    assert_eq!(found(&first, "q=HYPERkali").await, newest_first);
    assert!(found(&fifth, "q=hyperkali").await.is_empty());
}

async fn a_search_is_narrowed(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let (here, there) = (first.new_room(&["2"]).await, first.new_room(&["2"]).await);
    first.says(&here, "quokka one").await;
    second.says(&here, "quokka two").await;
    first.says(&there, "quokka three").await;
    assert_eq!(
        found(&first, &format!("q=quokka&room={here}")).await,
        ["quokka two", "quokka one"]
    );
    assert_eq!(found(&first, "q=quokka&author=2").await, ["quokka two"]);
    assert_eq!(found(&first, "q=quokka&from=2020-01-01").await.len(), 3);
    assert!(
        found(&first, "q=quokka&from=2999-01-01T00:00:00Z")
            .await
            .is_empty()
    );
}

async fn what_narrows_needs_no_words(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device
        .post(&format!("{CHAT}/api/rooms"), &json!({"patient_id": "6"}))
        .await;
    let room = text(&room.json()["id"]);
    let new = json!({"client_id": "urgent-1", "text": "Wombat, come", "urgency": "urgent"});
    let posted = device
        .post(&format!("{CHAT}/api/rooms/{room}/messages"), &new)
        .await;
    assert_eq!(posted.status, 201);
    assert_eq!(
        found(&device, "patient=6&urgent=true").await,
        ["Wombat, come"]
    );
    assert_eq!(found(&device, "q=WOMBAT&patient=6").await, ["Wombat, come"]);
    assert_eq!(found(&device, "q=wombat&patient=5").await, [""; 0]);
    assert_eq!(found(&device, "q=wombat&to=2020-01-01").await, [""; 0]);
    assert_eq!(
        found(&device, "q=wombat&to=2999-01-01&has_file=false")
            .await
            .len(),
        1
    );
    let unknown = device.get(&format!("{CHAT}/api/search?patient=4711")).await;
    unknown.is_problem(404, "not-found");
}

async fn words_may_travel_in_the_body(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    device.says(&room, "Ménière, left").await;
    let asked = json!({"q": "meniere", "room": room, "has_file": false, "limit": 10});
    let answer = device.post(&format!("{CHAT}/api/search"), &asked).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["messages"][0]["text"], "Ménière, left");
    let wrong = json!({"q": "meniere", "has_file": "maybe", "limit": 0});
    let answer = device.post(&format!("{CHAT}/api/search"), &wrong).await;
    answer.is_problem(422, "invalid");
}

async fn the_page_shows_hits_and_marks_them(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    for mount in [CHAT, STREAM] {
        let device = hospital.device("d01").await.on(mount);
        let room = device.new_room(&["2"]).await;
        let said = device.says(&room, "<b>Ménière</b> & left ear").await;
        let search = format!("{mount}/search");
        let empty = device.page(&search).await;
        assert_eq!(empty.status, 200);
        assert!(empty.text().contains("data-testid=\"search-tips\""));
        let found = device
            .form(&search, &[("q", "meniere"), ("author", "")])
            .await;
        assert_eq!(found.status, 200);
        let page = found.text();
        assert_eq!(page.matches("data-testid=\"search-hit\"").count(), 1);
        assert!(page.contains("<mark>Ménière</mark>"), "{page}");
        assert!(!page.contains("<b>"), "text is no markup");
        let link = format!("{mount}/rooms/{room}?message={}", text(&said["id"]));
        assert!(page.contains(&link), "{page}");
        let nothing = device
            .form(&search, &[("q", "zebra"), ("room", &room)])
            .await
            .text();
        assert!(nothing.contains("data-testid=\"search-nothing\""));
        let in_room = device
            .page(&format!("{search}?room={room}&q=zebra"))
            .await
            .text();
        assert_eq!(in_room.matches("data-testid=\"search-hit\"").count(), 1);
        assert!(
            !in_room.contains("zebra"),
            "words in an address are not taken"
        );
        let wrong = device.form(&search, &[("q", "x"), ("from", "then")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("data-testid=\"search-error\""));
        let foreign = device
            .form(&search, &[("q", "meniere"), ("room", "987654")])
            .await;
        assert_eq!(foreign.status, 404);
    }
}

async fn the_patients_say_what_is_unread(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    for (mount, place, backend) in [(CHAT, "Legacy", "legacy"), (STREAM, "Stream", "stream")] {
        let first = hospital.device("d01").await.on(mount);
        let fifth = hospital.device("d05").await.on(mount);
        let open = json!({"patient_id": "6"});
        let mut rooms = Vec::new();
        for device in [&first, &fifth] {
            let opened = device
                .post(&format!("{mount}/api/rooms"), &open)
                .await
                .json();
            rooms.push(text(&opened["id"]));
        }
        let unread = fifth
            .get(&format!("{mount}/api/rooms/{}", rooms[1]))
            .await
            .json();
        let before = unread["unread"].as_u64().unwrap();
        first.says(&rooms[0], "one").await;
        first.says(&rooms[0], "two").await;
        let mark = format!("{} unread, {place}", before + 2);
        let list = fifth.page("/doctor/patients").await.text();
        assert!(list.contains(&mark), "{mark}");
        let card = fifth.page("/doctor/patients/6").await.text();
        assert!(card.contains(&format!("unread-{backend}")), "{card}");
        assert!(card.contains(&format!("{} unread<", before + 2)), "{card}");
    }
}

async fn pages_of_hits_hold_each_once(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    for number in 0..5 {
        device.says(&room, &format!("wombat {number}")).await;
    }
    let mut read = Vec::new();
    let mut path = format!("{CHAT}/api/search?q=wombat&limit=2");
    loop {
        let page = device.get(&path).await.json();
        let hits = page["messages"].as_array().unwrap().iter();
        read.extend(hits.map(|message| text(&message["text"])));
        match &page["next"] {
            Value::Null => break,
            next => path = format!("{CHAT}/api/search?q=wombat&limit=2&cursor={}", text(next)),
        }
    }
    assert_eq!(
        read,
        ["wombat 4", "wombat 3", "wombat 2", "wombat 1", "wombat 0"]
    );
}

async fn signs_of_the_query_language_are_plain_text(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    device
        .says(&room, r"sats 100% on air, file_name, C:\gas, it's")
        .await;
    device
        .says(&room, "sats 1000 on air, filename, C:gas")
        .await;
    for query in ["100%25", "file_name", "C%3A%5Cgas", "it's"] {
        assert_eq!(
            found(&device, &format!("q={query}&room={room}"))
                .await
                .len(),
            1,
            "{query}"
        );
    }
    assert_eq!(
        found(&device, &format!("q=%25%25&room={room}")).await,
        [""; 0]
    );
}

async fn patients_are_found_by_name_number_bed_and_ward(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d03").await;
    let rows = async |query: &str| {
        let page = device.page(&format!("/doctor/patients?q={query}")).await;
        assert_eq!(page.status, 200);
        page.text().matches("data-testid=\"patient-row\"").count()
    };
    assert_eq!(rows("").await, 12);
    assert_eq!(rows("aSHgrove").await, 2);
    assert_eq!(rows("LMH-900103").await, 1);
    assert_eq!(rows("C1-11").await, 1);
    assert_eq!(rows("A2").await, 2);
    assert_eq!(rows("nobody+here").await, 0);
    let page = device.page("/doctor/patients?q=%3Cscript%3E").await.text();
    assert!(
        !page.contains("<script>") && page.contains("&#60;script&#62;")
            || page.contains("&lt;script&gt;")
    );
    let unknown = device.get("/doctor/patients/4711").await;
    unknown.is_problem(404, "not-found");
    let card = device.page("/doctor/patients/6").await.text();
    for part in [
        "Casimir Dunmore",
        "LMH-900106",
        "Penicillin (facial swelling)",
        "open-legacy",
    ] {
        assert!(card.contains(part), "{part}");
    }
    assert_eq!(json!(rows("LMH-9").await), json!(12));
}
