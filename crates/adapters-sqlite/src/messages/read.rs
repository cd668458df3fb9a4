use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Nullable, Text},
};
use domain::{Message, MessageCursor, MessagePage, PageSize};
use legacy::{MarkRow, MessageRow};
use ports::Error;

use crate::{error::Fault, rooms::Membership, sql::MessageColumns, statement::statement};

/// Messages of room `?1` for its participant `?2`: those that meet a condition, with files and
/// acknowledgements, and in the first row the marks that reach them. A mark is a step "from then
/// on up to here", so it takes the steps inside the page and the first one behind it.
macro_rules! messages {
    ($condition:literal, $limit:literal) => {
        $crate::messages::read::messages!(concat!("EXISTS (SELECT 1 \
                 FROM chat_participants p JOIN users u ON u.id = p.user_id JOIN chat_rooms r ON r.id = p.room_id \
                 WHERE p.room_id = ?1 AND p.user_id = ?2 AND r.deleted_at IS NULL AND r.moved_at IS NULL AND ",
            $crate::sql::is_participant!(), ")"), $condition, $limit)
    };
    ($may:expr, $condition:literal, $limit:literal) => {
        concat!(
            "WITH picked AS MATERIALIZED (SELECT m.id, m.position FROM chat_messages m \
             WHERE m.room_id = ?1 AND m.position IS NOT NULL AND ", $may, " \
             AND ", $condition, " LIMIT ", $limit, "), \
             span AS MATERIALIZED (SELECT min(position) AS low, max(position) AS high FROM picked) \
             SELECT ", $crate::sql::message_columns!(), ", \
             CASE WHEN m.position = (SELECT low FROM span) THEN ( \
                 SELECT json_group_array(json_object('doctor', s.user_id, 'kind', s.kind, \
                     'position', s.position, 'at', s.at)) \
                 FROM span CROSS JOIN chat_participants p CROSS JOIN (SELECT 'delivered' AS kind UNION ALL SELECT 'read') k \
                 CROSS JOIN chat_receipts s \
                 WHERE p.room_id = ?1 AND s.room_id = ?1 AND s.user_id = p.user_id AND s.kind = k.kind \
                 AND s.position BETWEEN span.low AND coalesce((SELECT min(n.position) FROM chat_receipts n \
                     WHERE n.room_id = ?1 AND n.user_id = p.user_id AND n.kind = k.kind \
                     AND n.position > span.high), span.high)) END \
             FROM picked JOIN chat_messages m ON m.id = picked.id LEFT JOIN users u ON u.id = m.user_id \
             ORDER BY m.position"
        )
    };
}
pub(crate) use messages;

pub(crate) type Row = (MessageRow, Option<String>);
pub(crate) type Columns = (MessageColumns, Nullable<Text>);

statement!(Latest { room: i64, doctor: i64, most: i64 } -> Columns =
    messages!("1 ORDER BY m.position DESC", "?3"));
statement!(Older { room: i64, doctor: i64, than: i64, most: i64 } -> Columns = messages!(
    "m.position < (SELECT c.position FROM chat_messages c WHERE c.id = ?3 AND c.room_id = ?1) \
     ORDER BY m.position DESC", "?4"));
statement!(Newer { room: i64, doctor: i64, than: i64, most: i64 } -> Columns = messages!(
    "m.position > (SELECT c.position FROM chat_messages c WHERE c.id = ?3 AND c.room_id = ?1) \
     ORDER BY m.position", "?4"));
statement!(Near { room: i64, doctor: i64, target: i64, older: i64, newer: i64 } -> Columns = messages!(
    "m.id IN (SELECT o.id FROM (SELECT id FROM chat_messages WHERE room_id = ?1 AND position < \
             (SELECT c.position FROM chat_messages c WHERE c.id = ?3 AND c.room_id = ?1) \
             ORDER BY position DESC LIMIT ?4) o \
         UNION ALL SELECT n.id FROM (SELECT id FROM chat_messages WHERE room_id = ?1 AND position >= \
             (SELECT c.position FROM chat_messages c WHERE c.id = ?3 AND c.room_id = ?1) \
             ORDER BY position LIMIT ?5) n)", "-1"));
statement!(One { room: i64, doctor: i64, message: i64 } -> Columns = messages!("m.id = ?3", "1"));

statement!(
    /// The message that `?2` sent as `?3` to a room that was moved since.
    Earlier { room: i64, doctor: i64, client_id: String } -> Columns = messages!(concat!("EXISTS (SELECT 1 \
        FROM chat_participants p JOIN users u ON u.id = p.user_id JOIN chat_rooms r ON r.id = p.room_id \
        WHERE p.room_id = ?1 AND p.user_id = ?2 AND r.deleted_at IS NULL AND r.moved_at IS NOT NULL AND ",
        crate::sql::is_participant!(), ")"), "m.user_id = ?2 AND m.client_id = ?3", "1"));

