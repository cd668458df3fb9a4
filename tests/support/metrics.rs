//! The numbers of a running service, and Prometheus' own tool that judges them.

use std::collections::BTreeSet;
use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::device::Device;
use super::server::Server;
use super::wait::within;

/// The answer of `/metrics` at one moment.
pub struct Metrics(pub String);

impl Metrics {
    pub async fn of(server: &Server) -> Self {
        let answer = Device::new(server).get("/metrics").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        Self(answer.text())
    }

    /// The value of a sample, written as Prometheus does: `name` or `name{label="value"}`.
    #[track_caller]
    pub fn value(&self, sample: &str) -> f64 {
        let value = self
            .0
            .lines()
            .find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
        let value = value.unwrap_or_else(|| panic!("no {sample} in\n{}", self.0));
        value.parse().expect("a number")
    }

    /// The families that are shown.
    pub fn families(&self) -> BTreeSet<String> {
        let types = self
            .0
            .lines()
            .filter_map(|line| line.strip_prefix("# TYPE "));
        types
            .filter_map(|rest| rest.split(' ').next())
            .map(str::to_owned)
            .collect()
    }
}

/// The output of `promtool` with these arguments and this input; it must be content.
pub async fn promtool(arguments: &[&str], input: &str) -> String {
    let mut child = Command::new("promtool")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("promtool is there: scripts/need prometheus");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    // A command that reads no input closes it.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = within("promtool", child.wait_with_output())
        .await
        .expect("promtool ends");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "promtool {arguments:?}: {said}");
    said
}
