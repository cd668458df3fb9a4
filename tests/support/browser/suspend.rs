//! Suspending a page, as browsers do with pages that nobody looks at: nothing of it runs until it goes on.

use serde_json::json;

use super::{Browser, debugger::Debugger};

/// A page that is suspended. It goes on when this is dropped, too.
pub struct Suspended {
    debugger: Debugger,
}

impl Browser {
    /// Suspends the page of this window before its next statement. WebDriver would wait for it for ever: turn to another
    /// window, and come back after [`Suspended::go_on`].
    pub async fn suspend(&self) -> Suspended {
        let mut debugger = self.debugger().await;
        debugger.order("Debugger.enable", json!({})).await;
        debugger.order("Debugger.pause", json!({})).await;
        Suspended { debugger }
    }
}

impl Suspended {
    /// Lets the page go on where it was.
    pub async fn go_on(mut self) {
        self.debugger.order("Debugger.resume", json!({})).await;
        self.debugger.order("Debugger.disable", json!({})).await;
    }
}
