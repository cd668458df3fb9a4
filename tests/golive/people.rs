//! Staff and patients come in by `hims-chat staff` and `hims-chat patients`, and go.

mod accounts;
mod crowd;
mod fhir;
mod files;
mod first;
mod lists;
mod merges;
mod orders;
mod resources;
mod tables;
mod unusable;

use std::process::Output;

use serde_json::Value;

use crate::support::{database::Database, server::Server};

/// The password of everybody here.
const PASSWORD: &str = "correct horse 7";

/// Outcome of a command.
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code().expect("it ended by itself"),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }
}

impl Said {
    /// It must have ended with this code.
    #[track_caller]
    fn with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self
    }

    /// The answer as JSON.
    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}{}", self.out, self.err))
    }

    /// The answer as JSON, a value a line.
    fn lines(&self) -> Vec<Value> {
        let lines = self.out.lines();
        lines
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    }

    /// The one line of an error.
    #[track_caller]
    fn error(&self) -> &str {
        let said: Vec<&str> = self.err.lines().collect();
        let [.., last] = said.as_slice() else {
            panic!("no error was said: {}", self.out);
        };
        last.strip_prefix("hims-chat: ").expect("our own line")
    }
}

/// Runs a command, given as words between spaces.
async fn hims(database: &Database, words: &str) -> Said {
    let words: Vec<&str> = words.split_whitespace().collect();
    Server::output(database, &words, &[]).await.into()
}

/// The same with something on its standard input.
async fn hims_reading(database: &Database, words: &str, input: &str) -> Said {
    let words: Vec<&str> = words.split_whitespace().collect();
    Server::output_of(database, &words, input).await.into()
}

/// Puts a file where commands are run.
fn put(database: &Database, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(database.folder().join(name), bytes).expect("a file");
}

/// Adds an administrator who can sign in: their id.
async fn administrator(database: &Database) -> String {
    let words = "staff add --role administrator --email admin@larkmere.example --name Admin --password-stdin";
    let said = hims_reading(database, words, PASSWORD).await.with(0);
    said.out.trim().to_owned()
}

/// Gives somebody the password of everybody.
async fn may_sign_in(database: &Database, who: &str) {
    let words = format!("staff set-password {who} --password-stdin");
    hims_reading(database, &words, &format!("{PASSWORD}\n"))
        .await
        .with(0);
}

/// The staff as `staff list --json` gives them.
async fn listed(database: &Database) -> Vec<Value> {
    hims(database, "staff list --json").await.with(0).lines()
}

/// The one of them with an address.
#[track_caller]
fn of<'a>(staff: &'a [Value], email: &str) -> &'a Value {
    let mut found = staff.iter().filter(|one| one["email"] == email);
    let one = found
        .next()
        .unwrap_or_else(|| panic!("{email} is not listed"));
    assert!(found.next().is_none(), "{email} is listed twice");
    one
}

/// Rows of a table.
async fn rows(database: &Database, table: &str) -> i64 {
    let count = format!("SELECT count(*) FROM {table}");
    database.number(&count).await
}
