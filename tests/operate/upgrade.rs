//! An older version meets the schema of a newer one.

use crate::support::{
    database::{Database, Engine},
    on_both_databases,
    server::Server,
};

on_both_databases!(
    a_newer_schema_is_left_alone,
    migrations_of_a_host_are_its_own
);

async fn refused(database: &Database, environment: &[(&str, &str)]) -> String {
    let output = Server::output(database, &["serve"], environment).await;
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

async fn note(database: &Database, version: &str) {
    let note = format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{version}')");
    database.execute(&note).await;
}

async fn a_newer_schema_is_left_alone(engine: Engine) {
    let database = Database::demonstration(engine).await;
    let newer = match engine {
        Engine::Sqlite => "9001",
        Engine::Postgres => "20251101009001",
    };
    note(&database, newer).await;
    for environment in [&[][..], &[("HIMS_SCHEMA", "check")]] {
        let said = refused(&database, environment).await;
        assert!(
            said.contains(&format!(
                "that of a newer hims-chat ({newer}; this one knows"
            )),
            "{said}"
        );
    }
}

async fn migrations_of_a_host_are_its_own(engine: Engine) {
    let database = Database::demonstration(engine).await;
    note(&database, "20990101120000").await;
    Server::start(&database).await;
    Server::start_with(&database, &[("HIMS_SCHEMA", "check")]).await;
}
