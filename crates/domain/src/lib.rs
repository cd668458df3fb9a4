//! The pure rules of doctor chat.
//!
//! No async, no I/O, no clock: everything here is a value or a decision about values. The one rule
//! that the rest of the project stands on is [`policy::decide`]: only doctors take part.
//!
//! ```
//! use hims_chat_domain::{Doctor, Role, StaffId, StaffMember};
//!
//! let nurse = StaffMember {
//!     id: StaffId::parse("n01").unwrap(),
//!     name: "Nurse Ada Fenn".into(),
//!     role: Role::Nurse,
//!     specialty: None,
//!     grade: None,
//!     ward: Some("A2".into()),
//!     active: true,
//! };
//! assert!(Doctor::admit(nurse).is_err());
//! ```

mod attachment;
mod availability;
mod beginning;
mod change;
mod clean;
mod event;
mod fold;
mod ids;
mod length;
mod linked;
mod message;
mod namesake;
mod one_line;
mod page;
mod patient;
mod patient_words;
pub mod policy;
mod receipt;
mod records;
mod retention;
mod room;
mod search;
mod short_text;
mod staff;
mod text;
mod urgent_reason;
mod word;

pub use attachment::{Attachment, FileName, InvalidFileName, Picture};
pub use availability::{Availability, AvailabilityText, InvalidAvailabilityText, InvalidEnd};
pub use beginning::{beginning, boundary_before};
pub use change::{ParticipantChange, Participation};
pub use clean::{clean_line, clean_text, is_blank};
pub use event::Event;
pub use fold::{fold, folded_words, holds, sought_words};
pub use ids::{AttachmentId, ClientId, InvalidId, MessageId, PatientId, RoomId, StaffId};
pub use length::TooLong;
pub use linked::{Piece, linked};
pub use message::{Body, Content, EmptyMessage, Message, NewMessage, Urgency, Version};
pub use namesake::is_near_namesake;
pub use one_line::one_line;
pub use page::{InvalidPage, MessageCursor, MessagePage, PageSize, RoomCursor, RoomPage};
pub use patient::{FormerRecord, InvalidPatientRef, Patient, PatientRef, Sex};
pub use patient_words::{NamedBy, PatientWords, share_surname};
pub use policy::{Action, ActionClass, Decision, Denied, Reason, Standing};
pub use receipt::{Mark, ReceiptKind, Receipts};
pub use records::{
    AllergyText, EmailAddress, Given, Identifier, InvalidAllergyText, InvalidEmailAddress,
    InvalidIdentifier, InvalidRecordText, PatientRecord, RecordText, StaffRecord,
};
pub use retention::{
    HeldMatter, HoldReason, InvalidHoldReason, InvalidPeriod, Kept, KeptOfAudit, KeptOfRooms,
    Period, RetentionRules,
};
pub use room::{
    InvalidTitle, NewRoom, Participant, Presence, Room, RoomKind, RoomTitle, TooManyParticipants,
};
pub use search::{Filter, InvalidQuery, NothingSought, Query, Search, SearchPage};
pub use staff::{Doctor, Profile, Role, StaffMember, UnknownRole};
pub use text::{InvalidText, MessageText};
pub use urgent_reason::{InvalidUrgentReason, UrgentReason};
pub use word::continues_word;
