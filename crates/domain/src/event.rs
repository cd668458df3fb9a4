use jiff::Timestamp;

use crate::{Message, MessageId, Presence, Profile, ReceiptKind, Room, RoomId, StaffId};

/// Something that a doctor should see at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A message came.
    MessagePosted(Message),
    /// A message was changed by its author.
    MessageEdited(Message),
    /// A message was taken back by its author.
    MessageRecalled(Message),
    /// A colleague began or stopped typing.
    Typing {
        /// The room they type in.
        room: RoomId,
        /// The colleague.
        doctor: Profile,
        /// Began, or stopped.
        typing: bool,
    },
    /// A colleague has, has read or acknowledges a message, and of delivered and read: all before it.
    Receipt {
        /// The room of the message.
        room: RoomId,
        /// Up to which message.
        message: MessageId,
        /// The colleague whose receipt it is.
        doctor: StaffId,
        /// Delivered, read or acknowledged.
        kind: ReceiptKind,
        /// Time of the receipt.
        at: Timestamp,
    },
    /// Several colleagues have or have read a message and all before it: as many [`Event::Receipt`]s in one.
    Receipts {
        /// The room.
        room: RoomId,
        /// The last message that they have or have read.
        message: MessageId,
        /// The colleagues, each once.
        doctors: Vec<StaffId>,
        /// Delivered or read.
        kind: ReceiptKind,
        /// The time, the same for all.
        at: Timestamp,
    },
    /// A doctor joined.
    ParticipantAdded {
        /// The room they joined.
        room: RoomId,
        /// The doctor who joined.
        doctor: Profile,
    },
    /// A doctor left or was removed. It is the last event of the room that this doctor gets.
    ParticipantRemoved {
        /// The room they are no longer in.
        room: RoomId,
        /// The doctor who left or was removed.
        doctor: Profile,
    },
    /// A colleague came online or went.
    Presence(Presence),
    /// A room that is new to this doctor.
    Room(Room),
}

impl Event {
    /// The receipts that one event stands for, each by itself; none for another event.
    pub fn receipts(&self) -> Vec<Self> {
        match self {
            Self::Receipts {
                room,
                message,
                doctors,
                kind,
                at,
            } => doctors
                .iter()
                .map(|doctor| Self::Receipt {
                    room: room.clone(),
                    message: message.clone(),
                    doctor: doctor.clone(),
                    kind: *kind,
                    at: *at,
                })
                .collect(),
            Self::Receipt { .. } => vec![self.clone()],
            _ => Vec::new(),
        }
    }

    /// The name of the event in the stream.
    pub fn name(&self) -> &'static str {
        match self {
            Self::MessagePosted(_) => "message.posted",
            Self::MessageEdited(_) => "message.edited",
            Self::MessageRecalled(_) => "message.recalled",
            Self::Typing { .. } => "typing",
            Self::Receipt { .. } => "receipt",
            Self::Receipts { .. } => "receipts",
            Self::ParticipantAdded { .. } => "participant.added",
            Self::ParticipantRemoved { .. } => "participant.removed",
            Self::Presence(_) => "presence",
            Self::Room(_) => "room",
        }
    }
}
