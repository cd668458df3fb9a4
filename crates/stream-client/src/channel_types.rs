use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Call, Client, Kind, Result};

/// A channel type: what its channels can do, and who may do it.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs, reason = "the names are Stream's")]
pub struct ChannelType {
    pub name: String,
    /// Permission ids by role.
    #[serde(default)]
    pub grants: BTreeMap<String, Vec<String>>,
    /// Features and limits by Stream's names.
    #[serde(flatten)]
    pub config: serde_json::Map<String, Value>,
}

/// What to set of a channel type.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names are Stream's")]
pub struct ChannelTypeChange {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub grants: BTreeMap<String, Vec<String>>,
    #[serde(flatten)]
    pub config: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Roles {
    #[serde(default)]
    roles: Vec<Role>,
}

#[derive(Deserialize)]
struct Role {
    name: String,
}

impl Client {
    /// A channel type, if there is one.
    ///
    /// # Errors
    /// As any call.
    pub async fn channel_type(&self, name: &str) -> Result<Option<ChannelType>> {
        match self.send(Call::get("/channeltypes/{type}").id(name)).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind() == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes a channel type with Stream's defaults and these changes.
    ///
    /// # Errors
    /// `Invalid` when there is one of this name, or a role or permission is unknown.
    pub async fn create_channel_type(&self, name: &str, change: &ChannelTypeChange) -> Result<()> {
        let mut body = json!(change);
        body["name"] = name.into();
        let call = Call::post("/channeltypes").json(&body);
        self.send::<Value>(call).await.map(drop)
    }

    /// Changes a channel type.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for an unknown role or permission.
    pub async fn update_channel_type(&self, name: &str, change: &ChannelTypeChange) -> Result<()> {
        let call = Call::put("/channeltypes/{type}")
            .id(name)
            .json(change)
            .repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// The roles of the app.
    ///
    /// # Errors
    /// As any call.
    pub async fn roles(&self) -> Result<Vec<String>> {
        let found: Roles = self.send(Call::get("/roles")).await?;
        Ok(found.roles.into_iter().map(|role| role.name).collect())
    }

    /// Makes a role.
    ///
    /// # Errors
    /// `Invalid` when there is one of this name.
    pub async fn create_role(&self, name: &str) -> Result<()> {
        let call = Call::post("/roles").json(&json!({ "name": name }));
        self.send::<Value>(call).await.map(drop)
    }
}
