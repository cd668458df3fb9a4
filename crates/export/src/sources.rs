use std::sync::Arc;

use ports::{Audit, Clock, Error, Moves, PatientLookup, Records, Result, StaffDirectory};

/// Which of the two chats.
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

/// What exporting stands on.
#[derive(Clone)]
pub struct Sources {
    /// The rooms of the legacy chat.
    pub legacy: Arc<dyn Records>,
    /// Those of Stream; none where no app is set up.
    pub stream: Option<Arc<dyn Records>>,
    /// Which rooms of the two are one conversation.
    pub moves: Arc<dyn Moves>,
    /// Who the rooms of patients are about.
    pub patients: Arc<dyn PatientLookup>,
    /// Who exports, and the names of those who received and read.
    pub staff: Arc<dyn StaffDirectory>,
    /// Where it is written down that somebody exports.
    pub audit: Arc<dyn Audit>,
    /// What time it is.
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
