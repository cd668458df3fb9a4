use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Call, Client, Custom, Filter, Result, Sort, Texts, User};

/// Most users of one call.
const MOST: usize = 100;

/// A user as a server writes one. What is not said is emptied: a user is replaced as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NewUser {
    /// `A-Z a-z 0-9 @ _ -`, at most 255 characters.
    pub id: String,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The address of a picture of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Role in the app; `user` unless another is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Teams, in an app with several tenants; at most 250.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<String>,
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
            image: None,
            role: None,
            teams: Vec::new(),
            custom: Custom::new(),
        }
    }

    /// With a name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// With a picture.
    #[must_use]
    pub fn pictured(mut self, url: impl Into<String>) -> Self {
        self.image = Some(url.into());
        self
    }

    /// With a role.
    #[must_use]
    pub fn in_role(mut self, role: impl Into<String>) -> Self {
        self.role = Some(role.into());
        self
    }

    /// With a team.
    #[must_use]
    pub fn in_team(mut self, team: impl Into<String>) -> Self {
        self.teams.push(team.into());
        self
    }

    /// With a field of one's own.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.custom.insert(field.to_owned(), value.into());
        self
    }
}

request! {
    /// A question for users.
    UserQuery {
        needs {
            filter = "filter_conditions": Filter,
        }
        may {
            /// By `id` or `last_active`, for example.
            sort: Sort,
            /// Whether those who are deactivated are found as well.
            include_deactivated_users: bool,
        }
        count {
            /// Most of one page; 30 unless told otherwise, at most 100.
            limit: usize,
            /// How many to leave out first, at most 1,000.
            offset: usize,
        }
    }
}

request! {
    /// Single fields of a user to set and to remove.
    UserChange {
        needs {
            id: String,
        }
        may {
            /// Fields and their values; a dot leads into an object.
            set: Value,
            /// Names of fields.
            unset: Texts,
        }
    }
}

answer! {
    /// A guest, and the token to connect with.
    Guest {
        has {
            /// The user; Stream puts something before the id that was asked for.
            user: User,
            /// The token; not for logs.
            access_token: String,
        }
    }
}

#[derive(Deserialize)]
struct Written {
    #[serde(default, deserialize_with = "super::null::as_default")]
    users: BTreeMap<String, User>,
}

#[derive(Deserialize)]
struct Users {
    #[serde(default, deserialize_with = "super::null::as_default")]
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
            let answer: Written = self.send(call).await?;
            written.extend(answer.users.into_values());
        }
        Ok(written)
    }

    /// Sets and removes single fields of users, in calls of 100; as they are now.
    ///
    /// # Errors
    /// `NotFound` or `Invalid` for an unknown user.
    pub async fn update_users(&self, changes: &[UserChange]) -> Result<Vec<User>> {
        let mut written = Vec::with_capacity(changes.len());
        for some in changes.chunks(MOST) {
            let body = json!({ "users": some });
            let call = Call::patch("/users").json(&body).repeatable();
            let answer: Written = self.send(call).await?;
            written.extend(answer.users.into_values());
        }
        Ok(written)
    }

    /// Makes every token of a user worthless whose `iat` lies before `before`; `None` undoes it.
    ///
    /// # Errors
    /// As [`Client::update_users`].
    pub async fn revoke_tokens(&self, id: &str, before: Option<Timestamp>) -> Result<()> {
        let set = json!({ "revoke_tokens_issued_before": before });
        let change = UserChange::new(id).set(set);
        self.update_users(&[change]).await.map(drop)
    }

    /// Users that a filter finds.
    ///
    /// # Errors
    /// `Invalid` for a filter Stream cannot read.
    pub async fn query_users(&self, query: &UserQuery) -> Result<Vec<User>> {
        let call = Call::get("/users").payload(query);
        Ok(self.send::<Users>(call).await?.users)
    }

    /// Makes a guest.
    ///
    /// # Errors
    /// `NotAllowed` in an app with several tenants.
    pub async fn create_guest(&self, user: &NewUser) -> Result<Guest> {
        let call = Call::post("/guest").json(&json!({ "user": user }));
        self.send(call).await
    }
}
