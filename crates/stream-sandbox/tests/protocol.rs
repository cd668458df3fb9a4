//! The sandbox over real sockets: what it answers, to whom, and how it misbehaves when told to.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "protocol/client.rs"]
mod client;

#[path = "protocol/access.rs"]
mod access;
#[path = "protocol/channels.rs"]
mod channels;
#[path = "protocol/faults.rs"]
mod faults;
#[path = "protocol/files.rs"]
mod files;
#[path = "protocol/imports.rs"]
mod imports;
#[path = "protocol/messages.rs"]
mod messages;
#[path = "protocol/sockets.rs"]
mod sockets;
#[path = "protocol/start.rs"]
mod start;
#[path = "protocol/tokens.rs"]
mod tokens;
#[path = "protocol/webhooks.rs"]
mod webhooks;
