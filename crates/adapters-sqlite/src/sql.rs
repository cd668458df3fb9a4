//! Pieces of SQL that several statements share, so that they cannot come to differ.
//!
//! Names: `m` a message, `u` the user, `p` a participant, `r` a room.

/// `u` is an active doctor.
macro_rules! is_doctor {
    () => {
        "u.is_active AND u.deleted_at IS NULL AND lower(trim(u.role)) = 'doctor'"
    };
}
pub(crate) use is_doctor;

/// `p`, who is `u`, takes part now. The other application's table may hold somebody twice; the
/// older row counts.
macro_rules! is_participant {
    () => {
        concat!(
            "p.left_at IS NULL AND ",
            $crate::sql::is_doctor!(),
            " AND NOT EXISTS (SELECT 1 FROM chat_participants twice WHERE twice.room_id = p.room_id \
             AND twice.user_id = p.user_id AND twice.left_at IS NULL AND twice.id < p.id)"
        )
    };
}
pub(crate) use is_participant;

/// When `r` was last active; a room of the other application only knows when it was made.
macro_rules! activity {
    () => {
        "coalesce(r.active_at, hims_micros(r.created_at), 0)"
    };
}
pub(crate) use activity;

/// When `m` was sent. The other application's times are text.
macro_rules! sent_at {
    () => {
        "coalesce(m.sent_at, hims_micros(m.created_at), 0)"
    };
}
pub(crate) use sent_at;

/// When `m` was recalled here or soft-deleted there.
macro_rules! recalled_at {
    () => {
        "CASE WHEN m.recalled_at IS NOT NULL THEN m.recalled_at \
              WHEN m.deleted_at IS NOT NULL THEN coalesce(hims_micros(m.deleted_at), m.sent_at, 0) END"
    };
}
pub(crate) use recalled_at;

/// The media type of a file that retention removed, as [`domain::Attachment::REMOVED`].
macro_rules! removed_file {
    () => {
        "application/vnd.hims.removed-file"
    };
}
pub(crate) use removed_file;

/// The files of `m` as JSON.
macro_rules! files {
    () => {
        "(SELECT json_group_array(json_object('id', a.id, 'name', CAST(a.name AS TEXT), \
             'media_type', a.media_type, 'size', a.size, 'width', a.width, 'height', a.height) ORDER BY a.id) \
          FROM chat_attachments a WHERE a.message_id = m.id)"
    };
}
pub(crate) use files;

/// The doctors whom `m` mentions, as JSON.
macro_rules! mentions {
    () => {
        "(CASE WHEN m.has_mentions THEN (SELECT json_group_array(x.user_id) FROM chat_mentions x \
              WHERE x.message_id = m.id) END)"
    };
}
pub(crate) use mentions;

/// The columns of a `legacy::MessageRow`: `m` with its author `u`.
macro_rules! message_columns {
    () => {
        concat!(
            "m.id, m.room_id, m.position, m.client_id, m.user_id, u.name, u.specialty, u.grade, \
             m.message, ", $crate::sql::sent_at!(), ", m.sent_at_estimated, m.edited_at, ", $crate::sql::recalled_at!(), ", \
             m.reply_to_id, m.urgency, m.urgent_reason, \
             (SELECT json_group_array(json_object('doctor', k.user_id, 'at', k.at) ORDER BY k.at, k.user_id) \
              FROM chat_acknowledgements k WHERE k.message_id = m.id), ",
            $crate::sql::files!(), ", ", $crate::sql::mentions!()
        )
    };
}
pub(crate) use message_columns;

use crate::columns::Text;
use diesel::sql_types::{BigInt, Bool, Nullable};

/// The SQL types of a `legacy::MessageRow`.
pub(crate) type MessageColumns = (
    BigInt,
    BigInt,
    BigInt,
    Nullable<Text>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    (BigInt, Bool),
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    (Text, Nullable<Text>, Nullable<Text>),
    Nullable<Text>,
    Nullable<Text>,
);

/// The columns of a `legacy::FileRow`, from file `a`.
macro_rules! file_columns {
    () => {
        "a.id, a.room_id, a.name, a.media_type, a.size, a.width, a.height"
    };
}
pub(crate) use file_columns;

/// The SQL types of a `legacy::FileRow`.
pub(crate) type FileColumns = (
    BigInt,
    BigInt,
    Text,
    Text,
    BigInt,
    Nullable<BigInt>,
    Nullable<BigInt>,
);

/// Now, to the microsecond, which is what the database keeps.
pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}
