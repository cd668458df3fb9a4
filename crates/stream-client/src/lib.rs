//! Stream Chat's API for servers and for users.
//!
//! A [`Client`] holds the pool and the rate limits of one app; cloning it is cheap. Every call goes
//! through one private path, which signs, sends, classifies and repeats only what is safe. The
//! calls themselves stand in one file an endpoint group.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use stream_chat_client::{Client, NewUser};
//!
//! let client = Client::new("key", "secret")?;
//! client.upsert_users(&[NewUser::new("lee").named("Lee")]).await?;
//! # Ok(()) }
//! ```

mod app;
mod call;
mod channel_types;
mod channels;
mod client;
mod error;
mod events;
mod files;
mod imports;
mod kind;
mod members;
mod messages;
mod null;
mod observer;
mod patience;
mod rate_limits;
mod reactions;
mod read;
mod request;
mod retry;
mod search;
mod secret;
pub mod socket;
mod time;
mod tls;
mod token;
mod trouble;
mod types;
mod users;
pub mod webhook;

pub use self::{
    app::{App, AppSettings, EndpointLimit},
    call::{Call, Operation},
    channel_types::{ChannelType, ChannelTypeChange},
    channels::{ChannelQuery, MessageRange, NewChannel, Sort, Watching},
    client::{BASE_URL, Client, ClientBuilder, InvalidConfig},
    error::{Error, Reason, Result},
    imports::{ImportMode, ImportTask},
    kind::{Kind, Retry},
    messages::{NewMessage, Sent},
    observer::{Attempt, Observer},
    patience::Patience,
    secret::Secret,
    token::{BACKDATED, NewToken, NoToken, Signer, TokenSource, UserToken},
    trouble::Trouble,
    types::{
        Attachment, Channel, ChannelState, Custom, Event, Member, Message, Reaction, Read, User,
    },
    users::NewUser,
};

#[cfg(test)]
mod tests;
