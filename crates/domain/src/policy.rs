//! The one access policy: (role, standing in the room, action) → decision.
//!
//! The whole table is printed into a reviewed file by the tests of the root package.

use std::fmt;

use thiserror::Error;

use crate::Role;

mod action_class;

pub use self::action_class::ActionClass;

/// How somebody stands to the room in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Not in the room, or there is no room in the question.
    Outsider,
    /// Was in the room and is not any more.
    Former,
    /// Was taken out of the room by somebody else, and somebody is still in it.
    Removed,
    /// Takes part in a patient or group room.
    Participant,
    /// One of the two in a direct room, which stays theirs: nobody is added or removed.
    Partner,
}

impl Standing {
    /// Every standing, in the order of the policy table.
    pub const ALL: [Self; 5] = [
        Self::Outsider,
        Self::Former,
        Self::Removed,
        Self::Participant,
        Self::Partner,
    ];

    /// Whether messages of the room reach them now.
    pub fn takes_part(self) -> bool {
        matches!(self, Self::Participant | Self::Partner)
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Everything that can be done in chat.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$doc])* $name,)* }

        impl Action {
            /// Every action, in the order of the policy table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word in audit entries and in the policy table.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

actions! {
    /// Sign in to an account.
    SignIn = "sign-in",
    /// Sign out, or lock the page, which ends the session.
    SignOut = "sign-out",
    /// End another session of one's own.
    EndSession = "end-session",
    /// Come in at all.
    Enter = "enter",
    /// Search the patients of the hospital.
    SearchPatients = "search-patients",
    /// Open a patient's details.
    ViewPatient = "view-patient",
    /// Look whether a text names another patient than the room's.
    CheckPatient = "check-patient",
    /// See one's own rooms.
    ListRooms = "list-rooms",
    /// See which urgent messages wait for one.
    ListUrgent = "list-urgent",
    /// Search the messages of one's own rooms.
    SearchMessages = "search-messages",
    /// Open a live stream of one's own rooms.
    ListenLive = "listen-live",
    /// See whether colleagues are online, and what they say of being available.
    SeePresence = "see-presence",
    /// Say how one can be reached or that one is away, or take it back.
    SetAvailability = "set-availability",
    /// Open the room of a patient, joining it.
    OpenPatientRoom = "open-patient-room",
    /// Open a direct or group room with colleagues.
    OpenRoom = "open-room",
    /// Get a token for a client library of the backend.
    MintClientToken = "mint-client-token",
    /// Keep the access at a hosted backend that one was given: its user, its tokens.
    KeepClientAccess = "keep-client-access",
    /// Read a room: its people, messages and receipts.
    ReadRoom = "read-room",
    /// Read what a message said before it was edited.
    ReadVersions = "read-versions",
    /// Post a message.
    PostMessage = "post-message",
    /// Be shown a patient whom the text of a message seems to mean.
    SeePatientWarning = "see-patient-warning",
    /// Send the message all the same.
    SendDespiteWarning = "send-despite-warning",
    /// Not send it.
    WithdrawAfterWarning = "withdraw-after-warning",
    /// Write a message that nobody can be asked about, as a laboratory does.
    SkipPatientCheck = "skip-patient-check",
    /// Edit a message one wrote.
    EditOwnMessage = "edit-own-message",
    /// Edit a message somebody else wrote.
    EditOthersMessage = "edit-others-message",
    /// Recall a message one wrote.
    RecallOwnMessage = "recall-own-message",
    /// Recall a message somebody else wrote.
    RecallOthersMessage = "recall-others-message",
    /// Say that messages have arrived.
    MarkDelivered = "mark-delivered",
    /// Say that messages have been read.
    MarkRead = "mark-read",
    /// Take it back for oneself that messages have been read.
    MarkUnread = "mark-unread",
    /// Acknowledge an urgent message.
    Acknowledge = "acknowledge",
    /// Say that one is typing.
    SignalTyping = "signal-typing",
    /// Keep one's own draft for the room.
    KeepDraft = "keep-draft",
    /// Add a doctor to the room.
    AddParticipant = "add-participant",
    /// Remove somebody else from the room.
    RemoveParticipant = "remove-participant",
    /// Leave the room.
    LeaveRoom = "leave-room",
    /// Send a file to the room.
    UploadAttachment = "upload-attachment",
    /// Fetch a file of the room.
    DownloadAttachment = "download-attachment",
    /// See the small picture of a file of the room, where its message is read.
    SeeThumbnail = "see-thumbnail",
    /// Take back a file one uploaded and did not send.
    DiscardAttachment = "discard-attachment",
    /// See whether the service is set up as it should be.
    ViewChecks = "view-checks",
    /// Have rooms move between the two chats, or compare both sides.
    MoveRooms = "move-rooms",
    /// Write a room out for the hospital's records, with what readers are not shown.
    ExportRecords = "export-records",
    /// See and change who works here: accounts, roles, passwords, lists taken over.
    ManageStaff = "manage-staff",
    /// Change who is treated here: lists taken over.
    ManagePatients = "manage-patients",
    /// Read the record of decisions.
    ReadAudit = "read-audit",
    /// Have what the rules of retention no longer keep removed, see what that would be, and hold something back.
    ManageRetention = "manage-retention",
}

impl Action {
    /// Whether an allowed use leaves an audit entry. Signals that nobody reads a word through and
    /// that come many times a minute (typing, arrival, drafts, which only their author reads) do not, nor do the small pictures of a page of
    /// messages, whose reading is the entry; a denied one always does.
    pub fn is_audited_when_allowed(self) -> bool {
        !matches!(
            self,
            Self::SignalTyping
                | Self::KeepDraft
                | Self::MarkDelivered
                | Self::SeePresence
                | Self::SeeThumbnail
        )
    }

    /// Whether it is no part of chat, but of looking after it.
    pub fn is_for_administrators(self) -> bool {
        matches!(
            self,
            Self::ViewChecks
                | Self::MoveRooms
                | Self::ExportRecords
                | Self::ManageStaff
                | Self::ManagePatients
                | Self::ReadAudit
                | Self::ManageRetention
        )
    }

    /// Whether it is about the account itself, which everybody has who works here.
    pub fn is_of_the_account(self) -> bool {
        matches!(self, Self::SignIn | Self::SignOut | Self::EndSession)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The answer of the policy to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The request is allowed.
    Allowed,
    /// The request is denied, for this reason.
    Denied(Denied),
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Only doctors take part.
    NotADoctor,
    /// The doctor has left the hospital.
    NotActive,
    /// Not in the room.
    NotAParticipant,
    /// Not in the room any more.
    LeftTheRoom,
    /// Taken out of the room, which takes another participant to undo.
    TakenOut,
    /// Only authors change a message.
    NotTheAuthor,
    /// A direct room stays between its two.
    DirectRoom,
    /// Not who runs the service.
    NotAnAdministrator,
    /// More in a short time than a person does. The guard counts; [`decide`] does not say it.
    TooFast,
    /// No account with this name and password. The login says it; [`decide`] does not.
    NotRecognised,
    /// The hospital's own sign-in knows them, and nobody here is linked to them. The login says it.
    NotAdmitted,
}

impl Reason {
    /// The word in audit entries and in the policy table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotADoctor => "not-a-doctor",
            Self::NotActive => "not-active",
            Self::NotAParticipant => "not-a-participant",
            Self::LeftTheRoom => "left-the-room",
            Self::TakenOut => "taken-out",
            Self::NotTheAuthor => "not-the-author",
            Self::DirectRoom => "direct-room",
            Self::NotAnAdministrator => "administrators-only",
            Self::TooFast => "too-fast",
            Self::NotRecognised => "not-recognised",
            Self::NotAdmitted => "not-admitted",
        }
    }
}

