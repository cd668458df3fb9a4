//! Rooms written out of the chat, for the hospital's records.
//!
//! [`export`] finds the rooms that are asked for, reads them a page at a time through
//! [`ports::Records`], the same way whatever the backend, and writes them in up to three [`Form`]s
//! into one folder, with the files that were sent beside them and a list of SHA-256 sums.
//!
//! The folder appears whole or not at all. Before the first word of a room is read an audit entry
//! says who exports it.

mod conversation;
mod digest;
mod export;
mod exported_message;
mod fhir;
mod files;
mod folder;
mod form;
mod json_lines;
mod merged;
mod page;
mod people;
mod room_location;
mod sources;

pub use export::{Exported, Failure, Options, export};
pub use form::Form;
pub use room_location::ExportScope;
pub use sources::{Side, Sources};
