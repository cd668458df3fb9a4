//! A stand-in for Stream Chat, for development and tests only.
//!
//! It keeps everything in memory, forgets it at the end, and listens on the loopback interface
//! only. It speaks the first dialect of Stream's REST and WebSocket API, as far as a chat session
//! needs it, checks what the original checks (keys, signatures, expiry, revocation, roles,
//! membership, limits), and can be told to misbehave: see [`Faults`].
//!
//! Every answer carries the header `x-stream-sandbox`, and `/sandbox` is a page that says what this is.
//!
//! ```no_run
//! # async fn example() -> Result<(), hims_chat_stream_sandbox::StartError> {
//! use hims_chat_stream_sandbox::{Config, Sandbox};
//!
//! let sandbox = Sandbox::start(Config::new("1234", "key", "secret")).await?;
//! println!("Stream stand-in at {}", sandbox.base_url());
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! ```

mod answer;
mod app;
mod auth;
mod call;
mod channels;
mod config;
mod control;
mod events;
mod failure;
mod faults;
mod files;
mod filter;
mod grants;
mod hooks;
mod imports;
mod json;
mod limits;
mod listen;
mod messages;
mod moderation;
mod page;
mod reactions;
mod read;
mod recorded;
mod routes;
mod sandbox;
mod search;
mod serve;
mod settings;
mod socket;
mod threads;
mod time;
mod token;
mod users;
mod world;

pub use config::Config;
pub use faults::{Fault, Faults, Misbehaviour};
pub use recorded::RecordedRequest;
pub use sandbox::{Sandbox, SandboxHandle, StartError};
pub use token::{server_token, user_token};
