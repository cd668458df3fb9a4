//! cmgmyr/laravel-messenger and multicaret/laravel-inbox: threads with a subject, and a time on each participant until
//! which it has read.

use super::{
    comes_over,
    hospital::{Expected, PEOPLE, ROOMS, micros, quoted, read_until, said, shown, time, users},
};

on_each!(cmgmyr_comes_over: cmgmyr_from_sqlite Sqlite, cmgmyr_from_postgres Postgres, cmgmyr_from_mariadb Mariadb);
on_each!(multicaret_comes_over: multicaret_from_sqlite Sqlite, multicaret_from_postgres Postgres, multicaret_from_mariadb Mariadb);

fn sql(prefix: &str, read: &str, creator: &str) -> String {
    let mut sql = users()
        + &format!(
            "CREATE TABLE {prefix}threads (id bigint PRIMARY KEY{creator}, subject varchar(255), created_at timestamp NULL, updated_at timestamp NULL, deleted_at timestamp NULL);\n\
             CREATE TABLE {prefix}messages (id bigint PRIMARY KEY, thread_id bigint, user_id bigint, body text, created_at timestamp NULL, updated_at timestamp NULL, deleted_at timestamp NULL);\n\
             CREATE TABLE {prefix}participants (id bigint PRIMARY KEY, thread_id bigint, user_id bigint, {read} timestamp NULL, created_at timestamp NULL, updated_at timestamp NULL, deleted_at timestamp NULL);\n"
        );
    let creator = if creator.is_empty() { "" } else { ", 1" };
    let mut number = 100;
    for room in &ROOMS {
        let subject = if room.1.is_empty() {
            format!("About {}", room.0)
        } else {
            room.1.to_owned()
        };
        sql += &format!(
            "INSERT INTO {prefix}threads VALUES ({}{creator}, {}, NULL, NULL, NULL);\n",
            room.0,
            quoted(&subject)
        );
        for person in room.3 {
            number += 1;
            let read = time(read_until(room.0, *person) * 37);
            sql += &format!(
                "INSERT INTO {prefix}participants VALUES ({number}, {}, {person}, '{read}', NULL, NULL, NULL);\n",
                room.0
            );
        }
    }
    for one in said() {
        let at = time(one.second);
        sql += &format!(
            "INSERT INTO {prefix}messages VALUES ({}, {}, {}, {}, '{at}', '{at}', NULL);\n",
            one.number,
            one.room,
            one.author,
            quoted(&one.text)
        );
    }
    let (late, later) = (time(5_000), time(5_001));
    sql + &format!(
        "INSERT INTO {prefix}messages VALUES (901, 2, 77, 'from one who left', '{late}', NULL, NULL);\n\
         INSERT INTO {prefix}messages VALUES (902, 2, 1, 'regret', '{later}', NULL, '{later}');\n\
         INSERT INTO {prefix}messages VALUES (903, 50, 1, 'its thread is gone', '{later}', NULL, NULL);\n\
         INSERT INTO {prefix}participants VALUES (201, 2, 5, NULL, NULL, NULL, '{late}');\n\
         INSERT INTO {prefix}participants VALUES (202, 2, 88, NULL, NULL, NULL, NULL);\n\
         INSERT INTO {prefix}participants VALUES (203, 2, 6, NULL, NULL, NULL, NULL);\n\
         INSERT INTO {prefix}participants VALUES (204, 2, 1, NULL, NULL, NULL, NULL);\n"
    )
}

fn expected() -> Expected {
    let key = |number: u32| number.to_string();
    let mut expected = Expected::of(key, key);
    for room in ROOMS.iter().filter(|room| room.1.is_empty()) {
        // A subject is kept, so the two have a group of that name.
        expected
            .rooms
            .insert(key(room.0), ("group".into(), format!("About {}", room.0)));
    }
    let renal = expected.messages.get_mut("2").unwrap();
    renal.push((
        "901".into(),
        "Former staff #77".into(),
        "from one who left".into(),
        micros(5_000),
        false,
    ));
    renal.push((
        "902".into(),
        "Dr One".into(),
        "regret".into(),
        micros(5_001),
        true,
    ));
    expected.messages.insert(
        "recovered:50".into(),
        vec![(
            "903".into(),
            "Dr One".into(),
            "its thread is gone".into(),
            micros(5_001),
            false,
        )],
    );
    expected.rooms.insert(
        "recovered:50".into(),
        ("group".into(), "Recovered room 50".into()),
    );
    expected
        .read
        .insert(("recovered:50".into(), "Dr One".into()), 0);
    // Who is in it and has read nothing; who left is not.
    expected.read.insert(("2".into(), shown(PEOPLE[5].0)), 0);
    expected.reasons = vec![
        ("messages", "sender_unknown", 1),
        ("messages", "soft_deleted", 1),
        ("messages", "room_missing", 1),
        ("participants", "user_missing", 1),
        ("participants", "twice_in_room", 1),
    ];
    expected
}

async fn cmgmyr_comes_over(on: super::On) {
    let sql = sql("", "last_read", "");
    comes_over(on, "cmgmyr/laravel-messenger", &sql, &[], &expected()).await;
}

async fn multicaret_comes_over(on: super::On) {
    let sql = sql("", "seen_at", ", user_id bigint");
    comes_over(on, "multicaret/laravel-inbox", &sql, &[], &expected()).await;
}

#[tokio::test]
async fn the_first_thread_of_two_becomes_their_direct_room_when_asked() {
    let mut expected = expected();
    for room in ["1", "3"] {
        expected.rooms.get_mut(room).unwrap().0 = "private".to_owned();
    }
    let answers = [("# two_people = \"direct\"", "two_people = \"direct\"")];
    let sql = sql("messenger_", "last_read", "");
    comes_over(
        super::On::Sqlite,
        "cmgmyr/laravel-messenger",
        &sql,
        &answers,
        &expected,
    )
    .await;
}
