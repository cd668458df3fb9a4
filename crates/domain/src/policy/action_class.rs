use super::Action;

/// Kinds of actions whose audit entries are kept equally long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionClass {
    /// Coming in and going out.
    Access,
    /// Seeing something.
    Reading,
    /// Saying or changing something in a room.
    Writing,
    /// Looking after the chat.
    Administration,
}

impl Action {
    /// The kind it is of, for keeping its entries.
    pub fn class(self) -> ActionClass {
        match self {
            _ if self.is_for_administrators() => ActionClass::Administration,
            Self::SignIn
            | Self::SignOut
            | Self::EndSession
            | Self::Enter
            | Self::MintClientToken
            | Self::KeepClientAccess => ActionClass::Access,
            Self::SearchPatients
            | Self::ViewPatient
            | Self::CheckPatient
            | Self::ListRooms
            | Self::ListUrgent
            | Self::SearchMessages
            | Self::ListenLive
            | Self::SeePresence
            | Self::ReadRoom
            | Self::ReadVersions
            | Self::SeePatientWarning
            | Self::DownloadAttachment
            | Self::SeeThumbnail => ActionClass::Reading,
            _ => ActionClass::Writing,
        }
    }
}
