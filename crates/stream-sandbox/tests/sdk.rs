//! Stream's official SDKs, installed when this test runs and never committed, hold a chat session with the sandbox.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

use std::path::{Path, PathBuf};

use hims_chat_stream_sandbox::{Config, Sandbox};
use tokio::process::Command;

const KEY: &str = "sdk-key";
const SECRET: &str = "sdk-secret-of-some-length-for-hs256";

/// The folder that an SDK is installed in, once for many runs.
fn cache(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Installs into a folder unless that was done there before, in whole.
async fn install(mut command: Command, folder: &Path, absent: &str) {
    let done = folder.join("installed");
    if !done.exists() {
        run(command.current_dir(folder), absent).await;
        std::fs::write(done, "").unwrap();
    }
}

/// Runs a program to its end; what it printed is told when it fails.
async fn run(command: &mut Command, absent: &str) -> String {
    let ended = command
        .stdin(std::process::Stdio::null())
        .kill_on_drop(true)
        .output()
        .await;
    let output = ended.unwrap_or_else(|error| panic!("{error}. {absent}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(
        output.status.success(),
        "{command:?}\n{out}\n{err}\n{absent}"
    );
    out
}

const NO_NODE: &str = "This test needs Node.js 18 or later with npm: apt-get install nodejs npm";
const NO_PYTHON: &str =
    "This test needs Python 3.9 or later with pip: apt-get install python3 python3-pip";

async fn session(
    program: &str,
    driver: &Path,
    in_folder: &Path,
    variables: &[(&str, &Path)],
    absent: &str,
) {
    let sandbox = Sandbox::start(Config::new("4711", KEY, SECRET))
        .await
        .unwrap();
    let mut command = Command::new(program);
    command
        .arg(driver)
        .args([sandbox.base_url(), KEY, SECRET])
        .current_dir(in_folder);
    for (name, value) in variables {
        command.env(name, value);
    }
    let said = run(&mut command, absent).await;
    assert!(said.trim_end().ends_with("done"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_javascript_sdk_completes_a_session() {
    let folder = cache("javascript-sdk");
    let driver = folder.join("session.mjs");
    std::fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk/session.mjs"),
        &driver,
    )
    .unwrap();
    let mut npm = Command::new("npm");
    npm.args([
        "install",
        "--no-audit",
        "--no-fund",
        "--no-save",
        "--prefix",
        ".",
        "stream-chat@9",
    ]);
    install(npm, &folder, NO_NODE).await;
    session("node", &driver, &folder, &[], NO_NODE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_sdk_completes_a_session() {
    let folder = cache("python-sdk");
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk/session.py");
    let mut pip = Command::new("python3");
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--upgrade",
        "--disable-pip-version-check",
    ]);
    pip.args(["--target", ".", "stream-chat>=4.31,<5"]);
    install(pip, &folder, NO_PYTHON).await;
    session(
        "python3",
        &driver,
        &folder,
        &[("PYTHONPATH", folder.as_path())],
        NO_PYTHON,
    )
    .await;
}
