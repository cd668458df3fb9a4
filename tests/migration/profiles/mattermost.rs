//! Mattermost: milliseconds, 0 for no time, earlier versions of a message as rows, notices as messages of somebody.

use super::{
    comes_over,
    hospital::{Expected, PEOPLE, Person, ROOMS, micros, quoted, read_until, said},
};

on_each!(mattermost_comes_over: from_postgres Postgres, from_mariadb Mariadb);

/// Its ids are 26 letters and digits.
fn id(of: &str, number: u32) -> String {
    format!(
        "{of}{:07}{number:018}",
        (number.wrapping_mul(2_654_435_761)) % 10_000_000
    )
}

fn millis(second: u32) -> i64 {
    micros(second) / 1_000
}

struct Post<'a> {
    number: u32,
    room: u32,
    author: u32,
    text: &'a str,
    kind: &'a str,
    at: i64,
    deleted: i64,
    of: String,
    root: String,
}

impl Post<'_> {
    fn sql(&self) -> String {
        let Self {
            number,
            room,
            author,
            text,
            kind,
            at,
            deleted,
            of,
            root,
        } = self;
        format!(
            "INSERT INTO posts VALUES ('{}', {at}, {at}, {deleted}, 0, false, '{}', '{}', '{root}', '{of}', {}, '{kind}', '{{}}', '[]');\n",
            id("p", *number),
            id("u", *author),
            id("c", *room),
            quoted(text)
        )
    }
}

fn post(number: u32, room: u32, author: u32, text: &str, second: u32) -> Post<'_> {
    Post {
        number,
        room,
        author,
        text,
        kind: "",
        at: millis(second),
        deleted: 0,
        of: String::new(),
        root: String::new(),
    }
}

fn sql() -> String {
    let mut sql = "CREATE TABLE users (id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint, username varchar(64), email varchar(128), nickname varchar(64), firstname varchar(64), lastname varchar(64), position varchar(128), roles varchar(256));\n\
        CREATE TABLE channels (id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint, teamid varchar(26), type varchar(1), displayname varchar(64), name varchar(64), header varchar(1024), creatorid varchar(26));\n\
        CREATE TABLE channelmembers (channelid varchar(26), userid varchar(26), roles varchar(256), lastviewedat bigint, msgcount bigint, PRIMARY KEY (channelid, userid));\n\
        CREATE TABLE posts (id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint, editat bigint, ispinned boolean, userid varchar(26), channelid varchar(26), rootid varchar(26), originalid varchar(26), message text, type varchar(26), props text, fileids varchar(300));\n\
        CREATE TABLE fileinfo (id varchar(26) PRIMARY KEY, creatorid varchar(26), postid varchar(26), createat bigint, path varchar(512), name varchar(256), size bigint, deleteat bigint);\n".to_owned();
    for Person(number, name, email, _) in PEOPLE {
        let (first, last) = name.rsplit_once(' ').unwrap();
        sql += &format!(
            "INSERT INTO users VALUES ('{}', 1, 1, 0, 'user{number}', {}, '', {}, {}, '', 'system_user');\n",
            id("u", number),
            quoted(email),
            quoted(first),
            quoted(last)
        );
    }
    for room in &ROOMS {
        let kind = if room.2 { "D" } else { "P" };
        sql += &format!(
            "INSERT INTO channels VALUES ('{}', 1, 1, 0, '', '{kind}', {}, 'slug-{}', '', '');\n",
            id("c", room.0),
            quoted(room.1),
            room.0
        );
        for person in room.3 {
            let read = millis(read_until(room.0, *person) * 37);
            sql += &format!(
                "INSERT INTO channelmembers VALUES ('{}', '{}', '', {read}, 0);\n",
                id("c", room.0),
                id("u", *person)
            );
        }
    }
    for one in said() {
        sql += &post(one.number, one.room, one.author, &one.text, one.second).sql();
    }
    let edited = Post {
        deleted: millis(5_001),
        of: id("p", 901),
        ..post(902, 2, 1, "125 mg", 5_000)
    };
    let posts = [
        post(901, 2, 1, "125 µg", 5_000),
        edited,
        Post {
            deleted: millis(5_003),
            ..post(903, 2, 2, "regret", 5_002)
        },
        Post {
            kind: "system_join_channel",
            ..post(904, 2, 3, "meniere joined the channel.", 5_004)
        },
        Post {
            root: id("p", 901),
            ..post(905, 2, 2, "thanks", 5_005)
        },
        post(906, 2, 1, "", 5_006),
        post(907, 2, 77, "from one who left", 5_007),
    ];
    sql += &posts.iter().map(Post::sql).collect::<String>();
    sql + &format!(
        "INSERT INTO fileinfo VALUES ('{}', '{}', '{}', 1, '20250301/teams/9.txt', 'trace.txt', 7, 0);\n\
         INSERT INTO fileinfo VALUES ('f-gone', '{}', '{}', 1, '20250301/teams/9.txt', 'gone.txt', 7, 5);\n\
         INSERT INTO fileinfo VALUES ('{}', '{}', '', 1, '20250301/teams/draft.txt', 'draft.txt', 7, 0);\n",
        id("f", 1),
        id("u", 1),
        id("p", 906),
        id("u", 1),
        id("p", 906),
        id("f", 2),
        id("u", 1)
    )
}

/// On MySQL it writes the same names with capitals, and there tables are told apart by them.
fn in_capitals(sql: &str) -> String {
    let names = [
        (" posts ", " Posts "),
        (" channels ", " Channels "),
        (" channelmembers ", " ChannelMembers "),
        (" users ", " Users "),
        (" fileinfo ", " FileInfo "),
        ("createat", "CreateAt"),
        ("deleteat", "DeleteAt"),
        ("originalid", "OriginalId"),
        ("displayname", "DisplayName"),
        ("lastviewedat", "LastViewedAt"),
        ("firstname", "FirstName"),
    ];
    names.iter().fold(sql.to_owned(), |sql, (lower, capital)| {
        sql.replace(lower, capital)
    })
}

async fn mattermost_comes_over(on: super::On) {
    let sql = if on == super::On::Mariadb {
        in_capitals(&sql())
    } else {
        sql()
    };
    let mut expected = Expected::of(|room| id("c", room), |number| id("p", number));
    let renal = expected.messages.get_mut(&id("c", 2)).unwrap();
    let former = format!("Former staff #{}", id("u", 77));
    for (number, author, text, second, is_deleted) in [
        (901, "Dr One", "125 µg", 5_000, false),
        (903, "Dr Two", "regret", 5_002, true),
        (904, "System", "meniere joined the channel.", 5_004, false),
        (905, "Dr Two", "thanks", 5_005, false),
        (906, "Dr One", "-", 5_006, false),
        (907, former.as_str(), "from one who left", 5_007, false),
    ] {
        renal.push((
            id("p", number),
            author.into(),
            text.into(),
            micros(second),
            is_deleted,
        ));
    }
    expected.files_to_write = vec![("20250301/teams/9.txt".into(), "a trace".into())];
    expected.files = vec![(id("p", 906), "trace.txt".into(), Some(7))];
    expected.reasons = vec![
        ("messages", "soft_deleted", 1),
        ("messages", "sender_unknown", 1),
        ("messages", "order_unknown", 0),
        ("attachments", "message_missing", 1),
    ];
    comes_over(on, "Mattermost", &sql, &[], &expected).await;
}
