//! Suspending a page, as browsers do with pages that nobody looks at: nothing of it runs until it goes on.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use super::Browser;
use crate::support::wait::within;

/// A page that is suspended. It goes on when this is dropped, too.
pub struct Suspended {
    debugger: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Browser {
    /// Suspends the page of this window before its next statement. WebDriver would wait for it for ever: turn to another
    /// window, and come back after [`Suspended::go_on`].
    pub async fn suspend(&self) -> Suspended {
        let capabilities = self.client.capabilities().expect("a new session");
        let address = capabilities["goog:chromeOptions"]["debuggerAddress"]
            .as_str()
            .expect("chromedriver says where the browser is");
        let window = self.client.window().await.expect("a window");
        let url = format!("ws://{address}/devtools/page/{}", String::from(window));
        let (debugger, _) = within("the browser", connect_async(url))
            .await
            .expect("the browser's developer tools answer");
        let mut suspended = Suspended { debugger };
        suspended.order("Debugger.enable").await;
        suspended.order("Debugger.pause").await;
        suspended
    }
}

impl Suspended {
    /// Lets the page go on where it was.
    pub async fn go_on(mut self) {
        self.order("Debugger.resume").await;
        self.order("Debugger.disable").await;
    }

    async fn order(&mut self, method: &str) {
        let order = json!({"id": 1, "method": method}).to_string();
        let sent = self.debugger.send(Message::text(order)).await;
        sent.expect("the browser listens");
        within(method, async {
            while let Some(Ok(said)) = self.debugger.next().await {
                let said: Value = serde_json::from_slice(&said.into_data()).unwrap_or_default();
                if said["id"] == 1 {
                    assert!(said["error"].is_null(), "{method}: {said}");
                    return;
                }
            }
            panic!("the browser hung up at {method}");
        })
        .await;
    }
}
