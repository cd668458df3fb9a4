use serde_json::{Value, json};

use super::{Call, Client, Custom, EventType, Result};

impl Client {
    /// Says that a user is typing, or stopped.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel; `SwitchedOff`.
    pub async fn send_typing(
        &self,
        channel_type: &str,
        id: &str,
        user: &str,
        typing: bool,
    ) -> Result<()> {
        let event = if typing {
            EventType::TypingStart
        } else {
            EventType::TypingStop
        };
        self.send_event(channel_type, id, user, event.as_str(), &Custom::new())
            .await
    }

    /// Sends an event to those who watch a channel; it is not kept.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel; `SwitchedOff` for a reserved name, or where
    /// custom events are off.
    pub async fn send_event(
        &self,
        channel_type: &str,
        id: &str,
        user: &str,
        event: &str,
        custom: &Custom,
    ) -> Result<()> {
        let mut body = custom.clone();
        body.insert("type".to_owned(), event.into());
        body.insert("user_id".to_owned(), user.into());
        let call = Call::post("/channels/{type}/{id}/event")
            .id(channel_type)
            .id(id);
        let call = call.json(&json!({ "event": body })).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Sends an event of one's own to all devices of a user; it is not kept.
    ///
    /// # Errors
    /// `NotFound` for an unknown user; `SwitchedOff` for a reserved name.
    pub async fn send_user_event(&self, user: &str, event: &str, custom: &Custom) -> Result<()> {
        let mut body = custom.clone();
        body.insert("type".to_owned(), event.into());
        let call = Call::post("/users/{user}/event").id(user);
        let call = call.json(&json!({ "event": body })).repeatable();
        self.send::<Value>(call).await.map(drop)
    }
}
