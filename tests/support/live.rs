//! A live stream, read as an event source reads it.

use reqwest::{Method, Response};
use serde_json::Value;

use super::device::Device;
use super::wait::within;

/// An open stream; closed on drop.
pub struct Listener {
    response: Response,
    unread: Vec<u8>,
    /// The id of the last event that was read.
    pub last_id: String,
    /// How often the stream said that it is alive, which is passed over otherwise.
    pub alive: usize,
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    pub id: String,
    pub name: String,
    pub data: Value,
}

impl Listener {
    pub(super) async fn open(device: &Device, last_event_id: Option<&str>) -> Self {
        let mut request = device
            .request(Method::GET, &format!("{}/api/events", device.mount()))
            .header("accept", "text/event-stream");
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let response = within("the live stream", request.send())
            .await
            .expect("the program answers");
        assert_eq!(response.status(), 200, "the live stream opens");
        assert_eq!(
            response.headers()["content-type"],
            "text/event-stream",
            "what an event source understands"
        );
        Self {
            response,
            unread: Vec::new(),
            last_id: String::new(),
            alive: 0,
        }
    }

    /// The next event; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<Heard> {
        loop {
            let block = within("an event", self.block()).await?;
            if let Some(heard) = self.read(&block) {
                return Some(heard);
            }
        }
    }

    /// The next event of this name; others are passed over.
    pub async fn next_named(&mut self, name: &str) -> Value {
        self.next_where(name, |_| true).await
    }

    /// The next event of this name that is as wanted; others are passed over.
    pub async fn next_where(&mut self, name: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let found = async {
            while let Some(heard) = self.next().await {
                if heard.name == name && wanted(&heard.data) {
                    return heard.data;
                }
            }
            panic!("the stream ended before {name}")
        };
        within(name, found).await
    }

    /// The texts of the next messages posted, as many as wanted.
    pub async fn next_texts(&mut self, count: usize) -> Vec<String> {
        let mut texts = Vec::new();
        while texts.len() < count {
            let message = self.next_named("message.posted").await;
            texts.push(super::device::text(&message["text"]));
        }
        texts
    }

    /// Waits until the stream ends, passing over what still comes.
    pub async fn ended(&mut self) {
        within("the end of the stream", async {
            while self.next().await.is_some() {}
        })
        .await;
    }

    /// Waits until the stream says that it is alive.
    pub async fn is_alive(&mut self) {
        let already = self.alive;
        within("a sign of life", async {
            while self.alive == already {
                let block = self.block().await.expect("the stream goes on");
                self.read(&block);
            }
        })
        .await;
    }

    /// Everything up to the next empty line.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.unread.windows(2).position(|two| two == b"\n\n") {
                let block: Vec<u8> = self.unread.drain(..end + 2).collect();
                return Some(String::from_utf8(block).expect("events are UTF-8"));
            }
            // A connection that was cut ends the stream just as well.
            let chunk = self.response.chunk().await.ok().flatten()?;
            self.unread.extend_from_slice(&chunk);
        }
    }

    fn read(&mut self, block: &str) -> Option<Heard> {
        let (mut name, mut data) = (None, String::new());
        for line in block.lines() {
            match line.split_once(": ").or_else(|| line.split_once(':')) {
                Some(("id", id)) => self.last_id = id.to_owned(),
                Some(("event", event)) => name = Some(event.to_owned()),
                Some(("data", more)) => data.push_str(more),
                _ => {}
            }
        }
        if name.as_deref() == Some("alive") {
            self.alive += 1;
            return None;
        }
        let data = serde_json::from_str(&data).unwrap_or(Value::Null);
        Some(Heard {
            id: self.last_id.clone(),
            name: name?,
            data,
        })
    }
}
