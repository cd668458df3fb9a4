//! musonza/chat: authors and readers are participations, whose numbers are users' as well; participants of any model.

use super::{
    comes_over,
    hospital::{Expected, ROOMS, micros, quoted, read_until, said, shown, time, users},
};

on_each!(musonza_comes_over: from_sqlite Sqlite, from_postgres Postgres, from_mariadb Mariadb);
on_each!(earlier_musonza_comes_over: earlier_from_sqlite Sqlite, earlier_from_postgres Postgres, earlier_from_mariadb Mariadb);

const USER: &str = "App\\Models\\User";

/// The participation of somebody in a room: numbers in another order than those of the users.
fn participation(room: u32, person: u32) -> u32 {
    let all = ROOMS
        .iter()
        .rev()
        .flat_map(|room| room.3.iter().map(|person| (room.0, *person)));
    let index = all
        .into_iter()
        .position(|one| one == (room, person))
        .unwrap();
    u32::try_from(index).unwrap() + 1
}

const TABLES: &str = "CREATE TABLE chat_conversations (id bigint PRIMARY KEY, private boolean, direct_message boolean, data text, created_at timestamp NULL, updated_at timestamp NULL);\n\
    CREATE TABLE chat_participation (id bigint PRIMARY KEY, conversation_id bigint, messageable_id bigint, messageable_type varchar(255), settings text, created_at timestamp NULL, updated_at timestamp NULL);\n\
    CREATE TABLE chat_messages (id bigint PRIMARY KEY, body text, conversation_id bigint, participation_id bigint, type varchar(255), data text, created_at timestamp NULL, updated_at timestamp NULL);\n\
    CREATE TABLE chat_message_notifications (id bigint PRIMARY KEY, message_id bigint, messageable_id bigint, messageable_type varchar(255), conversation_id bigint, participation_id bigint, is_seen boolean, is_sender boolean, flagged boolean, created_at timestamp NULL, updated_at timestamp NULL, deleted_at timestamp NULL);\n";

/// Columns of a notification about its reader, and of a message about its author, in either generation.
struct Generation {
    conversation: fn(u32, bool, &str) -> String,
    message: fn(u32, u32, u32, &str, &str) -> String,
    notification: fn(u32, u32, u32, u32, bool, bool, &str) -> String,
}

const NOW: Generation = Generation {
    conversation: |room, direct, data| {
        format!(
            "INSERT INTO chat_conversations VALUES ({room}, true, {direct}, {data}, NULL, NULL);\n"
        )
    },
    message: |number, room, author, body, at| {
        let author = participation(room, author);
        format!(
            "INSERT INTO chat_messages VALUES ({number}, {body}, {room}, {author}, 'text', NULL, '{at}', '{at}');\n"
        )
    },
    notification: |id, number, room, person, seen, sender, at| {
        let participation = participation(room, person);
        format!(
            "INSERT INTO chat_message_notifications VALUES ({id}, {number}, {person}, '{USER}', {room}, {participation}, {seen}, {sender}, false, '{at}', '{at}', NULL);\n"
        )
    },
};

fn said_in(generation: &Generation) -> String {
    let (mut sql, mut id) = (String::new(), 0);
    for room in &ROOMS {
        let data = if room.1.is_empty() {
            "NULL".to_owned()
        } else {
            quoted(&serde_json::json!({"title": room.1}).to_string())
        };
        sql += &(generation.conversation)(room.0, room.2, &data);
    }
    for one in said() {
        let at = time(one.second);
        sql += &(generation.message)(one.number, one.room, one.author, &quoted(&one.text), &at);
        let people = ROOMS.iter().find(|room| room.0 == one.room).unwrap().3;
        for person in people {
            id += 1;
            let is_sender = *person == one.author;
            let seen = is_sender || one.number <= read_until(one.room, *person);
            sql +=
                &(generation.notification)(id, one.number, one.room, *person, seen, is_sender, &at);
        }
    }
    sql
}

