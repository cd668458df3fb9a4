use diesel::SqliteConnection;
use domain::Message;
use legacy::MessageRow;

use crate::{
    error::Fault,
    rooms::Membership,
    sql::{MessageColumns, message_columns},
    statement::statement,
};

statement!(
    /// Those of the messages in the JSON list `?2` that room `?1` holds.
    Named { room: i64, messages: String } -> MessageColumns = concat!(
    "SELECT ", message_columns!(), " FROM json_each(?2) named CROSS JOIN chat_messages m ON m.id = named.value \
     LEFT JOIN users u ON u.id = m.user_id WHERE m.room_id = ?1 AND m.position IS NOT NULL"
));

/// See [`ports::Messages::several`].
pub(super) fn of(
    connection: &mut SqliteConnection,
    room: i64,
    doctor: i64,
    messages: Vec<i64>,
) -> Result<Vec<Message>, Fault> {
    Membership::of(connection, room, doctor)?;
    let messages = serde_json::Value::from(messages).to_string();
    let rows: Vec<MessageRow> = Named { room, messages }.rows(connection)?;
    let messages = rows.into_iter().map(MessageRow::into_message);
    Ok(messages.collect::<ports::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn only_the_named_messages_are_looked_at() {
        assert_eq!(Named::scanned(), ["named"]);
    }
}
