//! Pages, and single messages, with their receipts: one statement each.

use diesel::sql_types::{BigInt, Nullable, Text};
use domain::Message;
use legacy::{MarkRow, MessageRow};
use ports::{Error, Result};

use crate::{
    sql::{MessageColumns, takes_part},
    statement::statement,
};

/// Messages of room `$1`, oldest first, if the asker (`$2`, unless said otherwise) takes part in
/// it. The first row also carries the marks of everybody that matter to the page: of each doctor
/// and kind the steps inside it and the first one after it.
macro_rules! page {
    ($which:expr) => {
        $crate::messages::read::page!($which, $crate::sql::takes_part!("$1", "$2"))
    };
    ($which:expr, $may:expr) => {
        concat!(
            "WITH page AS MATERIALIZED (
                SELECT m.* FROM chat_messages m
                WHERE m.room_id = $1 AND m.position IS NOT NULL AND ",
            $may,
            " AND ",
            $which,
            "
            ), bounds AS MATERIALIZED (
                SELECT min(position) AS first, max(position) AS last FROM page
            )
            SELECT ",
            $crate::sql::message_columns!(),
            ",
                CASE WHEN m.position = (SELECT first FROM bounds) THEN (
                    SELECT json_agg(json_build_object('doctor', p.user_id, 'kind', k.kind,
                            'position', s.position, 'at', hims_micros(s.at)))::text
                    FROM bounds, chat_participants p, (VALUES ('delivered'), ('read')) k (kind),
                    LATERAL (
                        (SELECT position, at FROM chat_receipts WHERE room_id = $1
                            AND user_id = p.user_id AND kind = k.kind
                            AND position BETWEEN bounds.first AND bounds.last)
                        UNION ALL
                        (SELECT position, at FROM chat_receipts WHERE room_id = $1
                            AND user_id = p.user_id AND kind = k.kind AND position > bounds.last
                            ORDER BY position LIMIT 1)
                    ) s WHERE p.room_id = $1
                ) END
            FROM page m LEFT JOIN users u ON u.id = m.user_id ORDER BY m.position"
        )
    };
}
pub(crate) use page;

pub(crate) type PageColumns = (MessageColumns, Nullable<Text>);

/// A row of a page; the text is the page's marks, on the first row.
pub(crate) type PageRow = (MessageRow, Option<String>);

statement! {
    /// The newest `$3`.
    Latest(BigInt, BigInt, BigInt) -> PageColumns
        = page!("true ORDER BY m.position DESC LIMIT $3");

    /// The nearest `$3` older than message `$4`.
    Before(BigInt, BigInt, BigInt, BigInt) -> PageColumns
        = page!("m.position < (SELECT position FROM chat_messages WHERE id = $4 AND room_id = $1)
            ORDER BY m.position DESC LIMIT $3");

    /// The nearest `$3` newer than message `$4`.
    After(BigInt, BigInt, BigInt, BigInt) -> PageColumns
        = page!("m.position > (SELECT position FROM chat_messages WHERE id = $4 AND room_id = $1)
            ORDER BY m.position LIMIT $3");

    /// Message `$3`, the nearest `$4` older and, counting itself, the nearest `$5` newer.
    Near(BigInt, BigInt, BigInt, BigInt, BigInt) -> PageColumns
        = page!("m.id = ANY (ARRAY(
            (SELECT id FROM chat_messages WHERE room_id = $1
                AND position < (SELECT position FROM chat_messages WHERE id = $3 AND room_id = $1)
                ORDER BY position DESC LIMIT $4)
            UNION ALL
            (SELECT id FROM chat_messages WHERE room_id = $1
                AND position >= (SELECT position FROM chat_messages WHERE id = $3 AND room_id = $1)
                ORDER BY position LIMIT $5)))");

    /// Message `$3`.
    One(BigInt, BigInt, BigInt) -> PageColumns = page!("m.id = $3");

    /// The message that `$2` sent as `$3`, also to a room that was moved since.
    BySender(BigInt, BigInt, Text) -> PageColumns
        = page!("m.user_id = $2 AND m.client_id = $3", takes_part!("$1", "$2", ""));

    /// Whether `$2` takes part in room `$1`, and whether message `$3` is of the room.
    WhyNothing(BigInt, BigInt, Nullable<BigInt>) -> (diesel::sql_types::Bool, diesel::sql_types::Bool)
        = concat!("SELECT ", takes_part!("$1", "$2"), ", EXISTS (SELECT FROM chat_messages
            WHERE id = $3 AND room_id = $1 AND position IS NOT NULL)");
}

/// The messages of a page with their receipts.
///
/// # Errors
/// `Internal` when a row holds what our statements never answer.
pub(crate) fn messages(rows: Vec<PageRow>) -> Result<Vec<Message>> {
    let (rows, marks): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    MarkRow::receipts_of(rows, steps(marks.into_iter().flatten().next())?)
}

pub(crate) fn steps(json: Option<String>) -> Result<Vec<MarkRow>> {
    let Some(json) = json else {
        return Ok(Vec::new());
    };
    serde_json::from_str(&json).map_err(|_| Error::internal("a stored list cannot be read"))
}