fn sql() -> String {
    let mut sql = users()
        + "CREATE TABLE patients (id bigint PRIMARY KEY, name varchar(255), mrn varchar(20));\n"
        + TABLES;
    for room in &ROOMS {
        for person in room.3 {
            let id = participation(room.0, *person);
            sql += &format!(
                "INSERT INTO chat_participation VALUES ({id}, {}, {person}, '{USER}', NULL, NULL, NULL);\n",
                room.0
            );
        }
    }
    sql += &said_in(&NOW);
    let (at, later) = (time(5_000), time(5_001));
    let file = quoted("{\"file_url\":\"/storage/chat/9.txt\",\"file_name\":\"trace.txt\"}");
    sql + &format!(
        // A patient takes part, whose number is Dr Two's.
        "INSERT INTO chat_participation VALUES (50, 2, 2, 'App\\Models\\Patient', NULL, NULL, NULL);\n\
         INSERT INTO chat_messages VALUES (901, 'when may I go home', 2, 50, 'text', NULL, '{at}', '{at}');\n\
         INSERT INTO chat_messages VALUES (902, 'from one who left', 2, NULL, 'text', NULL, '{later}', '{later}');\n\
         INSERT INTO chat_messages VALUES (903, 'trace.txt', 2, {}, 'attachment', {file}, '{later}', '{later}');\n\
         INSERT INTO chat_messages VALUES (904, 'seen out of turn', 2, {}, 'text', 'no json', '{later}', '{later}');\n\
         INSERT INTO chat_message_notifications VALUES (9001, 904, 3, '{USER}', 2, 1, true, false, false, '{later}', '{later}', NULL);\n\
         INSERT INTO chat_message_notifications VALUES (9002, 901, 1, 'App\\Models\\Patient', 2, 1, true, false, false, '{later}', '{later}', NULL);\n\
         INSERT INTO chat_message_notifications VALUES (9003, 999, 1, '{USER}', 2, 1, true, false, false, '{later}', '{later}', NULL);\n",
        participation(2, 4),
        participation(2, 4),
    )
}

/// A mark is on the last message of somebody else's that was seen.
fn marks(expected: &mut Expected) {
    for room in &ROOMS {
        let of_room: Vec<_> = said()
            .into_iter()
            .filter(|one| one.room == room.0)
            .collect();
        for person in room.3 {
            let until = read_until(room.0, *person);
            let seen = of_room
                .iter()
                .rposition(|one| one.author != *person && one.number <= until);
            let read = seen.map_or(0, |index| i64::try_from(index).unwrap() + 1);
            expected
                .read
                .insert((room.0.to_string(), shown(*person)), read);
        }
    }
}

async fn musonza_comes_over(on: super::On) {
    let key = |number: u32| number.to_string();
    let mut expected = Expected::of(key, key);
    marks(&mut expected);
    let renal = expected.messages.get_mut("2").unwrap();
    for (number, author, text, second) in [
        (
            "901",
            "Patient 2 (old application)",
            "when may I go home",
            5_000,
        ),
        ("902", "Former staff", "from one who left", 5_001),
        ("903", "Dr O'Neill", "trace.txt", 5_001),
        ("904", "Dr O'Neill", "seen out of turn", 5_001),
    ] {
        renal.push((
            number.into(),
            author.into(),
            text.into(),
            micros(second),
            false,
        ));
    }
    expected
        .files_to_write
        .push(("chat/9.txt".into(), "a trace".into()));
    expected.files = vec![("903".into(), "trace.txt".into(), Some(7))];
    expected.reasons = vec![
        ("messages", "sender_not_staff", 1),
        ("messages", "sender_unknown", 1),
        ("participants", "user_missing", 1),
        ("reads", "user_missing", 1),
        ("reads", "message_missing", 1),
        ("reads", "read_after_unread", 1),
    ];
    comes_over(on, "musonza/chat", &sql(), &[], &expected).await;
}

const EARLIER: Generation = Generation {
    conversation: |room, direct, data| {
        format!("INSERT INTO mc_conversations VALUES ({room}, {direct}, {data}, NULL, NULL);\n")
    },
    message: |number, room, author, body, at| {
        format!(
            "INSERT INTO mc_messages VALUES ({number}, {body}, {room}, {author}, 'text', '{at}', '{at}');\n"
        )
    },
    notification: |id, number, room, person, seen, sender, at| {
        format!(
            "INSERT INTO mc_message_notification VALUES ({id}, {number}, {room}, {person}, {seen}, {sender}, false, '{at}', '{at}', NULL);\n"
        )
    },
};

async fn earlier_musonza_comes_over(on: super::On) {
    let mut sql = users()
        + "CREATE TABLE mc_conversations (id bigint PRIMARY KEY, private boolean, data text, created_at timestamp NULL, updated_at timestamp NULL);\n\
           CREATE TABLE mc_conversation_user (user_id bigint, conversation_id bigint, created_at timestamp NULL, updated_at timestamp NULL);\n\
           CREATE TABLE mc_messages (id bigint PRIMARY KEY, body text, conversation_id bigint, user_id bigint, type varchar(255), created_at timestamp NULL, updated_at timestamp NULL);\n\
           CREATE TABLE mc_message_notification (id bigint PRIMARY KEY, message_id bigint, conversation_id bigint, user_id bigint, is_seen boolean, is_sender boolean, flagged boolean, created_at timestamp NULL, updated_at timestamp NULL, deleted_at timestamp NULL);\n";
    for room in &ROOMS {
        for person in room.3 {
            sql += &format!(
                "INSERT INTO mc_conversation_user VALUES ({person}, {}, NULL, NULL);\n",
                room.0
            );
        }
    }
    let key = |number: u32| number.to_string();
    let mut expected = Expected::of(key, key);
    marks(&mut expected);
    comes_over(
        on,
        "musonza/chat, up to version 3",
        &(sql + &said_in(&EARLIER)),
        &[],
        &expected,
    )
    .await;
}
