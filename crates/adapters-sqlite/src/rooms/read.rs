use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool, Nullable},
};
use domain::{Event, PageSize, Room, RoomCursor, RoomPage, StaffId};
use legacy::{RoomRow, place};
use ports::{PatientRefKey, Result};

use super::no_room;
use crate::{
    columns::Text,
    error::Fault,
    sql::{activity, files, is_participant, mentions, recalled_at, sent_at},
    statement::statement,
    writer::Work,
};

/// Rooms of doctor `?1` that meet a condition, newest activity first, each with its participants,
/// newest message and count of unread messages. The rooms are picked before anything else is
/// looked up for them.
macro_rules! rooms {
    ($condition:literal, $limit:literal) => {
        concat!(
            "WITH page AS MATERIALIZED (SELECT r.id, r.patient_id, r.type, r.name, p.read_position, \
             coalesce(hims_micros(p.joined_at), 0) AS joined_at, ",
            activity!(), " AS activity \
             FROM chat_participants p JOIN users u ON u.id = p.user_id JOIN chat_rooms r ON r.id = p.room_id \
             WHERE p.user_id = ?1 AND r.deleted_at IS NULL AND r.moved_at IS NULL AND ", is_participant!(),
            " AND ", $condition, " ORDER BY activity DESC, r.id DESC LIMIT ", $limit, ") \
             SELECT page.id, page.patient_id, page.type = 'private' AND page.patient_id IS NULL, page.name, \
             (SELECT json_group_array(json_object('id', u.id, 'name', CAST(u.name AS TEXT), 'specialty', CAST(u.specialty AS TEXT), \
                  'grade', CAST(u.grade AS TEXT), 'joined_at', coalesce(hims_micros(p.joined_at), hims_micros(p.created_at))) \
                  ORDER BY p.joined_at, p.id) \
              FROM chat_participants p JOIN users u ON u.id = p.user_id \
              WHERE p.room_id = page.id AND ", is_participant!(), "), \
             (SELECT json_object('id', m.id, 'room_id', m.room_id, 'position', m.position, \
                  'client_id', m.client_id, 'author_id', m.user_id, 'author_name', CAST(u.name AS TEXT), \
                  'author_specialty', CAST(u.specialty AS TEXT), 'author_grade', CAST(u.grade AS TEXT), 'text', CAST(m.message AS TEXT), \
                  'sent_at', ", sent_at!(), ", \
                  'sent_at_estimated', json(iif(m.sent_at_estimated, 'true', 'false')), 'edited_at', m.edited_at, 'recalled_at', ", recalled_at!(), ", \
                  'reply_to', m.reply_to_id, 'urgency', m.urgency, \
                  'attachments', '' || (", files!(), "), 'acknowledged', NULL, \
                  'urgent_reason', m.urgent_reason, 'mentions', '' || ", mentions!(), ") \
              FROM chat_messages m LEFT JOIN users u ON u.id = m.user_id \
              WHERE m.room_id = page.id AND m.position > 0 ORDER BY m.position DESC LIMIT 1), \
             (SELECT count(*) FROM (SELECT 1 FROM chat_messages m \
                  WHERE m.room_id = page.id AND m.position > coalesce(page.read_position, 0) \
                  AND m.user_id IS NOT ?1 AND m.recalled_at IS NULL AND m.deleted_at IS NULL LIMIT 999)), \
             page.activity, \
             EXISTS (SELECT 1 FROM chat_messages m WHERE m.room_id = page.id AND m.urgency = 'urgent' \
                  AND m.position > 0 AND m.user_id IS NOT ?1 AND m.recalled_at IS NULL AND m.deleted_at IS NULL \
                  AND m.sent_at >= page.joined_at AND NOT EXISTS (SELECT 1 FROM chat_acknowledgements a \
                  WHERE a.message_id = m.id AND a.user_id = ?1)), \
             EXISTS (SELECT 1 FROM chat_mentions x JOIN chat_messages m ON m.id = x.message_id \
                  WHERE x.room_id = page.id AND x.user_id = ?1 AND x.position > coalesce(page.read_position, 0) \
                  AND m.user_id IS NOT ?1 AND m.recalled_at IS NULL AND m.deleted_at IS NULL) \
             FROM page ORDER BY page.activity DESC, page.id DESC"
        )
    };
}

type RoomColumns = (
    BigInt,
    Nullable<BigInt>,
    Bool,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    BigInt,
    BigInt,
    Bool,
    Bool,
);

statement!(RoomsOf { doctor: i64, active_at: i64, room: i64, most: i64 } -> RoomColumns =
    rooms!("(activity, r.id) < (?2, ?3)", "?4"));
statement!(RoomOf { doctor: i64, room: i64 } -> RoomColumns = rooms!("r.id = ?2", "1"));

const _: () = assert!(Room::MAX_UNREAD == 999, "the query counts up to 999");

/// The place where a list of rooms starts: (activity in microseconds, room).
pub(super) type Start = (i64, i64);

/// # Errors
/// `Invalid` for a cursor that no list of ours gave.
pub(super) fn start(cursor: Option<&RoomCursor>) -> Result<Start> {
    cursor.map_or(Ok((i64::MAX, i64::MAX)), place)
}

/// One room more than the page holds, which tells whether there is another page.
pub(super) fn list(
    connection: &mut SqliteConnection,
    doctor: i64,
    (active_at, room): Start,
    size: PageSize,
) -> Result<Vec<RoomRow>, Fault> {
    let most = i64::try_from(size.get() + 1).unwrap_or(i64::MAX);
    let rooms = RoomsOf {
        doctor,
        active_at,
        room,
        most,
    };
    Ok(rooms.rows(connection)?)
}

pub(super) fn page(
    mut rows: Vec<RoomRow>,
    size: PageSize,
    key: &PatientRefKey,
) -> Result<RoomPage> {
    let more = rows.len() > size.get();
    rows.truncate(size.get());
    let rooms = rows.into_iter().map(|row| row.into_room(key));
    let rooms = rooms.collect::<Result<Vec<Room>>>()?;
    Ok(RoomPage {
        next: rooms.last().filter(|_| more).map(RoomCursor::after),
        rooms,
    })
}

/// # Errors
/// `NotFound` when the doctor is not in the room.
pub(super) fn room(
    connection: &mut SqliteConnection,
    key: &PatientRefKey,
    room: i64,
    doctor: i64,
) -> Result<Room, Fault> {
    let row: Option<RoomRow> = RoomOf { doctor, room }.row(connection)?;
    Ok(row.ok_or_else(no_room)?.into_room(key)?)
}

/// Gives every device of a doctor one of their rooms anew.
pub(crate) fn tell_own(
    work: &mut Work<'_>,
    key: &PatientRefKey,
    room: i64,
    doctor: i64,
) -> Result<(), Fault> {
    let seen = self::room(work.connection, key, room, doctor)?;
    work.tell_to([StaffId::from(doctor)].into(), Event::Room(seen));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn a_list_looks_at_the_rooms_of_the_doctor_only() {
        assert_eq!(RoomsOf::scanned(), ["page"]);
        assert_eq!(RoomOf::scanned(), ["page"]);
    }
}
