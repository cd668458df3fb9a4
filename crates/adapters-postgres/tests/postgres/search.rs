//! The index of words, and the database without it.

use domain::{Filter, NewRoom, Query, RoomId, Search};
use hims_chat_postgres::{Postgres, migrations};

use crate::support::{Database, doctors, note, options};

async fn found(instance: &Postgres, query: &str) -> Vec<String> {
    let ana = &doctors(instance, 1).await[0];
    let search = Search::new(Query::parse(query).ok(), Filter::default()).unwrap();
    let page = instance.backend().messages.search(ana, &search).await;
    let messages = page.unwrap().messages;
    let texts = messages.iter().filter_map(|message| message.text());
    texts.map(|text| text.as_str().to_owned()).collect()
}

/// A room of two doctors.
async fn room(instance: &Postgres) -> RoomId {
    let doctors = doctors(instance, 2).await;
    let room = NewRoom::Direct(doctors[1].clone());
    let opened = instance.backend().rooms.open(&doctors[0], &room).await;
    opened.unwrap().room.id
}

async fn has_index(database: &Database) -> bool {
    let query = "SELECT to_regclass('hims_messages_words') IS NOT NULL";
    let row = database.client().await.query_one(query, &[]).await.unwrap();
    row.get(0)
}

/// How the database goes about the search for `pattern` when it does not read whole tables.
async fn plan(database: &Database, pattern: &str) -> String {
    let client = database.client().await;
    let prepare = format!(
        "SET enable_seqscan = off; SET plan_cache_mode = force_custom_plan; PREPARE hits \
         (bigint, text, bigint, bigint[], bigint, bigint, bigint, bigint, boolean, boolean, bigint, text[]) AS {}",
        include_str!("../../src/messages/hits.sql")
    );
    client.batch_execute(&prepare).await.unwrap();
    let explain = format!(
        "EXPLAIN EXECUTE hits(1, '{pattern}', NULL, NULL, NULL, NULL, NULL, 9000000, false, false, 51, '{{}}')"
    );
    let lines = client.simple_query(&explain).await.unwrap();
    let lines = lines.iter().filter_map(|line| match line {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_through_the_index() {
    let database = Database::fresh().await;
    let instance = database.instance().await;
    database.add_doctors(2).await;
    let room = room(&instance).await;
    let many = format!(
        "INSERT INTO chat_rooms (name) VALUES ('of others');
         INSERT INTO chat_messages (room_id, user_id, message, position, created_at)
            SELECT 2, 2, 'message number ' || n, n, now() FROM generate_series(1, 20000) n;
         INSERT INTO chat_attachments (room_id, user_id, message_id, name, media_type, size)
            SELECT 2, 2, id, 'file ' || id, 'image/png', 1 FROM chat_messages WHERE room_id = 2;
         INSERT INTO chat_messages (room_id, user_id, message, created_at)
            VALUES ({room}, 2, 'Ménière, of the other application', now());
         ANALYZE"
    );
    database.client().await.batch_execute(&many).await.unwrap();
    let plan = plan(&database, "%meniere%").await;
    for index in [
        "hims_messages_words",
        "hims_reasons_words",
        "hims_files_words",
    ] {
        assert!(plan.contains(index), "{plan}");
    }
    let deadline = tokio::time::Instant::now() + crate::support::DEADLINE;
    while found(&instance, "MENIERE").await.is_empty() {
        assert!(tokio::time::Instant::now() < deadline, "it is not adopted");
    }
    let change = "UPDATE chat_messages SET message = 'Sjögren' WHERE message LIKE 'M%re,%'";
    database.client().await.batch_execute(change).await.unwrap();
    assert!(found(&instance, "meniere").await.is_empty());
    assert_eq!(found(&instance, "sjogren").await, ["Sjögren"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_not_make_the_index_searches_without_it() {
    let database = Database::fresh().await;
    let role = format!("{}_guest", database.name());
    let grant =
        format!("CREATE ROLE {role} LOGIN PASSWORD 'guest'; GRANT ALL ON SCHEMA public TO {role}");
    database.client().await.batch_execute(&grant).await.unwrap();
    let instance = Postgres::connect(&database.url_of(&role, "guest"), options()).await;
    let instance = instance.unwrap();
    database.add_doctors(2).await;
    let room = room(&instance).await;
    let ana = doctors(&instance, 1).await.remove(0);
    let messages = &instance.backend().messages;
    messages
        .post(&ana, &room, &note("c1", "Ménière"))
        .await
        .unwrap();
    assert!(!has_index(&database).await);
    assert_eq!(found(&instance, "meniere").await, ["Ménière"]);
    instance.close().await;

    // An administrator does what the log says; the next start makes the index.
    let create = "CREATE SCHEMA extensions; CREATE EXTENSION pg_trgm SCHEMA extensions";
    database.client().await.batch_execute(create).await.unwrap();
    let instance = Postgres::connect(&database.url_of(&role, "guest"), options()).await;
    let instance = instance.unwrap();
    assert!(
        !has_index(&database).await,
        "the schema is not open to the role"
    );
    instance.close().await;
    let usage = format!("GRANT USAGE ON SCHEMA extensions TO {role}");
    database.client().await.batch_execute(&usage).await.unwrap();
    let instance = Postgres::connect(&database.url_of(&role, "guest"), options()).await;
    let instance = instance.unwrap();
    assert!(has_index(&database).await);
    assert_eq!(found(&instance, "meniere").await, ["Ménière"]);
    instance.close().await;
    let owned = format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
    database.client().await.batch_execute(&owned).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_fold_indexed_is_found_after_the_upgrade() {
    let database = Database::fresh().await;
    let instance = database.instance().await;
    database.add_doctors(2).await;
    let room = room(&instance).await;
    let ana = doctors(&instance, 1).await.remove(0);
    let said = note("c1", "مریض ۶٫۹");
    let messages = &instance.backend().messages;
    messages.post(&ana, &room, &said).await.unwrap();
    instance.close().await;

    // As the release before left it.
    let client = database.client().await;
    let down = include_str!("../../migrations/2025-11-01-000014_fold/down.sql");
    client.batch_execute(down).await.unwrap();
    let older = "DELETE FROM __diesel_schema_migrations WHERE version = '20251101000014';
        CREATE INDEX hims_messages_words ON chat_messages USING gin (hims_fold(message) gin_trgm_ops)";
    client.batch_execute(older).await.unwrap();
    let instance = database.instance().await;
    assert_eq!(found(&instance, "6.9 مريض").await, ["مریض ۶٫۹"]);
    assert!(has_index(&database).await);
}

#[tokio::test]
async fn the_fold_of_the_database_is_the_fold_of_the_domain() {
    let database = Database::fresh().await;
    migrations::up(&database.url).await.unwrap();
    let client = database.client().await;
    // Every letter up to the end of the common scripts, and some beyond.
    let ranges = [
        0x20..0x0600_u32,
        0x0600..0x1200,
        0x1d00..0x2c00,
        0x3000..0x3200,
        0xac00..0xac40,
        0xfb00..0xfe00,
        0xfe20..0xfff0,
    ];
    let letters = ranges.into_iter().flatten().filter_map(char::from_u32);
    let mut apart = Vec::new();
    for letter in letters {
        let text = format!("a{letter} b");
        let row = client
            .query_one("SELECT hims_fold($1)", &[&text])
            .await
            .unwrap();
        let folded: String = row.get(0);
        if folded != domain::fold(&text) {
            apart.push(letter);
        }
    }
    // Letters that newer Unicode knows and an older ICU does not.
    assert!(apart.len() <= 8, "{apart:?}");
}
