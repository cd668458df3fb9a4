use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use domain::{PageSize, Room, RoomCursor, RoomPage};
use legacy::{RoomRow, place};
use ports::{PatientRefKey, Result};

use crate::{
    pool::Connection,
    sql::{attachments, is_doctor, mentions, once, recalled_at},
    statement::{Statement, statement},
    store::Store,
};

/// Rooms of doctor `$1` with their participants, newest message and number of unread ones.
macro_rules! rooms {
    ($which:literal) => {
        concat!(
            "WITH mine AS MATERIALIZED (
                SELECT r.id, r.patient_id, r.type, r.name,
                    coalesce(p.read_position, 0) AS read_position, p.joined_at,
                    coalesce(hims_micros(r.active_at), hims_micros(r.created_at), 0) AS active_at
                FROM chat_participants p
                JOIN chat_rooms r ON r.id = p.room_id AND r.deleted_at IS NULL AND r.moved_at IS NULL
                JOIN users d ON d.id = p.user_id AND ", is_doctor!("d"), "
                WHERE p.user_id = $1 AND p.left_at IS NULL AND ", once!(), " AND ", $which, "
            )
            SELECT r.id, r.patient_id, r.type = 'private' AND r.patient_id IS NULL, r.name,
                (SELECT json_agg(json_build_object('id', u.id, 'name', u.name, 'specialty', u.specialty,
                        'grade', u.grade, 'joined_at', hims_micros(p.joined_at))
                        ORDER BY p.joined_at NULLS FIRST, p.id)::text
                    FROM chat_participants p JOIN users u ON u.id = p.user_id AND ", is_doctor!("u"), "
                    WHERE p.room_id = r.id AND p.left_at IS NULL AND ", once!(), "),
                (SELECT json_build_object('id', m.id, 'room_id', m.room_id, 'position', m.position,
                        'client_id', m.client_id, 'author_id', m.user_id, 'author_name', u.name,
                        'author_specialty', u.specialty, 'author_grade', u.grade, 'text', m.message,
                        'sent_at', coalesce(hims_micros(m.sent_at), hims_micros(m.created_at), 0),
                        'sent_at_estimated', m.sent_at_estimated,
                        'edited_at', hims_micros(m.edited_at),
                        'recalled_at', ", recalled_at!(), ",
                        'reply_to', m.reply_to_id, 'urgency', m.urgency,
                        'attachments', CASE WHEN m.type = 'file' THEN ", attachments!(), " END,
                        'acknowledged', NULL, 'urgent_reason', m.urgent_reason,
                        'mentions', ", mentions!(), ")::text
                    FROM chat_messages m LEFT JOIN users u ON u.id = m.user_id
                    WHERE m.room_id = r.id AND m.position IS NOT NULL
                    ORDER BY m.position DESC LIMIT 1),
                (SELECT count(*) FROM (SELECT FROM chat_messages m
                    WHERE m.room_id = r.id AND m.position > r.read_position
                        AND m.user_id IS DISTINCT FROM $1
                        AND m.recalled_at IS NULL AND m.deleted_at IS NULL LIMIT 999) unread),
                r.active_at,
                EXISTS (SELECT FROM chat_messages m WHERE m.room_id = r.id AND m.urgency = 'urgent'
                    AND m.position IS NOT NULL AND m.user_id IS DISTINCT FROM $1
                    AND m.recalled_at IS NULL AND m.deleted_at IS NULL
                    AND hims_micros(m.sent_at) >= coalesce(hims_micros(r.joined_at), 0)
                    AND NOT EXISTS (SELECT FROM chat_acknowledgements a
                        WHERE a.message_id = m.id AND a.user_id = $1)),
                EXISTS (SELECT FROM chat_mentions x JOIN chat_messages m ON m.id = x.message_id
                    WHERE x.room_id = r.id AND x.user_id = $1 AND x.position > r.read_position
                    AND m.user_id IS DISTINCT FROM $1
                    AND m.recalled_at IS NULL AND m.deleted_at IS NULL)
            FROM mine r ORDER BY r.active_at DESC, r.id DESC"
        )
    };
}

type Columns = (
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

statement! {
    /// The newest `$4` that are older than room `$3`, active at `$2`.
    ListRooms(BigInt, BigInt, BigInt, BigInt) -> Columns
        = rooms!("(coalesce(hims_micros(r.active_at), hims_micros(r.created_at), 0), r.id) < ($2, $3)
            ORDER BY active_at DESC, r.id DESC LIMIT $4");

    /// Room `$2`.
    OneRoom(BigInt, BigInt) -> Columns = rooms!("r.id = $2");
}

/// A room as one of its participants sees it.
pub(crate) async fn find(
    connection: &mut Connection,
    doctor: i64,
    room: i64,
    key: &PatientRefKey,
) -> Result<Option<Room>> {
    let row: Option<RoomRow> = connection.first(OneRoom::with((doctor, room))).await?;
    row.map(|row| row.into_room(key)).transpose()
}

/// A page of a doctor's rooms.
pub(super) async fn list(
    store: &Store,
    doctor: i64,
    cursor: Option<RoomCursor>,
    size: PageSize,
) -> Result<RoomPage> {
    let (active_at, room) = match cursor {
        None => (i64::MAX, i64::MAX),
        Some(cursor) => place(&cursor)?,
    };
    let size = size.get();
    let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let mut connection = store.pool.get().await?;
    let query = ListRooms::with((doctor, active_at, room, limit));
    let mut rows: Vec<RoomRow> = connection.all(query).await?;
    let has_more = rows.len() > size;
    rows.truncate(size);
    let rooms = rows.into_iter().map(|row| row.into_room(&store.key));
    let rooms = rooms.collect::<Result<Vec<Room>>>()?;
    Ok(RoomPage {
        next: rooms.last().filter(|_| has_more).map(RoomCursor::after),
        rooms,
    })
}
