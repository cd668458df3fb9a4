use serde::Deserialize;
use serde_json::json;

use super::{Call, ChannelState, Client, Filter, Result, Sort, UserToken};

/// Most channels of one query.
const MOST: usize = 30;

request! {
    /// A question for channels.
    ChannelQuery {
        needs {
            filter = "filter_conditions": Filter,
        }
        may {
            /// By `last_message_at`, for example; at most five fields.
            sort: Sort,
            /// In whose name, so that the answer holds what is theirs.
            user_id: String,
        }
        count {
            /// Most channels of one page; 10 unless told otherwise, at most 30.
            limit: usize,
            /// How many of those found to leave out first, at most 1,000.
            offset: usize,
            /// Newest messages of each; 25 unless told otherwise, at most 300.
            messages = "message_limit": usize,
            /// Most members of each, at most 100.
            members = "member_limit": usize,
        }
    }
}

/// The connection that wants to be told of the channels found, and its user.
#[derive(Clone, Copy, Debug)]
pub struct Watching<'a> {
    /// Of the user whose channels they are.
    pub token: &'a UserToken,
    /// As the WebSocket's first event named it.
    pub connection_id: &'a str,
}

#[derive(Deserialize)]
struct Found {
    #[serde(default, deserialize_with = "super::null::as_default")]
    channels: Vec<ChannelState>,
}

impl Client {
    /// Channels a filter finds.
    ///
    /// # Errors
    /// `Invalid` for a filter Stream cannot read; `NotAllowed` for one a user may not ask.
    pub async fn query_channels(&self, query: &ChannelQuery) -> Result<Vec<ChannelState>> {
        let call = asked(query, false);
        Ok(self.send::<Found>(call).await?.channels)
    }

    /// Channels of a user that a filter finds, which the user's connection is told of from then on.
    ///
    /// # Errors
    /// As [`Client::query_channels`]; `ConnectionGone`.
    pub async fn watch_channels(
        &self,
        query: &ChannelQuery,
        watching: Watching<'_>,
    ) -> Result<Vec<ChannelState>> {
        let call = asked(query, true)
            .by(watching.token)
            .query("connection_id", watching.connection_id);
        Ok(self.send::<Found>(call).await?.channels)
    }
}

fn asked(query: &ChannelQuery, watch: bool) -> Call {
    let mut body = json!(query);
    if let Some(limit) = query.limit {
        body["limit"] = limit.min(MOST).into();
    }
    if query.offset == Some(0)
        && let Some(body) = body.as_object_mut()
    {
        body.remove("offset");
    }
    body["state"] = true.into();
    body["watch"] = watch.into();
    body["presence"] = watch.into();
    Call::post("/channels").json(&body).repeatable()
}
