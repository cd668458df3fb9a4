use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Client, Result};

answer! {
    /// A role of users in the app, or of members in a channel.
    Role {
        has {
            /// The name.
            name: String,
        }
        may {
            /// Whether the app made it.
            is_custom = "custom": bool,
            /// Channel types that it counts in, and the app.
            scopes: Vec<String>,
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
struct Roles {
    #[serde(default, deserialize_with = "super::null::as_default")]
    roles: Vec<Role>,
}

impl Client {
    /// The roles of the app.
    ///
    /// # Errors
    /// As any call.
    pub async fn roles(&self) -> Result<Vec<Role>> {
        Ok(self.send::<Roles>(Call::get("/roles")).await?.roles)
    }

    /// Makes a role; an app has 25 at most.
    ///
    /// # Errors
    /// `Invalid` when there is one of this name.
    pub async fn create_role(&self, name: &str) -> Result<()> {
        let call = Call::post("/roles").json(&json!({ "name": name }));
        self.send::<Value>(call).await.map(drop)
    }

    /// Deletes a role that the app made.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for one that users have.
    pub async fn delete_role(&self, name: &str) -> Result<()> {
        let call = Call::delete("/roles/{role}").id(name);
        self.send::<Value>(call).await.map(drop)
    }
}
