//! Real Chromium, driven over WebDriver.

mod axe;
mod debugger;
mod devtools;
mod driver;
mod expect;
mod on_its_way;
mod suspend;

use std::fs;
use std::path::Path;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

pub use self::on_its_way::OnItsWay;

/// The part of the window that shows the page, in CSS pixels. Below 600 wide it counts as a phone.
#[derive(Clone, Copy)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

impl Size {
    pub const DESKTOP: Self = Self {
        width: 1280,
        height: 800,
    };
    pub const TABLET: Self = Self {
        width: 820,
        height: 1180,
    };
    pub const PHONE: Self = Self {
        width: 390,
        height: 844,
    };
}

/// One browser with a profile of its own: its cookies are nobody else's. Closed on drop.
pub struct Browser {
    client: Client,
    session: String,
}

impl Browser {
    /// Opens a browser with an empty page.
    pub async fn open(size: Size) -> Self {
        Self::open_with(size, json!({})).await
    }

    /// The same for somebody who has switched JavaScript off.
    pub async fn open_without_javascript(size: Size) -> Self {
        Self::open_with(
            size,
            json!({"profile.managed_default_content_settings.javascript": 2}),
        )
        .await
    }

    async fn open_with(size: Size, preferences: Value) -> Self {
        let capabilities = json!({
            "goog:chromeOptions": {"args": ARGUMENTS, "prefs": preferences},
            "goog:loggingPrefs": {"browser": "ALL"},
            // Five minutes by default, in which a page that does not load would say nothing.
            "timeouts": {"pageLoad": 60_000, "script": 60_000},
        });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.as_object().expect("an object").clone())
            .connect(&format!("http://127.0.0.1:{}", driver::port()))
            .await
            .expect("chromedriver opens a browser");
        let session = client
            .session_id()
            .await
            .expect("chromedriver answers")
            .expect("a session");
        let browser = Self { client, session };
        browser.resize(size).await;
        browser
    }

    /// The WebDriver client, for what the methods here do not offer.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Opens a page and waits until it is loaded.
    pub async fn goto(&self, url: &str) {
        self.client
            .goto(url)
            .await
            .unwrap_or_else(|error| panic!("opening {url}: {error}"));
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.client.refresh().await.expect("the page loads again");
    }

    /// The path of the page's address, without query and fragment.
    pub async fn path(&self) -> String {
        self.client
            .current_url()
            .await
            .expect("the page has an address")
            .path()
            .to_owned()
    }

    /// Clicks the first visible element that matches, as soon as there is one.
    pub async fn click(&self, css: &str) {
        self.act(css, "clicked", async |element| element.click().await)
            .await;
    }

    /// Replaces what stands in a field.
    pub async fn fill(&self, css: &str, text: &str) {
        self.act(css, "filled in", async |element| {
            element.clear().await?;
            element.send_keys(text).await
        })
        .await;
    }

    /// Types into an element without clearing it; `fantoccini::key::Key` has the keys that are not letters.
    pub async fn keys(&self, css: &str, keys: &str) {
        self.act(css, "typed into", async |element| {
            element.send_keys(keys).await
        })
        .await;
    }

    /// Writes what the window shows to `artifacts/screenshots/NAME.png`.
    pub async fn screenshot(&self, name: &str) {
        let png = self
            .client
            .screenshot()
            .await
            .expect("chromedriver takes a screenshot");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts/screenshots");
        fs::create_dir_all(&folder).expect("the folder of the screenshots");
        fs::write(folder.join(name).with_extension("png"), png).expect("the screenshot is written");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Err(error) = driver::end_session(&self.session) {
            eprintln!("a browser was not closed: {error}");
        }
    }
}

/// A fresh headless browser that asks nothing, calls nobody and cannot reach beyond this machine.
const ARGUMENTS: [&str; 13] = [
    "--headless=new",
    "--no-sandbox", // Chromium refuses to run as root with it, and CI machines are root
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--lang=en-GB",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
];
