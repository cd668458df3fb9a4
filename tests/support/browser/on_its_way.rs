//! A page that the server has answered and the browser does not have yet: the one before it is still there to be used.

use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

use super::{Browser, debugger::Debugger};

/// The next page, held back on its way.
pub struct OnItsWay<'a> {
    browser: &'a Browser,
    window: WindowHandle,
    debugger: Debugger,
    request: Value,
}

impl Browser {
    /// Leaves for `url` and holds its page back once the server has made it. The page that is there goes on;
    /// [`OnItsWay::run`] does things in it.
    pub async fn leave_for(&self, url: &str) -> OnItsWay<'_> {
        let mut debugger = self.debugger().await;
        let pages =
            json!([{"urlPattern": "*", "resourceType": "Document", "requestStage": "Response"}]);
        debugger.order("Page.enable", json!({})).await;
        debugger
            .order("Fetch.enable", json!({"patterns": pages}))
            .await;

        // Nothing reaches a page that is being left but scripts of a window that it has opened.
        let window = self.client.window().await.expect("a window");
        self.execute("open('', 'beside', 'popup')").await;
        let windows = self.client.windows().await.expect("its windows");
        let beside = windows.into_iter().find(|other| *other != window);
        let beside = beside.expect("the window beside it");
        self.client
            .switch_to_window(beside)
            .await
            .expect("it is open");
        self.execute(&format!("opener.location.assign({})", json!(url)))
            .await;
        let mut paused = debugger.event("Fetch.requestPaused").await;
        assert_eq!(paused["responseStatusCode"], 200, "{paused}");
        OnItsWay {
            browser: self,
            window,
            debugger,
            request: paused["requestId"].take(),
        }
    }

    async fn execute(&self, script: &str) -> Value {
        let done = self.client.execute(script, Vec::new()).await;
        done.unwrap_or_else(|error| panic!("{script}: {error}"))
    }
}

impl OnItsWay<'_> {
    /// Runs a script, to which `page` is the window of the page that is still there.
    pub async fn run(&self, script: &str) -> Value {
        let script = format!("const page = opener; {script}");
        self.browser.execute(&script).await
    }

    /// Lets the page arrive, and waits until it is loaded.
    pub async fn arrives(mut self) {
        let request = json!({"requestId": self.request});
        self.debugger.order("Fetch.continueRequest", request).await;
        self.debugger.event("Page.loadEventFired").await;
        let client = &self.browser.client;
        client.close_window().await.expect("the window closes");
        let back = client.switch_to_window(self.window).await;
        back.expect("the page is there");
    }
}
