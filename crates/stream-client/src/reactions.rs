use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Client, Reaction, Result};

#[derive(Deserialize)]
struct Reactions {
    #[serde(default, deserialize_with = "super::null::as_default")]
    reactions: Vec<Reaction>,
}

impl Client {
    /// Adds a user's reaction; a user has one of each type on a message.
    ///
    /// # Errors
    /// `NotFound` where there is no such message.
    pub async fn add_reaction(&self, message: &str, reaction: &str, user: &str) -> Result<()> {
        let body = json!({ "reaction": { "type": reaction, "user_id": user }, "skip_push": true });
        let call = Call::post("/messages/{message}/reaction")
            .id(message)
            .json(&body)
            .repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Takes a user's reaction back.
    ///
    /// # Errors
    /// `NotFound` where there is no such reaction.
    pub async fn remove_reaction(&self, message: &str, reaction: &str, user: &str) -> Result<()> {
        let call = Call::delete("/messages/{message}/reaction/{reaction}")
            .id(message)
            .id(reaction)
            .query("user_id", user);
        self.send::<Value>(call).await.map(drop)
    }

    /// Reactions of a message, newest first, at most 300 from `offset`.
    ///
    /// # Errors
    /// `NotFound` where there is no such message.
    pub async fn reactions(&self, message: &str, offset: usize) -> Result<Vec<Reaction>> {
        let call = Call::get("/messages/{message}/reactions")
            .id(message)
            .query("limit", 300)
            .query("offset", offset);
        Ok(self.send::<Reactions>(call).await?.reactions)
    }
}
