use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use crate::call::{Call, Caller};
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::{MESSAGE_FIELDS, Message, Subject, World, uuid};

/// POST `/channels/{type}/{id}/message`
pub(crate) fn send(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let given = json::object(&call.body, "message")?
        .ok_or_else(|| Failure::input("message is required"))?;
    let author = call.need_actor(&[given])?;
    let cid = call.cid();
    world.channel(&cid)?;
    world.known_users([&author])?;
    allowed(world, call, &cid, given, &author)?;
    let now = world.now();
    let id = new_id(world, given)?;
    let mut message = Message::new(id, &cid, &author, now);
    fill(world, call, &mut message, given)?;
    if json::flag(&call.body, "pending")?.unwrap_or(false) {
        message.pending = Some(
            json::object(&call.body, "pending_message_metadata")?
                .cloned()
                .unwrap_or_default(),
        );
    }
    if frozen_for(world, call, &cid)? {
        return Ok(json!({ "message": not_sent(world, message) }));
    }
    let keep_hidden = json::flag(&call.body, "keep_channel_hidden")?.unwrap_or(false);
    let shown = post(world, call, message, keep_hidden)?;
    Ok(json!({ "message": shown }))
}

/// Whether the channel takes no messages from this caller.
fn frozen_for(world: &World, call: &Call, cid: &str) -> Result<bool, Failure> {
    let channel = world.channel(cid)?;
    let barred = || {
        world
            .demand(call, channel, "use-frozen-channel", Subject::Channel)
            .is_err()
    };
    Ok(channel.frozen && barred())
}

/// A frozen channel answers with a message of the kind `error`, which is kept nowhere.
fn not_sent(world: &World, mut message: Message) -> Value {
    "error".clone_into(&mut message.kind);
    "Sending messages to this channel has been disabled".clone_into(&mut message.text);
    world.message_json(&message, Some(&message.user_id))
}

/// Puts a message into its channel and tells of it. What it is as its author sees it.
pub(super) fn post(
    world: &mut World,
    call: &Call,
    message: Message,
    keep_hidden: bool,
) -> Result<Value, Failure> {
    let (id, cid, author) = (
        message.id.clone(),
        message.cid.clone(),
        message.user_id.clone(),
    );
    let channel = world.channel_mut(&cid)?;
    channel.timeline.push(id.clone());
    if message.in_channel() && message.deleted_at.is_none() {
        channel.last_message_at = Some(message.created_at);
    }
    for member in channel
        .members
        .values_mut()
        .filter(|_| !keep_hidden && message.pending.is_none())
    {
        member.hidden = false;
    }
    world.keep_message(message.clone());
    if message.pending.is_none() {
        world.tell_new_message(Some(call), &message);
        super::page::tell_thread(world, &message);
    }
    Ok(world.message_json(world.message(&id)?, Some(&author)))
}

fn new_id(world: &World, given: &Object) -> Result<String, Failure> {
    let Some(id) = json::text(given, "id")?.filter(|id| !id.is_empty()) else {
        return Ok(uuid());
    };
    if id.len() > 255 || id.contains([',', '%']) {
        return Err(Failure::input(
            "message.id may have at most 255 characters, and no comma or percent sign",
        ));
    }
    if world.messages.contains_key(id) {
        return Err(Failure::input(format!(
            "a message with ID {id} already exists"
        )));
    }
    Ok(id.to_owned())
}

/// Refuses a message that its author may not post in this channel.
fn allowed(
    world: &World,
    call: &Call,
    cid: &str,
    given: &Object,
    author: &str,
) -> Result<(), Failure> {
    let channel = world.channel(cid)?;
    world.may_act(&Caller::User(author.to_owned()))?;
    let reply = json::text(given, "parent_id")?.is_some();
    if reply && !world.config_flag(channel, "replies") {
        return Err(Failure::switched_off("replies", &channel.kind));
    }
    if json::text(given, "quoted_message_id")?.is_some() && !world.config_flag(channel, "quotes") {
        return Err(Failure::switched_off("quotes", &channel.kind));
    }
    world.demand(
        call,
        channel,
        if reply {
            "create-reply"
        } else {
            "create-message"
        },
        Subject::Channel,
    )?;
    if !json::list(given, "attachments")?.is_empty() {
        world.demand(call, channel, "create-attachment", Subject::Channel)?;
    }
    if !call.server()
        && channel.cooldown > 0
        && !world.may(channel, author, "skip-channel-cooldown", Subject::Channel)
    {
        let last = world
            .visible_messages(cid)
            .rev()
            .find(|message| message.user_id == author);
        if last.is_some_and(|last| last.created_at + channel.cooldown.seconds() > Timestamp::now())
        {
            return Err(Failure::new(
                60,
                axum::http::StatusCode::FORBIDDEN,
                "the channel is in slow mode, wait",
            ));
        }
    }
    Ok(())
}

