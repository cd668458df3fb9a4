use diesel::sql_types::BigInt;
use domain::Message;
use legacy::MessageRow;
use ports::{MAX_WAITING, Result};

use crate::{
    sql::{MessageColumns, is_doctor, message_columns, once},
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// At most `$2` urgent messages that wait for doctor `$1`, oldest first. They are found by the
    /// index that holds nothing but urgent ones, before anything else is looked up for them.
    WaitingFor(BigInt, BigInt) -> MessageColumns
        = concat!("WITH mine AS MATERIALIZED (
                SELECT r.id, p.joined_at FROM chat_participants p
                JOIN chat_rooms r ON r.id = p.room_id AND r.deleted_at IS NULL AND r.moved_at IS NULL
                JOIN users d ON d.id = p.user_id AND ", is_doctor!("d"), "
                WHERE p.user_id = $1 AND p.left_at IS NULL AND ", once!(), "
            ), open AS MATERIALIZED (
                SELECT m.id, coalesce(hims_micros(m.sent_at), hims_micros(m.created_at), 0) AS at
                FROM mine, LATERAL (SELECT * FROM chat_messages m
                    WHERE m.room_id = mine.id AND m.urgency = 'urgent') m
                WHERE m.position IS NOT NULL AND m.user_id IS DISTINCT FROM $1
                    AND m.recalled_at IS NULL AND m.deleted_at IS NULL
                    AND hims_micros(m.sent_at) >= coalesce(hims_micros(mine.joined_at), 0)
                    AND NOT EXISTS (SELECT FROM chat_acknowledgements a
                        WHERE a.message_id = m.id AND a.user_id = $1)
                ORDER BY at, m.id LIMIT $2
            )
            SELECT ", message_columns!(), " FROM open JOIN chat_messages m ON m.id = open.id
            LEFT JOIN users u ON u.id = m.user_id ORDER BY open.at, m.id");
}

/// The urgent messages that wait for a doctor.
pub(super) async fn of(store: &Store, doctor: i64) -> Result<Vec<Message>> {
    let most = i64::try_from(MAX_WAITING).unwrap_or(i64::MAX);
    let mut connection = store.pool.get().await?;
    let rows: Vec<MessageRow> = connection.all(WaitingFor::with((doctor, most))).await?;
    rows.into_iter().map(MessageRow::into_message).collect()
}
