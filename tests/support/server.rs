//! The program `hims-chat` as a process of its own, configured by its environment like any user's.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::AsyncWriteExt;

use super::binary::hims_chat;
use super::database::Database;
use super::wait::{until, within};

/// A running server. Killed on drop; what it printed is shown when the test fails.
pub struct Server {
    child: Child,
    address: String,
    printed: Printed,
}

impl Server {
    /// Starts `hims-chat serve` on a free port and waits until it says where it listens.
    pub async fn start(database: &Database) -> Self {
        Self::start_with(database, &[]).await
    }

    /// The same with more of the environment, or other values: the last one given wins.
    pub async fn start_with(database: &Database, environment: &[(&str, &str)]) -> Self {
        Self::start_by(command(database, &["serve"]), environment).await
    }

    /// The same in a process that may have only so many files and connections open.
    pub async fn start_with_open_files(database: &Database, most: u32) -> Self {
        let usual = command(database, &[]);
        let mut limited = Command::new("/bin/sh");
        limited.args(["-c", &format!("ulimit -n {most} && exec \"$0\" serve")]);
        limited
            .arg(usual.get_program())
            .current_dir(database.folder())
            .env_clear();
        limited.stdin(Stdio::null());
        limited.envs(
            usual
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        Self::start_by(limited, &[]).await
    }

    /// Starts it in a folder whose file `.env` has all the settings.
    pub async fn start_in(folder: &Path) -> Self {
        let mut command = Command::new(hims_chat());
        command.arg("serve").current_dir(folder).env_clear();
        command.stdin(Stdio::null());
        Self::start_by(command, &[]).await
    }

    /// Starts another copy of the program in the same way.
    pub async fn start_unpacked(program: &Path, folder: &Path) -> Self {
        let mut command = Command::new(program);
        command.arg("serve").current_dir(folder).env_clear();
        command.stdin(Stdio::null());
        Self::start_by(command, &[]).await
    }

    async fn start_by(mut command: Command, environment: &[(&str, &str)]) -> Self {
        let mut child = command
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("hims-chat starts");
        let printed = Printed::default();
        printed.collect(child.stdout.take().expect("stdout is piped"));
        printed.collect(child.stderr.take().expect("stderr is piped"));

        let mut server = Self {
            child,
            address: String::new(),
            printed,
        };
        server.address = until("hims-chat to print its address", async || {
            assert_eq!(
                server.child.try_wait().unwrap(),
                None,
                "hims-chat ended instead of serving"
            );
            server.printed.address()
        })
        .await;
        server
    }

    /// Runs another command of the program to its end, `demo` for example, which must succeed.
    pub async fn run(database: &Database, arguments: &[&str]) -> String {
        let output = Self::output(database, arguments, &[]).await;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "hims-chat {arguments:?}: {}\n{text}{errors}",
            output.status
        );
        text
    }

