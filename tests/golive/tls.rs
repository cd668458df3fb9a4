//! PostgreSQL over TLS: a server that takes nothing else, and servers that are not who they say.

use std::process::Output;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::support::{
    database::Database,
    device::{CHAT, Device},
    server::Server,
    wait::within,
};

const PASSWORD: &str = "hunter2";

#[expect(
    clippy::disallowed_methods,
    reason = "where scripts/postgres says that the certificates are"
)]
fn file(name: &str) -> String {
    let folder = std::env::var("TEST_DATABASE_TLS").expect(
        "TEST_DATABASE_TLS is not set: run these tests through scripts/test or scripts/postgres",
    );
    format!("{folder}/{name}")
}

/// A database that is this role's, which `scripts/postgres` lets in over TLS alone.
async fn database_of(role: &str) -> Database {
    let database = Database::postgres().await;
    let create = format!(
        "DO $$ BEGIN CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'; \
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    );
    database.execute(&create).await;
    let name = database.url().rsplit('/').next().unwrap();
    let own =
        format!("ALTER DATABASE \"{name}\" OWNER TO {role}; ALTER SCHEMA public OWNER TO {role}");
    database.execute(&own).await;
    database
}

/// The words of the program that does not start, with the exit code `code`.
async fn refused_with(code: i32, database: &Database, url: &str) -> String {
    let output: Output = Server::output(database, &["serve"], &[("DATABASE_URL", url)]).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(!said.contains(PASSWORD), "{said}");
    let line = said.lines().last().unwrap_or_default().to_owned();
    assert!(line.starts_with("hims-chat: "), "{said}");
    line
}

async fn refused(database: &Database, url: &str) -> String {
    refused_with(1, database, url).await
}

/// Two doctors talk over a database that is reached at `url`, and everything goes over TLS.
async fn they_talk(database: &Database, role: &str, url: &str) {
    let environment = [("DATABASE_URL", url)];
    let filled = Server::output(database, &["demo"], &environment).await;
    assert!(
        filled.status.success(),
        "{}",
        String::from_utf8_lossy(&filled.stderr)
    );
    let server = Server::start_with(database, &environment).await;
    let first = Device::signed_in(&server, "d01").await;
    let second = Device::signed_in(&server, "d02").await;
    let room = first.new_room(&["2"]).await;
    let mut live = second.listen().await;
    first.says(&room, "Over TLS").await;
    assert_eq!(live.next_named("message.posted").await["text"], "Over TLS");
    // A statement that is refused is looked into on a connection of its own.
    let rename = |from: &str, to: &str| format!("ALTER TABLE chat_rooms RENAME {from} TO {to}");
    database.execute(&rename("active_at", "hidden")).await;
    let rooms = format!("{CHAT}/api/rooms");
    assert_eq!(first.get(&rooms).await.status, 500);
    database.execute(&rename("hidden", "active_at")).await;
    // In one statement: connections come and go.
    let over_tls = format!(
        "SELECT CASE WHEN bool_and(s.ssl) THEN count(*) ELSE -1 END \
         FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid) WHERE a.usename = '{role}' \
         AND a.datname = current_database()"
    );
    let over_tls = database.number(&over_tls).await;
    assert!(over_tls > 5, "{over_tls}, where -1 is one in the clear");
}

#[tokio::test]
async fn a_server_that_only_takes_tls() {
    let database = database_of("tls_only").await;
    let (good, other) = (file("ca.pem"), file("other-ca.pem"));
    let login = format!("tls_only:{PASSWORD}");
    let url = |parameters: &str| database.url_of(&login, parameters);

    // On this machine nothing is asked of a server; this one asks.
    let said = refused(&database, &url("")).await;
    assert!(said.contains("sslmode=verify-full"), "{said}");
    // Who is not trusted is named.
    let said = refused(&database, &url(&format!("sslrootcert={other}"))).await;
    for part in [
        "127.0.0.1",
        "by CN=Test authority",
        "valid from",
        "sslrootcert",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let said = refused(&database, &url("sslmode=verify-full")).await;
    assert!(said.contains("no authority that is trusted"), "{said}");
    // The certificate is for the address, not for this name of it.
    let by_name =
        url(&format!("sslmode=verify-full&sslrootcert={good}")).replace("@127.0.0.1", "@localhost");
    let said = refused(&database, &by_name).await;
    for part in [
        "refused for localhost",
        "by CN=Test authority",
        "valid from",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    for (parameters, part) in [
        ("sslmode=full", "verify-full"),
        ("sslmode=verify-ca&sslrootcert=/nowhere.pem", "sslrootcert"),
        ("sslmode=verify-ca&sslcert=/nowhere.pem", "sslkey"),
    ] {
        let said = refused_with(2, &database, &url(parameters)).await;
        assert!(
            said.starts_with("hims-chat: DATABASE_URL") && said.contains(part),
            "{said}"
        );
    }

    let full = url(&format!("sslmode=verify-full&sslrootcert={good}"));
    they_talk(&database, "tls_only", &full).await;
    let (by_name, by_anybody) = (
        by_name.replace("verify-full", "verify-ca"),
        url("sslmode=require"),
    );
    for url in [&by_name, &by_anybody] {
        let environment = [("DATABASE_URL", url.as_str())];
        let server = Server::start_with(&database, &environment).await;
        assert_eq!(Device::new(&server).get("/health/ready").await.status, 200);
    }
}

#[tokio::test]
async fn a_certificate_in_place_of_a_password() {
    let database = database_of("tls_client").await;
    let (root, certificate, key) = (file("ca.pem"), file("client.pem"), file("client.key"));
    let url = database.url_of(
        "tls_client",
        &format!("sslmode=verify-full&sslrootcert={root}&sslcert={certificate}&sslkey={key}"),
    );
    they_talk(&database, "tls_client", &url).await;
    let without = database.url_of(
        "tls_client",
        &format!("sslmode=verify-full&sslrootcert={root}"),
    );
    let said = refused(&database, &without).await;
    assert!(said.contains("certificate"), "{said}");
}

#[tokio::test]
async fn another_applications_database_is_read_over_tls() {
    let database = database_of("tls_only").await;
    let root = file("ca.pem");
    let url = database.url_of(
        &format!("tls_only:{PASSWORD}"),
        &format!("sslmode=verify-full&sslrootcert={root}"),
    );
    let environment = [("DATABASE_URL", url.as_str())];
    assert!(
        Server::output(&database, &["demo"], &environment)
            .await
            .status
            .success()
    );
    let own = Database::sqlite();
    let survey = async |source: String| {
        let arguments = ["migrate", "survey", "--source", source.as_str()];
        Server::output(&own, &arguments, &[]).await
    };
    let read = survey(url.clone()).await;
    assert!(
        read.status.success(),
        "{}",
        String::from_utf8_lossy(&read.stderr)
    );
    let open = survey(url.replace("verify-full", "disable")).await;
    let said = String::from_utf8_lossy(&open.stderr);
    assert!(
        !open.status.success() && said.contains("sslmode=verify-full"),
        "{said}"
    );
    assert!(!said.contains(PASSWORD), "{said}");
}

#[tokio::test]
async fn a_server_without_tls_is_given_no_password() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    // It says no to TLS, and writes down whatever comes.
    let heard = tokio::spawn(async move {
        let mut heard = Vec::new();
        while heard.is_empty() {
            let (mut line, _) = listener.accept().await.unwrap();
            let mut asked = [0; 8];
            line.read_exact(&mut asked).await.unwrap();
            heard.extend(asked);
            line.write_all(b"N").await.unwrap();
            line.read_to_end(&mut heard).await.unwrap_or_default();
        }
        heard
    });
    let database = Database::sqlite();
    let url = format!("postgres://hims:{PASSWORD}@127.0.0.1:{port}/hims?sslmode=verify-full");
    let said = refused(&database, &url).await;
    assert!(
        said.contains("TLS") && said.contains("sslmode=disable"),
        "{said}"
    );
    let heard = within("the end of the line", heard).await.unwrap();
    // The request for TLS (80877103) and nothing else.
    assert_eq!(heard, [0, 0, 0, 8, 4, 210, 22, 47]);
}

#[tokio::test]
async fn a_backup_goes_over_tls_too() {
    let (database, elsewhere) = (database_of("tls_only").await, database_of("tls_only").await);
    let login = format!("tls_only:{PASSWORD}");
    let root = file("ca.pem");
    let verified = |database: &Database| {
        database.url_of(&login, &format!("sslmode=verify-full&sslrootcert={root}"))
    };
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("backup");
    let ran = async |database: &Database, url: &str, command: &str| {
        let mut arguments = vec![command];
        if command != "demo" {
            arguments.push(folder.to_str().unwrap());
        }
        let output = Server::output(database, &arguments, &[("DATABASE_URL", url)]).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{command}: {said}");
    };
    // The owner of these databases is no superuser, as in a hospital.
    ran(&database, &verified(&database), "demo").await;
    ran(&database, &verified(&database), "backup").await;
    ran(&elsewhere, &verified(&elsewhere), "restore").await;
    let environment = [("DATABASE_URL", &*verified(&elsewhere))];
    let server = Server::start_with(&elsewhere, &environment).await;
    Device::signed_in(&server, "d01").await;
}
