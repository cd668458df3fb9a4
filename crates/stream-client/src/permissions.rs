use serde::Deserialize;
use serde_json::Value;

use super::{Call, Client, Result};

request! {
    /// A permission of one's own: an action, and a condition on what it is done to.
    NewPermission {
        needs {
            id: String,
            name: String,
            action: String,
        }
        may {
            /// A description for people.
            description: String,
            /// Whether it is about what is the user's own.
            owner: bool,
            /// Whether it is about what is of the user's team.
            same_team: bool,
            /// A condition on what it is done to.
            condition: Value,
            /// Whether it counts in the app or in a channel.
            level: String,
        }
    }
}

answer! {
    /// A permission, which roles are given by channel types and by the app.
    Permission {
        has {
            /// The id, by which roles are given it.
            id: String,
        }
        may {
            /// The name.
            name: String,
            /// A description for people.
            description: String,
            /// The action that it allows.
            action: String,
            /// Whether it is about what is the user's own.
            owner: bool,
            /// Whether it is about what is of the user's team.
            same_team: bool,
            /// A condition on what it is done to.
            condition: Value,
            /// Whether the app made it.
            is_custom = "custom": bool,
            /// Whether it counts in the app or in a channel.
            level: String,
        }
    }
}

#[derive(Deserialize)]
struct One {
    permission: Permission,
}

#[derive(Deserialize)]
struct All {
    #[serde(default, deserialize_with = "super::null::as_default")]
    permissions: Vec<Permission>,
}

impl Client {
    /// Makes a permission.
    ///
    /// # Errors
    /// `Invalid` when there is one of this id, or the action is unknown.
    pub async fn create_permission(&self, permission: &NewPermission) -> Result<()> {
        let call = Call::post("/permissions").json(permission);
        self.send::<Value>(call).await.map(drop)
    }

    /// A permission.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn permission(&self, id: &str) -> Result<Permission> {
        let call = Call::get("/permissions/{permission}").id(id);
        Ok(self.send::<One>(call).await?.permission)
    }

    /// All permissions.
    ///
    /// # Errors
    /// As any call.
    pub async fn permissions(&self) -> Result<Vec<Permission>> {
        let call = Call::get("/permissions");
        Ok(self.send::<All>(call).await?.permissions)
    }

    /// Replaces a permission that the app made.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for one of Stream's own.
    pub async fn update_permission(&self, permission: &NewPermission) -> Result<()> {
        let call = Call::put("/permissions/{permission}").id(&permission.id);
        let call = call.json(permission).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Deletes a permission that the app made.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for one of Stream's own.
    pub async fn delete_permission(&self, id: &str) -> Result<()> {
        let call = Call::delete("/permissions/{permission}").id(id);
        self.send::<Value>(call).await.map(drop)
    }
}
