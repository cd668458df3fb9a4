use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Client, Custom, Kind, Message, Result};

/// A message to send.
#[derive(Clone)]
#[allow(missing_docs, reason = "the names are Stream's")]
pub struct NewMessage<'a> {
    /// Makes a repeated send one message; unique in the app, at most 255 characters.
    pub id: &'a str,
    pub user_id: &'a str,
    pub text: &'a str,
    pub quoted_message_id: Option<&'a str>,
    pub attachments: Vec<Value>,
    /// At most 25, who all exist.
    pub mentioned_users: Vec<&'a str>,
    pub custom: Custom,
}

/// Shows no word of it.
impl fmt::Debug for NewMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewMessage({})", self.id)
    }
}

/// What became of a send.
#[derive(Clone, Debug)]
pub enum Sent {
    /// Stored by this call.
    Now(Message),
    /// The same user sent a message of this id to the same channel before, or an earlier attempt
    /// of this call did.
    Before(Message),
}

#[derive(Deserialize)]
struct Holder {
    message: Message,
}

#[derive(Deserialize)]
struct Many {
    #[serde(default, deserialize_with = "super::null::as_default")]
    messages: Vec<Message>,
}

impl Client {
    /// Sends a message. Repeating it with the same id makes no second one.
    ///
    /// # Errors
    /// `Duplicate` when the id is that of another user's message or of another channel's;
    /// `NotFound` where there is no such channel; `TextTooLong`; `TooLarge`.
    pub async fn send_message(
        &self,
        channel_type: &str,
        channel: &str,
        new: &NewMessage<'_>,
    ) -> Result<Sent> {
        let mut message = new.custom.clone();
        message.insert("id".to_owned(), new.id.into());
        message.insert("text".to_owned(), new.text.into());
        message.insert("user_id".to_owned(), new.user_id.into());
        message.insert("attachments".to_owned(), json!(new.attachments));
        if let Some(quoted) = new.quoted_message_id {
            message.insert("quoted_message_id".to_owned(), quoted.into());
        }
        if !new.mentioned_users.is_empty() {
            message.insert("mentioned_users".to_owned(), json!(new.mentioned_users));
        }
        let body = json!({ "message": message, "skip_enrich_url": true });
        let call = Call::post("/channels/{type}/{id}/message")
            .id(channel_type)
            .id(channel)
            .json(&body)
            .repeatable();
        match self.send::<Holder>(call).await {
            Ok(sent) => Ok(Sent::Now(sent.message)),
            Err(error) if error.kind() == Kind::Duplicate => {
                let known = self.message(new.id).await?;
                let author = known.user.as_ref().map(|user| user.id.as_str());
                let is_ours =
                    author == Some(new.user_id) && known.cid == format!("{channel_type}:{channel}");
                if is_ours {
                    Ok(Sent::Before(known))
                } else {
                    Err(error)
                }
            }
            Err(error) => Err(error),
        }
    }

    /// One message, deleted ones too as long as they were not deleted for good.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn message(&self, id: &str) -> Result<Message> {
        let call = Call::get("/messages/{message}").id(id);
        Ok(self.send::<Holder>(call).await?.message)
    }

    /// Several messages of a channel; unknown ids are left out.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel.
    pub async fn messages(
        &self,
        channel_type: &str,
        channel: &str,
        ids: &[&str],
    ) -> Result<Vec<Message>> {
        let call = Call::get("/channels/{type}/{id}/messages")
            .id(channel_type)
            .id(channel);
        let found: Many = self.send(call.query("ids", ids.join(","))).await?;
        Ok(found.messages)
    }

    /// Replaces a message as a whole.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for a deleted one.
    pub async fn replace_message(&self, new: &NewMessage<'_>) -> Result<Message> {
        let mut message = new.custom.clone();
        message.insert("text".to_owned(), new.text.into());
        message.insert("user_id".to_owned(), new.user_id.into());
        message.insert("attachments".to_owned(), json!(new.attachments));
        message.insert("mentioned_users".to_owned(), json!(new.mentioned_users));
        let call = Call::post("/messages/{message}").id(new.id);
        let call = call
            .json(&json!({ "message": message, "skip_enrich_url": true }))
            .repeatable();
        Ok(self.send::<Holder>(call).await?.message)
    }

    /// Sets and removes single fields of a message.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for a deleted one.
    pub async fn update_message(
        &self,
        id: &str,
        user: &str,
        set: &Value,
        unset: &[&str],
    ) -> Result<Message> {
        let body = json!({ "set": set, "unset": unset, "user_id": user, "skip_enrich_url": true });
        let call = Call::put("/messages/{message}")
            .id(id)
            .json(&body)
            .repeatable();
        Ok(self.send::<Holder>(call).await?.message)
    }

    /// Deletes a message: a tombstone stays, unless `hard`.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_message(&self, id: &str, by: &str, hard: bool) -> Result<Message> {
        let mut call = Call::delete("/messages/{message}")
            .id(id)
            .query("deleted_by", by);
        if hard {
            call = call.query("hard", true);
        }
        Ok(self.send::<Holder>(call.repeatable()).await?.message)
    }
}
