use diesel::SqliteConnection;
use domain::{Search, SearchPage};
use legacy::{MessageRow, key};

use crate::{
    error::Fault,
    fixed::fixed,
    rooms::Membership,
    sql::{MessageColumns, is_participant, message_columns, sent_at},
};

/// Messages in rooms of theirs that hold `?2`, newest first. The hits are found before anything
/// else is looked up for them.
macro_rules! hits {
    ($where:expr) => {
        concat!(
            "WITH hit AS MATERIALIZED (SELECT m.id FROM chat_messages m WHERE m.id < ?3 AND ",
            $where,
            " AND m.position IS NOT NULL AND m.recalled_at IS NULL AND m.deleted_at IS NULL \
             AND (?4 IS NULL OR m.user_id = ?4) AND (?5 IS NULL OR ",
            sent_at!(),
            " >= ?5) AND instr(hims_fold(m.message), hims_fold(?2)) > 0 \
             ORDER BY m.id DESC LIMIT ?6) SELECT ",
            message_columns!(),
            " FROM hit JOIN chat_messages m ON m.id = hit.id LEFT JOIN users u ON u.id = m.user_id \
             ORDER BY m.id DESC"
        )
    };
}

fixed!(
    InAllRooms { doctor: i64, text: String, before: i64, author: Option<i64>, from: Option<i64>, most: i64 }
        -> MessageColumns = hits!(concat!(
    "m.room_id IN (SELECT r.id FROM chat_participants p JOIN users u ON u.id = p.user_id \
         JOIN chat_rooms r ON r.id = p.room_id WHERE p.user_id = ?1 AND r.deleted_at IS NULL AND ",
    is_participant!(), ")"
)));

fixed!(
    InOneRoom { room: i64, text: String, before: i64, author: Option<i64>, from: Option<i64>, most: i64 }
        -> MessageColumns = hits!("m.room_id = ?1")
);

/// See [`ports::Messages::search`].
pub(super) fn run(
    connection: &mut SqliteConnection,
    doctor: i64,
    search: &Search,
) -> Result<SearchPage, Fault> {
    let text = search.query.as_str().to_owned();
    // An id that is no number names nothing here.
    let before = search
        .after_hit
        .as_ref()
        .map_or(i64::MAX, |id| id.as_i64().unwrap_or(0));
    let author = search.author.as_ref().map(|id| id.as_i64().unwrap_or(-1));
    let from = search.from.map(|from| from.as_microsecond());
    let most = i64::try_from(search.size.get() + 1).unwrap_or(i64::MAX);
    let mut rows: Vec<MessageRow> = match &search.room {
        Some(room) => {
            let room = key(room.as_i64(), "room")?;
            Membership::of(connection, room, doctor)?;
            InOneRoom {
                room,
                text,
                before,
                author,
                from,
                most,
            }
            .rows(connection)?
        }
        None => InAllRooms {
            doctor,
            text,
            before,
            author,
            from,
            most,
        }
        .rows(connection)?,
    };
    let more = rows.len() > search.size.get();
    rows.truncate(search.size.get());
    let messages = rows
        .into_iter()
        .map(MessageRow::into_message)
        .collect::<ports::Result<Vec<_>>>()?;
    Ok(SearchPage {
        next: messages
            .last()
            .filter(|_| more)
            .map(|message| message.id.clone()),
        messages,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::Planned;

    #[test]
    fn a_search_reads_the_messages_of_ones_own_rooms_only() {
        assert_eq!(InAllRooms::scanned(), ["hit"]);
        assert_eq!(InOneRoom::scanned(), ["hit"]);
    }
}
