use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Call, Client, Custom, Result, User};

/// Most users of one call.
const MOST: usize = 100;

/// A user as a server writes one. What is not said is emptied: a user is replaced as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewUser {
    /// `A-Z a-z 0-9 @ _ -`, at most 255 characters.
    pub id: String,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Role in the app; `user` unless another is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// At most 5 KB.
    #[serde(flatten)]
    pub custom: Custom,
}

impl NewUser {
    /// A user without name and role.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: None,
            role: None,
            custom: Custom::new(),
        }
    }

    /// With a name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// With a role.
    #[must_use]
    pub fn in_role(mut self, role: impl Into<String>) -> Self {
        self.role = Some(role.into());
        self
    }

    /// With a custom field.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.custom.insert(field.to_owned(), value.into());
        self
    }
}

#[derive(Deserialize)]
struct Upserted {
    #[serde(default, deserialize_with = "super::null::as_default")]
    users: BTreeMap<String, User>,
}

#[derive(Deserialize)]
struct Users {
    users: Vec<User>,
}

impl Client {
    /// Makes or replaces users, in calls of 100; as they are now. A deactivated one stays so.
    ///
    /// # Errors
    /// `Invalid` when one of a hundred is wrong; then none of that hundred is written.
    pub async fn upsert_users(&self, users: &[NewUser]) -> Result<Vec<User>> {
        let mut written = Vec::with_capacity(users.len());
        for some in users.chunks(MOST) {
            let map: BTreeMap<&str, &NewUser> =
                some.iter().map(|user| (user.id.as_str(), user)).collect();
            let body = json!({ "users": map });
            let call = Call::post("/users").json(&body).repeatable();
            let answer: Upserted = self.send(call).await?;
            written.extend(answer.users.into_values());
        }
        Ok(written)
    }

    /// Sets and removes single fields of a user.
    ///
    /// # Errors
    /// `NotFound` or `Invalid` for an unknown user.
    pub async fn update_user(&self, id: &str, set: &Value, unset: &[&str]) -> Result<()> {
        let body = json!({ "users": [{ "id": id, "set": set, "unset": unset }] });
        let call = Call::patch("/users").json(&body).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Makes every token of a user worthless whose `iat` lies before `before`; `None` undoes it.
    ///
    /// # Errors
    /// As [`Client::update_user`].
    pub async fn revoke_tokens(&self, id: &str, before: Option<Timestamp>) -> Result<()> {
        let before = before.map(|time| time.to_string());
        let set = json!({ "revoke_tokens_issued_before": before });
        self.update_user(id, &set, &[]).await
    }

    /// A deactivated user can neither connect nor send.
    ///
    /// # Errors
    /// `NotFound` for an unknown user.
    pub async fn deactivate_user(&self, id: &str) -> Result<()> {
        let call = Call::post("/users/{user}/deactivate")
            .id(id)
            .json(&json!({}));
        self.send::<Value>(call).await.map(drop)
    }

    /// Lets a deactivated user back in.
    ///
    /// # Errors
    /// `NotFound` for an unknown user.
    pub async fn reactivate_user(&self, id: &str) -> Result<()> {
        let call = Call::post("/users/{user}/reactivate")
            .id(id)
            .json(&json!({}));
        self.send::<Value>(call).await.map(drop)
    }

    /// Users that a filter finds, at most 100, by id.
    ///
    /// # Errors
    /// `Invalid` for a filter Stream cannot read.
    pub async fn query_users(&self, filter: &Value, offset: usize) -> Result<Vec<User>> {
        let payload = json!({
            "filter_conditions": filter,
            "sort": [{ "field": "id", "direction": 1 }],
            "limit": MOST,
            "offset": offset,
        });
        let found: Users = self.send(Call::get("/users").payload(&payload)).await?;
        Ok(found.users)
    }
}
