//! The code that the two SQL adapters of the legacy chat share.
//!
//! The adapters own every word of SQL; here is what they do with the answers: rows become domain
//! values, marks become the receipts of a page, files go to an object store.
//!
//! Times are microseconds since 1970-01-01 UTC in every row, whatever the engine keeps.

mod audience;
mod audit_row;
#[cfg(feature = "s3")]
mod bucket;
mod capabilities;
mod change_row;
mod changed_row;
mod copied;
mod disposal_rows;
pub mod drafts;
mod file_row;
mod files;
mod key;
pub mod measurements;
mod merged;
mod message_row;
mod move_row;
mod naive_zone;
mod patient_row;
mod receipts;
mod records;
mod registered_row;
mod returned;
mod room_row;
mod schema;
pub mod sessions;
mod staff_row;
mod stored;
mod versions;

pub use audience::Audiences;
pub use audit_row::{
    AuditRow, MOST_COUNTED, SEALED_AT_ONCE, SealRow, next_seal, stored_entry, stored_seal,
};
#[cfg(feature = "s3")]
pub use bucket::{Bucket, InvalidBucket};
pub use capabilities::capabilities;
pub use change_row::ChangeRow;
pub use changed_row::ChangedRow;
pub use copied::{Copied, NamedFile, schema_to_copy};
pub use disposal_rows::{
    DisposalRow, DueRow, HoldRow, ReceiptRow, RemovedRow, disposal_room, due_message, held_matter,
    legal_hold, receipt, receipt_row, removed_entries,
};
pub use file_row::FileRow;
pub use files::Files;
pub use key::{key, room_key, staff_key};
pub use merged::{merged, merged_at, merges, records_of, surname};
pub use message_row::{MessageRow, SentRow, UrgencyRow};
pub use move_row::{
    MoveRow, NamedRow, counts, held, name_columns, not_shut, other_name, read_move,
};
pub use naive_zone::{NaiveZone, UnknownZone};
pub use patient_row::{PatientRow, are_all, sex};
pub use receipts::MarkRow;
pub use records::{RecordRow, VersionRow, records};
pub use registered_row::{BesideRow, NO_PASSWORD, RegisteredRow, registered, taken};
pub use returned::{
    PlaceRow, WrittenRow, carried_key, name, out_of_order, staff_keys, to_be_named, under_names,
};
pub use room_row::{RoomRow, place};
pub use schema::is_not_newer;
pub use staff_row::{StaffRow, nobody, places};
pub use stored::{NotStored, Stored};
pub use versions::versions;

use jiff::Timestamp;
use ports::{Error, Result};

/// A time out of a row.
///
/// # Errors
/// `Internal` outside the years -9999 to 9999, which no engine here stores.
pub fn time(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros)
        .map_err(|_| Error::internal("a stored time is out of range"))
}

/// A JSON column that our own SQL made.
fn json<T: serde::de::DeserializeOwned>(column: Option<&str>) -> Result<Vec<T>> {
    match column {
        None => Ok(Vec::new()),
        Some(text) => {
            serde_json::from_str(text).map_err(|_| Error::internal("a stored list cannot be read"))
        }
    }
}
