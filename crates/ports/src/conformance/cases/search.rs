use domain::{Doctor, MessageId, PageSize, Query, RoomId, Search, StaffId};

use crate::{
    ErrorKind,
    conformance::{
        Fixture,
        refused::{not_found, odd_ids, refused},
        scene::{Scene, content, ids, page_size},
    },
};

fn search_for(text: &str) -> Search {
    Search {
        query: Query::parse(text).unwrap(),
        room: None,
        author: None,
        from: None,
        after_hit: None,
        size: PageSize::DEFAULT,
    }
}

/// A scene whose backend searches; one that does not says so.
async fn searching(fixture: Fixture) -> Option<Scene> {
    let s = Scene::of(fixture);
    if s.backend.capabilities.search {
        return Some(s);
    }
    let answer = s
        .backend
        .messages
        .search(&s.everyone[0], &search_for("anything"))
        .await;
    refused(answer, ErrorKind::Unsupported);
    None
}

async fn hits(s: &Scene, doctor: &Doctor, search: &Search) -> Vec<MessageId> {
    let page = s.backend.messages.search(doctor, search).await.unwrap();
    ids(&page.messages)
}

async fn found(s: &Scene, doctor: &Doctor, text: &str) -> Vec<MessageId> {
    hits(s, doctor, &search_for(text)).await
}

