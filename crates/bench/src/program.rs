use std::{fs, process::Stdio};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{
    Options, Result,
    wire::{Connection, Request, fields},
};

pub(crate) const CHAT: &str = "/doctor/chat";
const PASSWORD: &str = "larkmere-demo";

/// A running hims-chat; it is ended on drop.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: String,
    _folder: TempDir,
}

/// Runs another command of the program to its end.
pub(crate) async fn command(options: &Options, database: &str, arguments: &[&str]) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let output = begin(options, database, &folder)
        .args(arguments)
        .output()
        .await?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "hims-chat {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    )
    .into())
}

fn begin(options: &Options, database: &str, folder: &TempDir) -> Command {
    let mut command = Command::new(&options.server);
    let files = format!("file://{}/attachments", folder.path().display());
    command
        .current_dir(folder.path())
        .env_clear()
        .env("HOME", folder.path())
        .env("DATABASE_URL", database)
        .env("ATTACHMENTS_URL", files)
        .env("HIMS_LISTEN", "127.0.0.1:0")
        .env("HIMS_RATE_LIMITS", "off")
        .env("HIMS_LOG", "info")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

impl Program {
    pub(crate) async fn start(options: &Options, database: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut child = begin(options, database, &folder)
            .arg("serve")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let printed = child.stdout.take().ok_or("stdout is piped")?;
        let mut lines = BufReader::new(printed).lines();
        let address = loop {
            let line = lines.next_line().await?;
            let line = line.ok_or("hims-chat ended instead of serving")?;
            if let Some((_, rest)) = line.split_once(" listens on http://") {
                break rest.trim_end_matches(['/', '.']).to_owned();
            }
        };
        // A pipe that nobody reads would stop it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self {
            child,
            address,
            _folder: folder,
        })
    }

    /// Signs a doctor of the bench in: what a browser sends as cookies from then on.
    pub(crate) async fn sign_in(&self, number: usize) -> Result<String> {
        let body = format!("email=bench-{number}%40bench.example&password={PASSWORD}");
        let request = Request {
            kind: "application/x-www-form-urlencoded",
            ..Request::post("/login", "", &body)
        };
        let answer = Connection::open(&self.address)
            .await?
            .send(&request)
            .await?;
        if answer.status != 303 {
            return Err(format!("signing in was answered {}", answer.status).into());
        }
        let cookies = fields(&answer.head, "set-cookie");
        let cookies = cookies.filter_map(|cookie| cookie.split(';').next());
        Ok(cookies.collect::<Vec<_>>().join("; "))
    }

    /// Signs in doctors 1 to `count`, in this order.
    pub(crate) async fn sign_in_all(&self, count: usize) -> Result<Vec<String>> {
        let mut cookies = Vec::with_capacity(count);
        for number in 1..=count {
            cookies.push(self.sign_in(number).await?);
        }
        Ok(cookies)
    }

    /// Resident memory now, in MiB.
    pub(crate) fn memory(&self) -> Result<f64> {
        let id = self.child.id().ok_or("hims-chat has ended")?;
        let status = fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next());
        let kib: f64 = kib.ok_or("no VmRSS")?.parse()?;
        Ok(kib / 1024.0)
    }
}
