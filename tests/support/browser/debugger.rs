//! A line to a page's developer tools beside WebDriver's: it is answered while the page is suspended, or the next one on its way.

use std::collections::VecDeque;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use super::Browser;
use crate::support::wait::within;

/// The developer tools of one page. What they were told to do ends when this is dropped.
pub(super) struct Debugger {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Events that happened and that nobody asked for yet.
    events: VecDeque<Value>,
    orders: u64,
}

impl Browser {
    /// The developer tools of the page in this window.
    pub(super) async fn debugger(&self) -> Debugger {
        let capabilities = self.client.capabilities().expect("a new session");
        let address = capabilities["goog:chromeOptions"]["debuggerAddress"]
            .as_str()
            .expect("chromedriver says where the browser is");
        let window = self.client.window().await.expect("a window");
        let url = format!("ws://{address}/devtools/page/{}", String::from(window));
        let (socket, _) = within("the browser", connect_async(url))
            .await
            .expect("the browser's developer tools answer");
        Debugger {
            socket,
            events: VecDeque::new(),
            orders: 0,
        }
    }
}

impl Debugger {
    /// Gives a command and waits for its result.
    pub(super) async fn order(&mut self, method: &str, parameters: Value) -> Value {
        self.orders += 1;
        let order = json!({"id": self.orders, "method": method, "params": parameters});
        let sent = self.socket.send(Message::text(order.to_string())).await;
        sent.expect("the browser listens");
        loop {
            let mut said = within(method, self.hear()).await;
            if said["id"] == self.orders {
                assert!(said["error"].is_null(), "{method}: {said}");
                return said["result"].take();
            }
            self.events.push_back(said);
        }
    }

    /// Waits until this happens, or has happened since it was last asked for.
    pub(super) async fn event(&mut self, method: &str) -> Value {
        loop {
            let mut said = match self.events.pop_front() {
                Some(said) => said,
                None => within(method, self.hear()).await,
            };
            if said["method"] == method {
                return said["params"].take();
            }
        }
    }

    async fn hear(&mut self) -> Value {
        let said = self.socket.next().await;
        let said = said.and_then(Result::ok).expect("the browser hung up");
        serde_json::from_slice(&said.into_data()).unwrap_or_default()
    }
}
