use serde_json::{Value, json};

use super::{Call, Client, Result};

impl Client {
    /// Marks a channel read by a user up to a message.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel or message.
    pub async fn mark_read(
        &self,
        channel_type: &str,
        id: &str,
        user: &str,
        message: &str,
    ) -> Result<()> {
        let call = Call::post("/channels/{type}/{id}/read")
            .id(channel_type)
            .id(id);
        let call = call
            .json(&json!({ "user_id": user, "message_id": message }))
            .repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Marks a channel unread for a user from a message on.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel or message.
    pub async fn mark_unread(
        &self,
        channel_type: &str,
        id: &str,
        user: &str,
        message: &str,
    ) -> Result<()> {
        let call = Call::post("/channels/{type}/{id}/unread")
            .id(channel_type)
            .id(id);
        let call = call
            .json(&json!({ "user_id": user, "message_id": message }))
            .repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// How many messages a user has unread, over all channels.
    ///
    /// # Errors
    /// `NotFound` for an unknown user.
    pub async fn unread(&self, user: &str) -> Result<u64> {
        let counts: Value = self
            .send(Call::get("/unread").query("user_id", user))
            .await?;
        Ok(counts["total_unread_count"].as_u64().unwrap_or(0))
    }
}
