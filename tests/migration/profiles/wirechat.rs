//! WireChat in both generations: names of groups in a table of their own, files of messages and of groups in one.

use super::{
    comes_over,
    hospital::{Expected, ROOMS, micros, quoted, read_until, said, time, users},
};

on_each!(wirechat_comes_over: from_sqlite Sqlite, from_postgres Postgres, from_mariadb Mariadb);
on_each!(sendable_wirechat_comes_over: sendable_from_sqlite Sqlite, sendable_from_postgres Postgres, sendable_from_mariadb Mariadb);

const USER: &str = "App\\Models\\User";

fn participant(room: u32, person: u32) -> u32 {
    let all = ROOMS
        .iter()
        .rev()
        .flat_map(|room| room.3.iter().rev().map(|person| (room.0, *person)));
    let index = all
        .into_iter()
        .position(|one| one == (room, person))
        .unwrap();
    u32::try_from(index).unwrap() + 1
}

fn sql(prefix: &str, names_participants: bool) -> String {
    let author = if names_participants {
        "participant_id bigint"
    } else {
        "sendable_id varchar(255), sendable_type varchar(255)"
    };
    let mut sql = users()
        + &format!(
            "CREATE TABLE {prefix}conversations (id bigint PRIMARY KEY, type varchar(255), created_at timestamp NULL, updated_at timestamp NULL);\n\
             CREATE TABLE {prefix}groups (id bigint PRIMARY KEY, conversation_id bigint, name varchar(255), description text, avatar_url varchar(255), type varchar(255), deleted_at timestamp NULL, created_at timestamp NULL, updated_at timestamp NULL);\n\
             CREATE TABLE {prefix}participants (id bigint PRIMARY KEY, conversation_id bigint, role varchar(255), participantable_id varchar(255), participantable_type varchar(255), exited_at timestamp NULL, last_active_at timestamp NULL, conversation_cleared_at timestamp NULL, conversation_deleted_at timestamp NULL, conversation_read_at timestamp NULL, deleted_at timestamp NULL, created_at timestamp NULL, updated_at timestamp NULL);\n\
             CREATE TABLE {prefix}messages (id bigint PRIMARY KEY, conversation_id bigint, {author}, reply_id bigint, body text, type varchar(255), kept_at timestamp NULL, deleted_at timestamp NULL, created_at timestamp NULL, updated_at timestamp NULL);\n\
             CREATE TABLE {prefix}attachments (id bigint PRIMARY KEY, attachable_type varchar(255), attachable_id bigint, file_path varchar(255), file_name varchar(255), original_name varchar(255), url varchar(255), mime_type varchar(255), created_at timestamp NULL, updated_at timestamp NULL);\n"
        );
    let by = |room: u32, person: u32| {
        if names_participants {
            participant(room, person).to_string()
        } else {
            format!("'{person}', '{USER}'")
        }
    };
    for room in &ROOMS {
        let kind = if room.2 { "private" } else { "group" };
        sql += &format!(
            "INSERT INTO {prefix}conversations VALUES ({}, '{kind}', NULL, NULL);\n",
            room.0
        );
        if !room.2 {
            let id = room.0 + 20;
            sql += &format!(
                "INSERT INTO {prefix}groups VALUES ({id}, {}, {}, NULL, NULL, 'private', NULL, NULL, NULL);\n",
                room.0,
                quoted(room.1)
            );
        }
        for person in room.3 {
            let (id, read) = (
                participant(room.0, *person),
                time(read_until(room.0, *person) * 37),
            );
            sql += &format!(
                "INSERT INTO {prefix}participants VALUES ({id}, {}, 'participant', '{person}', '{USER}', NULL, NULL, NULL, NULL, '{read}', NULL, NULL, NULL);\n",
                room.0
            );
        }
    }
    for one in said() {
        let at = time(one.second);
        sql += &format!(
            "INSERT INTO {prefix}messages VALUES ({}, {}, {}, NULL, {}, 'text', NULL, NULL, '{at}', '{at}');\n",
            one.number,
            one.room,
            by(one.room, one.author),
            quoted(&one.text)
        );
    }
    let (at, later) = (time(5_000), time(5_001));
    let patient = if names_participants {
        "60".to_owned()
    } else {
        "'2', 'App\\Models\\Patient'".to_owned()
    };
    let gone = if names_participants {
        "99".to_owned()
    } else {
        format!("'77', '{USER}'")
    };
    sql + &format!(
        // A patient of Dr Two's number, somebody who went and one who was removed, an answer, what was taken back.
        "INSERT INTO {prefix}participants VALUES (60, 2, 'participant', '2', 'App\\Models\\Patient', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);\n\
         INSERT INTO {prefix}participants VALUES (61, 2, 'participant', '5', '{USER}', '{at}', NULL, NULL, NULL, NULL, NULL, NULL, NULL);\n\
         INSERT INTO {prefix}participants VALUES (62, 2, 'participant', '6', '{USER}', NULL, NULL, NULL, NULL, NULL, '{at}', NULL, NULL);\n\
         INSERT INTO {prefix}messages VALUES (901, 2, {patient}, NULL, 'when may I go home', 'text', NULL, NULL, '{at}', '{at}');\n\
         INSERT INTO {prefix}messages VALUES (902, 2, {gone}, NULL, 'from one who left', 'text', NULL, NULL, '{later}', '{later}');\n\
         INSERT INTO {prefix}messages VALUES (903, 2, {one}, 901, 'regret', 'text', NULL, '{later}', '{later}', '{later}');\n\
         INSERT INTO {prefix}messages VALUES (904, 4, {two}, NULL, NULL, 'attachment', NULL, NULL, '{later}', '{later}');\n\
         INSERT INTO {prefix}attachments VALUES (1, 'Namu\\WireChat\\Models\\Message', 904, 'attachments/9.txt', '9.txt', 'trace.txt', '/storage/attachments/9.txt', 'text/plain', NULL, NULL);\n\
         INSERT INTO {prefix}attachments VALUES (2, 'Namu\\WireChat\\Models\\Group', 22, 'attachments/cover.txt', 'cover.txt', 'cover.txt', '/storage/attachments/cover.txt', 'text/plain', NULL, NULL);\n",
        one = by(2, 1),
        two = by(4, 2),
    )
}

