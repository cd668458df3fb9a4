use diesel::SqliteConnection;
use domain::{Search, SearchPage};
use legacy::{MessageRow, key};

use crate::{
    error::Fault,
    rooms::Membership,
    sql::{MessageColumns, is_participant, message_columns, sent_at},
    statement::{json_list, statement},
};

/// Letters that the index holds together; what is shorter is not in it.
const INDEXED: usize = 3;

/// The rooms that are searched: those of doctor `?1`, only room `?3`, only of patients `?4`.
macro_rules! rooms {
    () => {
        concat!(
            "room AS MATERIALIZED (SELECT r.id FROM chat_participants p JOIN users u ON u.id = p.user_id \
             JOIN chat_rooms r ON r.id = p.room_id WHERE p.user_id = ?1 AND r.deleted_at IS NULL AND r.moved_at IS NULL \
             AND (?3 IS NULL OR r.id = ?3) AND (?4 IS NULL OR r.patient_id IN (SELECT value FROM json_each(?4))) AND ",
            is_participant!(), ")"
        )
    };
}

/// `m` is what is looked for: in those rooms, with every word of `?2` in its text, in why it is urgent
/// or in the name of a file, by `?5`, sent from `?6` on and before `?7`, older than message `?8`, with a file, urgent.
macro_rules! is_hit {
    () => {
        concat!(
            "m.room_id IN (SELECT id FROM room) AND m.id < ?8 AND m.position IS NOT NULL \
             AND m.recalled_at IS NULL AND m.deleted_at IS NULL AND (?5 IS NULL OR m.user_id = ?5) \
             AND (?6 IS NULL OR ", sent_at!(), " >= ?6) AND (?7 IS NULL OR ", sent_at!(), " < ?7) \
             AND (NOT ?10 OR m.urgency = 'urgent') \
             AND (NOT ?9 OR EXISTS (SELECT 1 FROM chat_attachments a WHERE a.message_id = m.id)) \
             AND (?2 IS NULL OR hims_holds(coalesce(m.message, '') || char(10) || coalesce(m.urgent_reason, '') \
                 || char(10) || coalesce((SELECT group_concat(a.name, char(10)) \
                     FROM chat_attachments a WHERE a.message_id = m.id), ''), ?2))"
        )
    };
}

/// The newest `?11` of the messages a `hit` names.
macro_rules! shown {
    () => {
        concat!(
            " SELECT ",
            message_columns!(),
            " FROM hit JOIN chat_messages m ON m.id = hit.id \
             LEFT JOIN users u ON u.id = m.user_id ORDER BY m.id DESC LIMIT ?11"
        )
    };
}

/// The question that both ways of searching answer.
struct SearchRequest {
    doctor: i64,
    words: Option<String>,
    room: Option<i64>,
    patients: Option<String>,
    author: Option<i64>,
    from: Option<i64>,
    to: Option<i64>,
    before: i64,
    has_file: bool,
    urgent: bool,
    most: i64,
}

