mod fields;

use fields::{ATTACHMENTS, MESSAGES, PARTICIPANTS, PATIENTS, READS, ROOMS, USERS};

/// A part of a chat: what one table of the source holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Part {
    Users,
    Patients,
    Rooms,
    Participants,
    Messages,
    Reads,
    Attachments,
}

/// Something that a part says in a column.
#[derive(Debug)]
pub struct Field {
    /// Its name in the mapping.
    pub name: &'static str,
    /// Whether the part is of no use without it.
    pub required: bool,
    /// The kind of value in the column.
    pub kind: Kind,
    /// The names that applications give the column, the usual one first.
    pub columns: &'static [&'static str],
}

/// The kind of value in a column, as far as its type can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Kind {
    Any,
    Text,
    Time,
}

impl Part {
    /// Every part, in the order in which they are read.
    pub const ALL: [Self; 7] = [
        Self::Users,
        Self::Patients,
        Self::Rooms,
        Self::Participants,
        Self::Messages,
        Self::Reads,
        Self::Attachments,
    ];

    /// Its name in the mapping and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Patients => "patients",
            Self::Rooms => "rooms",
            Self::Participants => "participants",
            Self::Messages => "messages",
            Self::Reads => "reads",
            Self::Attachments => "attachments",
        }
    }

    /// The part of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }

    /// The names that applications give the table, the usual one first.
    pub(crate) fn tables(self) -> &'static [&'static str] {
        match self {
            Self::Users => &["users", "staff", "doctors", "employees", "accounts"],
            Self::Patients => &["patients"],
            Self::Rooms => &[
                "chat_rooms",
                "rooms",
                "conversations",
                "chats",
                "chat_conversations",
                "threads",
                "channels",
                "chat_groups",
            ],
            Self::Participants => &[
                "chat_participants",
                "chat_room_user",
                "chat_room_members",
                "chat_members",
                "participants",
                "conversation_user",
                "conversation_participants",
                "room_user",
                "participation",
                "chat_participation",
            ],
            Self::Messages => &[
                "chat_messages",
                "messages",
                "ch_messages",
                "conversation_messages",
                "direct_messages",
                "chat_message",
                "message",
            ],
            Self::Reads => &[
                "chat_message_reads",
                "chat_reads",
                "message_reads",
                "read_receipts",
                "message_read_receipts",
            ],
            Self::Attachments => &[
                "chat_attachments",
                "chat_files",
                "message_attachments",
                "attachments",
                "message_files",
            ],
        }
    }

    /// The fields of the part, in the order of the cells of a row.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Users => USERS,
            Self::Patients => PATIENTS,
            Self::Rooms => ROOMS,
            Self::Participants => PARTICIPANTS,
            Self::Messages => MESSAGES,
            Self::Reads => READS,
            Self::Attachments => ATTACHMENTS,
        }
    }
}
