use serde::Deserialize;
use serde_json::json;

use super::{Call, Client, Message, Reaction, Result};

request! {
    /// A user's reaction. A user has one of each type on a message.
    NewReaction {
        needs {
            reaction_type = "type": String,
            user_id: String,
        }
        count {
            /// How much it weighs; 1 unless told otherwise.
            score: i64,
        }
        custom custom
    }
}

request! {
    /// How a reaction is added.
    ReactionOptions {
        may {
            /// Whether it takes the place of the user's others on the message.
            enforce_unique: bool,
            /// Whether no device is notified.
            skip_push: bool,
        }
    }
}

answer! {
    /// A reaction that was added or taken back.
    ChangedReaction {
        may {
            /// The message afterwards.
            message: Option<Message>,
            /// The reaction.
            reaction: Option<Reaction>,
        }
    }
}

#[derive(Deserialize)]
struct Reactions {
    #[serde(default, deserialize_with = "super::null::as_default")]
    reactions: Vec<Reaction>,
}

impl Client {
    /// Adds a user's reaction.
    ///
    /// # Errors
    /// `NotFound` where there is no such message.
    pub async fn add_reaction(
        &self,
        message: &str,
        reaction: &NewReaction,
        options: &ReactionOptions,
    ) -> Result<ChangedReaction> {
        let mut body = json!(options);
        body["reaction"] = json!(reaction);
        let call = Call::post("/messages/{message}/reaction")
            .id(message)
            .json(&body)
            .repeatable();
        self.send(call).await
    }

    /// Takes a user's reaction back.
    ///
    /// # Errors
    /// `NotFound` where there is no such reaction.
    pub async fn remove_reaction(
        &self,
        message: &str,
        reaction: &str,
        user: &str,
    ) -> Result<ChangedReaction> {
        let call = Call::delete("/messages/{message}/reaction/{reaction}")
            .id(message)
            .id(reaction)
            .query("user_id", user);
        self.send(call).await
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
