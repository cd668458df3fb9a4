use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Call, Client, Kind, Result};

/// A channel type: what its channels can do, and who may do it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChannelType {
    /// The name.
    pub name: String,
    /// Permission ids by role.
    #[serde(default, deserialize_with = "super::null::as_default")]
    pub grants: BTreeMap<String, Vec<String>>,
    /// Features and limits by Stream's names.
    #[serde(flatten)]
    pub config: serde_json::Map<String, Value>,
}

/// Settings of a channel type to change; those that are not named stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChannelTypeChange {
    /// Permission ids by role.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub grants: BTreeMap<String, Vec<String>>,
    /// Features and limits by Stream's names, such as `typing_events` and `max_message_length`.
    #[serde(flatten)]
    pub config: BTreeMap<String, Value>,
}

impl ChannelTypeChange {
    /// With a feature or a limit.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.config.insert(name.to_owned(), value.into());
        self
    }

    /// With the permissions of a role, in place of those that it had.
    #[must_use]
    pub fn granting<P: Into<String>>(
        mut self,
        role: &str,
        permissions: impl IntoIterator<Item = P>,
    ) -> Self {
        let permissions = permissions.into_iter().map(Into::into).collect();
        self.grants.insert(role.to_owned(), permissions);
        self
    }
}

#[derive(Deserialize)]
struct All {
    #[serde(default, deserialize_with = "super::null::as_default")]
    channel_types: BTreeMap<String, ChannelType>,
}

impl Client {
    /// A channel type, if there is one.
    ///
    /// # Errors
    /// As any call.
    pub async fn channel_type(&self, name: &str) -> Result<Option<ChannelType>> {
        let call = Call::get("/channeltypes/{type}").id(name);
        match self.send(call).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind() == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All channel types by name.
    ///
    /// # Errors
    /// As any call.
    pub async fn channel_types(&self) -> Result<BTreeMap<String, ChannelType>> {
        let call = Call::get("/channeltypes");
        Ok(self.send::<All>(call).await?.channel_types)
    }

    /// Makes a channel type with Stream's defaults and these changes; an app has 50 at most.
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

    /// Deletes a channel type that has no channels.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for one that has channels.
    pub async fn delete_channel_type(&self, name: &str) -> Result<()> {
        let call = Call::delete("/channeltypes/{type}").id(name);
        self.send::<Value>(call).await.map(drop)
    }
}
