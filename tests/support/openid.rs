//! A provider of OpenID Connect, the npm package `oidc-provider`, and people who sign in there.

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::database::{Database, Engine};
use super::device::{Answer, Device, send};
use super::npm::{NO_NODE, installed};
use super::ports::free_port;
use super::server::Server;
use super::wait::until;

/// A running provider. Ended on drop.
pub struct Provider {
    child: Child,
    port: u16,
    chat: u16,
    folder: TempDir,
}

impl Provider {
    /// A provider for a chat that listens on this port of this machine, and nobody who could sign in.
    pub async fn start(chat: u16) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let mut provider = Self {
            child: Self::child(port, chat, &folder),
            port,
            chat,
            folder,
        };
        provider.knows(json!({}));
        provider.listens().await;
        provider
    }

    fn child(port: u16, chat: u16, folder: &TempDir) -> Child {
        let packages = installed("oidc-provider", &["oidc-provider@9.13.3"]);
        let settings = json!({
            "port": port,
            "packages": packages,
            "folder": folder.path(),
            "redirect": format!("http://127.0.0.1:{chat}/login/oidc/callback"),
            "signedOut": format!("http://127.0.0.1:{chat}/login"),
        });
        Command::new("node")
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/support/oidc-provider.mjs"
            ))
            .arg(settings.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{error}. {NO_NODE}"))
    }

    async fn listens(&mut self) {
        let port = self.port;
        until("the provider to listen", async || {
            assert_eq!(self.child.try_wait().unwrap(), None, "it ended");
            TcpStream::connect(("127.0.0.1", port)).ok()
        })
        .await;
    }

    /// The accounts, each with its claims, from now on.
    pub fn knows(&self, accounts: Value) {
        let file = self.folder.path().join("accounts.json");
        std::fs::write(file, accounts.to_string()).expect("it is written");
    }

    /// Starts it again with other keys; it has forgotten who was signed in.
    pub async fn restart(&mut self) {
        self.end();
        self.child = Self::child(self.port, self.chat, &self.folder);
        self.listens().await;
    }

    pub fn end(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }

    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Goes where the chat has led until the provider leads back, as `who` where it asks: the address that
    /// it leads back to, and whether it asked.
    pub async fn lead(&self, device: &Device, to: &str, who: &str) -> (String, bool) {
        let (mut to, mut asked) = (to.to_owned(), false);
        for _ in 0..10 {
            if !to.starts_with(&self.issuer()) {
                return (to, asked);
            }
            let mut answer = send(device.request_at(Method::GET, &to)).await;
            if answer.status == 200 && answer.text().contains("name=\"login\"") {
                asked = true;
                let page = answer.text();
                let action = between(&page, "action=\"", "\"");
                let form = serde_urlencoded::to_string([
                    ("prompt", "login"),
                    ("login", who),
                    ("password", "any"),
                ]);
                let form = device
                    .request_at(Method::POST, &action)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(form.unwrap());
                answer = send(form).await;
            }
            assert!(
                (300..400).contains(&answer.status),
                "{to}: {} {}",
                answer.status,
                answer.text()
            );
            let location = answer.header("location");
            to = match location.starts_with('/') {
                true => format!("{}{location}", self.issuer()),
                false => location.to_owned(),
            };
        }
        panic!("the provider leads to no end: {to}");
    }

    /// Signs out at the provider, whose page asks for it.
    pub async fn signs_out(&self, device: &Device) -> Answer {
        let to = format!("{}/session/end?client_id=hims-chat", self.issuer());
        self.signs_out_at(device, &to).await
    }

    /// The same where the chat has led.
    pub async fn signs_out_at(&self, device: &Device, to: &str) -> Answer {
        let page = send(device.request_at(Method::GET, to)).await.text();
        let xsrf = between(&page, "name=\"xsrf\" value=\"", "\"");
        let form = serde_urlencoded::to_string([("xsrf", &*xsrf), ("logout", "yes")]);
        let confirm = device
            .request_at(Method::POST, &between(&page, "action=\"", "\""))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.unwrap());
        send(confirm).await
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.end();
    }
}

/// The text between two others.
#[track_caller]
pub fn between(text: &str, start: &str, end: &str) -> String {
    let (_, rest) = text
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start} in {text}"));
    let (found, _) = rest.split_once(end).expect("an end");
    found.replace("&amp;", "&").replace("&#38;", "&")
}

/// A hospital whose doctors sign in by a provider. The server is declared first, because it must be gone
/// before its database is.
pub struct SignedOn {
    pub server: Server,
    pub database: Database,
    pub provider: Provider,
    environment: BTreeMap<String, String>,
}

impl SignedOn {
    /// `d01` has the identifier `E-1001` on the staff register, `d02` has `E-1002`.
    pub async fn open(engine: Engine, more: &[(&str, &str)]) -> Self {
        let chat = free_port();
        let provider = Provider::start(chat).await;
        let database = Database::demonstration(engine).await;
        for doctor in [1, 2] {
            let register = format!(
                "INSERT INTO hims_staff (user_id, identifier) VALUES ({doctor}, 'E-100{doctor}')"
            );
            database.execute(&register).await;
        }
        let mut environment: BTreeMap<String, String> = [
            ("HIMS_LISTEN", format!("127.0.0.1:{chat}")),
            ("HIMS_SIGN_IN", "oidc".to_owned()),
            ("HIMS_OIDC_ISSUER", provider.issuer()),
            ("HIMS_OIDC_CLIENT_ID", "hims-chat".to_owned()),
            ("HIMS_OIDC_CLIENT_SECRET", "secret-of-the-chat".to_owned()),
            ("HIMS_OIDC_IDENTIFIER_CLAIM", "employee_number".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        for (name, value) in more {
            environment.insert((*name).to_owned(), (*value).to_owned());
        }
        let server = Server::start_with(&database, &pairs(&environment)).await;
        Self {
            server,
            database,
            provider,
            environment,
        }
    }

    /// The settings of the server, for another one.
    pub fn environment(&self) -> Vec<(&str, &str)> {
        pairs(&self.environment)
    }

    /// Begins a sign-in: the address at the provider.
    pub async fn begin(&self, device: &Device) -> String {
        let answer = device.page("/login/oidc").await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.header("location").to_owned()
    }

    /// Signs `who` in at the provider and comes back: the chat's answer.
    pub async fn comes(&self, device: &Device, who: &str) -> Answer {
        let to = self.begin(device).await;
        let (back, _) = self.provider.lead(device, &to, who).await;
        self.comes_back(device, &back).await
    }

    /// Comes back from the provider.
    pub async fn comes_back(&self, device: &Device, address: &str) -> Answer {
        let back = address.strip_prefix(&self.server.url("")).expect("ours");
        assert!(back.starts_with("/login/oidc/callback?"), "{back}");
        device.page(back).await
    }

    /// `who` of the provider is signed in on a new device.
    pub async fn signed_in(&self, who: &str) -> Device {
        let device = Device::new(&self.server);
        let answer = self.comes(&device, who).await;
        assert_eq!(answer.status, 303, "{who}: {}", answer.text());
        device
    }
}

fn pairs(environment: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    environment
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}
