//! A Prometheus of its own, that watches one server.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::ports::free_port;
use super::server::Server;
use super::wait::until;

/// Killed on drop.
pub struct Prometheus {
    child: Child,
    address: String,
    http: reqwest::Client,
    _folder: TempDir,
}

impl Prometheus {
    /// Starts it with the shipped configuration and alerts, on `server` and every second.
    pub fn of(server: &Server) -> Self {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/monitoring");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let configuration =
            fs::read_to_string(shipped.join("prometheus.yml")).expect("it is there");
        assert!(configuration.contains("\"127.0.0.1:9464\""));
        let configuration = configuration
            .replace("127.0.0.1:9464", server.address())
            .replace("15s", "1s");
        fs::write(folder.path().join("prometheus.yml"), configuration).expect("it is written");
        fs::copy(shipped.join("alerts.yml"), folder.path().join("alerts.yml"))
            .expect("it is copied");
        let address = format!("127.0.0.1:{}", free_port());
        let child = Command::new("prometheus")
            .arg("--config.file=prometheus.yml")
            .arg("--storage.tsdb.path=data")
            .arg(format!("--web.listen-address={address}"))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("prometheus is there: scripts/need prometheus");
        Self {
            child,
            address,
            http: reqwest::Client::new(),
            _folder: folder,
        }
    }

    /// The answer of its API; `None` while it does not answer.
    pub async fn asked(&self, path: &str, query: &[(&str, &str)]) -> Option<Value> {
        let url = reqwest::Url::parse_with_params(&format!("http://{}{path}", self.address), query);
        let answer = self.http.get(url.expect("an address")).send().await.ok()?;
        let text = answer.text().await.ok()?;
        let answer: Value = serde_json::from_str(&text).ok()?;
        assert_eq!(answer["status"], "success", "{query:?}: {answer}");
        Some(answer["data"].clone())
    }

    /// Waits until a query has an answer that is not empty.
    pub async fn answers(&self, query: &str) -> Value {
        until(&format!("an answer to {query}"), async || {
            let data = self.asked("/api/v1/query", &[("query", query)]).await?;
            let result = data["result"].as_array()?.clone();
            (!result.is_empty()).then_some(Value::Array(result))
        })
        .await
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}
