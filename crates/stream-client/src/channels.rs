use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Channel, ChannelState, Client, Custom, Result, SystemMessage, Texts};

request! {
    /// A channel to be, or to find.
    NewChannel {
        needs {
            created_by = "created_by_id": String,
        }
        may {
            /// Those who take part, at most 100, who all exist.
            members: Texts,
            /// Those who are invited, at most 100.
            invites: Texts,
            /// The team it belongs to, in an app with several tenants; it stays.
            team: String,
            /// Whether nobody can write or react.
            frozen: bool,
            /// Whether nobody but a server can do anything.
            disabled: bool,
            /// Whether messages are translated for those who read another language.
            auto_translation_enabled: bool,
            /// The language that messages are translated into.
            auto_translation_language: String,
            /// Words to find it by.
            filter_tags: Texts,
        }
        custom custom
    }
}

/// A range of a channel's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageRange<'a> {
    /// The newest.
    Newest,
    /// The nearest older than this id.
    Before(&'a str),
    /// The nearest newer than this id.
    After(&'a str),
    /// On both sides of this id.
    Around(&'a str),
    /// The oldest from this time on.
    Since(Timestamp),
    /// The newest up to this time.
    UpTo(Timestamp),
}

request! {
    /// How a channel's messages are removed.
    Truncation {
        may {
            /// Whether they are gone for good.
            hard_delete: bool,
            /// Whether no device is notified.
            skip_push: bool,
            /// Only those up to this time.
            truncated_at: Timestamp,
            /// A message that says so.
            message: SystemMessage,
            /// The user that removes them.
            user_id: String,
        }
    }
}

answer! {
    /// A channel after a change.
    ChangedChannel {
        has {
            /// The channel.
            channel: Channel,
        }
        may {
            /// Those who take part, at most 100.
            members: Vec<super::Member>,
            /// The message that the change was told by.
            message: Option<super::Message>,
        }
    }
}

impl Client {
    /// The channel of this id, made when there is none. An existing one is not changed.
    ///
    /// # Errors
    /// `Invalid` when a member is unknown.
    pub async fn get_or_create_channel(
        &self,
        channel_type: &str,
        id: &str,
        new: &NewChannel,
    ) -> Result<ChannelState> {
        let call = Call::post("/channels/{type}/{id}/query")
            .id(channel_type)
            .id(id);
        self.send(call.json(&creation(new)).repeatable()).await
    }

    /// The one channel of exactly these members, made when there is none: at least two, who stay its
    /// members for good.
    ///
    /// # Errors
    /// `Invalid` when a member is unknown, or there are fewer than two.
    pub async fn get_or_create_distinct_channel(
        &self,
        channel_type: &str,
        new: &NewChannel,
    ) -> Result<ChannelState> {
        let call = Call::post("/channels/{type}/query").id(channel_type);
        self.send(call.json(&creation(new)).repeatable()).await
    }

    /// A channel that exists, with a range of its messages, at most 300.
    ///
    /// # Errors
    /// `NotFound` or `Invalid` where there is none.
    pub async fn channel_messages(
        &self,
        channel_type: &str,
        id: &str,
        range: MessageRange<'_>,
        limit: usize,
    ) -> Result<ChannelState> {
        let messages = match range {
            MessageRange::Newest => json!({ "limit": limit }),
            MessageRange::Before(id) => json!({ "limit": limit, "id_lt": id }),
            MessageRange::After(id) => json!({ "limit": limit, "id_gt": id }),
            MessageRange::Around(id) => json!({ "limit": limit, "id_around": id }),
            MessageRange::Since(time) => {
                json!({ "limit": limit, "created_at_after_or_equal": time })
            }
            MessageRange::UpTo(time) => {
                json!({ "limit": limit, "created_at_before_or_equal": time })
            }
        };
        let body = json!({ "state": true, "messages": messages });
        let call = Call::post("/channels/{type}/{id}/query")
            .id(channel_type)
            .id(id);
        self.send(call.json(&body).repeatable()).await
    }

    /// Sets and removes single fields.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn update_channel(
        &self,
        channel_type: &str,
        id: &str,
        set: &Value,
        unset: &[String],
    ) -> Result<ChangedChannel> {
        let call = Call::patch("/channels/{type}/{id}")
            .id(channel_type)
            .id(id)
            .json(&json!({ "set": set, "unset": unset }))
            .repeatable();
        self.send(call).await
    }

    /// Replaces all fields of one's own.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn replace_channel(
        &self,
        channel_type: &str,
        id: &str,
        data: &Custom,
    ) -> Result<ChangedChannel> {
        let call = Call::post("/channels/{type}/{id}")
            .id(channel_type)
            .id(id)
            .json(&json!({ "data": data }))
            .repeatable();
        self.send(call).await
    }

    /// Takes a channel out of a user's list until its next message; with `clear_history` the user does
    /// not see earlier messages again.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn hide_channel(
        &self,
        channel_type: &str,
        id: &str,
        user: &str,
        clear_history: bool,
    ) -> Result<()> {
        let mut body = json!({ "user_id": user });
        if clear_history {
            body["clear_history"] = true.into();
        }
        let call = Call::post("/channels/{type}/{id}/hide")
            .id(channel_type)
            .id(id);
        let call = call.json(&body).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Puts a hidden channel back in a user's list.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn show_channel(&self, channel_type: &str, id: &str, user: &str) -> Result<()> {
        let call = Call::post("/channels/{type}/{id}/show")
            .id(channel_type)
            .id(id);
        let call = call.json(&json!({ "user_id": user })).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Removes the messages of a channel.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn truncate_channel(
        &self,
        channel_type: &str,
        id: &str,
        how: &Truncation,
    ) -> Result<ChangedChannel> {
        let call = Call::post("/channels/{type}/{id}/truncate")
            .id(channel_type)
            .id(id);
        self.send(call.json(how)).await
    }

    /// Deletes a channel, for good with `hard`. Its id is best never used again.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn delete_channel(
        &self,
        channel_type: &str,
        id: &str,
        hard: bool,
    ) -> Result<Channel> {
        let call = Call::delete("/channels/{type}/{id}")
            .id(channel_type)
            .id(id);
        let call = call.query("hard_delete", hard);
        Ok(self.send::<Deleted>(call).await?.channel)
    }
}

#[derive(Deserialize)]
struct Deleted {
    channel: Channel,
}

fn creation(new: &NewChannel) -> Value {
    json!({ "data": new, "state": true, "members": { "limit": 100 } })
}
