use diesel::sql_types::{BigInt, Nullable, Text};
use domain::{Message, Search, SearchPage};
use legacy::MessageRow;
use ports::{Error, Result};

use super::read::WhyNothing;
use crate::{
    sql::{self, MessageColumns, is_doctor, message_columns},
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// Messages like `$2` in the rooms of `$1`, newest first: in room `$3`, by `$4`, since `$5`,
    /// older than message `$6`, at most `$7`.
    Find(BigInt, Text, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>, BigInt)
        -> MessageColumns
        = concat!("SELECT ", message_columns!(), " FROM chat_messages m
            LEFT JOIN users u ON u.id = m.user_id
            WHERE m.room_id IN (SELECT p.room_id FROM chat_participants p
                    JOIN chat_rooms r ON r.id = p.room_id AND r.deleted_at IS NULL
                    JOIN users d ON d.id = p.user_id AND ", is_doctor!("d"), "
                    WHERE p.user_id = $1 AND p.left_at IS NULL)
                AND m.position IS NOT NULL AND m.recalled_at IS NULL AND m.deleted_at IS NULL
                AND m.message ILIKE $2
                AND ($3 IS NULL OR m.room_id = $3) AND ($4 IS NULL OR m.user_id = $4)
                AND ($5 IS NULL OR coalesce(m.sent_at, m.created_at AT TIME ZONE 'UTC') >= hims_time($5))
                AND ($6 IS NULL OR m.id < $6)
            ORDER BY m.id DESC LIMIT $7");
}

/// Searches the rooms of a doctor.
pub(super) async fn search(store: &Store, doctor: i64, search: &Search) -> Result<SearchPage> {
    let room = search.room.as_ref().map(legacy::room_key).transpose()?;
    // An author or a hit that is no number names nothing here, so nothing is found.
    let (Some(author), Some(after)) = (
        search
            .author
            .as_ref()
            .map_or(Some(None), |id| id.as_i64().map(Some)),
        search
            .after_hit
            .as_ref()
            .map_or(Some(None), |id| id.as_i64().map(Some)),
    ) else {
        return Ok(SearchPage::default());
    };
    let size = search.size.get();
    let mut connection = store.pool.get().await?;
    if room.is_some() {
        let why: Option<(bool, bool)> = connection
            .first(WhyNothing::with((
                room.unwrap_or_default(),
                doctor,
                None::<i64>,
            )))
            .await?;
        if !why.is_some_and(|(takes_part, _)| takes_part) {
            return Err(Error::not_found("room"));
        }
    }
    let from = search.from.map(|at| at.as_microsecond());
    let pattern = sql::anywhere(search.query.as_str());
    let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let query = Find::with((doctor, pattern, room, author, from, after, limit));
    let rows: Vec<MessageRow> = connection.all(query).await?;
    let has_more = rows.len() > size;
    let hits = rows.into_iter().take(size).map(MessageRow::into_message);
    let messages: Vec<Message> = hits.collect::<Result<_>>()?;
    let last = messages.last().map(|message| message.id.clone());
    Ok(SearchPage {
        messages,
        next: last.filter(|_| has_more),
    })
}
