use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Client, Result, Texts};

answer! {
    /// Words that messages must not have, where a channel type names the list.
    Blocklist {
        has {
            /// The name of the list.
            name: String,
        }
        may {
            /// The words.
            words: Vec<String>,
        }
        at {
            /// When it was made.
            created_at,
            /// When it was changed.
            updated_at,
        }
    }
}

#[derive(Deserialize)]
struct One {
    blocklist: Blocklist,
}

#[derive(Deserialize)]
struct All {
    #[serde(default, deserialize_with = "super::null::as_default")]
    blocklists: Vec<Blocklist>,
}

impl Client {
    /// Makes a list of words.
    ///
    /// # Errors
    /// `Invalid` when there is one of this name.
    pub async fn create_blocklist(&self, name: &str, words: impl Into<Texts>) -> Result<()> {
        let words: Texts = words.into();
        let body = json!({ "name": name, "words": words });
        let call = Call::post("/blocklists").json(&body);
        self.send::<Value>(call).await.map(drop)
    }

    /// A list of words.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn blocklist(&self, name: &str) -> Result<Blocklist> {
        let call = Call::get("/blocklists/{name}").id(name);
        Ok(self.send::<One>(call).await?.blocklist)
    }

    /// All lists of words.
    ///
    /// # Errors
    /// As any call.
    pub async fn blocklists(&self) -> Result<Vec<Blocklist>> {
        Ok(self.send::<All>(Call::get("/blocklists")).await?.blocklists)
    }

    /// Replaces the words of a list.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn update_blocklist(&self, name: &str, words: impl Into<Texts>) -> Result<()> {
        let words: Texts = words.into();
        let call = Call::put("/blocklists/{name}").id(name);
        let call = call.json(&json!({ "words": words })).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Deletes a list of words.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_blocklist(&self, name: &str) -> Result<()> {
        let call = Call::delete("/blocklists/{name}").id(name);
        self.send::<Value>(call).await.map(drop)
    }
}
