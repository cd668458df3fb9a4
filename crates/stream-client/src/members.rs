use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Channel, ChannelEdit, Client, Filter, Member, Result, Sort};

/// Most members of one call.
const MOST: usize = 100;

request! {
    /// A question for members of a channel.
    MemberQuery {
        needs {
            channel_type = "type": String,
            id: String,
            filter = "filter_conditions": Filter,
        }
        may {
            /// By one field, such as `created_at`.
            sort: Sort,
            /// In whose name.
            user_id: String,
        }
        count {
            /// Most of one page, at most 100.
            limit: usize,
            /// How many to leave out first, at most 1,000.
            offset: usize,
        }
    }
}

#[derive(Deserialize)]
struct Members {
    #[serde(default, deserialize_with = "super::null::as_default")]
    members: Vec<Member>,
}

#[derive(Deserialize)]
struct Changed {
    channel_member: Member,
}

impl Client {
    /// Adds members, in calls of 100; who is one already stays one. The channel afterwards.
    ///
    /// # Errors
    /// `Invalid` when a user is unknown; `NotFound` where there is no such channel.
    pub async fn add_members(
        &self,
        channel_type: &str,
        id: &str,
        users: &[&str],
    ) -> Result<Option<Channel>> {
        let mut channel = None;
        for some in users.chunks(MOST) {
            let edit = ChannelEdit::new().add_members(some);
            let changed = self.edit_channel(channel_type, id, &edit).await?;
            channel = Some(changed.channel);
        }
        Ok(channel)
    }

    /// Removes members, in calls of 100. The channel afterwards.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn remove_members(
        &self,
        channel_type: &str,
        id: &str,
        users: &[&str],
    ) -> Result<Option<Channel>> {
        let mut channel = None;
        for some in users.chunks(MOST) {
            let edit = ChannelEdit::new().remove_members(some);
            let changed = self.edit_channel(channel_type, id, &edit).await?;
            channel = Some(changed.channel);
        }
        Ok(channel)
    }

    /// Sets and removes single fields of a member.
    ///
    /// # Errors
    /// `NotFound` where there is no such member.
    pub async fn update_member(
        &self,
        channel_type: &str,
        id: &str,
        user: &str,
        set: &Value,
        unset: &[String],
    ) -> Result<Member> {
        let call = Call::patch("/channels/{type}/{id}/member/{user}")
            .id(channel_type)
            .id(id)
            .id(user)
            .json(&json!({ "set": set, "unset": unset }))
            .repeatable();
        Ok(self.send::<Changed>(call).await?.channel_member)
    }

    /// Members of a channel.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn query_members(&self, query: &MemberQuery) -> Result<Vec<Member>> {
        let call = Call::get("/members").payload(query);
        Ok(self.send::<Members>(call).await?.members)
    }
}