/// A denial.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{}", match .reason {
    Reason::NotADoctor => "only doctors take part in chat",
    Reason::NotActive => "this account is not active any more",
    Reason::NotAParticipant => "not a participant of this room",
    Reason::LeftTheRoom => "not a participant of this room any more",
    Reason::TakenOut => "a participant took you out of this patient's room; somebody in it can add you again",
    Reason::NotTheAuthor => "only its author may change a message",
    Reason::DirectRoom => "a direct room stays between its two doctors",
    Reason::NotAnAdministrator => "this is for administrators only",
    Reason::TooFast => "more in a short time than a person does",
    Reason::NotRecognised => "no account with this name and password",
    Reason::NotAdmitted => "known to the hospital's sign-in and not to the chat",
})]
pub struct Denied {
    reason: Reason,
}

impl Denied {
    /// A denial for a reason.
    pub fn because(reason: Reason) -> Self {
        Self { reason }
    }

    /// The reason for the denial.
    pub fn reason(self) -> Reason {
        self.reason
    }

    /// Whether the denied may know that the thing exists. If not, the answer is "not found".
    pub fn is_visible(self) -> bool {
        !matches!(self.reason, Reason::NotAParticipant | Reason::LeftTheRoom)
    }
}

/// Decides. Everything that is not allowed here is denied; there is no other policy.
pub fn decide(role: Role, standing: Standing, action: Action) -> Decision {
    let deny = |reason| Decision::Denied(Denied::because(reason));
    match role {
        _ if action.is_of_the_account() => Decision::Allowed,
        // Administrators look after the chat and take no part in it.
        Role::Administrator if action.is_for_administrators() => Decision::Allowed,
        _ if action.is_for_administrators() => deny(Reason::NotAnAdministrator),
        Role::Nurse
        | Role::Pharmacist
        | Role::Receptionist
        | Role::Administrator
        | Role::Patient => deny(Reason::NotADoctor),
        Role::Doctor => match action {
            Action::SignIn
            | Action::SignOut
            | Action::EndSession
            | Action::Enter
            | Action::SearchPatients
            | Action::ViewPatient
            | Action::CheckPatient
            | Action::ListRooms
            | Action::ListUrgent
            | Action::SearchMessages
            | Action::ListenLive
            | Action::SeePresence
            | Action::SetAvailability
            | Action::OpenRoom
            | Action::MintClientToken
            | Action::KeepClientAccess => Decision::Allowed,
            Action::OpenPatientRoom => match standing {
                Standing::Removed => deny(Reason::TakenOut),
                Standing::Outsider
                | Standing::Former
                | Standing::Participant
                | Standing::Partner => Decision::Allowed,
            },
            Action::ViewChecks
            | Action::MoveRooms
            | Action::ExportRecords
            | Action::ManageStaff
            | Action::ManagePatients
            | Action::ReadAudit
            | Action::ManageRetention => deny(Reason::NotAnAdministrator),
            Action::ReadRoom
            | Action::ReadVersions
            | Action::PostMessage
            | Action::SeePatientWarning
            | Action::SendDespiteWarning
            | Action::WithdrawAfterWarning
            | Action::SkipPatientCheck
            | Action::EditOwnMessage
            | Action::RecallOwnMessage
            | Action::MarkDelivered
            | Action::MarkRead
            | Action::MarkUnread
            | Action::Acknowledge
            | Action::SignalTyping
            | Action::KeepDraft
            | Action::UploadAttachment
            | Action::DownloadAttachment
            | Action::SeeThumbnail
            | Action::DiscardAttachment => match standing {
                Standing::Participant | Standing::Partner => Decision::Allowed,
                Standing::Outsider => deny(Reason::NotAParticipant),
                Standing::Former | Standing::Removed => deny(Reason::LeftTheRoom),
            },
            Action::EditOthersMessage | Action::RecallOthersMessage => match standing {
                Standing::Participant | Standing::Partner => deny(Reason::NotTheAuthor),
                Standing::Outsider => deny(Reason::NotAParticipant),
                Standing::Former | Standing::Removed => deny(Reason::LeftTheRoom),
            },
            Action::AddParticipant | Action::RemoveParticipant | Action::LeaveRoom => {
                match standing {
                    Standing::Participant => Decision::Allowed,
                    Standing::Partner => deny(Reason::DirectRoom),
                    Standing::Outsider => deny(Reason::NotAParticipant),
                    Standing::Former | Standing::Removed => deny(Reason::LeftTheRoom),
                }
            }
        },
    }
}

#[cfg(test)]
mod tests;
