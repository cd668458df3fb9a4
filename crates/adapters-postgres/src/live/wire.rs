//! Messages between instances: numbers and kinds, never a word of a message or a name.

use serde::{Deserialize, Serialize};

/// Something that is not kept, only told.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) enum Signal {
    Typing(TypingSignal),
    Receipt(ReceiptSignal),
    Receipts(ReceiptsSignal),
    Presence(PresenceSignal),
    Own(OwnSignal),
    Membership(MembershipSignal),
    /// Another application changed what this room is called, or brought it back.
    Room(i64),
    /// So much was changed that everybody loads afresh.
    Afresh,
    /// This doctor says something else of being available; what it is is in the table.
    Said(i64),
}

impl Signal {
    /// The signal as instances of the version before read it: receipts one by one. They know no other, and would leave
    /// out all that comes with it.
    pub(crate) fn pieces(self) -> Vec<Self> {
        match self {
            Self::Receipts(whole) => {
                let one = |doctor: &i64| {
                    Self::Receipt(ReceiptSignal {
                        room: whole.room,
                        message: whole.message,
                        doctor: *doctor,
                        kind: whole.kind,
                        at: whole.at,
                    })
                };
                whole.doctors.iter().map(one).collect()
            }
            other => vec![other],
        }
    }
}

/// A doctor's own mark moved, which concerns their own devices only.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct OwnSignal {
    pub(crate) room: i64,
    pub(crate) doctor: i64,
}

/// Another application took a doctor into a room or out of it; which of both is in the table.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct MembershipSignal {
    pub(crate) room: i64,
    pub(crate) doctor: i64,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct TypingSignal {
    pub(crate) room: i64,
    pub(crate) doctor: i64,
    pub(crate) typing: bool,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct ReceiptSignal {
    pub(crate) room: i64,
    pub(crate) message: i64,
    pub(crate) doctor: i64,
    pub(crate) kind: domain::ReceiptKind,
    /// Microseconds since 1970-01-01 UTC.
    pub(crate) at: i64,
}

/// Many doctors' marks that moved to the same message at the same time.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct ReceiptsSignal {
    pub(crate) room: i64,
    pub(crate) message: i64,
    pub(crate) doctors: Vec<i64>,
    pub(crate) kind: domain::ReceiptKind,
    /// Microseconds since 1970-01-01 UTC.
    pub(crate) at: i64,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct PresenceSignal {
    pub(crate) doctor: i64,
    pub(crate) online: bool,
    /// Microseconds since 1970-01-01 UTC.
    pub(crate) last_seen: i64,
}

/// One notification.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Notification {
    /// The instance that sends it, so that it knows its own.
    pub(crate) instance: String,
    /// Rooms, and the position each has come to.
    pub(crate) rooms: Vec<(i64, i64)>,
    pub(crate) signals: Vec<Signal>,
}
