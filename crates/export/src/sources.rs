use std::sync::Arc;

use ports::{Audit, Clock, Error, Moves, PatientLookup, Records, Result, StaffDirectory};

/// One of the two chats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The chat of the hospital's own tables.
    Legacy,
    /// Stream Chat.
    Stream,
}

impl Side {
    /// The word in the files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Stream => "stream",
        }
    }
}

/// The ports that an export reads from and is recorded in.
#[derive(Clone)]
pub struct Sources {
    /// The rooms of the legacy chat.
    pub legacy: Arc<dyn Records>,
    /// Those of Stream; none where no app is set up.
    pub stream: Option<Arc<dyn Records>>,
    /// The record of which rooms of the two chats are one conversation.
    pub moves: Arc<dyn Moves>,
    /// The patients that rooms are about.
    pub patients: Arc<dyn PatientLookup>,
    /// The staff: who exports, and the names of those who received and read.
    pub staff: Arc<dyn StaffDirectory>,
    /// The audit, to which each export is written.
    pub audit: Arc<dyn Audit>,
    /// The source of the current time.
    pub clock: Arc<dyn Clock>,
}

impl Sources {
    /// The rooms of a side.
    ///
    /// # Errors
    /// `Unsupported` when no app at Stream is set up.
    pub(crate) fn records(&self, side: Side) -> Result<&dyn Records> {
        match (side, &self.stream) {
            (Side::Legacy, _) => Ok(&*self.legacy),
            (Side::Stream, Some(stream)) => Ok(&**stream),
            (Side::Stream, None) => Err(Error::unsupported(NO_APP)),
        }
    }
}

const NO_APP: &str = "reach Stream: the STREAM_ settings must name the app where the room lives";