fn expected(former: &str) -> Expected {
    let key = |number: u32| number.to_string();
    let mut expected = Expected::of(key, key);
    let mut add =
        |room: &str, number: &str, author: &str, text: &str, second: u32, is_deleted: bool| {
            let messages = expected.messages.get_mut(room).unwrap();
            messages.push((
                number.into(),
                author.into(),
                text.into(),
                micros(second),
                is_deleted,
            ));
        };
    add(
        "2",
        "901",
        "Patient 2 (old application)",
        "when may I go home",
        5_000,
        false,
    );
    add("2", "902", former, "from one who left", 5_001, false);
    add("2", "903", "Dr One", "regret", 5_001, true);
    add("4", "904", "Dr Two", "-", 5_001, false);
    expected.files_to_write = vec![
        ("attachments/9.txt".into(), "a trace".into()),
        ("attachments/cover.txt".into(), "a cover".into()),
    ];
    // The cover of a group hangs on no message of its number.
    expected.files = vec![("904".into(), "trace.txt".into(), Some(7))];
    expected.reasons = vec![
        ("messages", "sender_not_staff", 1),
        ("messages", "sender_unknown", 1),
        ("messages", "soft_deleted", 1),
        ("participants", "user_missing", 1),
        ("attachments", "not_of_message", 1),
    ];
    expected
}

async fn wirechat_comes_over(on: super::On) {
    comes_over(
        on,
        "WireChat",
        &sql("wirechat_", true),
        &[],
        &expected("Former staff"),
    )
    .await;
}

async fn sendable_wirechat_comes_over(on: super::On) {
    let expected = expected("Former staff #77");
    comes_over(
        on,
        "WireChat, with sendable messages",
        &sql("wire_", false),
        &[],
        &expected,
    )
    .await;
}
