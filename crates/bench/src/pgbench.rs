//! The database alone, by PostgreSQL's own pgbench, with the least tables that a chat needs.

use std::{path::Path, process::Stdio, time::Duration};

use tempfile::TempDir;
use tokio::process::Command;

use crate::{
    Extent, Options, Result,
    figures::{Run, Times},
    hospital::{self, execute},
};

const TABLES: &str = include_str!("sql/bare.sql");

/// Statements that pgbench repeats.
#[derive(Clone, Copy)]
pub(crate) enum Script {
    /// (i) One insert.
    Insert,
    /// (ii) Whether the author takes part, the insert, and the room's update, as one statement.
    Send,
    /// (iv) The latest 50 of a room.
    Latest,
}

impl Script {
    fn text(self) -> &'static str {
        match self {
            Self::Insert => include_str!("sql/insert.sql"),
            Self::Send => include_str!("sql/send.sql"),
            Self::Latest => include_str!("sql/latest.sql"),
        }
    }
}

/// A database with bare tables.
pub(crate) struct Bare {
    url: String,
    folder: TempDir,
}

impl Bare {
    pub(crate) async fn fill(options: &Options, extent: &Extent) -> Result<Self> {
        let url = hospital::create(options).await?;
        let client = hospital::connect(&url).await?;
        let rows = extent.rows.to_string();
        execute(&client, &TABLES.replace(":rows", &rows)).await?;
        execute(&client, "VACUUM ANALYZE").await?;
        Ok(Self {
            url,
            folder: tempfile::tempdir()?,
        })
    }

    /// Repeats a statement for a while with so many clients.
    pub(crate) async fn run(&self, script: Script, clients: usize, time: Duration) -> Result<Run> {
        let file = self.folder.path().join("script.sql");
        std::fs::write(&file, script.text())?;
        let logs = tempfile::tempdir_in(self.folder.path())?;
        let prefix = logs.path().join("log");
        let seconds = time.as_secs().max(1);
        let output = Command::new("pgbench")
            .args(["--no-vacuum", "--protocol=prepared", "--log"])
            .arg(format!("--log-prefix={}", prefix.display()))
            .arg(format!("--client={clients}"))
            .arg(format!("--jobs={}", clients.min(2)))
            .arg(format!("--time={seconds}"))
            .arg(format!("--file={}", file.display()))
            .arg(&self.url)
            .stdin(Stdio::null())
            .output()
            .await
            .map_err(|error| format!("pgbench, which comes with PostgreSQL: {error}"))?;
        if !output.status.success() {
            return Err(format!("pgbench: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        let times = logged(logs.path())?;
        Ok(Run::of(&times, Duration::from_secs(seconds)))
    }
}

/// The times of the transactions: the third word of each line, in microseconds
/// (<https://www.postgresql.org/docs/current/pgbench.html>, "Per-Transaction Logging").
fn logged(folder: &Path) -> Result<Times> {
    let mut times = Times::default();
    for entry in std::fs::read_dir(folder)? {
        let text = std::fs::read_to_string(entry?.path())?;
        for line in text.lines() {
            let micros = line.split(' ').nth(2).and_then(|word| word.parse().ok());
            times.add(Duration::from_micros(
                micros.ok_or("a log of pgbench without times")?,
            ));
        }
    }
    Ok(times)
}
