//! The sandbox as a process of its own, under a key and a secret that the test knows.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use reqwest::Method;
use serde_json::Value;

use super::binary::hims_chat;
use super::database::Engine;
use super::hospital::Hospital;
use super::server::Server;

pub const KEY: &str = "thekey";
pub const SECRET: &str = "sandboxsecret7313";

/// A running sandbox; killed on drop.
pub struct StreamServer {
    child: Child,
    base_url: String,
}

impl StreamServer {
    pub fn start() -> Self {
        let mut child = Command::new(hims_chat())
            .args(["sandbox", "--listen", "127.0.0.1:0"])
            .args(["--api-key", KEY, "--api-secret", SECRET])
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the sandbox starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("stdout is piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the sandbox says where it is");
        let (_, rest) = line.split_once("Stream sandbox on ").expect("an address");
        let (base_url, _) = rest.split_once(": ").expect("an address");
        Self {
            base_url: base_url.to_owned(),
            child,
        }
    }

    /// The demonstration hospital with its Stream mount at this sandbox, set up.
    pub async fn hospital(&self, more: &[(&str, &str)]) -> Hospital {
        let environment = [self.environment().as_slice(), more].concat();
        let hospital = Hospital::open_with(Engine::Sqlite, &environment).await;
        let set_up = ["stream-setup", "--apply"];
        let output = Server::output(&hospital.database, &set_up, &environment).await;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        hospital
    }

    /// Sets the app up with roles, type and grants; a service that uses it may run.
    pub fn set_up(&self) {
        let done = Command::new(hims_chat())
            .args(["stream-setup", "--apply"])
            .env_clear()
            .envs(self.environment())
            .stdin(Stdio::null())
            .output()
            .expect("hims-chat starts");
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{said}");
    }

    /// Posts to one of the sandbox's own pages: `faults` or `orders`.
    pub async fn tell(&self, page: &str, what: &Value) {
        let request = reqwest::Client::new().post(format!("{}/sandbox/{page}", self.base_url));
        let answer = request.json(what).send().await.expect("it answers");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// Takes all faults back.
    pub async fn heal(&self) {
        let url = format!("{}/sandbox/faults", self.base_url);
        let request = reqwest::Client::new().request(Method::DELETE, url);
        request.send().await.expect("it answers");
    }

    /// The settings of a program that talks to it.
    pub fn environment(&self) -> [(&str, &str); 4] {
        [
            ("STREAM_APP_ID", "1000"),
            ("STREAM_API_KEY", KEY),
            ("STREAM_API_SECRET", SECRET),
            ("STREAM_BASE_URL", &self.base_url),
        ]
    }
}

impl Drop for StreamServer {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}
