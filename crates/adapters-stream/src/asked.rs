//! How this chat asks Stream: quietly, and without links being looked at.

use domain::{MessageId, StaffId};
use serde_json::Value;

use crate::client::{
    MessageChange, NewMessage, NewReaction, ReactionOptions, SendOptions, Sort, UserQuery,
};

/// A message that may quote another, and calls some.
pub(crate) fn addressed<'a>(
    message: NewMessage,
    quotes: Option<&MessageId>,
    calls: impl Iterator<Item = &'a StaffId>,
) -> NewMessage {
    let calls: Vec<&str> = calls.map(StaffId::as_str).collect();
    let message = match quotes {
        Some(quoted) => message.quoted_message_id(quoted.as_str()),
        None => message,
    };
    if calls.is_empty() {
        message
    } else {
        message.mentioned_users(calls)
    }
}

/// Links stay as they are: Stream is not to look at what doctors write.
pub(crate) fn plainly() -> SendOptions {
    SendOptions::new().skip_enrich_url(true)
}

/// A change of a message, in whose words links stay as they are.
pub(crate) fn plain_change(by: &str, set: Value) -> MessageChange {
    let nothing: [&str; 0] = [];
    let change = MessageChange::new(by).set(set).unset(nothing);
    change.skip_enrich_url(true)
}

/// A reaction of a doctor's, of which no device is notified.
pub(crate) fn quietly(reaction: &str, by: &str) -> (NewReaction, ReactionOptions) {
    let quiet = ReactionOptions::new().skip_push(true);
    (NewReaction::new(reaction, by), quiet)
}

/// A hundred users that a filter finds, by id.
pub(crate) fn found_by(filter: Value) -> UserQuery {
    UserQuery::new(filter)
        .sort(Sort::ascending("id"))
        .limit(100)
        .offset(0)
}
