use std::time::Duration;

use serde_json::{Value, json};

use super::{Call, ChannelMute, Client, Mute, Result, Texts};

request! {
    /// Users whom one does not want to hear.
    NewMute {
        needs {
            target_ids: Texts,
            user_id: String,
        }
        count {
            /// Ends after so many minutes; never where none are said.
            minutes = "timeout": u32,
        }
    }
}

answer! {
    /// The mutes that were made.
    Muted {
        may {
            /// The mute, if one user was muted.
            mute: Option<Mute>,
            /// The mutes, if several were.
            mutes: Vec<Mute>,
            /// Ids of those who are not there.
            non_existing_users: Vec<String>,
        }
    }
}

answer! {
    /// The mute of a channel.
    MutedChannel {
        may {
            /// The mute.
            channel_mute: Option<ChannelMute>,
        }
    }
}

impl Client {
    /// Mutes users for another one.
    ///
    /// # Errors
    /// `Invalid` for an unknown user.
    pub async fn mute_users(&self, mute: &NewMute) -> Result<Muted> {
        let call = Call::post("/moderation/mute").json(mute).repeatable();
        self.send(call).await
    }

    /// Mutes users for another one no more.
    ///
    /// # Errors
    /// `Invalid` for an unknown user.
    pub async fn unmute_users(&self, users: impl Into<Texts>, by: &str) -> Result<()> {
        let users: Texts = users.into();
        let body = json!({ "target_ids": users, "user_id": by });
        let call = Call::post("/moderation/unmute").json(&body).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Mutes a channel, given as type and id with a colon between them, for a user: for so long, or for
    /// good.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn mute_channel(
        &self,
        cid: &str,
        by: &str,
        lasts: Option<Duration>,
    ) -> Result<MutedChannel> {
        let mut body = json!({ "channel_cid": cid, "user_id": by });
        if let Some(lasts) = lasts {
            let milliseconds = u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX);
            body["expiration"] = milliseconds.into();
        }
        let call = Call::post("/moderation/mute/channel").json(&body);
        self.send(call.repeatable()).await
    }

    /// Mutes a channel for a user no more.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn unmute_channel(&self, cid: &str, by: &str) -> Result<()> {
        let body = json!({ "channel_cid": cid, "user_id": by });
        let call = Call::post("/moderation/unmute/channel").json(&body);
        self.send::<Value>(call.repeatable()).await.map(drop)
    }
}
