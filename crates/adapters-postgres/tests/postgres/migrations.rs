use hims_chat_postgres::{Options, Postgres, Schema, migrations};
use ports::ErrorKind;

use crate::support::{Database, options};

/// Every column, index, constraint and function, as text.
async fn schema(database: &Database) -> Vec<String> {
    let query = "
        SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
            FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT 'function ' || oid::regprocedure FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace
        ORDER BY 1";
    let rows = database.client().await.query(query, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn up_down_and_up_again_give_the_same_schema_and_keep_the_hospitals_rows() {
    let database = Database::fresh().await;
    migrations::up(&database.url).await.unwrap();
    let first = schema(&database).await;
    database.add_doctors(2).await;
    let say = "INSERT INTO chat_rooms (name) VALUES ('old');
        INSERT INTO chat_messages (room_id, user_id, message, created_at) VALUES (1, 1, 'kept', now())";
    database.client().await.batch_execute(say).await.unwrap();

    migrations::down(&database.url).await.unwrap();
    let below = schema(&database).await;
    assert!(
        below.iter().all(|line| !line.contains("hims_")),
        "{below:?}"
    );
    assert!(
        below.iter().all(|line| !line.contains("position")),
        "{below:?}"
    );
    let kept = database
        .client()
        .await
        .query("SELECT message FROM chat_messages", &[])
        .await;
    assert_eq!(kept.unwrap()[0].get::<_, &str>(0), "kept");

    migrations::up(&database.url).await.unwrap();
    assert_eq!(schema(&database).await, first);
    migrations::up(&database.url).await.unwrap();
    assert_eq!(schema(&database).await, first, "again changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_that_start_at_once_upgrade_in_turn() {
    let database = Database::fresh().await;
    let starts = (0..4).map(|_| Postgres::connect(&database.url, options()));
    let instances = futures_util::future::join_all(starts).await;
    let keys: Vec<String> = instances
        .into_iter()
        .map(|instance| instance.unwrap().patient_ref_key().to_hex())
        .collect();
    assert!(keys.iter().all(|key| *key == keys[0]), "one key for all");
}

#[tokio::test]
async fn a_schema_that_is_behind_is_refused_or_upgraded() {
    let database = Database::fresh().await;
    let check = || Options {
        schema: Schema::Check,
        ..options()
    };
    let refused = Postgres::connect(&database.url, check())
        .await
        .err()
        .unwrap();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    migrations::up(&database.url).await.unwrap();
    Postgres::connect(&database.url, check())
        .await
        .unwrap()
        .close()
        .await;
}

#[tokio::test]
async fn a_start_that_cannot_succeed_says_why_in_one_line_without_the_password() {
    let database = Database::fresh().await;
    let wrong = database.url.replacen("://hims:", "://hims:wrong", 1);
    for url in [
        "postgres://hims:secret@127.0.0.1:1/none",
        "postgres://hims:secret@:x",
        &wrong,
    ] {
        let error = Postgres::connect(url, options())
            .await
            .err()
            .unwrap()
            .to_string();
        assert!(
            !error.contains('\n') && !error.contains("secret"),
            "{error}"
        );
        assert!(!error.contains("wrong"), "{error}");
    }
}

#[tokio::test]
async fn another_patient_reference_key_is_refused_once_rooms_exist() {
    let database = Database::fresh().await;
    let with = |digit: &str| Options {
        audit_key: None,
        patient_ref_key: Some(ports::PatientRefKey::from_hex(&digit.repeat(64)).unwrap()),
        ..options()
    };
    let first = Postgres::connect(&database.url, with("a")).await.unwrap();
    database.add_patients().await;
    drop(first);
    Postgres::connect(&database.url, with("b")).await.unwrap();
    let refs = "SELECT count(*) FROM patients WHERE patient_ref IS NOT NULL";
    let count = database.client().await.query_one(refs, &[]).await.unwrap();
    assert_eq!(count.get::<_, i64>(0), 2);
    let room = "INSERT INTO chat_rooms (name) VALUES ('there')";
    database.client().await.batch_execute(room).await.unwrap();
    let refused = Postgres::connect(&database.url, with("c"))
        .await
        .err()
        .unwrap();
    assert!(
        refused.to_string().contains("HIMS_PATIENT_REF_KEY"),
        "{refused}"
    );
    Postgres::connect(&database.url, options()).await.unwrap();
}
