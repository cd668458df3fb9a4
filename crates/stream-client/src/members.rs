use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Channel, Client, Member, Result};

/// Most members of one call.
const MOST: usize = 100;

#[derive(Deserialize)]
struct Changed {
    channel: Channel,
}

#[derive(Deserialize)]
struct Members {
    members: Vec<Member>,
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
        self.change_members(channel_type, id, "add_members", users)
            .await
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
        self.change_members(channel_type, id, "remove_members", users)
            .await
    }

    async fn change_members(
        &self,
        channel_type: &str,
        id: &str,
        what: &str,
        users: &[&str],
    ) -> Result<Option<Channel>> {
        let mut channel = None;
        for some in users.chunks(MOST) {
            let call = Call::post("/channels/{type}/{id}")
                .id(channel_type)
                .id(id)
                .json(&json!({ what: some }))
                .repeatable();
            channel = Some(self.send::<Changed>(call).await?.channel);
        }
        Ok(channel)
    }

    /// Sets and removes single fields of a member's custom data.
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
    ) -> Result<()> {
        let call = Call::patch("/channels/{type}/{id}/member/{user}")
            .id(channel_type)
            .id(id)
            .id(user)
            .json(&json!({ "set": set, "unset": unset }))
            .repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Members of a channel, oldest first, at most 100 from `offset`.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn query_members(
        &self,
        channel_type: &str,
        id: &str,
        filter: &Value,
        offset: usize,
    ) -> Result<Vec<Member>> {
        let payload = json!({
            "type": channel_type,
            "id": id,
            "filter_conditions": filter,
            "sort": [{ "field": "created_at", "direction": 1 }],
            "limit": MOST,
            "offset": offset,
        });
        let found: Members = self.send(Call::get("/members").payload(&payload)).await?;
        Ok(found.members)
    }
}
