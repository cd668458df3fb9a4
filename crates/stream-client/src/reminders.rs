use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Client, Filter, Message, Result, Sort, User};

request! {
    /// A question for reminders of a user.
    ReminderQuery {
        needs {
            user_id: String,
        }
        may {
            /// By `remind_at`, `channel_cid` or `message_id`, for example.
            filter: Filter,
            /// By `remind_at`, for example.
            sort: Sort,
        }
        count {
            /// Most of one page.
            limit: usize,
            /// How many to leave out first.
            offset: usize,
        }
    }
}

answer! {
    /// A message that a user wants to see again: at a time, or kept for later without one.
    Reminder {
        may {
            /// The channel's id.
            channel_id: String,
            /// The message's id.
            message_id: String,
            /// The message.
            message: Option<Message>,
            /// The user's id.
            user_id: String,
            /// The user.
            user: Option<User>,
        }
        at {
            /// When the user is reminded.
            remind_at,
            /// When it was made.
            created_at,
            /// When it was changed.
            updated_at,
        }
    }
}

#[derive(Deserialize)]
struct Holder {
    reminder: Reminder,
}

#[derive(Deserialize)]
struct Found {
    #[serde(default, deserialize_with = "super::null::as_default")]
    reminders: Vec<Reminder>,
}

impl Client {
    /// Reminds a user of a message at a time, or keeps it for later without one.
    ///
    /// # Errors
    /// `NotFound` where there is no such message; `Invalid` where there is a reminder of it.
    pub async fn create_reminder(
        &self,
        message: &str,
        user: &str,
        at: Option<Timestamp>,
    ) -> Result<Reminder> {
        let call = Call::post("/messages/{message}/reminders").id(message);
        Ok(self
            .send::<Holder>(call.json(&body(user, at)))
            .await?
            .reminder)
    }

    /// Reminds a user of a message at another time.
    ///
    /// # Errors
    /// `NotFound` where there is no reminder of it.
    pub async fn update_reminder(
        &self,
        message: &str,
        user: &str,
        at: Option<Timestamp>,
    ) -> Result<Reminder> {
        let call = Call::patch("/messages/{message}/reminders").id(message);
        let call = call.json(&body(user, at)).repeatable();
        Ok(self.send::<Holder>(call).await?.reminder)
    }

    /// Reminds a user of a message no more.
    ///
    /// # Errors
    /// `NotFound` where there is no reminder of it.
    pub async fn delete_reminder(&self, message: &str, user: &str) -> Result<()> {
        let call = Call::delete("/messages/{message}/reminders").id(message);
        let call = call.query("user_id", user);
        self.send::<Value>(call).await.map(drop)
    }

    /// Reminders of a user.
    ///
    /// # Errors
    /// `Invalid` for a filter that Stream cannot read.
    pub async fn query_reminders(&self, query: &ReminderQuery) -> Result<Vec<Reminder>> {
        let call = Call::post("/reminders/query").json(query).repeatable();
        Ok(self.send::<Found>(call).await?.reminders)
    }
}

fn body(user: &str, at: Option<Timestamp>) -> Value {
    match at {
        Some(at) => json!({ "user_id": user, "remind_at": at }),
        None => json!({ "user_id": user }),
    }
}
