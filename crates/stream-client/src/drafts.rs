use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Channel, Client, Filter, Message, Result, Sort, Texts};

request! {
    /// The draft of a message. A user has one in each channel and one in each thread.
    NewDraft {
        needs {
            user_id: String,
            text: String,
        }
        may {
            /// The message whose thread it is for.
            parent_id: String,
            /// Whether the reply is to be shown in the channel as well.
            show_in_channel: bool,
            /// The message that it quotes.
            quoted_message_id: String,
            /// Files, pictures and links: each a [`NewAttachment`](crate::NewAttachment).
            attachments: Vec<Value>,
            /// Those whom it calls.
            mentioned_users: Texts,
            /// Whether nobody is to be told of it.
            silent: bool,
        }
        custom custom
    }
}

request! {
    /// A question for drafts of a user.
    DraftQuery {
        needs {
            user_id: String,
        }
        may {
            /// By `channel_cid`, `parent_id` or `created_at`.
            filter: Filter,
            /// By `created_at`.
            sort: Sort,
            /// The page after an earlier one: its `next`.
            next: String,
            /// The page before an earlier one: its `prev`.
            prev: String,
        }
        count {
            /// Most of one page.
            limit: usize,
        }
    }
}

answer! {
    /// A draft.
    Draft {
        may {
            /// The channel, as type and id with a colon between them.
            channel_cid: String,
            /// The draft as it would be sent, by the names of messages.
            message: Value,
            /// The channel.
            channel: Option<Box<Channel>>,
            /// The message whose thread it is for.
            parent_id: Option<String>,
            /// That message.
            parent_message: Option<Box<Message>>,
            /// The message that it quotes.
            quoted_message: Option<Box<Message>>,
        }
        at {
            /// When it was saved.
            created_at,
        }
    }
}

answer! {
    /// A page of drafts.
    Drafts {
        may {
            /// The drafts.
            drafts: Vec<Draft>,
            /// Leads to the next page.
            next: Option<String>,
            /// Leads to the page before.
            prev: Option<String>,
        }
    }
}

#[derive(Deserialize)]
struct Holder {
    draft: Draft,
}

impl Client {
    /// Saves a user's draft in a channel, in place of an earlier one.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn save_draft(
        &self,
        channel_type: &str,
        channel: &str,
        draft: &NewDraft,
    ) -> Result<Draft> {
        let call = Call::post("/channels/{type}/{id}/draft")
            .id(channel_type)
            .id(channel)
            .json(&json!({ "message": draft }))
            .repeatable();
        Ok(self.send::<Holder>(call).await?.draft)
    }

    /// A user's draft in a channel, or in the thread of a message.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub async fn draft(
        &self,
        channel_type: &str,
        channel: &str,
        user: &str,
        parent: Option<&str>,
    ) -> Result<Draft> {
        let call = Call::get("/channels/{type}/{id}/draft");
        let call = of_user(call, channel_type, channel, user, parent);
        Ok(self.send::<Holder>(call).await?.draft)
    }

    /// Deletes a user's draft in a channel, or in the thread of a message.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub async fn delete_draft(
        &self,
        channel_type: &str,
        channel: &str,
        user: &str,
        parent: Option<&str>,
    ) -> Result<()> {
        let call = Call::delete("/channels/{type}/{id}/draft");
        let call = of_user(call, channel_type, channel, user, parent);
        self.send::<Value>(call).await.map(drop)
    }

    /// Drafts of a user in all channels.
    ///
    /// # Errors
    /// `Invalid` for a filter that Stream cannot read.
    pub async fn query_drafts(&self, query: &DraftQuery) -> Result<Drafts> {
        let call = Call::post("/drafts/query").json(query).repeatable();
        self.send(call).await
    }
}

fn of_user(
    call: Call,
    channel_type: &str,
    channel: &str,
    user: &str,
    parent: Option<&str>,
) -> Call {
    let call = call.id(channel_type).id(channel).query("user_id", user);
    match parent {
        Some(parent) => call.query("parent_id", parent),
        None => call,
    }
}
