//! Contradictions stop an adoption before anything is written, say what was seen, and are accepted by name.

use std::fs;

use super::{
    new::New,
    old::{Old, counts, found},
};
use crate::support::{database::Engine, mariadb::Mariadb};

/// Two doctors, a room and so many messages of each.
fn chat(messages: &str) -> String {
    format!(
        "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(60), email varchar(60));
        CREATE TABLE chat_rooms (id bigint PRIMARY KEY, name varchar(60), type varchar(10));
        CREATE TABLE chat_participants (id bigint PRIMARY KEY, room_id bigint, user_id bigint, last_read_at timestamp NULL);
        CREATE TABLE chat_messages (id bigint PRIMARY KEY, room_id bigint, user_id bigint, message text, attachment varchar(60),
            created_at timestamp NULL, deleted_at timestamp NULL);
        INSERT INTO users VALUES (1, 'Dr One', 'one@larkmere.example'), (2, 'Dr Two', 'two@larkmere.example');
        INSERT INTO chat_rooms VALUES (1, 'Renal', 'group');
        INSERT INTO chat_participants VALUES (7, 1, 1, '2025-03-01 09:01:00'), (8, 1, 2, NULL);
        INSERT INTO chat_messages VALUES {messages};"
    )
}

const GOOD: &str = "(1, 1, 1, 'first', NULL, '2025-03-01 09:01:00', NULL), (2, 1, 2, 'second', NULL, '2025-03-01 09:02:00', NULL),
    (3, 1, 1, 'third', NULL, '2025-03-01 09:03:00', NULL), (4, 1, 2, 'fourth', NULL, '2025-03-01 09:04:00', NULL)";

/// Stops with these words; nothing is written; and goes on when it is accepted.
async fn stops(old: &Old, name: &str, words: &str) {
    let new = New::fresh(Engine::Sqlite).await;
    let survey = old.survey(&["--reviewed"]).await;
    let said = survey["contradictions"][name].as_str().unwrap_or_default();
    assert!(said.contains(words), "{said}: {survey:#}");
    let said = new.refused(old, &[]).await;
    assert!(
        said.contains(&format!("{name}: ")) && said.contains(words),
        "{said}"
    );
    let kept = "SELECT (SELECT count(*) FROM hims_adopted_ids) + (SELECT count(*) FROM hims_adoption_notes)";
    assert_eq!(new.number(kept).await, 0, "nothing is written");
    new.adopt(old, &["--accept", name]).await;
}

async fn sqlite(sql: &str) -> Old {
    let old = Old::with(Engine::Sqlite, sql).await;
    old.survey(&[]).await;
    old
}

fn change(old: &Old, from: &str, to: &str) {
    let mapping = fs::read_to_string(old.mapping()).unwrap();
    assert!(mapping.contains(from), "{from} in {mapping}");
    fs::write(old.mapping(), mapping.replacen(from, to, 1)).unwrap();
}

#[tokio::test]
async fn what_is_right_is_not_stopped() {
    let old = sqlite(&chat(GOOD)).await;
    let survey = old.survey(&["--reviewed"]).await;
    assert_eq!(
        survey["contradictions"],
        serde_json::json!({}),
        "{survey:#}"
    );
    let new = New::fresh(Engine::Sqlite).await;
    new.adopt(&old, &[]).await;
    let said = new.refused(&old, &["--accept", "anything"]).await;
    assert!(
        said.contains("possible values: join-doubles, ids-of-others"),
        "{said}"
    );
}

/// The author is a participant, whose number is also a user's: the database itself says whose it is.
const PARTICIPANTS: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(60), email varchar(60));
    CREATE TABLE chat_rooms (id bigint PRIMARY KEY, name varchar(60), type varchar(10));
    CREATE TABLE chat_participants (id bigint PRIMARY KEY, room_id bigint, user_id bigint, last_read_at timestamp NULL);
    CREATE TABLE chat_messages (id bigint PRIMARY KEY, room_id bigint, author_id bigint, message text, created_at timestamp NULL,
        FOREIGN KEY (author_id) REFERENCES chat_participants (id));
    INSERT INTO users VALUES (1, 'Dr One', 'one@larkmere.example'), (2, 'Dr Two', 'two@larkmere.example');
    INSERT INTO chat_rooms VALUES (1, 'Renal', 'group');
    INSERT INTO chat_participants VALUES (2, 1, 1, '2025-03-01 09:01:00'), (1, 1, 2, NULL);
    INSERT INTO chat_messages VALUES (1, 1, 2, 'by one', '2025-03-01 09:01:00');
";

async fn ids_of_others_are_not_taken_for_users(old: Old) {
    old.survey(&[]).await;
    stops(
        &old,
        "ids-of-others",
        "chat_messages.author_id holds ids of chat_participants, not of users; read sender through a join to chat_participants",
    )
    .await;
    change(
        &old,
        "sender = \"author_id\"",
        "join.author = { table = \"chat_participants\", on = \"id = author_id\" }\nsender = \"author.user_id\"",
    );
    let new = New::fresh(Engine::Sqlite).await;
    new.adopt(&old, &[]).await;
    let state = new.state().await;
    assert!(state.contains("message 1 1 1 Dr One by one"), "{state}");
}

