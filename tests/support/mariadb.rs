//! A MariaDB server of one test: `scripts/need mariadb` installs it.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};
use tempfile::TempDir;

use super::{ports::free_port, wait::until};

/// The password of the user who may only read.
const PASSWORD: &str = "reader (1)";

/// Backslashes and quotes are written as other databases have them, and nothing that is stored is refused.
const LOOSE: &str = "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'";

/// Several run beside each other, and no machine lends all of them its queues for asynchronous reads.
const SMALL: [&str; 2] = ["--innodb-use-native-aio=0", "--innodb-buffer-pool-size=16M"];

/// A running server with one empty database, `old`. Stopped on drop.
pub struct Mariadb {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Mariadb {
    /// A server in UTC.
    pub async fn start() -> Self {
        Self::start_with(&["--default-time-zone=+00:00"]).await
    }

    /// A server with further options.
    ///
    /// # Panics
    /// Without MariaDB on the machine: a suite without it fails, it never skips.
    pub async fn start_with(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let installed = Command::new("mariadb-install-db")
            .args([
                "--no-defaults",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ])
            .arg(format!("--user={}", user()))
            .arg(format!("--datadir={}", data.display()))
            .arg(format!("--tmpdir={}", folder.path().display()))
            .args(SMALL)
            .output()
            .expect("mariadb-install-db is there; scripts/need mariadb installs it");
        let said = String::from_utf8_lossy(&installed.stderr);
        assert!(
            installed.status.success(),
            "mariadb-install-db fills a folder: {said}"
        );
        let port = free_port();
        let child = Command::new(program())
            .arg("--no-defaults")
            .arg(format!("--user={}", user()))
            .arg(format!("--datadir={}", data.display()))
            // A server that starts removes what it takes for another one's leftovers.
            .arg(format!("--tmpdir={}", folder.path().display()))
            .arg(format!(
                "--socket={}",
                folder.path().join("socket").display()
            ))
            .arg(format!(
                "--pid-file={}",
                folder.path().join("pid").display()
            ))
            .arg(format!("--port={port}"))
            .args([
                "--bind-address=127.0.0.1",
                "--skip-log-bin",
                "--innodb-flush-log-at-trx-commit=0",
            ])
            .args(SMALL)
            .args(tls(folder.path()))
            .args(options)
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log")).expect("a log"))
            .spawn()
            .expect("mariadbd starts");
        let server = Self {
            child,
            port,
            folder,
        };
        until("MariaDB to answer", async || {
            Conn::new(server.root("mysql")).await.ok()
        })
        .await;
        let reader = format!(
            "CREATE DATABASE old CHARACTER SET utf8mb4; CREATE USER reader IDENTIFIED BY '{PASSWORD}'; \
             GRANT SELECT ON old.* TO reader"
        );
        for statement in reader.split("; ") {
            server.drop_query("mysql", statement).await;
        }
        server
    }

    /// The address of the database, for somebody who may only read.
    pub fn url(&self) -> String {
        let password = PASSWORD.replace(' ', "%20");
        format!("mysql://reader:{password}@127.0.0.1:{}/old", self.port)
    }

    /// Runs statements, with a `;` at the end of the line between them.
    pub async fn execute(&self, sql: &str) {
        let mut connection = Conn::new(self.root("old")).await.expect("it answers");
        let names = "SET NAMES utf8mb4";
        for statement in [LOOSE, names].into_iter().chain(sql.split(";\n")) {
            let statement = statement.trim().trim_end_matches(';');
            if !statement.is_empty() {
                connection
                    .query_drop(statement)
                    .await
                    .unwrap_or_else(|error| panic!("{statement}: {error}"));
            }
        }
        connection.disconnect().await.expect("it ends");
    }

    /// A number that any change of these tables changes.
    pub async fn checksum(&self, tables: &[&str]) -> i64 {
        let mut connection = Conn::new(self.root("old")).await.expect("it answers");
        let query = format!("CHECKSUM TABLE {}", tables.join(", "));
        let sums: Vec<(String, i64)> = connection
            .query(query)
            .await
            .expect("tables that are there");
        connection.disconnect().await.expect("it ends");
        sums.iter()
            .fold(0, |sum, (_, one)| sum.wrapping_mul(31).wrapping_add(*one))
    }

    async fn drop_query(&self, database: &str, statement: &str) {
        let mut connection = Conn::new(self.root(database)).await.expect("it answers");
        connection.query_drop(statement).await.expect("a statement");
        connection.disconnect().await.expect("it ends");
    }

    fn root(&self, database: &str) -> Opts {
        let socket = self.folder.path().join("socket");
        let socket = socket.display().to_string().replace('/', "%2F");
        Opts::from_url(&format!(
            "mysql://root@127.0.0.1:{}/{database}?socket={socket}",
            self.port
        ))
        .expect("an address")
    }
}

impl Drop for Mariadb {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// The certificates of the tests' authority, made for 127.0.0.1.
#[expect(
    clippy::disallowed_methods,
    reason = "a variable the test suite is configured with"
)]
fn tls(folder: &Path) -> Vec<String> {
    let made = std::env::var("TEST_DATABASE_TLS")
        .expect("TEST_DATABASE_TLS is set by scripts/postgres; run `scripts/postgres cargo test`");
    for file in ["ca.pem", "server.pem", "server.key"] {
        fs::copy(Path::new(&made).join(file), folder.join(file)).expect("a certificate");
    }
    let option = |name: &str, file: &str| format!("--{name}={}", folder.join(file).display());
    vec![
        option("ssl-ca", "ca.pem"),
        option("ssl-cert", "server.pem"),
        option("ssl-key", "server.key"),
    ]
}

/// The server wants to be told whose it is when it is root's.
fn user() -> String {
    if rustix::process::getuid().is_root() {
        return "root".to_owned();
    }
    let id = Command::new("id").arg("-un").output().expect("a name");
    String::from_utf8_lossy(&id.stdout).trim().to_owned()
}

/// Debian keeps it off the path of users.
fn program() -> &'static str {
    let usual = "/usr/sbin/mariadbd";
    if Path::new(usual).exists() {
        usual
    } else {
        "mariadbd"
    }
}
