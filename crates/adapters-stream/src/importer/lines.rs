//! Lines of an import file, each checked by Stream's rules before it is written.

use domain::{Body, MessageId, RoomId, StaffId, Urgency};
use jiff::Timestamp;
use ports::{Error, MessageRecord, Result};
use serde_json::{Map, Value, json};

use super::files::MOST_CHARACTERS;
use crate::{
    client::{Custom, NewUser},
    convert::{ACKNOWLEDGED, MENTIONS_SET_AT, SENT_AT, SENT_AT_ESTIMATED, URGENT_REASON},
};

/// Most bytes of custom data of anything.
const MOST_CUSTOM: usize = 5 * 1024;

/// Most files of a message.
const MOST_FILES: usize = 30;

/// A message of the legacy chat, ready for Stream.
pub(super) struct ImportMessage<'a> {
    pub(super) id: MessageId,
    pub(super) record: &'a MessageRecord,
    pub(super) text: String,
    pub(super) files: Vec<Value>,
    pub(super) reply_to: Option<MessageId>,
}

impl ImportMessage<'_> {
    /// The custom data that Stream keeps of it; `created_at` is the time Stream orders it by.
    pub(super) fn custom(&self, created_at: Option<Timestamp>) -> Custom {
        let message = &self.record.message;
        let mut custom = Custom::new();
        if let Some(id) = &message.client_id {
            custom.insert("client_id".to_owned(), id.as_str().into());
        }
        if message.urgency == Urgency::Urgent {
            custom.insert("urgency".to_owned(), message.urgency.as_str().into());
        }
        if let Some(reason) = &message.urgent_reason {
            custom.insert(URGENT_REASON.to_owned(), reason.as_str().into());
        }
        if let Some(at) = message.edited_at {
            custom.insert(MENTIONS_SET_AT.to_owned(), at.as_microsecond().into());
        }
        if message.sent_at_estimated {
            custom.insert(SENT_AT_ESTIMATED.to_owned(), true.into());
        }
        if created_at != Some(message.sent_at) {
            let sent_at = message.sent_at.as_microsecond();
            custom.insert(SENT_AT.to_owned(), sent_at.into());
        }
        custom
    }

    /// The line of the message.
    pub(super) fn line(
        &self,
        channel_type: &str,
        room: &RoomId,
        created_at: Timestamp,
    ) -> Result<Value> {
        let message = &self.record.message;
        let custom = self.custom(Some(created_at));
        self.check(&custom)?;
        let mut data = custom;
        let known = json!({
            "id": self.id, "channel_type": channel_type, "channel_id": room,
            "user": message.author.id, "type": "regular", "text": self.text,
            "created_at": created_at.to_string(), "attachments": self.files,
            "mentioned_users_ids": message.mentions,
        });
        if let Value::Object(known) = known {
            data.extend(known);
        }
        if let Some(quoted) = &self.reply_to {
            data.insert("quoted_message_id".to_owned(), json!(quoted));
        }
        if let Body::Recalled { at } = &message.body {
            data.insert("type".to_owned(), "deleted".into());
            data.insert("deleted_at".to_owned(), at.to_string().into());
        }
        Ok(item("message", data))
    }

    /// The lines of its acknowledgements.
    pub(super) fn acknowledgements(&self) -> impl Iterator<Item = Value> {
        let marks = self.record.message.receipts.acknowledged.iter();
        marks.map(|mark| {
            let data = json!({
                "message_id": self.id, "type": ACKNOWLEDGED, "user_id": mark.doctor,
                "created_at": mark.at.to_string(),
            });
            json!({ "type": "reaction", "data": data })
        })
    }

    /// Stream refuses a whole file for one wrong line, so each is judged here first.
    fn check(&self, custom: &Custom) -> Result<()> {
        let wrong = |what: &str| {
            let message = &self.record.message;
            let words = format!("{what} (message {} of room {})", message.id, message.room);
            Err(Error::invalid("message", words))
        };
        if self.text.chars().count() > MOST_CHARACTERS {
            return wrong("has more characters than Stream takes");
        }
        if self.files.len() > MOST_FILES {
            return wrong("has more than 30 files");
        }
        let which = format!(
            "{} of room {}",
            self.record.message.id, self.record.message.room
        );
        fits("message", custom, &which)
    }
}

/// The line of a user.
pub(super) fn user(user: &NewUser) -> Result<Value> {
    fits("user", &user.custom, &user.id)?;
    Ok(json!({ "type": "user", "data": user }))
}

/// The line of a channel.
pub(super) fn channel(
    channel_type: &str,
    room: &RoomId,
    created_by: &str,
    created_at: Timestamp,
    custom: Custom,
) -> Result<Value> {
    fits("channel", &custom, room.as_str())?;
    let mut data = custom;
    let known = json!({
        "type": channel_type, "id": room, "created_by": created_by,
        "created_at": created_at.to_string(),
    });
    if let Value::Object(known) = known {
        data.extend(known);
    }
    Ok(item("channel", data))
}

/// The line of a member.
pub(super) fn member(
    channel_type: &str,
    room: &RoomId,
    doctor: &StaffId,
    joined_at: Timestamp,
    last_read: Timestamp,
    custom: Custom,
) -> Result<Value> {
    fits("member", &custom, &format!("{doctor} in {room}"))?;
    let mut data = custom;
    let known = json!({
        "user_id": doctor, "channel_type": channel_type, "channel_id": room,
        "channel_role": "channel_member", "created_at": joined_at.to_string(),
        "last_read": last_read.to_string(),
    });
    if let Value::Object(known) = known {
        data.extend(known);
    }
    // All documents of Stream's say `member`, its JSON schema `channel_member`.
    Ok(item("member", data))
}

fn item(kind: &str, data: Map<String, Value>) -> Value {
    json!({ "type": kind, "data": data })
}

fn fits(what: &'static str, custom: &Custom, which: &str) -> Result<()> {
    let bytes = serde_json::to_vec(custom).map_or(0, |text| text.len());
    if bytes > MOST_CUSTOM {
        let words = format!("has more than 5 KB of custom data ({which})");
        return Err(Error::invalid(what, words));
    }
    Ok(())
}
