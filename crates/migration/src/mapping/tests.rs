use super::*;
use crate::Column;

fn tables() -> Vec<Table> {
    let table = |name: &str, columns: &[&str]| Table {
        name: name.into(),
        columns: columns
            .iter()
            .map(|name| Column::new(name, "text"))
            .collect(),
        has_places: true,
    };
    vec![
        table("users", &["id", "name", "first", "last"]),
        table("notes", &["id", "who", "words", "room", "data"]),
        table("Members", &["Id", "user_id", "type"]),
    ]
}

const GOOD: &str = "zone = \"Europe/London\"\n[users]\ntable = \"users\"\nid = \"id\"\nname = \"name\"\n\
    [messages]\ntable = \"notes\"\nid = \"id\"\nsender = \"who\"\nbody = \"words\"\nroom = \"room\"\n";

fn own(column: &str) -> ColumnRef {
    ColumnRef {
        join: None,
        column: column.into(),
        kind: "text".into(),
    }
}

#[test]
fn a_reviewed_mapping_is_read() {
    let mapping = Mapping::read(GOOD, &tables()).unwrap();
    assert_eq!(mapping.source, "legacy");
    let messages = mapping.part(Part::Messages).unwrap();
    assert_eq!(messages.column("body"), Some("words"));
    assert_eq!(messages.column("type"), None);
}

#[test]
fn a_field_can_be_read_in_every_way() {
    let more = "[rooms]\ntable = \"notes\"\nid = \"id\"\nname = { column = \"data\", json = \"a.title\" }\n\
        created_at = { column = \"words\", zone = \"Africa/Lagos\" }\ndirect = [\"1\"]\ngroup = \"0\"\n";
    let text = GOOD
        .replace(
            "name = \"name\"",
            "name = { words = [\"first\", \"last\"] }\nemail = { first = [\"name\", \"last\"] }",
        )
        .replace(
            "sender = \"who\"",
            "sender = \"m.user_id\"\nsender_type = { is = \"user\" }\nwhere = \"words != ''\"\n\
            join.m = { table = \"members\", on = \"id = who and type = 'x'\" }",
        );
    let mapping = Mapping::read(&format!("{text}{more}"), &tables()).unwrap();
    let users = mapping.part(Part::Users).unwrap();
    let (name, email) = (users.value("name").unwrap(), users.value("email").unwrap());
    assert_eq!(name.origin, Origin::Words(vec![own("first"), own("last")]));
    assert_eq!(email.origin, Origin::First(vec![own("name"), own("last")]));
    let messages = mapping.part(Part::Messages).unwrap();
    assert_eq!(
        messages.joins[0].table, "Members",
        "the case of names is the database's"
    );
    let sender = messages.value("sender").unwrap();
    assert!(matches!(&sender.origin, Origin::One(column) if column.join.as_deref() == Some("m")));
    let kind = messages.value("sender_type").unwrap();
    assert_eq!(kind.origin, Origin::Constant("user".into()));
    assert!(messages.filter.is_some());
    let rooms = mapping.part(Part::Rooms).unwrap();
    assert_eq!(rooms.value("name").unwrap().json, ["a", "title"]);
    assert_eq!(
        (rooms.direct.as_slice(), rooms.group.as_slice()),
        (&["1".to_owned()][..], &["0".to_owned()][..])
    );
    let zone = |field| mapping.zone_of(Part::Rooms, field).iana_name();
    assert_eq!(
        (zone("created_at"), zone("deleted_at")),
        (Some("Africa/Lagos"), Some("Europe/London"))
    );
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_what_would_be_right() {
    for (change, to, said) in [
        (
            "words",
            "word",
            "line 10: [messages] body: notes has no column word; it has id, who, words, room, data",
        ),
        (
            "\"notes\"",
            "\"memo\"",
            "line 7: [messages]: there is no table memo; there are users, notes, Members",
        ),
        (
            "sender",
            "sendr",
            "line 9: [messages] sendr: is nothing that messages have; they have table, join, where, ",
        ),
        ("body = \"words\"\n", "", "line 6: [messages]: needs body"),
        (
            "room = \"room\"\n",
            "",
            "[messages]: needs room or receiver, to say where a message belongs",
        ),
        (
            "Europe/London",
            "Mars",
            "line 1: zone: there is no time zone \"Mars\"; zones are like ",
        ),
        (
            "[users]",
            "[people]",
            "line 2: [people]: is no part of a chat; sections are users, patients, rooms, ",
        ),
        (
            "\"who\"",
            "\"m.user_id\"",
            "line 9: [messages] sender: there is no join m; there is none",
        ),
        (
            "\"who\"",
            "7",
            "line 9: [messages] sender: is the name of a column in quotes, or one of { column",
        ),
        (
            "id = \"id\"\nsender",
            "join.m = \"x\"\nid = \"id\"\nsender",
            "line 8: [messages] join.m: is like join.author",
        ),
        (
            "id = \"id\"\nsender",
            "join.m = { table = \"Members\", on = \"type = 'x'\" }\nid = \"id\"\nsender",
            "line 8: [messages] join.m: on: must say which column",
        ),
        (
            "id = \"id\"\nsender",
            "where = \"wrds = ''\"\nid = \"id\"\nsender",
            "line 8: [messages] where: notes has no column wrds; it has",
        ),
        ("zone =", "= zone", "line 1: is no TOML"),
    ] {
        let error = Mapping::read(&GOOD.replacen(change, to, 1), &tables()).unwrap_err();
        assert!(error.to_string().starts_with(said), "{error}\n{said}");
    }
}
