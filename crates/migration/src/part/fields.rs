//! Fields of each part.

use super::{Field, Kind};

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

pub(super) const USERS: &[Field] = &[
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
    may("login", Text, &["username", "login", "user_name"]),
];

pub(super) const PATIENTS: &[Field] = &[
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

pub(super) const ROOMS: &[Field] = &[
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
    may("deleted", Any, &["is_deleted"]),
];

pub(super) const PARTICIPANTS: &[Field] = &[
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
        &[
            "last_read_at",
            "last_read",
            "read_at",
            "last_seen_at",
            "seen_at",
        ],
    ),
    may("last_read_message", Any, &["last_read_message_id"]),
    may("unread_from", Time, &["unread_at"]),
    may("not_tracked", Any, &[]),
];

pub(super) const MESSAGES: &[Field] = &[
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
    may(
        "receiver_type",
        Text,
        &["receiver_type", "to_type", "recipient_type"],
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

pub(super) const READS: &[Field] = &[
    must(
        "message",
        &["message_id", "chat_message_id", "last_read_message_id"],
    ),
    must(
        "user",
        &["user_id", "reader_id", "member_id", "participant_id"],
    ),
    may(
        "user_type",
        Text,
        &["user_type", "reader_type", "messageable_type"],
    ),
    may("message_type", Text, &["readable_type"]),
    may("read", Any, &["is_seen", "is_read", "seen", "read"]),
    may("read_at", Time, &["read_at", "seen_at", "created_at"]),
];

pub(super) const ATTACHMENTS: &[Field] = &[
    must("id", &["id"]),
    must(
        "message",
        &["message_id", "chat_message_id", "attachable_id"],
    ),
    may("message_type", Text, &["attachable_type"]),
    must("path", &["path", "file_path", "url", "file"]),
    may("name", Text, &["original_name", "file_name", "name"]),
];
