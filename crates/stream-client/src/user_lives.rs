use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Client, Result, TaskStarted, Texts, User};

words! {
    /// How something is deleted.
    DeleteType {
        /// It can be brought back.
        Soft = "soft",
        /// For good.
        Hard = "hard",
        /// The messages of a soft deletion keep no words.
        Pruning = "pruning",
    }
}

request! {
    /// How users are put out of service.
    Deactivation {
        may {
            /// Whether their messages are deleted.
            mark_messages_deleted: bool,
            /// Whether the channels that they made are deleted.
            mark_channels_deleted: bool,
            /// The user that does it.
            created_by_id: String,
        }
    }
}

request! {
    /// How users are let back in.
    Reactivation {
        may {
            /// Whether their deleted messages come back.
            restore_messages: bool,
            /// Whether their deleted channels come back.
            restore_channels: bool,
            /// A new name.
            name: String,
            /// The user that does it.
            created_by_id: String,
        }
    }
}

request! {
    /// How one user is deleted at once.
    UserDeletion {
        may {
            /// For good.
            hard_delete: bool,
            /// Whether the user's messages are deleted.
            mark_messages_deleted: bool,
            /// Whether channels of the user and one other are deleted.
            delete_conversation_channels: bool,
        }
    }
}

request! {
    /// How users are deleted in the background. Where users are deleted for good, messages and
    /// conversations have to be as well.
    UsersDeletion {
        needs {
            user_ids: Texts,
            user: DeleteType,
        }
        may {
            /// Their messages.
            messages: DeleteType,
            /// Channels of one of them and one other.
            conversations: DeleteType,
            /// The owner of their other channels from then on.
            new_channel_owner_id: String,
        }
    }
}

#[derive(Deserialize)]
struct Holder {
    user: User,
}

impl Client {
    /// Puts a user out of service, who can then neither connect nor send.
    ///
    /// # Errors
    /// `NotFound` for an unknown user; `Invalid` for one who is out of service.
    pub async fn deactivate_user(&self, id: &str, how: &Deactivation) -> Result<()> {
        let call = Call::post("/users/{user}/deactivate").id(id).json(how);
        self.send::<Value>(call).await.map(drop)
    }

    /// Begins to put users out of service, at most 100. How far it has come says [`Client::task`].
    ///
    /// # Errors
    /// `Invalid` for an unknown user.
    pub async fn deactivate_users(
        &self,
        ids: impl Into<Texts>,
        how: &Deactivation,
    ) -> Result<TaskStarted> {
        let call = Call::post("/users/deactivate").json(&many(ids.into(), json!(how)));
        self.send(call).await
    }

    /// Lets a user back in.
    ///
    /// # Errors
    /// `NotFound` for an unknown user; `Invalid` for one who is in service.
    pub async fn reactivate_user(&self, id: &str, how: &Reactivation) -> Result<()> {
        let call = Call::post("/users/{user}/reactivate").id(id).json(how);
        self.send::<Value>(call).await.map(drop)
    }

    /// Begins to let users back in, at most 100. How far it has come says [`Client::task`].
    ///
    /// # Errors
    /// `Invalid` for an unknown user.
    pub async fn reactivate_users(
        &self,
        ids: impl Into<Texts>,
        how: &Reactivation,
    ) -> Result<TaskStarted> {
        let call = Call::post("/users/reactivate").json(&many(ids.into(), json!(how)));
        self.send(call).await
    }

    /// Deletes a user.
    ///
    /// # Errors
    /// `NotFound` for an unknown user.
    pub async fn delete_user(&self, id: &str, how: &UserDeletion) -> Result<User> {
        let mut call = Call::delete("/users/{user}").id(id);
        let flags = [
            ("hard_delete", how.hard_delete),
            ("mark_messages_deleted", how.mark_messages_deleted),
            (
                "delete_conversation_channels",
                how.delete_conversation_channels,
            ),
        ];
        for (name, flag) in flags {
            if let Some(flag) = flag {
                call = call.query(name, flag);
            }
        }
        Ok(self.send::<Holder>(call).await?.user)
    }

    /// Begins to delete users, at most 100. How far it has come says [`Client::task`].
    ///
    /// # Errors
    /// `Invalid` for an unknown user, or where users are deleted for good and their messages are not.
    pub async fn delete_users(&self, how: &UsersDeletion) -> Result<TaskStarted> {
        self.send(Call::post("/users/delete").json(how)).await
    }

    /// Brings users back who were deleted, but not for good. What they took part in does not come back.
    ///
    /// # Errors
    /// `Invalid` for an unknown user.
    pub async fn restore_users(&self, ids: impl Into<Texts>) -> Result<()> {
        let ids: Texts = ids.into();
        let call = Call::post("/users/restore").json(&json!({ "user_ids": ids }));
        self.send::<Value>(call).await.map(drop)
    }
}

fn many(ids: Texts, mut how: Value) -> Value {
    how["user_ids"] = json!(ids);
    how
}
