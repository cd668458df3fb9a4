//! Chatify: every message names its sender and receiver; texts and names of files are encoded on saving.

use super::{
    comes_over,
    hospital::{Expected, ROOMS, Said, micros, quoted, read_until, said, time, users},
};

on_each!(chatify_comes_over: from_sqlite Sqlite, from_postgres Postgres, from_mariadb Mariadb);

/// As PHP's htmlentities() with ENT_QUOTES encodes these texts.
fn encoded(text: &str) -> String {
    let pairs = [
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("\"", "&quot;"),
        ("'", "&#039;"),
        ("é", "&eacute;"),
        ("è", "&egrave;"),
        ("µ", "&micro;"),
        ("°", "&deg;"),
        ("≥", "&ge;"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (plain, entity)| {
        text.replace(plain, entity)
    })
}

fn id(number: u32) -> String {
    // In no order, as a UUID is.
    format!(
        "{:08x}-0000-4000-8000-{number:012}",
        number.wrapping_mul(2_654_435_761)
    )
}

/// Messages of the two rooms of two people; of two people there is one room.
fn of_two() -> Vec<Said> {
    let is_direct = |room: u32| ROOMS.iter().any(|one| one.0 == room && one.2);
    said()
        .into_iter()
        .filter(|one| is_direct(one.room))
        .collect()
}

fn pair(room: u32) -> String {
    let people = ROOMS.iter().find(|one| one.0 == room).unwrap().3;
    let (low, high) = (people.iter().min().unwrap(), people.iter().max().unwrap());
    format!("pair:{low}:{high}")
}

fn other(one: &Said) -> u32 {
    let people = ROOMS.iter().find(|room| room.0 == one.room).unwrap().3;
    *people.iter().find(|person| **person != one.author).unwrap()
}

fn insert(
    id: &str,
    from: &str,
    to: &str,
    body: &str,
    attachment: &str,
    seen: bool,
    at: &str,
) -> String {
    format!(
        "INSERT INTO ch_messages VALUES ('{id}', {from}, {to}, {body}, {attachment}, {seen}, {at}, {at});\n"
    )
}

fn sql() -> String {
    let mut sql = users()
        + "CREATE TABLE ch_favorites (id char(36) PRIMARY KEY, user_id bigint, favorite_id bigint, created_at timestamp NULL);\n\
           CREATE TABLE ch_messages (id char(36) PRIMARY KEY, from_id bigint, to_id bigint, body varchar(5000), attachment varchar(255), \
           seen boolean, created_at timestamp NULL, updated_at timestamp NULL);\n";
    for one in of_two() {
        let receiver = other(&one);
        let seen = one.number <= read_until(one.room, receiver);
        let body = quoted(&encoded(&one.text));
        let at = format!("'{}'", time(one.second));
        sql += &insert(
            &id(one.number),
            &one.author.to_string(),
            &receiver.to_string(),
            &body,
            "NULL",
            seen,
            &at,
        );
    }
    sql + &mess()
}

fn mess() -> String {
    let at = |second| format!("'{}'", time(second));
    let file = r#"'{"new_name":"9.txt","old_name":"Mme Lef&egrave;vre&#039;s ECG.txt"}'"#;
    let gone = r#"'{"new_name":"10.png","old_name":"gone.png"}'"#;
    [
        // Somebody who is gone wrote, and is written to: the room and the author are known all the same.
        insert(
            &id(901),
            "77",
            "1",
            "'from one who left'",
            "NULL",
            false,
            &at(5_000),
        ),
        insert(
            &id(902),
            "1",
            "77",
            "'to one who left'",
            "NULL",
            true,
            &at(5_001),
        ),
        // A file alone, one that is gone, and neither words nor a file.
        insert(&id(903), "1", "2", "NULL", file, false, &at(5_002)),
        insert(&id(904), "2", "1", "'see this'", gone, false, &at(5_003)),
        insert(&id(905), "2", "1", "'  '", "NULL", false, &at(5_004)),
        // Seen, although one before it was not: nothing that was not read may count as read.
        insert(
            &id(906),
            "2",
            "1",
            "'seen out of turn'",
            "NULL",
            true,
            &at(5_005),
        ),
        // Notes to oneself.
        insert(&id(907), "5", "5", "'to myself'", "NULL", true, &at(5_006)),
        // Nobody knows to whom.
        insert(&id(908), "5", "0", "'to nobody'", "NULL", true, &at(5_007)),
        // Two at the same time.
        insert(&id(909), "6", "5", "'question'", "NULL", false, &at(5_008)),
        insert(&id(910), "5", "6", "'answer'", "NULL", false, &at(5_008)),
    ]
    .concat()
}

fn expected() -> Expected {
    let mut expected = Expected::of(pair, id);
    expected.rooms.retain(|_, (kind, _)| kind == "private");
    expected.messages = of_two().iter().fold(
        Default::default(),
        |mut messages: std::collections::BTreeMap<_, Vec<_>>, one| {
            let message = (
                id(one.number),
                super::hospital::shown(one.author),
                one.text.clone(),
                micros(one.second),
                false,
            );
            messages.entry(pair(one.room)).or_default().push(message);
            messages
        },
    );
    expected.read.clear();
    for room in ROOMS.iter().filter(|room| room.2) {
        for person in room.3 {
            // A mark is on the last message of the other that was seen.
            let until = read_until(room.0, *person);
            let of_room: Vec<Said> = of_two()
                .into_iter()
                .filter(|one| one.room == room.0)
                .collect();
            let seen = of_room
                .iter()
                .rposition(|one| one.author != *person && one.number <= until);
            let read = seen.map_or(0, |index| i64::try_from(index).unwrap() + 1);
            expected
                .read
                .insert((pair(room.0), super::hospital::shown(*person)), read);
        }
    }
    let mut add = |room: &str, number: u32, author: &str, text: &str, second: u32| {
        let message = (
            id(number),
            author.to_owned(),
            text.to_owned(),
            micros(second),
            false,
        );
        expected
            .messages
            .entry(room.to_owned())
            .or_default()
            .push(message);
    };
    add(
        "pair:1:former:77",
        901,
        "Former staff #77",
        "from one who left",
        5_000,
    );
    add("pair:1:former:77", 902, "Dr One", "to one who left", 5_001);
    add("pair:1:2", 903, "Dr One", "-", 5_002);
    add("pair:1:2", 904, "Dr Two", "see this", 5_003);
    add("pair:1:2", 906, "Dr Two", "seen out of turn", 5_005);
    add("pair:5:5", 907, "Dr Five", "to myself", 5_006);
    add("pair:5:6", 909, "Dr Six", "question", 5_008);
    add("pair:5:6", 910, "Dr Five", "answer", 5_008);
    for (room, kind) in [
        ("pair:1:former:77", "private"),
        ("pair:5:5", "group"),
        ("pair:5:6", "private"),
    ] {
        expected
            .rooms
            .insert(room.to_owned(), (kind.to_owned(), "-".to_owned()));
    }
    for (room, name) in [
        ("pair:1:former:77", "Dr One"),
        ("pair:1:former:77", "Former staff #77"),
        ("pair:5:5", "Dr Five"),
        ("pair:5:6", "Dr Five"),
        ("pair:5:6", "Dr Six"),
    ] {
        let read = i64::from(room == "pair:5:5");
        expected
            .read
            .insert((room.to_owned(), name.to_owned()), read);
    }
    expected
        .files_to_write
        .push(("attachments/9.txt".into(), "a trace".into()));
    expected.files = vec![
        (id(903), "Mme Lefèvre's ECG.txt".into(), Some(7)),
        (id(904), "gone.png (not available).txt".into(), None),
    ];
    expected.reasons = vec![
        ("messages", "sender_unknown", 1),
        ("messages", "receiver_unknown", 1),
        ("messages", "empty_body", 1),
        ("messages", "no_room", 1),
        ("messages", "file_missing", 1),
        ("messages", "order_unknown", 1),
        ("messages", "html_entities", 0),
        ("messages", "read_after_unread", 1),
    ];
    expected
}

async fn chatify_comes_over(on: super::On) {
    let mut expected = expected();
    if on == super::On::Mariadb {
        // It keeps no order of rows but that of their ids.
        expected.messages.get_mut("pair:5:6").unwrap().reverse();
    }
    comes_over(on, "Chatify", &sql(), &[], &expected).await;
}
