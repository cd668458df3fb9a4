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
    /// What the column holds.
    pub kind: Kind,
    /// What applications call the column, the usual name first.
    pub columns: &'static [&'static str],
}

/// What a column holds, as far as its type can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Kind {
    Any,
    Text,
    Time,
}

const fn must(name: &'static str, columns: &'static [&'static str]) -> Field {
    Field {
        name,
        required: true,
        kind: Kind::Any,
        columns,
    }
}

const fn may(name: &'static str, kind: Kind, columns: &'static [&'static str]) -> Field {
    Field {
        name,
        required: false,
        kind,
        columns,
    }
}

const ROOM_IDS: &[&str] = &[
    "room_id",
    "chat_room_id",
    "conversation_id",
    "chat_id",
    "thread_id",
    "channel_id",
    "group_id",
    "room",
];

use Kind::{Any, Text, Time};

const USERS: &[Field] = &[
    must("id", &["id", "user_id"]),
    must("name", &["name", "full_name", "display_name", "username"]),
    may("email", Text, &["email", "email_address", "mail"]),
    may("role", Any, &["role", "user_type", "role_name", "type"]),
    may(
        "specialty",
        Text,
        &["specialty", "speciality", "department"],
    ),
    may("grade", Text, &["grade", "designation"]),
    may("ward", Text, &["ward", "ward_name"]),
    may("deleted_at", Time, &["deleted_at"]),
];

const PATIENTS: &[Field] = &[
    must("id", &["id", "patient_id"]),
    must(
        "mrn",
        &[
            "mrn",
            "medical_record_number",
            "hospital_number",
            "patient_number",
            "uhid",
        ],
    ),
];

const ROOMS: &[Field] = &[
    must("id", &["id", "room_id", "conversation_id", "uuid"]),
    may("name", Text, &["name", "title", "subject", "slug"]),
    may(
        "type",
        Any,
        &[
            "type",
            "kind",
            "room_type",
            "is_group",
            "is_direct",
            "is_private",
        ],
    ),
    may(
        "created_by",
        Any,
        &["created_by", "creator_id", "owner_id", "user_id"],
    ),
    may("patient", Any, &["patient_id"]),
    may(
        "members",
        Any,
        &[
            "participants",
            "members",
            "user_ids",
            "member_ids",
            "participant_ids",
            "users",
        ],
    ),
    may(
        "member_1",
        Any,
        &[
            "participant1_id",
            "user1_id",
            "user_one",
            "sender_id",
            "doctor_id",
        ],
    ),
    may(
        "member_2",
        Any,
        &["participant2_id", "user2_id", "user_two", "receiver_id"],
    ),
    may("created_at", Time, &["created_at", "created"]),
    may("deleted_at", Time, &["deleted_at"]),
];

const PARTICIPANTS: &[Field] = &[
    must("room", ROOM_IDS),
    must(
        "user",
        &[
            "user_id",
            "participant_id",
            "member_id",
            "messageable_id",
            "participantable_id",
            "doctor_id",
        ],
    ),
    may(
        "user_type",
        Text,
        &["messageable_type", "participantable_type", "user_type"],
    ),
    may("joined_at", Time, &["joined_at", "created_at"]),
    may("left_at", Time, &["left_at", "exited_at", "deleted_at"]),
    may(
        "last_read_at",
        Time,
        &["last_read_at", "last_read", "read_at", "last_seen_at"],
    ),
    may("last_read_message", Any, &["last_read_message_id"]),
];

const MESSAGES: &[Field] = &[
    must("id", &["id", "message_id"]),
    may("room", Any, ROOM_IDS),
    must(
        "sender",
        &[
            "user_id",
            "sender_id",
            "from_id",
            "author_id",
            "from_user_id",
            "author",
            "sender",
        ],
    ),
    may(
        "sender_type",
        Text,
        &["sender_type", "messageable_type", "from_type"],
    ),
    may(
        "receiver",
        Any,
        &["receiver_id", "to_id", "recipient_id", "to_user_id"],
    ),
    Field {
        name: "body",
        required: true,
        kind: Text,
        columns: &["message", "body", "content", "text", "message_text", "chat"],
    },
    may("type", Any, &["type", "message_type", "kind"]),
    may(
        "created_at",
        Time,
        &[
            "created_at",
            "sent_at",
            "timestamp",
            "date",
            "time",
            "created",
        ],
    ),
    may("updated_at", Time, &["updated_at"]),
    may("deleted_at", Time, &["deleted_at"]),
    may("deleted", Any, &["is_deleted", "deleted"]),
    may(
        "reply_to",
        Any,
        &["reply_to_id", "reply_to", "parent_id", "replied_to"],
    ),
    may("read", Any, &["is_read", "seen", "viewedstatus", "read"]),
    may("read_at", Time, &["read_at", "seen_at"]),
    may(
        "file_path",
        Text,
        &["file_path", "attachment_path", "file_url", "file", "image"],
    ),
    may("file_name", Text, &["file_name", "original_name"]),
    may("attachment", Text, &["attachment", "attachments"]),
    may("encrypted", Any, &["is_encrypted"]),
];

const READS: &[Field] = &[
    must(
        "message",
        &["message_id", "chat_message_id", "last_read_message_id"],
    ),
    must(
        "user",
        &["user_id", "reader_id", "member_id", "participant_id"],
    ),
    may("read_at", Time, &["read_at", "seen_at", "created_at"]),
];

const ATTACHMENTS: &[Field] = &[
    must("id", &["id"]),
    must("message", &["message_id", "chat_message_id"]),
    must("path", &["path", "file_path", "url", "file"]),
    may("name", Text, &["original_name", "file_name", "name"]),
];

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

    /// What applications call the table, the usual name first.
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

    /// What it says, in the order of the cells of a row.
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
