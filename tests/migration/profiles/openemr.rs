//! OpenEMR: notes between staff by the names they sign in with; answers are appended to the text of the first.

use super::{
    comes_over,
    hospital::{Expected, PEOPLE, Person, quoted, shown},
};

fn note(id: u32, body: &str, user: &str, to: &str, status: &str, deleted: u8) -> String {
    format!(
        "INSERT INTO pnotes VALUES ({id}, '2025-03-01 09:20:11', {}, 40, '{user}', 'Default', 1, 1, 'Unassigned', '{to}', {deleted}, '{status}', NULL, 0);\n",
        quoted(body)
    )
}

fn sql() -> String {
    let mut sql = "CREATE TABLE users (id bigint PRIMARY KEY, username varchar(255), fname varchar(255), lname varchar(255), email varchar(255), specialty varchar(255));\n\
        CREATE TABLE patient_data (id bigint PRIMARY KEY, pid bigint, pubpid varchar(255), fname varchar(255));\n\
        CREATE TABLE onsite_messages (id bigint PRIMARY KEY, username varchar(64), message longtext, ip varchar(15), date datetime, sender_id varchar(64), recip_id varchar(255));\n\
        CREATE TABLE pnotes (id bigint PRIMARY KEY, date datetime, body longtext, pid bigint, user varchar(255), groupname varchar(255), activity tinyint, authorized tinyint, title varchar(255), \
            assigned_to varchar(255), deleted tinyint, message_status varchar(20), portal_relation varchar(100), is_msg_encrypted tinyint);\n\
        INSERT INTO users VALUES (90, '', 'Address', 'Book', '', '');\n\
        INSERT INTO onsite_messages VALUES (1, 'portal', 'from the portal', '', '2025-03-01 09:00:00', '1', '2');\n".to_owned();
    for Person(id, name, email, _) in PEOPLE {
        let (first, last) = name.rsplit_once(' ').unwrap();
        // Somebody signs in with a number, which is the id of somebody else.
        let login = if id == 3 {
            "1".to_owned()
        } else {
            format!("user{id}")
        };
        sql += &format!(
            "INSERT INTO users VALUES ({id}, '{login}', {}, {}, {}, '');\n",
            quoted(first),
            quoted(last),
            quoted(email)
        );
    }
    let thread = "2025-03-01 09:20 (user1 to user2) K+ 6.8\n2025-03-01 09:31 (user2 to user1) seen, calcium given\n2025-03-01 09:40 (user1 to 1) please repeat";
    sql + &note(1, thread, "user1", "1", "Read", 0)
        + &note(
            2,
            "2025-03-01 09:20 (1 to user1) done",
            "1",
            "user1",
            "New",
            0,
        )
        + &note(3, "no head at all", "user2", "user1", "New", 1)
        + &note(
            4,
            "2025-03-01 09:20 (user1 to gone) to one who left",
            "user1",
            "gone",
            "New",
            0,
        )
        + &note(
            5,
            "2025-03-01 09:20 (user1) to nobody",
            "user1",
            "",
            "New",
            0,
        )
        + &note(
            6,
            "2025-03-01 09:20 (user1 to -patient-) how are you",
            "user1",
            "-patient-",
            "New",
            0,
        )
}

#[tokio::test]
async fn openemr_comes_over() {
    let mut expected = Expected::default();
    let at = |time: &str| {
        let at: jiff::Timestamp = format!("2025-03-01T{time}Z").parse().unwrap();
        at.as_microsecond()
    };
    for (room, said) in [
        (
            "pair:1:2",
            vec![
                ("1", 1, "K+ 6.8", "09:20:11", false),
                ("3", 2, "no head at all", "09:20:11", true),
                ("1/2", 2, "seen, calcium given", "09:31:00", false),
            ],
        ),
        (
            "pair:1:3",
            vec![
                ("2", 3, "done", "09:20:11", false),
                ("1/3", 1, "please repeat", "09:40:00", false),
            ],
        ),
        (
            "pair:1:former:gone",
            vec![("4", 1, "to one who left", "09:20:11", false)],
        ),
    ] {
        let said = said
            .into_iter()
            .map(|(key, author, text, time, is_deleted)| {
                (
                    key.to_owned(),
                    shown(author),
                    text.to_owned(),
                    at(time),
                    is_deleted,
                )
            });
        expected.messages.insert(room.to_owned(), said.collect());
        expected
            .rooms
            .insert(room.to_owned(), ("private".into(), "-".into()));
    }
    for (room, name, read) in [
        ("pair:1:2", "Dr One", 0),
        ("pair:1:2", "Dr Two", 0),
        ("pair:1:3", "Dr One", 0),
        ("pair:1:3", "Dr Ménière", 2),
        ("pair:1:former:gone", "Dr One", 0),
        ("pair:1:former:gone", "Former staff #gone", 0),
    ] {
        expected
            .read
            .insert((room.to_owned(), name.to_owned()), read);
    }
    expected.reasons = vec![
        ("messages", "receiver_unknown", 1),
        ("messages", "no_room", 1),
        ("messages", "soft_deleted", 1),
    ];
    comes_over(super::On::Mariadb, "OpenEMR", &sql(), &[], &expected).await;
}
