//! Databases of every kind as sources: what each has that others have not.

use std::fs;

use super::{
    bad_rows::{CANARIES, TABLES, laravel, ways, wrong},
    new::New,
    old::{Old, counts, found},
};
use crate::support::{database::Engine, device::Device, mariadb::Mariadb, server::Server};

/// The tables of a Laravel application, as MariaDB has them.
fn on_mariadb() -> String {
    laravel().replace(" timestamp", " datetime(6)")
}

#[tokio::test]
async fn every_kind_of_bad_row_comes_over_from_mariadb() {
    let old = Old::on_mariadb(Mariadb::start().await, &on_mariadb()).await;
    fs::create_dir_all(old.files().join("chat")).unwrap();
    fs::write(old.files().join("chat/ecg.txt"), "a trace").unwrap();
    let before = old.checksum(&TABLES).await;
    let survey = old.survey(&[]).await;
    for reason in ways() {
        assert_eq!(
            found(&survey, "messages", reason),
            wrong(reason),
            "{reason}: {survey:#}"
        );
    }
    assert_eq!(counts(&survey, "messages"), [6, 21, 2]);
    assert_eq!(counts(&survey, "reads"), [1, 3, 2]);
    let new = New::fresh(Engine::Sqlite).await;
    let adopted = new.adopt(&old, &[]).await;
    assert_eq!(adopted["parts"]["messages"], survey["parts"]["messages"]);
    assert_eq!(
        old.checksum(&TABLES).await,
        before,
        "the source is not written"
    );
    let from_sqlite = {
        let old = Old::with(Engine::Sqlite, &laravel()).await;
        fs::create_dir_all(old.files().join("chat")).unwrap();
        fs::write(old.files().join("chat/ecg.txt"), "a trace").unwrap();
        old.survey(&[]).await;
        let new = New::fresh(Engine::Sqlite).await;
        new.adopt(&old, &[]).await;
        new.state().await
    };
    let without_raw = |state: &str| {
        let lines = state.lines().filter(|line| !line.starts_with("note "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let state = new.state().await;
    assert_eq!(
        without_raw(&state),
        without_raw(&from_sqlite),
        "as from SQLite"
    );
    let server = Server::start(&new.database).await;
    let one = Device::signed_in(&server, "one").await;
    assert!(
        new.shown(&one, "Renal team")
            .await
            .iter()
            .any(|(_, text)| text == "Dr Quill joined")
    );
}

/// Columns in every type that MySQL has for a thing, an old encoding, dates that are none, a view.
const TYPES: &str = "
    CREATE TABLE users (id int unsigned PRIMARY KEY AUTO_INCREMENT, name varchar(60) CHARACTER SET latin1, email varchar(60));
    CREATE TABLE rooms (id bigint unsigned PRIMARY KEY, name varchar(60), type enum('private','group'), created_at timestamp NULL);
    CREATE TABLE participants (room_id bigint unsigned, user_id int unsigned, last_read_at datetime);
    CREATE TABLE kept (id bigint unsigned PRIMARY KEY, room_id bigint unsigned, user_id int unsigned, body longtext CHARACTER SET latin1,
        extra json, is_deleted tinyint(1), gone bit(1), created_at datetime(6));
    INSERT INTO users VALUES (1, 'Dr Ménière', 'one@larkmere.example'), (4294967295, 'Dr Façade', 'two@larkmere.example');
    INSERT INTO rooms VALUES (18446744073709551615, 'Café', 'group', '2025-03-01 09:00:00');
    INSERT INTO participants VALUES (18446744073709551615, 1, '2025-03-01 09:02:00'), (18446744073709551615, 4294967295, NULL);
    INSERT INTO kept VALUES (1, 18446744073709551615, 1, '38.4 °C', '{\"reply\": null}', 0, b'0', '2025-03-01 09:01:00.250000'),
        (2, 18446744073709551615, 4294967295, '125 µg', '{\"reply\": 1}', 0, b'0', '0000-00-00 00:00:00'),
        (3, 18446744073709551615, 4294967295, 'regret', NULL, 1, b'0', '2025-03-01 09:03:00.000000'),
        (4, 18446744073709551615, 1, 'gone', NULL, 0, b'1', '2025-03-01 09:04:00.000000');
    CREATE VIEW messages AS SELECT id, room_id, user_id, body, extra, is_deleted, gone, created_at FROM kept;
";

#[tokio::test]
async fn every_type_of_mariadb_is_read() {
    let old = Old::on_mariadb(Mariadb::start().await, &TYPES.replace(";\n    ", ";\n")).await;
    let survey = old.survey(&[]).await;
    assert_eq!(counts(&survey, "messages"), [2, 2, 0], "{survey:#}");
    assert_eq!(
        survey["parts"]["messages"]["table"], "messages",
        "{survey:#}"
    );
    assert_eq!(survey["unused"]["kept"], 4);
    let mapping = fs::read_to_string(old.mapping()).unwrap();
    let more =
        "[messages]\nwhere = \"gone = false\"\nreply_to = { column = \"extra\", json = \"reply\" }";
    fs::write(old.mapping(), mapping.replace("[messages]", more)).unwrap();
    let new = New::fresh(Engine::Sqlite).await;
    let adopted = new.adopt(&old, &[]).await;
    assert_eq!(counts(&adopted, "messages"), [1, 2, 0], "{adopted:#}");
    assert_eq!(adopted["parts"]["messages"]["left_out"], 1);
    let state = new.state().await;
    for line in [
        "room 18446744073709551615 Café group 3 0",
        "message 18446744073709551615 1 1 Dr One 38.4 °C 1740819660250000 - ",
        // Between its neighbours: 09:01:00.25 and 09:03.
        "message 18446744073709551615 2 2 Dr Two 125 µg 1740819720125000 1 ",
        "participant 18446744073709551615 Dr One 1",
        "participant 18446744073709551615 Dr Two 0",
    ] {
        assert!(state.contains(line), "{line} in {state}");
    }
    assert!(!state.contains(" gone "), "{state}");
}

const MOMENTS: &str = "
    CREATE TABLE users (id int PRIMARY KEY, name varchar(60), email varchar(60));
    CREATE TABLE rooms (id int PRIMARY KEY, name varchar(60), type varchar(10));
    CREATE TABLE participants (room_id int, user_id int, last_read_at timestamp NULL);
    CREATE TABLE messages (id int PRIMARY KEY, room_id int, user_id int, body text, created_at timestamp NULL);
    INSERT INTO users VALUES (1, 'Dr One', 'one@larkmere.example'), (2, 'Dr Two', 'two@larkmere.example');
    INSERT INTO rooms VALUES (1, 'Renal', 'group');
    INSERT INTO participants VALUES (1, 1, '2025-06-01 12:00:00'), (1, 2, NULL);
    INSERT INTO messages VALUES (1, 1, 1, 'noon on the page', '2025-06-01 12:00:00');
";

#[tokio::test]
async fn moments_of_a_server_in_another_zone_are_asked_about() {
    let server = Mariadb::start_with(&["--default-time-zone=+02:00"]).await;
    let old = Old::on_mariadb(server, &MOMENTS.replace(";\n    ", ";\n")).await;
    let survey = old.survey(&[]).await;
    let said = survey["contradictions"]["timestamps"].as_str().unwrap();
    assert!(
        said.contains("+02:00") && said.contains("now +120 minutes from UTC"),
        "{said}"
    );
    let refused = New::fresh(Engine::Sqlite).await;
    let said = refused.refused(&old, &[]).await;
    assert!(said.contains("timestamps = \"written\""), "{said}");
    let mapping = fs::read_to_string(old.mapping()).unwrap();
    for (answer, noon) in [
        ("written", "2025-06-01T12:00:00Z"),
        ("instants", "2025-06-01T10:00:00Z"),
    ] {
        fs::write(
            old.mapping(),
            format!("timestamps = \"{answer}\"\n{mapping}"),
        )
        .unwrap();
        let new = New::fresh(Engine::Sqlite).await;
        new.adopt(&old, &[]).await;
        let at: jiff::Timestamp = noon.parse().unwrap();
        let state = new.state().await;
        assert!(
            state.contains(&format!(" noon on the page {} ", at.as_microsecond())),
            "{answer}: {state}"
        );
        assert!(
            state.contains("participant 1 Dr One 1"),
            "{answer}: {state}"
        );
    }
}

/// A server in UTC shows what was written, or moments; both are the same in a mapping of UTC, and in no other.
#[tokio::test]
async fn moments_of_a_server_in_utc_are_asked_about_where_the_mapping_is_in_another_zone() {
    let server = Mariadb::start_with(&["--default-time-zone=+00:00"]).await;
    let old = Old::on_mariadb(server, &MOMENTS.replace(";\n    ", ";\n")).await;
    let survey = old.survey(&[]).await;
    assert_eq!(survey["contradictions"], serde_json::json!({}));
    let mapping = fs::read_to_string(old.mapping()).unwrap();
    let london = mapping.replace("zone = \"UTC\"", "zone = \"Europe/London\"");
    for (answer, noon) in [
        ("written", "2025-06-01T11:00:00Z"),
        ("instants", "2025-06-01T12:00:00Z"),
    ] {
        fs::write(old.mapping(), &london).unwrap();
        let new = New::fresh(Engine::Sqlite).await;
        let said = new.refused(&old, &[]).await;
        assert!(said.contains("timestamps: the server shows"), "{said}");
        fs::write(
            old.mapping(),
            format!("timestamps = \"{answer}\"\n{london}"),
        )
        .unwrap();
        new.adopt(&old, &[]).await;
        let at: jiff::Timestamp = noon.parse().unwrap();
        let state = new.state().await;
        let line = format!(" noon on the page {} ", at.as_microsecond());
        assert!(state.contains(&line), "{answer}: {state}");
    }
}

#[tokio::test]
async fn mariadb_is_verified_as_its_address_says() {
    let server = Mariadb::start().await;
    server.execute("CREATE TABLE users (id int)").await;
    let (url, tls) = (server.url(), tls_folder());
    let ca = format!("{tls}/ca.pem");
    let survey = async |address: String| {
        let folder = tempfile::tempdir().unwrap();
        let mapping = folder.path().join("mapping.toml");
        let arguments = [
            "migrate",
            "survey",
            "--source",
            &address,
            "--mapping",
            mapping.to_str().unwrap(),
        ];
        let database = crate::support::database::Database::sqlite();
        let output = Server::output(&database, &arguments, &[]).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!said.contains("reader"), "{said}");
        (output.status.success(), said)
    };
    for parameters in [
        "sslmode=disable".to_owned(),
        "sslmode=require".to_owned(),
        format!("sslmode=verify-ca&sslrootcert={ca}"),
        format!("sslmode=verify-full&sslrootcert={ca}"),
        format!("sslrootcert={ca}"),
    ] {
        let (is_read, said) = survey(format!("{url}?{parameters}")).await;
        assert!(is_read, "{parameters}: {said}");
    }
    let elsewhere = url.replace("127.0.0.1", "localhost");
    for (address, reason) in [
        (
            format!("{url}?sslmode=verify-full&sslrootcert={tls}/other-ca.pem"),
            "no authority that is trusted",
        ),
        (
            format!("{url}?sslmode=verify-full"),
            "no authority that is trusted",
        ),
        (
            format!("{elsewhere}?sslmode=verify-full&sslrootcert={ca}"),
            "cannot be used",
        ),
        (format!("{url}?sslmode=prefer"), "not offered for MySQL"),
        (format!("{url}?sslmode=full"), "sslmode must be"),
        (
            format!("{url}?sslrootcert=/nowhere.pem"),
            "sslrootcert: the file cannot be used",
        ),
        (
            format!("{url}?require_ssl=false"),
            "has a parameter that is not known",
        ),
    ] {
        let (is_read, said) = survey(address).await;
        assert!(!is_read && said.contains(reason), "{reason}: {said}");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a variable the test suite is configured with"
)]
fn tls_folder() -> String {
    std::env::var("TEST_DATABASE_TLS").expect("TEST_DATABASE_TLS is set by scripts/postgres")
}

#[tokio::test]
async fn rooms_can_be_seen_before_they_are_brought() {
    let old = Old::with(Engine::Sqlite, &laravel()).await;
    let last = "INSERT INTO chat_messages (id, room_id, user_id, message, created_at)
        VALUES (300, 2, 1, '<script>alert(2)</script>', '2025-03-01 09:20:00')";
    old.execute(last).await;
    old.survey(&[]).await;
    let before = old.checksum(&TABLES).await;
    let shown = |output: std::process::Output| {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        String::from_utf8(output.stdout).unwrap()
    };
    let masked = shown(old.run("preview", &[]).await);
    for canary in CANARIES {
        assert!(!masked.contains(canary), "{canary} in {masked}");
    }
    assert!(masked.contains("too_long_for_stream: "), "{masked}");
    let plain = shown(old.run("preview", &["--unmasked"]).await);
    for words in [
        "Renal team (group, 23 messages; in it: Dr Odalys One, Dr Quill Two, ",
        "Recovered room 50 (group, 1 message; in it: Dr Odalys One)",
        "2025-03-01 09:20:00 UTC  Dr Odalys One: <script>alert(2)</script>",
        "(recalled)",
        "file: ecg.txt (not available)",
    ] {
        assert!(plain.contains(words), "{words} in {plain}");
    }
    let page = old.database.folder().join("preview.html");
    let path = page.to_str().unwrap();
    shown(old.run("preview", &["--unmasked", "--page", path]).await);
    let text = fs::read_to_string(&page).unwrap();
    assert!(
        text.contains("&lt;script&gt;alert(2)&lt;/script&gt;") && !text.contains("<script>"),
        "{text}"
    );
    let again = old.run("preview", &["--page", path]).await;
    assert!(String::from_utf8_lossy(&again.stderr).contains("cannot be written"));
    assert_eq!(
        old.checksum(&TABLES).await,
        before,
        "the source is not written"
    );
}

/// One room of two people and two messages, in tables or views of these kinds.
fn small(message: &str, table: &str) -> String {
    format!(
        "CREATE TABLE users (id bigint PRIMARY KEY, name text, email text){table};
        CREATE TABLE chat_rooms (id varchar(10) PRIMARY KEY, name text, type text){table};
        CREATE TABLE chat_participants (id bigint PRIMARY KEY, room_id varchar(10), user_id bigint, last_read_at timestamp){table};
        CREATE TABLE {message} (id varchar(10) PRIMARY KEY, room_id varchar(10), user_id bigint, message text, created_at timestamp){table};
        INSERT INTO users VALUES (1, 'Dr One', 'one@larkmere.example'), (2, 'Dr Two', 'two@larkmere.example');
        INSERT INTO chat_rooms VALUES ('r1', 'Renal', 'group');
        INSERT INTO chat_participants VALUES (1, 'r1', 1, '2025-03-01 09:01:00'), (2, 'r1', 2, NULL);
        INSERT INTO {message} VALUES ('b', 'r1', 1, 'first', '2025-03-01 09:01:00'), ('a', 'r1', 2, 'second', '2025-03-01 09:02:00');"
    )
}

async fn is_brought(old: &Old, more: &[&str]) {
    old.survey(more).await;
    let new = New::fresh(Engine::Sqlite).await;
    new.adopt(old, more).await;
    let state = new.state().await;
    for line in [
        "message r1 1 b Dr One first",
        "message r1 2 a Dr Two second",
        "participant r1 Dr One 1",
    ] {
        assert!(state.contains(line), "{line} in {state}");
    }
}

#[tokio::test]
async fn tables_without_rowid_and_views_of_sqlite_are_read() {
    let view = "CREATE VIEW chat_messages AS SELECT * FROM kept;";
    let old = Old::with(Engine::Sqlite, &(small("kept", " WITHOUT ROWID") + view)).await;
    is_brought(&old, &[]).await;
}

#[tokio::test]
async fn any_schema_of_postgres_is_read() {
    let in_schema = format!(
        "CREATE SCHEMA \"Old chat\"; SET search_path TO \"Old chat\"; {}
        CREATE VIEW chat_messages AS SELECT * FROM kept;",
        small("kept", "")
    );
    let old = Old::with(Engine::Postgres, &in_schema).await;
    let output = old.run("survey", &[]).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("--source-schema names another: Old chat (5 tables)"),
        "{said}"
    );
    is_brought(&old, &["--source-schema", "Old chat"]).await;
    old.execute("CREATE TABLE public.users (id int)").await;
    let output = old
        .run("survey", &["--reviewed", "--source-schema", "Old chat"])
        .await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("Other schemas with tables, which --source-schema names: public (1 tables)."),
        "{said}"
    );
}
