//! The cases, by port. Each takes a fixture of its own and panics when a promise is broken.

#![allow(missing_docs, reason = "the names say it")]

pub mod participants;
pub mod posting;
pub mod rooms;
pub mod strangers;