pub async fn search_finds_parts_of_words_whatever_the_case(fixture: Fixture) {
    let Some(s) = searching(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let one = s.say(&ana, &room, "Potassium 6.9 on Ward B2").await.id;
    let two = s.say(&ben, &room, "repeat the POTASSIUM please").await.id;
    s.say(&ben, &room, "ECG done").await;
    assert_eq!(
        found(&s, &ana, "potassium").await,
        [two.clone(), one.clone()],
        "newest first"
    );
    assert_eq!(found(&s, &ben, "TASSIUM").await, [two.clone(), one.clone()]);
    assert_eq!(found(&s, &ben, "6.9 on").await, [one]);
    assert_eq!(found(&s, &ben, "the p").await, [two]);
    assert!(found(&s, &ben, "sodium").await.is_empty());
}

pub async fn search_ignores_case_in_every_script(fixture: Fixture) {
    let Some(s) = searching(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    for (said, sought) in [
        ("Ödem am Knöchel", "öDEM"),
        ("ЭКГ в норме", "экг"),
        ("σταθερός ΑΣΘΕΝΉΣ", "ασθενή"),
        ("患者は安定", "安定"),
    ] {
        let message = s.say(&ana, &room, said).await.id;
        assert_eq!(found(&s, &ben, sought).await, [message], "{sought}");
    }
}

pub async fn search_takes_every_character_as_itself(fixture: Fixture) {
    let Some(s) = searching(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    s.say(&ana, &room, "plain words 100 mg, axb, a.b").await;
    for text in [
        "100% off",
        "a_b",
        "back\\slash",
        "it's",
        "[a-z]",
        "\"q\"",
        "a*b",
        "?x",
        "$1",
        "^a",
    ] {
        let message = s.say(&ana, &room, &format!("before {text} after")).await.id;
        assert_eq!(found(&s, &ben, text).await, [message], "{text}");
    }
    for text in ["%%", "__", "0%m", "a_.b", "\\%", "**", ".*", "' OR '1'='1"] {
        assert!(found(&s, &ben, text).await.is_empty(), "{text}");
    }
}

pub async fn search_finds_only_in_ones_own_rooms(fixture: Fixture) {
    let Some(s) = searching(fixture).await else {
        return;
    };
    let [ana, ben, cleo, dan] = s.doctors();
    let one = s.group(&[&ana, &ben, &cleo]).await;
    let other = s.group(&[&ana, &ben]).await;
    let first = s.say(&cleo, &one, "sepsis?").await.id;
    let second = s.say(&ana, &other, "sepsis!").await.id;
    assert_eq!(
        found(&s, &ana, "sepsis").await,
        [second.clone(), first.clone()]
    );
    assert_eq!(
        found(&s, &cleo, "sepsis").await,
        std::slice::from_ref(&first)
    );
    assert!(found(&s, &dan, "sepsis").await.is_empty());
    s.remove(&ana, &one, &cleo).await;
    assert!(
        found(&s, &cleo, "sepsis").await.is_empty(),
        "not even her own words"
    );
    s.add(&ana, &other, &cleo).await;
    assert_eq!(found(&s, &cleo, "sepsis").await, [second]);
}

pub async fn search_finds_what_a_message_says_now(fixture: Fixture) {
    let Some(s) = searching(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let message = s.say(&ana, &room, "warfarin").await;
    let messages = &s.backend.messages;
    let edited = messages
        .edit(&ana, &room, &message.id, &content("heparin"))
        .await
        .unwrap();
    assert!(found(&s, &ben, "warfarin").await.is_empty());
    let page = messages.search(&ben, &search_for("heparin")).await.unwrap();
    assert_eq!(page.messages, [edited], "a hit is the whole message");
    s.recall(&ana, &message).await;
    for doctor in [&ana, &ben] {
        assert!(found(&s, doctor, "heparin").await.is_empty(), "recalled");
        assert!(found(&s, doctor, "warfarin").await.is_empty());
    }
}

pub async fn search_pages_newest_first_without_gaps(fixture: Fixture) {
    let Some(s) = searching(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let rooms = [s.group(&[&ana, &ben]).await, s.group(&[&ana, &ben]).await];
    let mut said = Vec::new();
    for number in 0..6 {
        s.say(&ana, &rooms[0], "something else").await;
        let text = format!("lactate {number}");
        said.insert(0, s.say(&ana, &rooms[number % 2], &text).await.id);
    }
    for size in 1..=7 {
        let mut search = Search {
            size: page_size(size),
            ..search_for("lactate")
        };
        let (mut seen, mut pages) = (Vec::new(), 0);
        loop {
            let page = s.backend.messages.search(&ben, &search).await.unwrap();
            assert!(page.messages.len() <= page_size(size).get());
            seen.extend(ids(&page.messages));
            pages += 1;
            search.after_hit = page.next;
            if search.after_hit.is_none() {
                break;
            }
        }
        assert_eq!(seen, said, "pages of {size}");
        assert_eq!(
            pages,
            6_u32.div_ceil(size),
            "no empty page of {size} ends it"
        );
    }
}

pub async fn search_can_be_narrowed(fixture: Fixture) {
    let Some(s) = searching(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let rooms = [s.group(&[&ana, &ben]).await, s.group(&[&ana, &ben]).await];
    let mut said = Vec::new();
    for (doctor, room) in [(&ana, 0), (&ben, 0), (&ana, 1), (&ben, 1)] {
        said.insert(0, s.say(doctor, &rooms[room], "troponin").await);
    }
    let all = search_for("troponin");
    assert_eq!(hits(&s, &ana, &all).await, ids(&said));
    let of_ben = Search {
        author: Some(ben.id().clone()),
        ..all.clone()
    };
    assert_eq!(
        hits(&s, &ana, &of_ben).await,
        [said[0].id.clone(), said[2].id.clone()]
    );
    let in_one = Search {
        room: Some(rooms[0].clone()),
        ..all.clone()
    };
    assert_eq!(
        hits(&s, &ana, &in_one).await,
        [said[2].id.clone(), said[3].id.clone()]
    );
    let from = said[1].sent_at;
    let since = Search {
        from: Some(from),
        ..all.clone()
    };
    let mut expected = said.clone();
    expected.retain(|message| message.sent_at >= from);
    assert_eq!(
        hits(&s, &ana, &since).await,
        ids(&expected),
        "sent at or after"
    );
    let all_at_once = Search {
        room: Some(rooms[1].clone()),
        ..of_ben
    };
    assert_eq!(hits(&s, &ana, &all_at_once).await, [said[0].id.clone()]);
    for id in odd_ids() {
        let nobody = Search {
            author: StaffId::parse(id).ok(),
            ..all.clone()
        };
        assert!(hits(&s, &ana, &nobody).await.is_empty());
    }
}

pub async fn search_in_a_room_that_is_not_ones_own_is_not_found(fixture: Fixture) {
    let Some(s) = searching(fixture).await else {
        return;
    };
    let [ana, ben, cleo, dan] = s.doctors();
    let room = s.group(&[&ana, &ben, &cleo]).await;
    s.say(&ana, &room, "sepsis?").await;
    s.remove(&ana, &room, &cleo).await;
    let messages = &s.backend.messages;
    let inside = Search {
        room: Some(room),
        ..search_for("sepsis")
    };
    not_found(messages.search(&cleo, &inside).await);
    not_found(messages.search(&dan, &inside).await);
    assert_eq!(hits(&s, &ben, &inside).await.len(), 1);
    for id in odd_ids() {
        let nowhere = Search {
            room: RoomId::parse(id).ok(),
            ..search_for("sepsis")
        };
        not_found(messages.search(&ana, &nowhere).await);
    }
}
