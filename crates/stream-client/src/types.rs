//! Things of Stream's, as it answers with them. Unknown fields, one's own among them, are kept in `custom`.

mod channel;
mod event;
mod event_type;
mod message;
mod user;

use serde_json::{Map, Value};

pub use self::{
    channel::{Channel, ChannelState, Member, Read},
    event::Event,
    event_type::EventType,
    message::{Attachment, Message, MessageType, Reaction},
    user::{ChannelMute, Mute, User},
};

/// Fields of one's own, which stand beside the known ones; at most 5 KB an object.
pub type Custom = Map<String, Value>;
