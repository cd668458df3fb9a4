use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Client, Result, User};

answer! {
    /// A user who may not write to another.
    Block {
        may {
            /// The id of the one who blocked, in a list of blocks.
            user_id: String,
            /// The one who blocked.
            user: Option<User>,
            /// The id of the one who is blocked.
            blocked_user_id: String,
            /// The one who is blocked.
            blocked_user: Option<User>,
            /// The id of the one who blocked, in the answer to a new block.
            blocked_by_user_id: String,
        }
        at {
            /// Since when.
            created_at,
        }
    }
}

#[derive(Deserialize)]
struct Blocks {
    #[serde(default, deserialize_with = "super::null::as_default")]
    blocks: Vec<Block>,
}

impl Client {
    /// Lets a user write to another no more: channels of the two are hidden.
    ///
    /// # Errors
    /// `Invalid` for an unknown user.
    pub async fn block_user(&self, user: &str, by: &str) -> Result<Block> {
        let body = json!({ "blocked_user_id": user, "user_id": by });
        let call = Call::post("/users/block").json(&body).repeatable();
        self.send(call).await
    }

    /// Lets a user write to another again.
    ///
    /// # Errors
    /// `Invalid` for an unknown user.
    pub async fn unblock_user(&self, user: &str, by: &str) -> Result<()> {
        let body = json!({ "blocked_user_id": user, "user_id": by });
        let call = Call::post("/users/unblock").json(&body).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Users whom a user has blocked.
    ///
    /// # Errors
    /// `NotFound` for an unknown user.
    pub async fn blocked_users(&self, by: &str) -> Result<Vec<Block>> {
        let call = Call::get("/users/block").query("user_id", by);
        Ok(self.send::<Blocks>(call).await?.blocks)
    }
}
