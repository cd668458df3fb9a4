use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Channel, ChannelState, Client, Custom, Result, UserToken};

/// Most channels of one query.
const MOST: usize = 30;

/// A channel to be, or to find.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the names are Stream's")]
pub struct NewChannel<'a> {
    pub channel_type: &'a str,
    pub id: &'a str,
    pub created_by: &'a str,
    /// At most 100, who all exist.
    pub members: &'a [&'a str],
    pub custom: Custom,
}

/// Which messages of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageRange<'a> {
    /// The newest.
    Newest,
    /// The nearest older than this id.
    Before(&'a str),
    /// The nearest newer than this id.
    After(&'a str),
    /// The oldest from this time on.
    Since(Timestamp),
    /// The newest up to this time.
    UpTo(Timestamp),
}

/// Newest or oldest first, by a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Sort {
    Ascending(&'static str),
    Descending(&'static str),
}

/// The connection that wants to be told of the channels found, and its user.
#[derive(Clone, Copy, Debug)]
pub struct Watching<'a> {
    /// Of the user whose channels they are.
    pub token: &'a UserToken,
    /// As the WebSocket's first event named it.
    pub connection_id: &'a str,
}

/// A question for channels.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the names are Stream's")]
pub struct ChannelQuery<'a> {
    pub filter: Value,
    pub sort: Sort,
    /// At most 30.
    pub limit: usize,
    /// How many of those found to leave out first, at most 1,000.
    pub offset: usize,
    /// Newest messages of each, at most 300.
    pub messages: usize,
    /// Most members of each, at most 100.
    pub members: usize,
    pub watching: Option<Watching<'a>>,
}

#[derive(Deserialize)]
struct Found {
    #[serde(default, deserialize_with = "super::null::as_default")]
    channels: Vec<ChannelState>,
}

#[derive(Deserialize)]
struct Changed {
    channel: Channel,
}

impl Client {
    /// The channel of this id, made when there is none. An existing one is not changed.
    ///
    /// # Errors
    /// `Invalid` when a member is unknown.
    pub async fn get_or_create_channel(&self, new: &NewChannel<'_>) -> Result<ChannelState> {
        let mut data = new.custom.clone();
        data.insert("created_by_id".to_owned(), new.created_by.into());
        data.insert("members".to_owned(), json!(new.members));
        let body = json!({ "data": data, "state": true, "members": { "limit": 100 } });
        let call = Call::post("/channels/{type}/{id}/query")
            .id(new.channel_type)
            .id(new.id)
            .json(&body)
            .repeatable();
        self.send(call).await
    }

    /// Channels a filter finds.
    ///
    /// # Errors
    /// `Invalid` for a filter Stream cannot read; `NotAllowed` for one a user may not ask.
    pub async fn query_channels(&self, query: &ChannelQuery<'_>) -> Result<Vec<ChannelState>> {
        let (field, direction) = match query.sort {
            Sort::Ascending(field) => (field, 1),
            Sort::Descending(field) => (field, -1),
        };
        let watch = query.watching.is_some();
        let mut body = json!({
            "filter_conditions": query.filter,
            "sort": [{ "field": field, "direction": direction }],
            "limit": query.limit.min(MOST),
            "message_limit": query.messages,
            "member_limit": query.members,
            "state": true,
            "watch": watch,
            "presence": watch,
        });
        if query.offset > 0 {
            body["offset"] = json!(query.offset);
        }
        let mut call = Call::post("/channels").json(&body).repeatable();
        if let Some(watching) = query.watching {
            call = call
                .by(watching.token)
                .query("connection_id", watching.connection_id);
        }
        let found: Found = self.send(call).await?;
        Ok(found.channels)
    }

    /// A channel that exists, with a range of its messages.
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
            MessageRange::Since(time) => {
                json!({ "limit": limit, "created_at_after_or_equal": time.to_string() })
            }
            MessageRange::UpTo(time) => {
                json!({ "limit": limit, "created_at_before_or_equal": time.to_string() })
            }
        };
        let body = json!({ "state": true, "messages": messages });
        let call = Call::post("/channels/{type}/{id}/query")
            .id(channel_type)
            .id(id)
            .json(&body)
            .repeatable();
        self.send(call).await
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
    ) -> Result<Channel> {
        let call = Call::patch("/channels/{type}/{id}")
            .id(channel_type)
            .id(id)
            .json(&json!({ "set": set, "unset": unset }))
            .repeatable();
        Ok(self.send::<Changed>(call).await?.channel)
    }

    /// Replaces all custom data.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn replace_channel(
        &self,
        channel_type: &str,
        id: &str,
        data: &Custom,
    ) -> Result<Channel> {
        let call = Call::post("/channels/{type}/{id}")
            .id(channel_type)
            .id(id)
            .json(&json!({ "data": data }))
            .repeatable();
        Ok(self.send::<Changed>(call).await?.channel)
    }

    /// Takes a channel out of a user's list until its next message.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn hide_channel(&self, channel_type: &str, id: &str, user: &str) -> Result<()> {
        let call = Call::post("/channels/{type}/{id}/hide")
            .id(channel_type)
            .id(id);
        let call = call.json(&json!({ "user_id": user })).repeatable();
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

    /// Removes the messages of a channel, for good with `hard`.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn truncate_channel(&self, channel_type: &str, id: &str, hard: bool) -> Result<()> {
        let call = Call::post("/channels/{type}/{id}/truncate")
            .id(channel_type)
            .id(id);
        let call = call.json(&json!({ "hard_delete": hard }));
        self.send::<Value>(call).await.map(drop)
    }

    /// Deletes a channel, for good with `hard`. Its id is best never used again.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn delete_channel(&self, channel_type: &str, id: &str, hard: bool) -> Result<()> {
        let call = Call::delete("/channels/{type}/{id}")
            .id(channel_type)
            .id(id);
        let call = call.query("hard_delete", hard);
        self.send::<Value>(call).await.map(drop)
    }
}
