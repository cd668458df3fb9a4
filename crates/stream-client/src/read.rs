use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Client, Result, Texts};

request! {
    /// How far a user has read; all of the channel where neither message nor thread is named.
    ReadUpTo {
        needs {
            user_id: String,
        }
        may {
            /// The newest message that was read.
            message_id: String,
            /// The thread that was read: the id of its first message.
            thread_id: String,
        }
    }
}

request! {
    /// From where on a channel or a thread is unread for a user.
    UnreadFrom {
        needs {
            user_id: String,
        }
        may {
            /// The oldest message that is unread.
            message_id: String,
            /// The thread that is unread: the id of its first message.
            thread_id: String,
            /// Everything from this time on.
            message_timestamp: Timestamp,
        }
    }
}

request! {
    /// The newest message of a channel that reached a user's device.
    DeliveredMessage {
        needs {
            cid: String,
            id: String,
        }
    }
}

answer! {
    /// A user's unread messages.
    UnreadCounts {
        may {
            /// Messages in all channels.
            total_unread_count: u64,
            /// Threads with something unread.
            total_unread_threads_count: u64,
            /// By channel.
            channels: Vec<UnreadInChannel>,
            /// By type of channels.
            channel_types = "channel_type": Vec<UnreadInType>,
            /// By thread.
            threads: Vec<UnreadInThread>,
        }
    }
}

answer! {
    /// A user's unread messages in a channel.
    UnreadInChannel {
        may {
            /// The channel, as type and id with a colon between them.
            channel_id: String,
            /// The number of unread messages.
            unread_count: u64,
        }
        at {
            /// When the user last read.
            last_read,
        }
    }
}

answer! {
    /// A user's unread messages in all channels of a type.
    UnreadInType {
        may {
            /// The type.
            channel_type: String,
            /// Channels with something unread.
            channel_count: u64,
            /// The number of unread messages.
            unread_count: u64,
        }
    }
}

answer! {
    /// A user's unread messages in a thread.
    UnreadInThread {
        may {
            /// The message that it began with.
            parent_message_id: String,
            /// The number of unread messages.
            unread_count: u64,
            /// The newest message that was read.
            last_read_message_id: Option<String>,
        }
        at {
            /// When the user last read.
            last_read,
        }
    }
}

#[derive(Deserialize)]
struct ByUser {
    #[serde(default, deserialize_with = "super::null::as_default")]
    counts_by_user: BTreeMap<String, UnreadCounts>,
}

impl Client {
    /// Marks a channel or a thread read by a user.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel or message; `SwitchedOff`.
    pub async fn mark_read(&self, channel_type: &str, id: &str, read: &ReadUpTo) -> Result<()> {
        let call = Call::post("/channels/{type}/{id}/read")
            .id(channel_type)
            .id(id);
        let call = call.json(read).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Marks a channel or a thread unread for a user.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel or message; `SwitchedOff`.
    pub async fn mark_unread(
        &self,
        channel_type: &str,
        id: &str,
        unread: &UnreadFrom,
    ) -> Result<()> {
        let call = Call::post("/channels/{type}/{id}/unread")
            .id(channel_type)
            .id(id);
        let call = call.json(unread).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Marks all channels read by a user.
    ///
    /// # Errors
    /// `NotFound` for an unknown user.
    pub async fn mark_all_read(&self, user: &str) -> Result<()> {
        let body = json!({ "user": { "id": user } });
        let call = Call::post("/channels/read").json(&body).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Says that messages reached a user's device, with the newest of each channel, at most 100.
    ///
    /// # Errors
    /// `SwitchedOff` where the channel type has no delivery events.
    pub async fn mark_delivered(&self, user: &str, newest: &[DeliveredMessage]) -> Result<()> {
        let body = json!({ "latest_delivered_messages": newest, "user_id": user });
        let call = Call::post("/channels/delivered")
            .query("user_id", user)
            .json(&body)
            .repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// A user's unread messages.
    ///
    /// # Errors
    /// `NotFound` for an unknown user.
    pub async fn unread(&self, user: &str) -> Result<UnreadCounts> {
        self.send(Call::get("/unread").query("user_id", user)).await
    }

    /// Unread messages of several users, by their ids.
    ///
    /// # Errors
    /// `Invalid` for an unknown user.
    pub async fn unread_of(
        &self,
        users: impl Into<Texts>,
    ) -> Result<BTreeMap<String, UnreadCounts>> {
        let users: Texts = users.into();
        let body = json!({ "user_ids": users });
        let call = Call::post("/unread_batch").json(&body).repeatable();
        Ok(self.send::<ByUser>(call).await?.counts_by_user)
    }
}
