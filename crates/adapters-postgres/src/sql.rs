//! Pieces that several statements are made of.

use diesel::sql_types::{BigInt, Bool, Nullable, Text};

/// The media type of a file that retention removed, as [`domain::Attachment::REMOVED`].
macro_rules! removed_file {
    () => {
        "application/vnd.hims.removed-file"
    };
}
pub(crate) use removed_file;

/// Whether the user under alias `$user` is an active doctor.
macro_rules! is_doctor {
    ($user:literal) => {
        concat!(
            "lower(btrim(",
            $user,
            ".role)) = 'doctor' AND ",
            $user,
            ".is_active AND ",
            $user,
            ".deleted_at IS NULL"
        )
    };
}
pub(crate) use is_doctor;

/// Whether user `$user` takes part in room `$room` now, and the room lives here.
macro_rules! takes_part {
    ($room:literal, $user:literal) => {
        $crate::sql::takes_part!($room, $user, " AND tr.moved_at IS NULL")
    };
    ($room:literal, $user:literal, $more:literal) => {
        concat!(
            "EXISTS (SELECT FROM chat_participants tp",
            " JOIN chat_rooms tr ON tr.id = tp.room_id AND tr.deleted_at IS NULL",
            $more,
            " JOIN users tu ON tu.id = tp.user_id AND ",
            $crate::sql::is_doctor!("tu"),
            " WHERE tp.room_id = ",
            $room,
            " AND tp.user_id = ",
            $user,
            " AND tp.left_at IS NULL)"
        )
    };
}
pub(crate) use takes_part;

/// Of the rows that participant `p` has in a room only the oldest: the table of another application
/// may hold somebody twice.
macro_rules! once {
    () => {
        "NOT EXISTS (SELECT FROM chat_participants twice WHERE twice.room_id = p.room_id
            AND twice.user_id = p.user_id AND twice.left_at IS NULL AND twice.id < p.id)"
    };
}
pub(crate) use once;

/// The attachments of message `m`, as JSON text.
macro_rules! attachments {
    () => {
        "(SELECT json_agg(json_build_object('id', a.id, 'name', a.name, 'media_type', a.media_type,
                'size', a.size, 'width', a.width, 'height', a.height) ORDER BY a.id)::text
            FROM chat_attachments a WHERE a.message_id = m.id)"
    };
}
pub(crate) use attachments;

/// The doctors whom message `m` mentions, as JSON text.
macro_rules! mentions {
    () => {
        "(CASE WHEN m.has_mentions THEN (SELECT json_agg(x.user_id)::text FROM chat_mentions x
            WHERE x.message_id = m.id) END)"
    };
}
pub(crate) use mentions;

/// When message `m` was recalled here or soft-deleted there, in microseconds.
macro_rules! recalled_at {
    () => {
        "CASE WHEN m.recalled_at IS NOT NULL OR m.deleted_at IS NOT NULL THEN
                coalesce(hims_micros(m.recalled_at), hims_micros(m.deleted_at), hims_micros(m.sent_at), 0) END"
    };
}
pub(crate) use recalled_at;

/// The columns of a [`legacy::MessageRow`], from message `m` and its author `u`.
macro_rules! message_columns {
    () => {
        concat!(
            "m.id, m.room_id, m.position, m.client_id, m.user_id, u.name, u.specialty, u.grade,
            m.message, coalesce(hims_micros(m.sent_at), hims_micros(m.created_at), 0), m.sent_at_estimated,
            hims_micros(m.edited_at), ", $crate::sql::recalled_at!(), ",
            m.reply_to_id, m.urgency, m.urgent_reason,
            CASE WHEN m.urgency = 'urgent' THEN
                (SELECT json_agg(json_build_object('doctor', k.user_id, 'at', hims_micros(k.at))
                        ORDER BY k.at, k.user_id)::text
                    FROM chat_acknowledgements k WHERE k.message_id = m.id) END,
            CASE WHEN m.type = 'file' THEN ", $crate::sql::attachments!(), " END, ", $crate::sql::mentions!()
        )
    };
}
pub(crate) use message_columns;

/// The types of [`message_columns`].
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

/// The columns of a [`legacy::FileRow`], from file `a`.
macro_rules! file_columns {
    () => {
        "a.id, a.room_id, a.name, a.media_type, a.size, a.width, a.height"
    };
}
pub(crate) use file_columns;

/// The types of a [`legacy::FileRow`].
pub(crate) type FileColumns = (
    BigInt,
    BigInt,
    Text,
    Text,
    BigInt,
    Nullable<BigInt>,
    Nullable<BigInt>,
);

/// The types of a [`legacy::StaffRow`].
pub(crate) type StaffColumns = (
    BigInt,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Bool,
);

/// The columns of a [`legacy::StaffRow`], from user `u`.
macro_rules! staff_columns {
    () => {
        "u.id, u.name, u.role, u.specialty, u.grade, u.ward, u.is_active AND u.deleted_at IS NULL"
    };
}
pub(crate) use staff_columns;

/// A text as a pattern that finds it anywhere, whatever it holds.
pub(crate) fn anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars().filter(|c| *c != '\0') {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// [`anywhere`] of each of several texts.
pub(crate) fn each_anywhere<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Vec<String> {
    texts
        .into_iter()
        .map(|text| anywhere(text.as_ref()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::anywhere;

    #[test]
    fn wild_cards_are_looked_for_as_themselves() {
        assert_eq!(anywhere("5%_\\"), "%5\\%\\_\\\\%");
    }
}
