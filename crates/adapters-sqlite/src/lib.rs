//! The legacy doctor chat on SQLite: the embedded default, nothing to install.
//!
//! [`Sqlite::connect`] opens a file; [`Sqlite::backend`] is what `ports::Chat::new` takes.
//!
//! One thread owns the only connection that writes and gathers what waits into one transaction
//! (`writer`); reads run beside it on a few connections of their own (`readers`). Every statement
//! has a fixed text (`statement`). Each port stands in the file of its name.

mod adopt;
mod adoption;
mod attachments;
mod audit;
mod availabilities;
mod background;
pub mod backup;
mod columns;
mod credentials;
mod database;
mod disposal;
mod drafts;
mod error;
mod failed_sign_ins;
mod follow;
mod functions;
mod health;
mod legal_holds;
mod live;
mod messages;
pub mod migrations;
mod moves;
mod patient_directory;
mod patient_lookup;
mod patient_merges;
mod patient_names;
mod patient_refs;
mod patient_register;
mod readers;
mod receipts;
mod records;
mod retention_receipts;
mod returns;
mod rooms;
mod search_index;
mod seed;
mod sessions;
mod sign_ons;
mod sql;
mod sqlite;
mod staff_directory;
mod staff_register;
mod statement;
mod store;
mod writer;

/// Storage for the bytes of attachments.
pub use legacy::{Files, NaiveZone};
pub use sqlite::{Options, Schema, Sqlite};
