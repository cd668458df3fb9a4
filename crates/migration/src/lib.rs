//! Reads the chat tables of another application, whatever it named them.
//!
//! [`Source`] opens a database read-only and says what tables it holds; [`detect`] proposes which
//! of them are rooms, messages and so on, as a [`Mapping`] that a person reviews; the classifier
//! says of every row what becomes of it; [`survey`] counts that without writing a row, and
//! [`adopt`] brings it into the tables of the chat, from which [`undo`] takes it back.
//!
//! [`move_rooms`] goes on from there: rooms of the chat's own tables to another backend, and
//! [`verify`] compares both sides.
//!
//! Foreign types end at the source: every mapped column arrives as bytes of text, and nothing
//! behind it knows the engine.

mod adopt;
mod app_keys;
mod classify;
mod contradiction;
mod counted;
mod detect;
mod files;
mod mapping;
mod mask;
mod moving;
mod part;
mod preview;
mod profile;
mod reason;
mod record;
mod source;
mod survey;
mod undo;
mod verify;
mod when;

pub use adopt::{Adopted, Options, Preparing, adopt};
pub use app_keys::AppKeys;
pub use contradiction::Contradiction;
pub use counted::counted;
pub use detect::{Candidate, Detected, Guess, detect};
pub use files::Files;
pub use mapping::{InvalidMapping, Mapping, PartMapping};
use mask::mask;
pub use moving::{Chats, Moved, Movers, Returned, Until, Which, carry, go_back, move_rooms};
pub use part::{Field, Kind, Part};
pub use preview::{Preview, preview};
pub use profile::{Recognised, recognise};
pub use reason::{Outcome, Reason};
pub use source::{Column, Source, Table};
use source::{Row, Rows, is_counted};
pub use survey::{Progress, Sample, Survey, Tally, survey};
pub use undo::{Undo, Undone, undo};
pub use verify::{Difference, Receipt, Verified, verify};