macro_rules! ways {
    ($($(#[$doc:meta])* $name:ident { $($more:ident: $type:ty)? } = $sql:expr;)*) => {$(
        statement!($(#[$doc])* $name {
            doctor: i64, words: Option<String>, room: Option<i64>, patients: Option<String>, author: Option<i64>,
            from: Option<i64>, to: Option<i64>, before: i64, has_file: bool, urgent: bool, most: i64,
            $($more: $type)?
        } -> MessageColumns = $sql);

        impl $name {
            fn of(asked: SearchRequest $(, $more: $type)?) -> Self {
                let SearchRequest {
                    doctor, words, room, patients, author, from, to, before, has_file, urgent, most,
                } = asked;
                Self {
                    doctor, words, room, patients, author, from, to, before, has_file, urgent, most,
                    $($more)?
                }
            }
        }
    )*};
}

ways! {
    /// Through the index, newest first, and the noted messages that are not in it yet. What the index
    /// says is looked up again in the message: it may be older than the message's last change.
    Indexed { phrases: String } = concat!(
        "WITH ", rooms!(), ", \
         known AS (SELECT m.id FROM hims_search s CROSS JOIN chat_messages m ON m.id = s.rowid \
             WHERE s.words MATCH ?12 AND s.rowid < ?8 AND ", is_hit!(), " ORDER BY s.rowid DESC LIMIT ?11), \
         noted AS (SELECT m.id FROM hims_search_queue q CROSS JOIN chat_messages m ON m.id = q.message_id \
             WHERE ", is_hit!(), " ORDER BY q.message_id DESC LIMIT ?11), \
         hit AS MATERIALIZED (SELECT id FROM known UNION SELECT id FROM noted)", shown!());

    /// Message by message, in the doctor's own rooms.
    Looked {} = concat!(
        "WITH ", rooms!(), ", hit AS MATERIALIZED (SELECT m.id FROM chat_messages m WHERE ", is_hit!(),
        " ORDER BY m.id DESC LIMIT ?11)", shown!());
}

/// See [`ports::Messages::search`]; the patients are looked up already.
pub(super) fn run(
    connection: &mut SqliteConnection,
    doctor: i64,
    patients: &[i64],
    search: &Search,
) -> Result<SearchPage, Fault> {
    let filter = search.filter();
    let room = match &filter.room {
        Some(room) => {
            let room = key(room.as_i64(), "room")?;
            Membership::of(connection, room, doctor)?;
            Some(room)
        }
        None => None,
    };
    let asked = SearchRequest {
        doctor,
        words: search
            .query()
            .map(|query| query.words().collect::<Vec<_>>().join(" ")),
        room,
        patients: (!patients.is_empty()).then(|| json_list(patients)),
        // An id that is no number names nothing here.
        author: filter.author.as_ref().map(|id| id.as_i64().unwrap_or(-1)),
        from: filter.from.map(|from| from.as_microsecond()),
        to: filter.to.map(|to| to.as_microsecond()),
        before: search
            .after_hit
            .as_ref()
            .map_or(i64::MAX, |id| id.as_i64().unwrap_or(0)),
        has_file: filter.has_file,
        urgent: filter.urgent,
        most: i64::try_from(search.size.get() + 1).unwrap_or(i64::MAX),
    };
    let indexed = asked.words.as_deref().and_then(phrases);
    let mut rows: Vec<MessageRow> = match indexed {
        Some(phrases) => Indexed::of(asked, phrases).rows(connection)?,
        None => Looked::of(asked).rows(connection)?,
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

/// The words that the index can hold as the index's language asks for all of them: phrases in quotes,
/// in which a quote is written twice.
fn phrases(words: &str) -> Option<String> {
    let phrases: Vec<String> = words
        .split(' ')
        .filter(|word| word.chars().count() >= INDEXED)
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    (!phrases.is_empty()).then(|| phrases.join(" AND "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn a_search_goes_through_the_index() {
        let plan = Indexed::plan();
        // "M" is for MATCH, "<" for the rowid, 192 for its order: newest first, from the page before on.
        assert!(
            plan.contains("SCAN s VIRTUAL TABLE INDEX 192:M0<"),
            "{plan}"
        );
        assert!(!plan.contains("SCAN m"), "{plan}");
        assert!(!plan.contains("SCAN a"), "{plan}");
    }

    #[test]
    fn the_index_is_asked_for_every_word_it_can_hold() {
        let asked = phrases("lactate \"q\" bp");
        assert_eq!(asked.as_deref(), Some("\"lactate\" AND \"\"\"q\"\"\""));
        assert_eq!(phrases("bp k"), None);
    }

    #[test]
    fn two_letters_are_looked_for_in_ones_own_rooms_only() {
        let plan = Looked::plan();
        assert!(!plan.contains("SCAN m"), "{plan}");
        assert!(!plan.contains("SCAN a"), "{plan}");
    }
}
