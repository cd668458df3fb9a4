//! An empty machine to install on.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// How long a block of commands may take; some fetch packages over the network.
const DEADLINE: Duration = Duration::from_secs(400);

/// A Debian that was started for this test; see `machine.sh`. It goes when this is dropped.
pub(super) struct Machine {
    /// The process that all of its processes come from, as this machine numbers it.
    first: String,
    /// Leads to its own port 8080.
    port: String,
    /// Its standard input ends with us, and the machine with it.
    _watched: Child,
}

impl Machine {
    pub(super) async fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golive/install/machine.sh");
        let mut watched = as_root("bash")
            .arg(script)
            .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("empty-machine"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash starts");
        let output = watched.stdout.take().expect("stdout is piped");
        let mut lines = BufReader::new(output).lines();
        let line = timeout(DEADLINE, lines.next_line()).await;
        let line = line.expect("the machine starts in time").unwrap();
        let said = line.as_deref().and_then(|line| line.strip_prefix("ready "));
        let (first, port) = said.and_then(|said| said.split_once(' ')).expect(
            "the machine starts: what it lacks stands above; scripts/need machine installs it",
        );
        Self {
            first: first.to_owned(),
            port: port.to_owned(),
            _watched: watched,
        }
    }

    /// `http://127.0.0.1:PORT`, which leads to port 8080 of the machine.
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Runs commands in a folder as its root does, and gives their output.
    pub(super) async fn runs(&self, folder: &str, commands: &str, typed: &str) -> String {
        let script = format!("set -euo pipefail\ncd {folder}\n{commands}");
        let arguments = ["bash", "-c", &script];
        let done = self.does(&arguments, format!("{typed}\n").as_bytes()).await;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, errors) = (text(&done.stdout), text(&done.stderr));
        assert!(done.status.success(), "{commands}\n{out}{errors}");
        out
    }

    /// Writes a file for everybody to read.
    pub(super) async fn saves(&self, file: &str, bytes: &[u8]) {
        let done = self
            .does(&["install", "-m", "644", "/dev/stdin", file], bytes)
            .await;
        let errors = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{file}: {errors}");
    }

    async fn does(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = as_root("nsenter")
            .args([
                "--target",
                &self.first,
                "--all",
                "env",
                "--ignore-environment",
            ])
            .arg("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("nsenter starts");
        let mut stdin = child.stdin.take().expect("stdin is piped");
        // Most commands read nothing, and close the pipe.
        let _ = stdin.write_all(input).await;
        drop(stdin);
        let ended = timeout(DEADLINE, child.wait_with_output()).await;
        ended
            .unwrap_or_else(|_| panic!("{arguments:?} takes longer than {DEADLINE:?}"))
            .expect("it ends")
    }
}

/// Machines are root's to make. Who is not root is asked for no password here: `sudo` has to go without.
fn as_root(program: &str) -> Command {
    if rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut sudo = Command::new("sudo");
    sudo.args(["--non-interactive", program]);
    sudo
}