#[tokio::test]
async fn ids_of_others_are_not_taken_for_users_in_sqlite() {
    ids_of_others_are_not_taken_for_users(Old::with(Engine::Sqlite, PARTICIPANTS).await).await;
}

#[tokio::test]
async fn ids_of_others_are_not_taken_for_users_in_postgres() {
    ids_of_others_are_not_taken_for_users(Old::with(Engine::Postgres, PARTICIPANTS).await).await;
}

#[tokio::test]
async fn ids_of_others_are_not_taken_for_users_in_mariadb() {
    let server = Mariadb::start().await;
    ids_of_others_are_not_taken_for_users(Old::on_mariadb(server, PARTICIPANTS).await).await;
}

#[tokio::test]
async fn a_class_beside_an_id_is_looked_at() {
    let files = "CREATE TABLE files (id bigint PRIMARY KEY, owner_id bigint, owner_type varchar(60), path varchar(60), name varchar(60));
        INSERT INTO files VALUES (1, 1, 'Message', 'a.txt', 'a.txt'), (2, 1, 'Group', 'cover.txt', 'cover.txt');";
    let old = sqlite(&(chat(GOOD) + files)).await;
    let section =
        "[attachments]\ntable = \"files\"\nid = \"id\"\nmessage = \"owner_id\"\npath = \"path\"\n";
    change(
        &old,
        "# No table of attachments was found.",
        &format!("{section}#"),
    );
    stops(
        &old,
        "class-ignored",
        "files has owner_type beside owner_id",
    )
    .await;
    change(
        &old,
        "message = \"owner_id\"",
        "message = \"owner_id\"\nmessage_type = \"owner_type\"",
    );
    let new = New::fresh(Engine::Sqlite).await;
    let adopted = new.adopt(&old, &[]).await;
    assert_eq!(found(&adopted, "attachments", "not_of_message"), 1);
    assert_eq!(adopted["made"]["files"], 1);
}

#[tokio::test]
async fn a_row_never_comes_twice() {
    let titles = "CREATE TABLE titles (room bigint, word varchar(60), kind varchar(10));
        INSERT INTO titles VALUES (1, 'Renal', 'title'), (1, 'About', 'note');";
    let old = sqlite(&(chat(GOOD) + titles)).await;
    change(
        &old,
        "name = \"name\"   # confidence 95\ntype",
        "join.t = { table = \"titles\", on = \"room = id\" }\nname = \"t.word\"\ntype",
    );
    stops(
        &old,
        "join-doubles",
        "[rooms] join.t: 1 of the keys that it looks for stand on several rows of titles",
    )
    .await;
    change(&old, "room = id\"", "room = id and kind = 'title'\"");
    New::fresh(Engine::Sqlite).await.adopt(&old, &[]).await;
}

#[tokio::test]
async fn senders_who_are_no_users_are_asked_about() {
    let old = sqlite(&chat(
        &GOOD
            .replace("1, 1, 'first'", "1, 71, 'first'")
            .replace("1, 2, 'second'", "1, 72, 'second'")
            .replace("1, 1, 'third'", "1, 73, 'third'"),
    ))
    .await;
    stops(
        &old,
        "senders-unknown",
        "3 of 4 messages name a sender who is no user",
    )
    .await;
}

#[tokio::test]
async fn senders_who_are_in_other_rooms_are_asked_about() {
    // The numbers are those of the participants, and by coincidence a user has each.
    let others = "INSERT INTO users VALUES (7, 'Dr Seven', NULL), (8, 'Dr Eight', NULL);";
    let messages = GOOD
        .replace("1, 1, '", "1, 7, '")
        .replace("1, 2, '", "1, 8, '");
    let old = sqlite(&(chat(&messages) + others)).await;
    stops(
        &old,
        "senders-outside",
        "4 of 4 messages are by users who are not in the room",
    )
    .await;
}

#[tokio::test]
async fn a_chat_of_deleted_messages_is_asked_about() {
    let old = sqlite(&chat(
        &GOOD.replace("', NULL)", "', '2025-03-02 09:00:00')"),
    ))
    .await;
    stops(&old, "all-deleted", "all 4 messages count as deleted").await;
}

#[tokio::test]
async fn a_zone_that_cannot_be_right_is_asked_about() {
    let never = GOOD.replace("2025-03-01 09:04:00", "2025-03-30 01:30:00");
    let old = sqlite(&chat(&never)).await;
    change(&old, "zone = \"UTC\"", "zone = \"Europe/London\"");
    stops(
        &old,
        "times-never-were",
        "1 messages were sent at a local time that no clock showed",
    )
    .await;

    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(2);
    let soon = soon.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let old = sqlite(&chat(&GOOD.replace("2025-03-01 09:04:00", &soon))).await;
    stops(
        &old,
        "times-in-future",
        "1 messages were sent within the next hours",
    )
    .await;
}

