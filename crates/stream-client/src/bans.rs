use serde::Deserialize;
use serde_json::Value;

use super::{Call, Channel, Client, Filter, Result, Sort, User};

request! {
    /// A ban of a user: from the app, or from one channel.
    NewBan {
        needs {
            target_user_id: String,
            user_id: String,
        }
        may {
            /// The reason of the ban.
            reason: String,
            /// Whether the user is not told, and goes on to write what nobody sees.
            shadow: bool,
            /// The type of the channel.
            channel_type = "type": String,
            /// The id of the channel.
            channel_id = "id": String,
            /// Whether it holds for channels as well that the one who bans makes later; with a channel
            /// only.
            ban_from_future_channels: bool,
        }
        count {
            /// Ends after so many minutes; never where none are said.
            minutes = "timeout": u32,
        }
    }
}

request! {
    /// The end of a ban: from the app, or from one channel.
    Unban {
        needs {
            target_user_id: String,
        }
        may {
            /// The type of the channel.
            channel_type: String,
            /// The id of the channel.
            channel_id: String,
            /// The user that banned.
            created_by: String,
            /// Whether the user is not banned from later channels any more either; with `created_by`
            /// only.
            remove_future_channels_ban: bool,
        }
    }
}

request! {
    /// A question for bans.
    BanQuery {
        needs {
            filter = "filter_conditions": Filter,
        }
        may {
            /// By `created_at`, for example.
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

request! {
    /// A question for bans from channels that are still to be made.
    FutureBanQuery {
        may {
            /// The user that banned.
            user_id: String,
            /// The user that is banned.
            target_user_id: String,
            /// Whether those that are over are left out.
            exclude_expired_bans: bool,
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
    /// A ban.
    Ban {
        may {
            /// The user that is banned.
            user: Option<User>,
            /// The user that banned.
            banned_by: Option<User>,
            /// From where; the whole app where there is none.
            channel: Option<Channel>,
            /// The reason of the ban.
            reason: String,
            /// Whether the user is not told.
            shadow: bool,
        }
        at {
            /// When it ends.
            expires,
            /// Since when.
            created_at,
        }
    }
}

#[derive(Deserialize)]
struct Bans {
    #[serde(default, deserialize_with = "super::null::as_default")]
    bans: Vec<Ban>,
}

impl Client {
    /// Bans a user.
    ///
    /// # Errors
    /// `NotFound` for an unknown user or channel.
    pub async fn ban(&self, ban: &NewBan) -> Result<()> {
        let call = Call::post("/moderation/ban").json(ban).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Ends a ban.
    ///
    /// # Errors
    /// `NotFound` for an unknown user or channel.
    pub async fn unban(&self, unban: &Unban) -> Result<()> {
        let call = Call::delete("/moderation/ban");
        let mut call = call.query("target_user_id", &unban.target_user_id);
        let told = [
            ("type", &unban.channel_type),
            ("id", &unban.channel_id),
            ("created_by", &unban.created_by),
        ];
        for (name, value) in told {
            if let Some(value) = value {
                call = call.query(name, value);
            }
        }
        if let Some(also_future) = unban.remove_future_channels_ban {
            call = call.query("remove_future_channels_ban", also_future);
        }
        self.send::<Value>(call.repeatable()).await.map(drop)
    }

    /// Bans that a filter finds.
    ///
    /// # Errors
    /// `Invalid` for a filter Stream cannot read.
    pub async fn query_bans(&self, query: &BanQuery) -> Result<Vec<Ban>> {
        let call = Call::get("/query_banned_users").payload(query);
        Ok(self.send::<Bans>(call).await?.bans)
    }

    /// Bans from channels that are still to be made.
    ///
    /// # Errors
    /// As any call.
    pub async fn query_future_bans(&self, query: &FutureBanQuery) -> Result<Vec<Ban>> {
        let call = Call::get("/query_future_channel_bans").payload(query);
        Ok(self.send::<Bans>(call).await?.bans)
    }
}
