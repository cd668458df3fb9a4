use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Call, Client, Kind, Message, MessageType, NewLocation, Result, Texts};

request! {
    /// A message to send, or to put in place of another. It needs an id, which makes a repeated send one
    /// message: unique in the app, at most 255 characters.
    NewMessage {
        needs {
            id: String,
            user_id: String,
            text: String,
        }
        may {
            /// The message that it quotes.
            quoted_message_id: String,
            /// Files, pictures and links, at most 30: each a [`NewAttachment`](crate::NewAttachment).
            attachments: Vec<Value>,
            /// Those whom it calls, at most 25, who all exist.
            mentioned_users: Texts,
            /// The message whose thread it goes to.
            parent_id: String,
            /// Whether a reply is shown in the channel as well.
            show_in_channel: bool,
            /// Whether nobody is told of it.
            silent: bool,
            /// Whether it is pinned at once.
            pinned: bool,
            /// The kind; a server may send [`MessageType::System`].
            message_type = "type": MessageType,
            /// Those who see it, at most 10; all where none are named.
            restricted_visibility: Texts,
            /// The words as HTML.
            html: String,
            /// A place on the map.
            shared_location: NewLocation,
        }
        custom custom
    }
}

request! {
    /// How a message is sent; see [`Client::send_message_as`].
    SendOptions {
        may {
            /// Whether no device is notified.
            skip_push: bool,
            /// Whether links are left as they are.
            skip_enrich_url: bool,
            /// Whether only its author sees it until it is committed.
            pending: bool,
            /// Notes of the app's about a pending message.
            pending_message_metadata: BTreeMap<String, String>,
            /// Whether those who hid the channel do not see it again for this message.
            keep_channel_hidden: bool,
            /// Whether moderation looks at it although a server sends it.
            force_moderation: bool,
        }
    }
}

request! {
    /// Single fields of a message to set and to remove.
    MessageChange {
        needs {
            user_id: String,
        }
        may {
            /// Fields and their values; a dot leads into an object.
            set: Value,
            /// Names of fields.
            unset: Texts,
            /// Whether links are left as they are.
            skip_enrich_url: bool,
        }
    }
}

/// How a message is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// A tombstone stays.
    Soft,
    /// With its reactions and replies, for good.
    Hard,
    /// For the user who deletes it alone.
    ForMe,
}

/// The outcome of a send.
#[derive(Clone, Debug, Serialize)]
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
        new: &NewMessage,
    ) -> Result<Sent> {
        self.send_message_as(channel_type, channel, new, &SendOptions::new())
            .await
    }

    /// Sends a message, with options.
    ///
    /// # Errors
    /// As [`Client::send_message`].
    pub async fn send_message_as(
        &self,
        channel_type: &str,
        channel: &str,
        new: &NewMessage,
        options: &SendOptions,
    ) -> Result<Sent> {
        let mut body = json!(options);
        body["message"] = on_the_wire(new);
        let call = Call::post("/channels/{type}/{id}/message")
            .id(channel_type)
            .id(channel)
            .json(&body)
            .repeatable();
        match self.send::<Holder>(call).await {
            Ok(sent) => Ok(Sent::Now(sent.message)),
            Err(error) if error.kind() == Kind::Duplicate => {
                let known = self.message(&new.id).await?;
                let author = known.user.as_ref().map(|user| user.id.as_str());
                let is_ours = author == Some(&new.user_id)
                    && known.cid == format!("{channel_type}:{channel}");
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
    pub async fn replace_message(
        &self,
        new: &NewMessage,
        options: &SendOptions,
    ) -> Result<Message> {
        let mut message = on_the_wire(new);
        if let Some(message) = message.as_object_mut() {
            message.remove("id");
            message
                .entry("mentioned_users")
                .or_insert_with(|| json!([]));
        }
        let mut body = json!(options);
        body["message"] = message;
        let call = Call::post("/messages/{message}").id(&new.id);
        let call = call.json(&body).repeatable();
        Ok(self.send::<Holder>(call).await?.message)
    }

    /// Sets and removes single fields of a message.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for a deleted one.
    pub async fn update_message(&self, id: &str, change: &MessageChange) -> Result<Message> {
        let call = Call::put("/messages/{message}")
            .id(id)
            .json(change)
            .repeatable();
        Ok(self.send::<Holder>(call).await?.message)
    }

    /// Pins a message to its channel, in the name of a user.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn pin_message(
        &self,
        id: &str,
        user: &str,
        until: Option<jiff::Timestamp>,
    ) -> Result<Message> {
        let set = match until {
            Some(until) => json!({ "pinned": true, "pin_expires": until }),
            None => json!({ "pinned": true }),
        };
        self.update_message(id, &MessageChange::new(user).set(set))
            .await
    }

    /// Unpins a message, in the name of a user.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn unpin_message(&self, id: &str, user: &str) -> Result<Message> {
        let change = MessageChange::new(user).set(json!({ "pinned": false }));
        self.update_message(id, &change).await
    }

    /// Deletes a message, in the name of a user.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_message(&self, id: &str, by: &str, how: Deletion) -> Result<Message> {
        let call = Call::delete("/messages/{message}").id(id);
        let call = call.query("deleted_by", by);
        let call = match how {
            Deletion::Soft => call,
            Deletion::Hard => call.query("hard", true),
            Deletion::ForMe => call.query("delete_for_me", true),
        };
        Ok(self.send::<Holder>(call.repeatable()).await?.message)
    }

    /// Shows a pending message to everybody.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn commit_message(&self, id: &str) -> Result<()> {
        let call = Call::post("/messages/{message}/commit").id(id);
        self.send::<Value>(call).await.map(drop)
    }

    /// Presses a button of a message: `form` is what the button says.
    ///
    /// # Errors
    /// `NotFound`; `Invalid`.
    pub async fn run_message_action(
        &self,
        id: &str,
        form: &BTreeMap<String, String>,
    ) -> Result<Message> {
        let body = json!({ "message_id": id, "form_data": form });
        let call = Call::post("/messages/{message}/action").id(id).json(&body);
        Ok(self.send::<Holder>(call).await?.message)
    }

    /// Translates a message into a language such as `fr`; the translation is in
    /// [`Message::i18n`] from then on.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for an unknown language.
    pub async fn translate_message(&self, id: &str, language: &str) -> Result<Message> {
        let call = Call::post("/messages/{message}/translate").id(id);
        let call = call.json(&json!({ "language": language })).repeatable();
        Ok(self.send::<Holder>(call).await?.message)
    }
}

/// Attachments are always said.
fn on_the_wire(new: &NewMessage) -> Value {
    let mut message = json!(new);
    if new.attachments.is_none() {
        message["attachments"] = json!([]);
    }
    message
}