statement!(PositionOf { room: i64, message: i64 } -> BigInt =
    "SELECT position FROM chat_messages WHERE id = ?2 AND room_id = ?1 AND position IS NOT NULL");

/// The position of a message of the room.
pub(crate) fn position(
    connection: &mut SqliteConnection,
    room: i64,
    message: i64,
) -> Result<Option<i64>, Fault> {
    Ok(PositionOf { room, message }.row(connection)?)
}

/// See [`ports::Messages::get`].
pub(crate) fn one(
    connection: &mut SqliteConnection,
    room: i64,
    doctor: i64,
    message: Option<i64>,
) -> Result<Message, Fault> {
    let rows = match message {
        Some(message) => One {
            room,
            doctor,
            message,
        }
        .rows(connection)?,
        None => Vec::new(),
    };
    match with_receipts(rows)?.pop() {
        Some(found) => Ok(found),
        None => {
            Membership::of(connection, room, doctor)?;
            Err(Error::not_found("message").into())
        }
    }
}

/// The message that a doctor sent under a client id to a room that was moved since.
pub(super) fn earlier(
    connection: &mut SqliteConnection,
    room: i64,
    doctor: i64,
    client_id: String,
) -> Result<Option<Message>, Fault> {
    let earlier = Earlier {
        room,
        doctor,
        client_id,
    };
    Ok(with_receipts(earlier.rows(connection)?)?.pop())
}

/// See [`ports::Messages::page`].
pub(super) fn page(
    connection: &mut SqliteConnection,
    room: i64,
    doctor: i64,
    cursor: &MessageCursor,
    size: PageSize,
) -> Result<MessagePage, Fault> {
    // One more than the page holds, which tells whether older ones exist.
    let most = i64::try_from(size.get() + 1).unwrap_or(i64::MAX);
    let (older, newer) = size.halves();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let rows: Vec<Row> = match cursor {
        MessageCursor::Latest => Latest { room, doctor, most }.rows(connection)?,
        MessageCursor::Before(id) => Older {
            room,
            doctor,
            than: id.as_i64().unwrap_or(-1),
            most,
        }
        .rows(connection)?,
        MessageCursor::After(id) => Newer {
            room,
            doctor,
            than: id.as_i64().unwrap_or(-1),
            most: most - 1,
        }
        .rows(connection)?,
        MessageCursor::Around(id) => Near {
            room,
            doctor,
            target: id.as_i64().unwrap_or(-1),
            older: count(older + 1),
            newer: count(newer),
        }
        .rows(connection)?,
    };
    if rows.is_empty() {
        return nothing(connection, room, doctor, cursor, size);
    }
    Ok(MessagePage::out_of(with_receipts(rows)?, cursor, size))
}

/// Why a page holds nothing: no membership, a foreign cursor, or truly no message.
fn nothing(
    connection: &mut SqliteConnection,
    room: i64,
    doctor: i64,
    cursor: &MessageCursor,
    size: PageSize,
) -> Result<MessagePage, Fault> {
    Membership::of(connection, room, doctor)?;
    let (field, id) = match cursor {
        MessageCursor::Latest => return Ok(MessagePage::default()),
        MessageCursor::Before(id) => ("before", id),
        MessageCursor::After(id) => ("after", id),
        MessageCursor::Around(id) => ("around", id),
    };
    if position(connection, room, id.as_i64().unwrap_or(-1))?.is_none() {
        return Err(Error::invalid(field, "must name a message of this room").into());
    }
    Ok(MessagePage::out_of(Vec::new(), cursor, size))
}

pub(crate) fn with_receipts(rows: Vec<Row>) -> Result<Vec<Message>, Fault> {
    let (messages, marks) = apart(rows)?;
    Ok(MarkRow::receipts_of(messages, marks)?)
}

/// The marks stand in the row of the oldest message.
pub(crate) fn apart(rows: Vec<Row>) -> Result<(Vec<MessageRow>, Vec<MarkRow>), Fault> {
    let mut marks = Vec::new();
    let mut messages = Vec::with_capacity(rows.len());
    for (row, json) in rows {
        if let Some(json) = json {
            marks = serde_json::from_str(&json)
                .map_err(|_| Error::internal("stored marks cannot be read"))?;
        }
        messages.push(row);
    }
    Ok((messages, marks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn a_page_costs_the_same_however_long_the_history_is() {
        assert_eq!(Latest::scanned(), ["picked", "span"]);
        assert_eq!(Older::scanned(), ["picked", "span"]);
        assert_eq!(Newer::scanned(), ["picked", "span"]);
        assert_eq!(One::scanned(), ["picked", "span"]);
        // The two halves of the page.
        assert_eq!(Near::scanned(), ["n", "o", "picked", "span"]);
        let near = Near::plan();
        assert!(
            near.contains("SEARCH m USING INTEGER PRIMARY KEY"),
            "{near}"
        );
    }
}
