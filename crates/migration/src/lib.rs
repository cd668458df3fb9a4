//! Reads the chat tables of another application, whatever it named them.
//!
//! [`Source`] opens a database read-only and says what tables it holds; [`detect`] proposes which
//! of them are rooms, messages and so on, as a [`Mapping`] that a person reviews; the classifier
//! says of every row what becomes of it; [`survey`] counts that without writing a row.
//!
//! Foreign types end at [`Row`]: every mapped column arrives as bytes of text, and nothing behind
//! it knows the engine.

mod classify;
mod detect;
mod files;
mod mapping;
mod mask;
mod part;
mod reason;
pub mod record;
mod source;
mod survey;
mod when;

pub use classify::Classifier;
pub use detect::{Candidate, Detected, Guess, detect};
pub use files::Files;
pub use mapping::{InvalidMapping, Mapping, PartMapping};
pub use mask::mask;
pub use part::{Field, Kind, Part};
pub use reason::{Outcome, Reason};
pub use source::{Column, Row, Rows, Source, Table};
pub use survey::{Sample, Survey, Tally, survey};
