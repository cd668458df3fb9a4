use diesel::SqliteConnection;
use domain::Message;
use legacy::MessageRow;
use ports::MAX_WAITING;

use crate::{
    error::Fault,
    sql::{MessageColumns, is_participant, message_columns, sent_at},
    statement::statement,
};

statement!(
    /// The urgent messages that wait for doctor `?1`, found by the index that holds nothing but
    /// urgent ones, before anything else is looked up for them.
    WaitingFor { doctor: i64, most: i64 } -> MessageColumns = concat!(
    "WITH mine AS MATERIALIZED (SELECT r.id, coalesce(hims_micros(p.joined_at), 0) AS joined_at \
         FROM chat_participants p JOIN users u ON u.id = p.user_id JOIN chat_rooms r ON r.id = p.room_id \
         WHERE p.user_id = ?1 AND r.deleted_at IS NULL AND r.moved_at IS NULL AND ", is_participant!(), "), \
     open AS MATERIALIZED (SELECT m.id, ", sent_at!(), " AS at \
         FROM mine CROSS JOIN chat_messages m INDEXED BY hims_messages_urgent \
         WHERE m.room_id = mine.id AND m.urgency = 'urgent' AND m.position > 0 AND m.user_id IS NOT ?1 \
         AND m.recalled_at IS NULL AND m.deleted_at IS NULL AND m.sent_at >= mine.joined_at \
         AND NOT EXISTS (SELECT 1 FROM chat_acknowledgements a WHERE a.message_id = m.id AND a.user_id = ?1) \
         ORDER BY at, m.id LIMIT ?2) \
     SELECT ", message_columns!(), " FROM open JOIN chat_messages m ON m.id = open.id \
     LEFT JOIN users u ON u.id = m.user_id ORDER BY open.at, m.id"
));

/// See [`ports::Messages::waiting`].
pub(super) fn of(connection: &mut SqliteConnection, doctor: i64) -> Result<Vec<Message>, Fault> {
    let most = i64::try_from(MAX_WAITING).unwrap_or(i64::MAX);
    let rows: Vec<MessageRow> = WaitingFor { doctor, most }.rows(connection)?;
    let messages = rows.into_iter().map(MessageRow::into_message);
    Ok(messages.collect::<ports::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn only_urgent_messages_of_ones_own_rooms_are_looked_at() {
        assert_eq!(WaitingFor::scanned(), ["mine", "open"]);
        assert!(WaitingFor::plan().contains("hims_messages_urgent"));
    }
}
