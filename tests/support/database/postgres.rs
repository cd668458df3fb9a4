//! One database on the PostgreSQL server of the tests.

use std::thread;

use reqwest::Url;
use tokio::runtime;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};

/// A database created for one test, and dropped with this value.
pub struct Fresh {
    server: Url,
    name: String,
}

impl Fresh {
    pub async fn create() -> Self {
        // template0, because nobody can be connected to it: a copied database must be idle.
        Self::copy_of("template0").await
    }

    /// Another database with all that is in this one, which nobody may be connected to.
    pub async fn copy(&self) -> Self {
        Self::copy_of(&self.name).await
    }

    async fn copy_of(template: &str) -> Self {
        let server = server();
        let name = format!("test_{:016x}", rand::random::<u64>());
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        execute(&server, &create).await;
        Self { server, name }
    }

    pub fn url(&self) -> String {
        let mut url = self.server.clone();
        url.set_path(&self.name);
        url.into()
    }

    pub async fn execute(&self, sql: &str) {
        let (client, connection) = connect(&self.url()).await;
        client
            .batch_execute(sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        close(client, connection).await;
    }

    pub async fn number(&self, sql: &str) -> i64 {
        let (client, connection) = connect(&self.url()).await;
        let row = client
            .query_one(sql, &[])
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        close(client, connection).await;
        row.get(0)
    }

    pub async fn text(&self, sql: &str) -> String {
        let (client, connection) = connect(&self.url()).await;
        let row = client
            .query_one(sql, &[])
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        close(client, connection).await;
        row.get(0)
    }

    pub async fn go_away(&self) {
        let name = &self.name;
        execute(
            &self.server,
            &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
        )
        .await;
        let cut = format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
        );
        execute(&self.server, &cut).await;
    }

    pub async fn come_back(&self) {
        execute(
            &self.server,
            &format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", self.name),
        )
        .await;
    }
}

impl Drop for Fresh {
    /// On a thread of its own, because the test's runtime may be the one that is being dropped.
    fn drop(&mut self) {
        let (server, drop) = (
            self.server.clone(),
            format!("DROP DATABASE {} WITH (FORCE)", self.name),
        );
        let dropped = thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(execute(&server, &drop));
        });
        if dropped.join().is_err() {
            eprintln!("the database {} is left behind", self.name);
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one variable the test suite is configured with"
)]
pub(super) fn server() -> Url {
    let Ok(url) = std::env::var("TEST_DATABASE_URL") else {
        panic!(
            "TEST_DATABASE_URL is not set. Run `scripts/test` for everything, or start one throw-away \
             PostgreSQL for a command: `scripts/postgres cargo test`"
        );
    };
    Url::parse(&url).unwrap_or_else(|_| {
        panic!("TEST_DATABASE_URL is not a URL like postgres://user:password@host:port/postgres")
    })
}

async fn execute(server: &Url, sql: &str) {
    let (client, connection) = connect(server.as_str()).await;
    client
        .batch_execute(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    close(client, connection).await;
}

type Connection = JoinHandle<Result<(), tokio_postgres::Error>>;

async fn connect(url: &str) -> (Client, Connection) {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("TEST_DATABASE_URL answers; `scripts/postgres COMMAND` starts a server for it");
    (client, tokio::spawn(connection))
}

async fn close(client: Client, connection: Connection) {
    drop(client);
    connection
        .await
        .expect("the connection's task ends")
        .expect("the connection closes");
}
