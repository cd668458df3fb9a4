use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::StaffId;

/// The kind of receipt: how far a doctor has got with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReceiptKind {
    /// It reached a signed-in browser of theirs.
    Delivered,
    /// It was on their screen.
    Read,
    /// They said that they act on it.
    Acknowledged,
}

impl ReceiptKind {
    /// The word the database and the JSON use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Acknowledged => "acknowledged",
        }
    }
}

/// A doctor's receipt and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The doctor, never the author of the message.
    pub doctor: StaffId,
    /// When it first was so.
    pub at: Timestamp,
}

/// The receipts of one message. Whoever has read it has also had it delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipts {
    /// Those it reached.
    pub delivered: Vec<Mark>,
    /// Those who read it.
    pub read: Vec<Mark>,
    /// Those who acknowledged it.
    pub acknowledged: Vec<Mark>,
}
