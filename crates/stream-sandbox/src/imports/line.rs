use serde_json::{Value, json};

use crate::json::Object;

/// The kind of item that a line brings, in the order lines must come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Item {
    User,
    Device,
    FutureBan,
    Channel,
    Member,
    Message,
    Reaction,
}

impl Item {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "user" => Self::User,
            "device" => Self::Device,
            "future_channel_ban" => Self::FutureBan,
            "channel" => Self::Channel,
            "member" | "channel_member" => Self::Member,
            "message" => Self::Message,
            "reaction" => Self::Reaction,
            _ => return None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Device => "device",
            Self::FutureBan => "future_channel_ban",
            Self::Channel => "channel",
            Self::Member => "member",
            Self::Message => "message",
            Self::Reaction => "reaction",
        }
    }

    fn required(self) -> &'static [&'static str] {
        match self {
            Self::User => &["id"],
            Self::Device => &["id", "user_id", "push_provider_type"],
            Self::FutureBan => &["target_id", "created_by"],
            Self::Channel => &["type", "created_by"],
            Self::Member => &["user_id", "channel_type"],
            Self::Message => &["id", "channel_type", "user"],
            Self::Reaction => &["message_id", "type", "user_id", "created_at"],
        }
    }

    fn reserved(self) -> &'static [&'static str] {
        match self {
            Self::User => &["app_pk", "pk", "user_pk", "online", "last_active"],
            Self::Channel => &[
                "app_pk",
                "pk",
                "created_by_pk",
                "cid",
                "members",
                "config",
                "last_message_at",
            ],
            Self::Message => &[
                "app_pk",
                "pk",
                "tmp_id",
                "command",
                "latest_reactions",
                "own_reactions",
                "reactions_count",
                "reply_count",
                "quoted_message",
                "pinned_by",
            ],
            Self::Reaction => &["app_pk", "pk", "user", "user_pk"],
            Self::Device | Self::FutureBan | Self::Member => &[],
        }
    }
}

/// Reads one line, or says what is wrong with it.
pub(super) fn read(line: &[u8]) -> Result<(Item, Object), Value> {
    let wrong = |error: &str, name: &str, item: &Value| json!({ "error": error, "item_type": name, "item": item });
    let whole: Value =
        serde_json::from_slice(line).map_err(|_| wrong("malformed JSON", "", &Value::Null))?;
    let name = whole
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let item = Item::named(name).ok_or_else(|| wrong("unknown item type", name, &whole))?;
    let data = whole
        .get("data")
        .or_else(|| whole.get("item"))
        .and_then(Value::as_object);
    let data = data.ok_or_else(|| wrong("data is required", name, &whole))?;
    let empty = |field: &&&str| {
        data.get(**field)
            .is_none_or(|value| value.is_null() || value == "")
    };
    if let Some(field) = item.required().iter().find(empty) {
        return Err(wrong(&format!("field {field} is required"), name, &whole));
    }
    if let Some(field) = item
        .reserved()
        .iter()
        .find(|field| data.contains_key(**field))
    {
        return Err(wrong(&format!("field {field} is reserved"), name, &whole));
    }
    let ids = match item {
        Item::Channel => Some(("id", "member_ids")),
        Item::Member | Item::Message => Some(("channel_id", "channel_member_ids")),
        _ => None,
    };
    if let Some((id, members)) = ids
        && data.contains_key(id) == data.contains_key(members)
    {
        return Err(wrong(
            &format!("exactly one of {id} and {members} is required"),
            name,
            &whole,
        ));
    }
    if item == Item::Message
        && (data.get("type") == Some(&json!("deleted"))) != data.contains_key("deleted_at")
    {
        return Err(wrong(
            "deleted_at and type deleted belong together",
            name,
            &whole,
        ));
    }
    let long = data
        .get("id")
        .and_then(Value::as_str)
        .is_some_and(|id| id.len() > if item == Item::Channel { 64 } else { 255 });
    if long {
        return Err(wrong("length of id exceeded", name, &whole));
    }
    Ok((item, data.clone()))
}