#[tokio::test]
async fn a_column_that_says_no_time_of_leaving_is_asked_about() {
    let sql = chat(GOOD).replace(
        "user_id bigint, last_read_at timestamp NULL);",
        "user_id bigint, last_read_at timestamp NULL, left_at varchar(20));",
    );
    let sql = sql.replace(
        "VALUES (7, 1, 1, '2025-03-01 09:01:00'), (8, 1, 2, NULL)",
        "VALUES (7, 1, 1, NULL, 'no'), (8, 1, 2, NULL, 'no'), (9, 1, 2, NULL, 'no')",
    );
    let old = sqlite(&sql).await;
    let words = "3 of 3 participants left at a time that cannot be read";
    stops(&old, "leaving-unreadable", words).await;
}

#[tokio::test]
async fn files_one_folder_deeper_are_found() {
    let with_files = GOOD.replace("', NULL, '2025", "', 'a.txt', '2025");
    let old = sqlite(&chat(&with_files)).await;
    fs::create_dir_all(old.files().join("attachments")).unwrap();
    fs::write(old.files().join("attachments/a.txt"), "a trace").unwrap();
    stops(
        &old,
        "files-missing",
        "some are in the folder attachments of the one given",
    )
    .await;
    change(
        &old,
        "[messages]",
        "[messages]\nfiles_under = \"attachments\"",
    );
    let new = New::fresh(Engine::Sqlite).await;
    let adopted = new.adopt(&old, &[]).await;
    assert_eq!(
        (
            found(&adopted, "messages", "file_missing"),
            &adopted["made"]["files"]
        ),
        (0, &4.into())
    );
}

#[tokio::test]
async fn another_database_does_not_come_under_the_name_of_the_first() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let first = sqlite(&chat(GOOD)).await;
        let new = New::fresh(engine).await;
        new.adopt(&first, &[]).await;
        let others = chat(GOOD)
            .replace("'Dr One', 'one@", "'Dr Elsewhere', 'elsewhere@")
            .replace("first", "by somebody else");
        let second = sqlite(&others).await;
        let said = new.refused(&second, &[]).await;
        assert!(
            said.contains(
                "source-taken: 1 of 2 people with these ids were brought before as somebody else"
            ),
            "{said}"
        );
        change(&second, "source = \"legacy\"", "source = \"second\"");
        let adopted = new.adopt(&second, &[]).await;
        assert_eq!(adopted["made"]["messages"], 4);
        new.adopt(&first, &[]).await;
        let by = "SELECT count(*) FROM chat_messages m JOIN users u ON u.id = m.user_id WHERE m.message = 'by somebody else' AND u.name = 'Dr Elsewhere'";
        assert_eq!(new.number(by).await, 1);
        // The same people, in a second database of the application they use.
        let third = sqlite(&chat(&GOOD.replace("2025-", "2024-"))).await;
        let said = new.refused(&third, &[]).await;
        assert!(
            said.contains("source-taken: 4 of the first 4 messages that were brought before"),
            "{said}"
        );
        let state = new.state().await;
        let accepted = new.adopt(&third, &["--accept", "source-taken"]).await;
        assert_eq!(accepted["made"]["messages_edited"], 0);
        assert_eq!(new.state().await, state);
    }
}

#[tokio::test]
async fn an_adoption_that_brings_nothing_does_not_succeed() {
    let none = GOOD
        .replace("'first'", "''")
        .replace("'second'", "' '")
        .replace("'third'", "NULL")
        .replace("'fourth'", "''");
    let old = sqlite(&chat(&none)).await;
    let survey = old.survey(&["--reviewed"]).await;
    assert_eq!(counts(&survey, "messages"), [0, 0, 4]);
    let new = New::fresh(Engine::Sqlite).await;
    let said = new.refused(&old, &[]).await;
    assert!(
        said.contains("all-quarantined: 4 of 4 messages would be kept aside"),
        "{said}"
    );
    let said = new.refused(&old, &["--accept", "all-quarantined"]).await;
    assert!(
        said.contains("no message of the source was brought"),
        "{said}"
    );
}

#[tokio::test]
async fn the_night_on_which_clocks_go_back_keeps_its_order() {
    let times = ["00:55", "01:20", "01:50", "01:10", "01:30", "02:05"];
    let said = times.iter().enumerate().map(|(index, time)| {
        let id = index + 1;
        format!(
            "({id}, 1, {}, 'said {id}', NULL, '2025-10-26 {time}:00', NULL)",
            1 + index % 2
        )
    });
    let old = sqlite(&chat(&said.collect::<Vec<_>>().join(", "))).await;
    change(&old, "zone = \"UTC\"", "zone = \"Europe/London\"");
    let new = New::fresh(Engine::Sqlite).await;
    let adopted = new.adopt(&old, &[]).await;
    assert_eq!(found(&adopted, "messages", "time_ambiguous"), 4);
    let state = new.state().await;
    for id in 1..=6 {
        let author = if id % 2 == 1 { "Dr One" } else { "Dr Two" };
        assert!(
            state.contains(&format!("message 1 {id} {id} {author} said {id} ")),
            "{id}: {state}"
        );
    }
}
