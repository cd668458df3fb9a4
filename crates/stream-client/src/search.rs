use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Client, Message, Result};

#[derive(Deserialize)]
struct Results {
    #[serde(default, deserialize_with = "super::null::as_default")]
    results: Vec<Hit>,
}

#[derive(Deserialize)]
struct Hit {
    message: Message,
}

impl Client {
    /// Messages with these words in the channels a filter finds, at most 100. Stream searches by
    /// words, not by parts of words.
    ///
    /// # Errors
    /// `Invalid` when the filter finds no channel.
    pub async fn search(
        &self,
        channels: &Value,
        words: &str,
        limit: usize,
    ) -> Result<Vec<Message>> {
        let payload = json!({
            "filter_conditions": channels,
            "query": words,
            "limit": limit.min(100),
        });
        let found: Results = self.send(Call::get("/search").payload(&payload)).await?;
        Ok(found.results.into_iter().map(|hit| hit.message).collect())
    }

    /// Messages that meet a condition, newest first, in the channels a filter finds, at most 100.
    ///
    /// # Errors
    /// `Invalid` when the filter finds no channel.
    pub async fn newest_messages(
        &self,
        channels: &Value,
        condition: &Value,
        limit: usize,
    ) -> Result<Vec<Message>> {
        let payload = json!({
            "filter_conditions": channels,
            "message_filter_conditions": condition,
            "sort": [{ "field": "created_at", "direction": -1 }],
            "limit": limit.min(100),
        });
        let found: Results = self.send(Call::get("/search").payload(&payload)).await?;
        Ok(found.results.into_iter().map(|hit| hit.message).collect())
    }
}
