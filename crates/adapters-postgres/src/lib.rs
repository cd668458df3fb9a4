//! The legacy doctor chat on PostgreSQL (Diesel).
//!
//! [`Postgres::connect`] opens a database; [`Postgres::backend`] is what `ports::Chat::new` takes.
//!
//! Several instances share one database and behave as one: `live` tells how. Posts, marks and audit
//! entries are written in batches (`queue`), every statement has a fixed text (`statement`), and
//! each port stands in the file of its name.

mod adoption;
mod attachments;
mod audit;
mod availabilities;
pub mod backup;
mod credentials;
mod diagnosis;
mod disposal;
mod drafts;
mod error;
mod failed_sign_ins;
mod hold;
mod legal_holds;
mod live;
mod messages;
pub mod migrations;
mod moves;
mod options;
mod patient_directory;
mod patient_lookup;
mod patient_merges;
mod patient_names;
mod patient_register;
mod pool;
mod postgres;
mod queue;
mod receipts;
mod records;
mod reference_key;
mod retention_receipts;
mod returns;
mod rooms;
mod search_index;
mod seed;
mod sessions;
mod sign_ons;
mod sql;
mod staff_directory;
mod staff_register;
mod standings;
mod statement;
mod store;
mod url;

pub use legacy::NaiveZone;
pub use options::{Options, Schema};
pub use postgres::Postgres;
