//! Stream Chat for doctors: the ports ([`Stream`]) over a client of Stream's API, which stands on its
//! own ([`client`]).
//!
//! What Stream gets of a patient is a `PatientRef`, in the id of the room: no function here takes a
//! patient. What the ports promise and Stream does not keep by itself is kept in custom data: who
//! has read what when (`marks`), who left a room (`rooms::participants`), which message carries a
//! file (`attachments`).

mod asked;
mod attachments;
pub mod check;
mod client_tokens;
mod convert;
mod disposal;
mod failure;
mod health;
mod ids;
mod importer;
mod live;
mod marks;
mod measurements;
mod messages;
mod observed;
mod receipts;
mod records;
mod rooms;
mod settings;
pub mod setup;
mod store;
mod stream;
mod urgent;
mod users;
mod webhooks;

pub use settings::{InvalidSettings, Settings};
pub use stream::Stream;
pub use stream_client as client;
pub use stream_client::{Patience, Secret};
pub use webhooks::Webhooks;