    /// Runs any command of the program to its end, whatever that is.
    pub async fn output(
        database: &Database,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Output {
        let mut command = command(database, arguments);
        command.envs(environment.iter().copied());
        let mut command = tokio::process::Command::from(command);
        within("hims-chat", command.kill_on_drop(true).output())
            .await
            .expect("hims-chat starts")
    }

    /// The same for one that reads `input` on its standard input.
    pub async fn output_of(database: &Database, arguments: &[&str], input: &str) -> Output {
        let mut command = tokio::process::Command::from(command(database, arguments));
        command.stdin(Stdio::piped()).kill_on_drop(true);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("hims-chat starts");
        let mut stdin = child.stdin.take().expect("stdin is piped");
        // One that refuses its arguments reads nothing, and closes the pipe.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        within("hims-chat", child.wait_with_output())
            .await
            .expect("hims-chat ends")
    }

    /// Starts any command of the program and lets it go on by itself; its output is not read.
    pub fn begin(database: &Database, arguments: &[&str]) -> Child {
        Self::begin_with(database, arguments, &[])
    }

    /// The same with more of the environment.
    pub fn begin_with(
        database: &Database,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Child {
        command(database, arguments)
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("hims-chat starts")
    }

    /// Starts `hims-chat serve` whose output goes elsewhere, at the address that `HIMS_LISTEN` says; it may
    /// not answer yet.
    pub fn start_unheard(
        database: &Database,
        environment: &[(&str, &str)],
        stdout: Stdio,
        stderr: Stdio,
    ) -> Self {
        let address = environment.iter().find(|(name, _)| *name == "HIMS_LISTEN");
        let child = command(database, &["serve"])
            .envs(environment.iter().copied())
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
            .expect("hims-chat starts");
        Self {
            child,
            address: address.expect("an address").1.to_owned(),
            printed: Printed::default(),
        }
    }

    /// Runs another command, whose answer goes elsewhere, to its end.
    pub async fn ended_unheard(
        database: &Database,
        arguments: &[&str],
        stdout: Stdio,
    ) -> ExitStatus {
        let mut command = command(database, arguments);
        command.stdout(stdout).stderr(Stdio::null());
        let mut command = tokio::process::Command::from(command);
        within("hims-chat", command.kill_on_drop(true).status())
            .await
            .expect("hims-chat starts")
    }

    /// `http://127.0.0.1:PORT` and `path`, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// `127.0.0.1:PORT`: give it to another server as `HIMS_LISTEN` to take this one's place.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The process.
    pub fn process(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// The most memory that it ever took at once, in KiB (`VmHWM`).
    #[cfg(target_os = "linux")]
    pub fn most_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("it is running");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        number
            .and_then(|number| number.parse().ok())
            .expect("a number")
    }

    /// Everything it printed until now. A line may come later than the answer to the request that it is about:
    /// wait for it with [`Self::prints`].
    pub fn printed(&self) -> String {
        self.printed.text()
    }

    /// Waits until it has printed `words`, and gives everything it printed until then.
    pub async fn prints(&self, words: &str) -> String {
        until(&format!("{words:?} to be printed"), async || {
            Some(self.printed()).filter(|printed| printed.contains(words))
        })
        .await
    }

    /// The memory that is really taken, in KiB (`VmRSS`).
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("it is running");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        number
            .and_then(|kib| kib.parse().ok())
            .expect("a number of KiB")
    }

    /// Asks it to stop (SIGTERM) and waits until it has.
    pub async fn stop(&mut self) -> ExitStatus {
        self.ask_to_stop();
        self.ended().await
    }

    /// Asks it to stop (SIGTERM).
    pub fn ask_to_stop(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("it is running");
    }

    /// Waits until it has ended.
    pub async fn ended(&mut self) -> ExitStatus {
        until("hims-chat to stop", async || self.child.try_wait().unwrap()).await
    }

    /// Ends it at once (SIGKILL), in the middle of whatever it does.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is dead");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
        if thread::panicking() {
            eprintln!(
                "hims-chat on {:?} printed:\n{}",
                self.address,
                self.printed.text()
            );
        }
    }
}

/// Nothing of the developer's own environment or `.env` file reaches the program.
fn command(database: &Database, arguments: &[&str]) -> Command {
    let mut command = Command::new(hims_chat());
    command
        .args(arguments)
        .current_dir(database.folder())
        .env_clear()
        .env("HOME", database.folder())
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HIMS_LISTEN", "127.0.0.1:0")
        .env("DATABASE_URL", database.url())
        .env("ATTACHMENTS_URL", database.attachments_url())
        .env("STREAM_SANDBOX", "true")
        .stdin(Stdio::null());
    command
}

/// The output of a process, on both of its streams, in the order of arrival.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<String>>);

impl Printed {
    /// Drains `stream` until the process closes it: a full pipe would stop the process.
    fn collect(&self, stream: impl Read + Send + 'static) {
        let printed = self.clone();
        thread::spawn(move || {
            for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
                let mut text = printed.0.lock().unwrap();
                text.push_str(&String::from_utf8_lossy(&line));
                text.push('\n');
            }
        });
    }

    fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    /// Whatever address it listens on, it is asked on this machine.
    fn address(&self) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once(" listens on http://")?;
        let (_, port) = rest.lines().next()?.rsplit_once(':')?;
        // A line that is still being written has no end yet, and may lack digits.
        rest.contains('\n').then(|| format!("127.0.0.1:{port}"))
    }
}
