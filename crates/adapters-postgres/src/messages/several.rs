use diesel::sql_types::{Array, BigInt};
use domain::{Message, MessageId};
use legacy::MessageRow;
use ports::{Error, Result};

use super::read::WhyNothing;
use crate::{
    sql::{MessageColumns, message_columns, takes_part},
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// Those of the messages `$3` that room `$1` of its participant `$2` holds.
    Named(BigInt, BigInt, Array<BigInt>) -> MessageColumns
        = concat!("SELECT ", message_columns!(), " FROM chat_messages m
            LEFT JOIN users u ON u.id = m.user_id
            WHERE m.id = ANY ($3) AND m.room_id = $1 AND m.position IS NOT NULL AND ",
            takes_part!("$1", "$2"));
}

/// See [`ports::Messages::several`].
pub(super) async fn of(
    store: &Store,
    room: i64,
    doctor: i64,
    messages: &[MessageId],
) -> Result<Vec<Message>> {
    let named: Vec<i64> = messages.iter().filter_map(MessageId::as_i64).collect();
    let mut connection = store.pool.get().await?;
    let rows: Vec<MessageRow> = connection.all(Named::with((room, doctor, named))).await?;
    if rows.is_empty() {
        let why: Option<(bool, bool)> = connection
            .first(WhyNothing::with((room, doctor, None::<i64>)))
            .await?;
        if !why.is_some_and(|(takes_part, _)| takes_part) {
            return Err(Error::not_found("room"));
        }
    }
    rows.into_iter().map(MessageRow::into_message).collect()
}