/// Takes the fields of a request over: what is not named becomes empty.
pub(super) fn fill(
    world: &World,
    call: &Call,
    message: &mut Message,
    given: &Object,
) -> Result<(), Failure> {
    let channel = world.channel(&message.cid)?;
    let text = json::text(given, "text")?.unwrap_or_default();
    let most = world
        .config_json(channel)
        .get("max_message_length")
        .and_then(Value::as_u64)
        .unwrap_or(5000);
    if text.chars().count() as u64 > most {
        return Err(Failure::new(
            20,
            axum::http::StatusCode::BAD_REQUEST,
            format!("message text is longer than {most} characters"),
        ));
    }
    text.clone_into(&mut message.text);
    message.attachments = json::list(given, "attachments")?.to_vec();
    if message.attachments.len() > 30 {
        return Err(Failure::input("a message may have at most 30 attachments"));
    }
    if message
        .attachments
        .iter()
        .any(|attachment| !attachment.is_object())
    {
        return Err(Failure::input("an attachment must be an object"));
    }
    message.mentioned_users = mentioned(given)?;
    world.known_users(&message.mentioned_users)?;
    message.silent = json::flag(given, "silent")?.unwrap_or(false);
    message.show_in_channel = json::flag(given, "show_in_channel")?.unwrap_or(false);
    message.restricted_visibility = json::few_texts(given, "restricted_visibility", 10)?;
    place(world, message, given)?;
    if let Some(kind) = json::text(given, "type")?.filter(|kind| !kind.is_empty()) {
        match kind {
            "system" => {
                world.demand(call, channel, "create-system-message", Subject::Channel)?;
                "system".clone_into(&mut message.kind);
            }
            "regular" | "reply" | "deleted" => {}
            _ => return Err(Failure::input("message.type must be regular or system")),
        }
    }
    let pinned = json::flag(given, "pinned")?.unwrap_or(false);
    if pinned && message.pinned_at.is_none() {
        world.demand(call, channel, "pin-message", Subject::Channel)?;
        message.pinned_at = Some(message.updated_at);
        message.pinned_by = call.actor(&[given])?;
    }
    if !pinned {
        message.pinned_at = None;
        message.pinned_by = None;
    }
    message.pin_expires = json::instant(given, "pin_expires")?.filter(|_| pinned);
    message.custom = json::custom(given, MESSAGE_FIELDS)?;
    Ok(())
}

/// The ids of the people named, whether given as ids or as users.
pub(super) fn mentioned(given: &Object) -> Result<Vec<String>, Failure> {
    let items = json::list(given, "mentioned_users")?;
    if items.len() > 25 {
        return Err(Failure::input("a message may mention at most 25 users"));
    }
    let id = |item: &Value| {
        item.as_str()
            .or_else(|| item.get("id")?.as_str())
            .map(str::to_owned)
    };
    let ids = items
        .iter()
        .map(|item| id(item).ok_or_else(|| Failure::input("mentioned_users takes ids")));
    ids.collect()
}

/// The thread and the quoted message, which must be in the same channel.
fn place(world: &World, message: &mut Message, given: &Object) -> Result<(), Failure> {
    message.parent_id = json::text(given, "parent_id")?
        .filter(|id| !id.is_empty())
        .map(str::to_owned);
    if let Some(parent) = &message.parent_id {
        let parent = world.message(parent)?;
        if parent.cid != message.cid {
            return Err(Failure::input("the parent message is in another channel"));
        }
        if parent.parent_id.is_some() {
            let reason = "a reply to a reply is not possible";
            return Err(Failure::new(
                21,
                axum::http::StatusCode::BAD_REQUEST,
                reason,
            ));
        }
        "reply".clone_into(&mut message.kind);
    }
    message.quoted_message_id = json::text(given, "quoted_message_id")?
        .filter(|id| !id.is_empty())
        .map(str::to_owned);
    if let Some(quoted) = &message.quoted_message_id
        && world.message(quoted)?.cid != message.cid
    {
        return Err(Failure::input("the quoted message is in another channel"));
    }
    Ok(())
}

/// The message a change of the channel may carry, posted as a system message.
pub(crate) fn system_message(
    world: &mut World,
    call: &Call,
    cid: &str,
) -> Result<Option<Value>, Failure> {
    let Some(given) = json::object(&call.body, "message")? else {
        return Ok(None);
    };
    let author = call.need_actor(&[given])?;
    world.known_users([&author])?;
    let now = world.now();
    let mut message = Message::new(new_id(world, given)?, cid, &author, now);
    let mut given = given.clone();
    given.remove("type");
    fill(world, call, &mut message, &given)?;
    "system".clone_into(&mut message.kind);
    post(world, call, message, false).map(Some)
}
