//! Campfire: texts in a table of their own as HTML, files of Active Storage, and from where on somebody has not read.

use super::{
    comes_over,
    hospital::{Expected, PEOPLE, Person, ROOMS, micros, quoted, read_until, said, shown, time},
};

const TABLES: &str = "CREATE TABLE users (id integer PRIMARY KEY, name varchar NOT NULL, email_address varchar, role integer, status integer, created_at datetime(6), updated_at datetime(6));
    CREATE TABLE rooms (id integer PRIMARY KEY, name varchar, type varchar NOT NULL, creator_id bigint NOT NULL, created_at datetime(6), updated_at datetime(6));
    CREATE TABLE memberships (id integer PRIMARY KEY, room_id integer NOT NULL, user_id integer NOT NULL, unread_at datetime(6), involvement varchar, created_at datetime(6), updated_at datetime(6));
    CREATE TABLE messages (id integer PRIMARY KEY, room_id integer NOT NULL, creator_id integer NOT NULL, client_message_id varchar NOT NULL, created_at datetime(6), updated_at datetime(6));
    CREATE TABLE action_text_rich_texts (id integer PRIMARY KEY, name varchar NOT NULL, body text, record_type varchar NOT NULL, record_id bigint NOT NULL, created_at datetime(6), updated_at datetime(6));
    CREATE UNIQUE INDEX texts ON action_text_rich_texts (record_type, record_id, name);
    CREATE TABLE active_storage_attachments (id integer PRIMARY KEY, name varchar, record_type varchar, record_id bigint, blob_id bigint, created_at datetime(6));
    CREATE TABLE active_storage_blobs (id integer PRIMARY KEY, key varchar, filename varchar, content_type varchar, service_name varchar, byte_size bigint, created_at datetime(6));
    ";

fn html(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\n', "<br>");
    quoted(&format!("<div>{text}</div>"))
}

/// Rails writes the fraction of a second.
fn at(second: u32) -> String {
    format!("'{}.000000'", time(second))
}

fn sql() -> String {
    let mut sql = TABLES.to_owned();
    for Person(id, name, email, _) in PEOPLE {
        sql += &format!(
            "INSERT INTO users VALUES ({id}, {}, {}, 0, 0, NULL, NULL);\n",
            quoted(name),
            quoted(email)
        );
    }
    for room in &ROOMS {
        let kind = if room.2 {
            "Rooms::Direct"
        } else {
            "Rooms::Closed"
        };
        let name = if room.1.is_empty() {
            "NULL".to_owned()
        } else {
            quoted(room.1)
        };
        sql += &format!(
            "INSERT INTO rooms VALUES ({}, {name}, '{kind}', 1, NULL, NULL);\n",
            room.0
        );
        for person in room.3 {
            let until = read_until(room.0, *person);
            let unread = said()
                .into_iter()
                .find(|one| one.room == room.0 && one.number > until);
            let unread = unread.map_or("NULL".to_owned(), |one| at(one.second));
            sql += &format!(
                "INSERT INTO memberships (room_id, user_id, unread_at, involvement) VALUES ({}, {person}, {unread}, 'mentions');\n",
                room.0
            );
        }
    }
    for one in said() {
        sql += &message(
            one.number,
            one.room,
            one.author,
            Some(&html(&one.text)),
            one.second,
        );
    }
    sql + &message(901, 2, 77, Some("'<div>from one who left</div>'"), 5_000)
        + &message(902, 2, 1, Some("'<div>see <a href=\"https://nice.example/ng1\">this</a>, <action-text-attachment sgid=\"x\" content-type=\"application/vnd.campfire.mention\" content=\"&lt;span&gt;@Dr Two&lt;/span&gt;\"></action-text-attachment></div>'"), 5_001)
        + &message(903, 2, 2, None, 5_002)
        + &message(904, 2, 2, None, 5_003)
        // Of something else that has the number of a message.
        + "INSERT INTO action_text_rich_texts (name, body, record_type, record_id) VALUES ('body', '<div>a page</div>', 'Page', 904);
    INSERT INTO active_storage_blobs VALUES (1, 'abcdefgh', 'trace.txt', 'text/plain', 'local', 7, NULL), (2, 'xyzw1234', 'avatar.txt', 'text/plain', 'local', 7, NULL);
    INSERT INTO active_storage_attachments VALUES (1, 'attachment', 'Message', 903, 1, NULL), (2, 'avatar', 'User', 1, 2, NULL), (3, 'attachment', 'Page', 901, 2, NULL);
    INSERT INTO memberships (room_id, user_id, unread_at, involvement) VALUES (4, 6, NULL, 'everything'), (2, 5, NULL, 'invisible');"
}

fn message(number: u32, room: u32, author: u32, body: Option<&str>, second: u32) -> String {
    let at = at(second);
    let mut sql = format!(
        "INSERT INTO messages VALUES ({number}, {room}, {author}, 'client-{number}', {at}, {at});\n"
    );
    if let Some(body) = body {
        sql += &format!(
            "INSERT INTO action_text_rich_texts (name, body, record_type, record_id) VALUES ('body', {body}, 'Message', {number});\n"
        );
    }
    sql
}

#[tokio::test]
async fn campfire_comes_over() {
    let key = |number: u32| number.to_string();
    let mut expected = Expected::of(key, key);
    let renal = expected.messages.get_mut("2").unwrap();
    for (number, author, text, second) in [
        ("901", "Former staff #77", "from one who left", 5_000),
        (
            "902",
            "Dr One",
            "see this (https://nice.example/ng1), @Dr Two",
            5_001,
        ),
        ("903", "Dr Two", "-", 5_002),
    ] {
        renal.push((
            number.into(),
            author.into(),
            text.into(),
            micros(second),
            false,
        ));
    }
    // Who has nothing unread has read all of it.
    let nights = i64::try_from(expected.messages["4"].len()).unwrap();
    expected.read.insert(("4".into(), shown(6)), nights);
    // Who has hidden a room is told of nothing in it, which is no reading.
    expected.read.insert(("2".into(), shown(5)), 0);
    expected.files_to_write = vec![("storage/ab/cd/abcdefgh".into(), "a trace".into())];
    expected.files = vec![("903".into(), "trace.txt".into(), Some(7))];
    expected.reasons = vec![
        ("messages", "sender_unknown", 1),
        ("messages", "empty_body", 1),
        ("messages", "html", 0),
        ("attachments", "not_of_message", 1),
    ];
    let answers = [("path_is = ", "files_under = \"storage\"\npath_is = ")];
    comes_over(super::On::Sqlite, "Campfire", &sql(), &answers, &expected).await;
}
