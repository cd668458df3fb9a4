use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use domain::{Message, Search, SearchPage};
use legacy::MessageRow;
use ports::{Error, Result};

use super::read::WhyNothing;
use crate::{
    rooms::known_patient,
    sql::{self, MessageColumns, message_columns},
    statement::{Statement, statement},
    store::Store,
};

/// Letters that the index holds together; what is shorter is not in it.
const INDEXED: usize = 3;

/// The messages whose ids a statement answers.
macro_rules! shown {
    ($hits:literal) => {
        concat!(
            "SELECT ",
            message_columns!(),
            " FROM (",
            include_str!($hits),
            ") hit JOIN chat_messages m ON m.id = hit.id LEFT JOIN users u ON u.id = m.user_id
            ORDER BY m.id DESC"
        )
    };
}

statement! {
    /// See `hits.sql`.
    Find(BigInt, Text, Nullable<BigInt>, Nullable<Array<BigInt>>, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>,
        BigInt, Bool, Bool, BigInt, Array<Text>) -> MessageColumns = shown!("hits.sql");

    /// See `looked.sql`.
    Look(BigInt, Nullable<Array<Text>>, Nullable<BigInt>, Nullable<Array<BigInt>>, Nullable<BigInt>, Nullable<BigInt>,
        Nullable<BigInt>, BigInt, Bool, Bool, BigInt) -> MessageColumns = shown!("looked.sql");
}

/// Searches the rooms of a doctor.
pub(super) async fn search(store: &Store, doctor: i64, search: &Search) -> Result<SearchPage> {
    let filter = search.filter();
    let room = filter.room.as_ref().map(legacy::room_key).transpose()?;
    let mut connection = store.searches.get().await?;
    if let Some(room) = room {
        let why = WhyNothing::with((room, doctor, None::<i64>));
        let why: Option<(bool, bool)> = connection.first(why).await?;
        if !why.is_some_and(|(takes_part, _)| takes_part) {
            return Err(Error::not_found("room"));
        }
    }
    let mut patients = Vec::new();
    for reference in &filter.patient {
        patients.extend(known_patient(store, &mut connection, reference).await?);
    }
    if patients.is_empty() && !filter.patient.is_empty() {
        return Ok(SearchPage::default());
    }
    let patient = (!patients.is_empty()).then_some(patients);
    // An author or a hit that is no number names nothing here.
    let author = filter.author.as_ref().map(|id| id.as_i64().unwrap_or(-1));
    let before = search
        .after_hit
        .as_ref()
        .map_or(i64::MAX, |id| id.as_i64().unwrap_or(0));
    let from = filter.from.map(|at| at.as_microsecond());
    let to = filter.to.map(|at| at.as_microsecond());
    let size = search.size.get();
    let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let words = search
        .query()
        .map(|query| sql::each_anywhere(query.words()));
    let words = words.as_deref();
    // The index is asked for the longest word, which is the first; the others are looked for in what
    // it finds.
    let longest = search.query().and_then(|query| query.words().next());
    let is_indexed = longest.is_some_and(|word| word.chars().count() >= INDEXED);
    let (has_file, urgent) = (filter.has_file, filter.urgent);
    let rows: Vec<MessageRow> = match words {
        Some([longest, others @ ..]) if is_indexed => {
            let find = Find::with((
                doctor, longest, room, patient, author, from, to, before, has_file, urgent, limit,
                others,
            ));
            connection.all(find).await?
        }
        _ => {
            let look = Look::with((
                doctor, words, room, patient, author, from, to, before, has_file, urgent, limit,
            ));
            connection.all(look).await?
        }
    };
    let has_more = rows.len() > size;
    let hits = rows.into_iter().take(size).map(MessageRow::into_message);
    let messages: Vec<Message> = hits.collect::<Result<_>>()?;
    let last = messages.last().map(|message| message.id.clone());
    Ok(SearchPage {
        messages,
        next: last.filter(|_| has_more),
    })
}
