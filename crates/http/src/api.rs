//! The JSON calls of a mount: extract, ask the guarded port, answer.

pub(crate) mod attachments;
pub(crate) mod availability;
pub(crate) mod capabilities;
pub(crate) mod doctors;
pub(crate) mod drafts;
pub(crate) mod inbox;
pub(crate) mod live;
pub(crate) mod messages;
pub(crate) mod participants;
pub(crate) mod patient_warning;
pub(crate) mod patients;
pub(crate) mod receipts;
pub(crate) mod rooms;
pub(crate) mod search;
pub(crate) mod sessions;
pub(crate) mod token;
pub(crate) mod urgent;
