use jiff::Timestamp;
use serde_json::json;

use super::{Call, Client, Message, Reaction, Result, Task, TaskStarted, Texts, User};

request! {
    /// A channel to export, with its messages or some of them.
    ExportedChannel {
        needs {
            channel_type = "type": String,
            id: String,
        }
        may {
            /// Messages from this time on.
            messages_since: Timestamp,
            /// Messages up to this time.
            messages_until: Timestamp,
        }
    }
}

request! {
    /// An export of channels, at most 25.
    ChannelExport {
        needs {
            channels: Vec<ExportedChannel>,
        }
        may {
            /// Whether deleted messages have no words.
            clear_deleted_message_text: bool,
            /// Whether messages that were removed with all others are in it.
            include_truncated_messages: bool,
            /// Whether users are in it.
            export_users: bool,
            /// The form, such as `v2`.
            version: String,
        }
    }
}

answer! {
    /// All that Stream keeps of a user.
    ExportedUser {
        may {
            /// The user.
            user: Option<User>,
            /// Messages of the user's.
            messages: Vec<Message>,
            /// Reactions of the user's.
            reactions: Vec<Reaction>,
        }
    }
}

impl Client {
    /// Begins to export channels. The link to the file is in the result of [`Client::channel_export`].
    ///
    /// # Errors
    /// `NotFound` for an unknown channel.
    pub async fn export_channels(&self, export: &ChannelExport) -> Result<TaskStarted> {
        self.send(Call::post("/export_channels").json(export)).await
    }

    /// How far an export of channels has come.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn channel_export(&self, id: &str) -> Result<Task> {
        self.send(Call::get("/export_channels/{task}").id(id)).await
    }

    /// Begins to export users, at most 25. The link to the file is in the result of [`Client::task`].
    ///
    /// # Errors
    /// `Invalid` for an unknown user.
    pub async fn export_users(&self, ids: impl Into<Texts>) -> Result<TaskStarted> {
        let ids: Texts = ids.into();
        let body = json!({ "user_ids": ids });
        self.send(Call::post("/export/users").json(&body)).await
    }

    /// All that Stream keeps of a user, at once.
    ///
    /// # Errors
    /// `NotFound` for an unknown user; `Invalid` for one of whom there is too much.
    pub async fn export_user(&self, id: &str) -> Result<ExportedUser> {
        self.send(Call::get("/users/{user}/export").id(id)).await
    }
}
