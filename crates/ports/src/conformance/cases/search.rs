use std::slice::from_ref;

use domain::{
    Content, Doctor, FileName, Filter, Message, MessageId, MessageText, NewMessage, Query, RoomId,
    Search, Urgency, UrgentReason,
};

use crate::{
    ErrorKind, NewAttachment,
    conformance::{
        Fixture,
        refused::{not_found, odd_ids, refused},
        scene::{Scene, content, ids, note, page_size},
    },
};

pub(super) fn search_for(text: &str) -> Search {
    narrowed(text, Filter::default())
}

pub(super) fn narrowed(text: &str, filter: Filter) -> Search {
    Search::new(Some(Query::parse(text).unwrap()), filter).unwrap()
}

/// A scene whose backend searches; one that does not says so.
pub(super) async fn searching(fixture: Fixture) -> Option<Scene> {
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

pub(super) async fn hits(s: &Scene, doctor: &Doctor, search: &Search) -> Vec<MessageId> {
    let page = s.backend.messages.search(doctor, search).await.unwrap();
    ids(&page.messages)
}

pub(super) async fn found(s: &Scene, doctor: &Doctor, text: &str) -> Vec<MessageId> {
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
        ("המטופל יציב", "יציב"),
        ("المريض مستقر", "مستق"),
        ("환자 안정", "안정"),
        ("รอผลเลือด", "เลือด"),
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
    assert_eq!(found(&s, &cleo, "sepsis").await, from_ref(&first));
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
        let mut search = search_for("lactate");
        search.size = page_size(size);
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

pub async fn search_ignores_accents(fixture: Fixture) {
    let Some(s) = searching(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    for (said, sought) in [
        ("Ménière, left ear", "meniere"),
        ("Sjogren's?", "Sjögren"),
        ("e\u{301}le\u{300}ve prévenu", "élève"),
        ("Straße gesperrt", "STRASSE"),
        ("Ask Sørensen, Łukasz too", "lukasz"),
        ("Άσθμα, ήπιο", "ασθμα"),
        ("приём в ёлках", "прием"),
        ("שָׁלוֹם לכולם", "שלום"),
        ("digoxin 62.5 µg", "μg"),
        ("K+ 6.9 now", "k+"),
        ("pO₂ low", "o2"),
        ("５００ mg IV", "500 MG"),
        ("don’t wait", "don't"),
        ("مریض پایدار است", "مريض"),
        ("ضغط الكلية", "کلیه"),
        ("سدیم ۱۳۹٫۵ بود", "139.5"),
        ("الصوديوم ١٤١٫٥", "141.5"),
        ("see “plan A”", "\"plan a\""),
        ("co\u{2011}amoxiclav given", "co-amoxiclav"),
        ("stop\nwarfarin", "stop warfarin"),
        ("give\u{a0}clexane", "give clexane"),
    ] {
        let message = s.say(&ana, &room, said).await.id;
        assert_eq!(found(&s, &ben, sought).await, [message], "{sought}");
    }
}

pub async fn search_finds_all_words_in_any_order(fixture: Fixture) {
    let Some(s) = searching(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let said = s.say(&ana, &room, "Lactate 4.1, then the BP fell").await.id;
    s.say(&ana, &room, "lactate only").await;
    s.say(&ana, &room, "BP only").await;
    for words in [
        "BP lactate",
        "lactate bp",
        "4.1 bp LACT",
        "b 4.1 lactate",
        "bp  4.1",
    ] {
        assert_eq!(found(&s, &ben, words).await, from_ref(&said), "{words}");
    }
    assert!(found(&s, &ben, "lactate sepsis").await.is_empty());
    let urgent = NewMessage {
        urgency: Urgency::Urgent,
        urgent_reason: UrgentReason::parse("Potassium 6.9").ok(),
        ..note("please come to bed four")
    };
    let urgent = s.post(&ana, &room, &urgent).await.id;
    for words in [
        "potassium",
        "6.9 potass",
        "bed potassium",
        "potassium four",
        "6. me",
    ] {
        assert_eq!(found(&s, &ben, words).await, from_ref(&urgent), "{words}");
    }
    if !s.backend.capabilities.attachments {
        return;
    }
    let file = NewAttachment {
        name: FileName::parse("abdomen portal phase.png").unwrap(),
        media_type: "image/png".to_owned(),
        bytes: "a scan".to_owned().into(),
        picture: None,
    };
    let attachments = &s.backend.attachments;
    let file = attachments.upload(&ana, &room, &file).await.unwrap();
    let words = MessageText::parse("liver lesion?").ok();
    let captioned = NewMessage {
        content: Content::new(words, vec![file.id]).unwrap(),
        ..note("x")
    };
    let captioned = s.post(&ana, &room, &captioned).await.id;
    for words in [
        "phase portal",
        "portal lesion",
        "lesion abdomen",
        "liver lesion",
        "er al",
    ] {
        assert_eq!(
            found(&s, &ben, words).await,
            from_ref(&captioned),
            "{words}"
        );
    }
}

pub async fn search_finds_names_of_files(fixture: Fixture) {
    let Some(s) = searching(fixture).await else {
        return;
    };
    if !s.backend.capabilities.attachments {
        return;
    }
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let named = s.send_file(&ana, &room, "Échographie cœur.png").await;
    let other = s.send_file(&ana, &room, "ECG.png").await;
    let said = s.say(&ben, &room, "echographie seen").await;
    let both = [said.id.clone(), named.id.clone()];
    assert_eq!(found(&s, &ben, "ECHOGRAPHIE").await, both);
    assert_eq!(found(&s, &ben, "coeur.p").await, from_ref(&named.id));
    assert_eq!(
        found(&s, &ben, "cg").await,
        from_ref(&other.id),
        "two letters"
    );
    assert!(found(&s, &cleo, "echographie").await.is_empty());
    s.recall(&ana, &named).await;
    assert_eq!(found(&s, &ben, "echographie").await, [said.id]);
    let page = s.backend.messages.search(&ben, &search_for("ecg")).await;
    assert_eq!(
        page.unwrap().messages,
        [other],
        "a hit is the whole message"
    );
}

/// Random texts of few letters, so that hits are many, against the plain meaning of a query.
pub async fn search_equals_looking_at_every_message(fixture: Fixture) {
    const LETTERS: [&str; 18] = [
        "a", "A", "á", "b", "B", " ", "%", "_", "\\", "'", "*", "е", "Ё", "σ", "ς", "安", "ß", "s",
    ];
    let Some(s) = searching(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    // Always the same, and quite irregular.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut text = |least: usize, most: usize| -> String {
        let count = least + random(most - least + 1);
        (0..count).map(|_| LETTERS[random(LETTERS.len())]).collect()
    };
    let mut said = Vec::new();
    for _ in 0..60 {
        let text = format!("x{}x", text(1, 12));
        said.insert(0, s.say(&ana, &room, &text).await);
    }
    let mut search_hits = 0;
    for _ in 0..150 {
        let Ok(query) = Query::parse(&text(2, 4)) else {
            continue;
        };
        let expected: Vec<Message> = said.iter().filter(|m| query.is_in(m)).cloned().collect();
        let mut search = Search::new(Some(query.clone()), Filter::default()).unwrap();
        search.size = page_size(100);
        assert_eq!(
            hits(&s, &ben, &search).await,
            ids(&expected),
            "{}",
            query.as_str()
        );
        search_hits += expected.len();
    }
    assert!(search_hits > 100, "the texts are too unlike the queries");
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
    let search_in = |room| {
        let filter = Filter {
            room,
            ..Filter::default()
        };
        narrowed("sepsis", filter)
    };
    let inside = search_in(Some(room));
    not_found(messages.search(&cleo, &inside).await);
    not_found(messages.search(&dan, &inside).await);
    assert_eq!(hits(&s, &ben, &inside).await.len(), 1);
    for id in odd_ids() {
        let nowhere = search_in(RoomId::parse(id).ok());
        not_found(messages.search(&ana, &nowhere).await);
    }
}
