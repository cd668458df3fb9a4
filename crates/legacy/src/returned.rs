use std::collections::HashMap;

use domain::{Body, Message, MessageId, MessageText, StaffId, UrgentReason};
use jiff::Timestamp;
use ports::{MessageRecord, legacy_name};

/// A message that was written in the other backend, as the columns keep it.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the names are the columns'")]
pub struct WrittenRow {
    /// 0 where nobody here can be meant.
    pub author: i64,
    pub text: Option<String>,
    pub kind: &'static str,
    pub sent_at: i64,
    pub client_id: Option<String>,
    pub urgency: &'static str,
    pub urgent_reason: Option<String>,
    pub edited_at: Option<i64>,
    pub recalled_at: Option<i64>,
    pub mentions: Vec<i64>,
}

impl WrittenRow {
    /// The row of a message, which brings files or not.
    pub fn of(message: &Message, has_files: bool) -> Self {
        Self {
            author: message.author.id.as_i64().unwrap_or(0),
            text: message.text().map(MessageText::as_str).map(str::to_owned),
            kind: if has_files { "file" } else { "text" },
            sent_at: message.sent_at.as_microsecond(),
            client_id: message.client_id.as_ref().map(ToString::to_string),
            urgency: message.urgency.as_str(),
            urgent_reason: message
                .urgent_reason
                .as_ref()
                .map(UrgentReason::as_str)
                .map(str::to_owned),
            edited_at: message.edited_at.map(Timestamp::as_microsecond),
            recalled_at: match message.body {
                Body::Recalled { at } => Some(at.as_microsecond()),
                Body::Written { .. } => None,
            },
            mentions: staff_keys(&message.mentions),
        }
    }
}

/// The keys of those of these who are somebody here.
pub fn staff_keys(staff: &[StaffId]) -> Vec<i64> {
    staff.iter().filter_map(StaffId::as_i64).collect()
}

/// The key of a message by its name in the other backend, of one that was carried there.
pub fn carried_key(name: &MessageId) -> Option<i64> {
    legacy_name(name)?.as_i64()
}

/// The keys that [`name`] needs names of: of the messages and of what they answer.
pub fn to_be_named(records: &[MessageRecord]) -> Vec<i64> {
    let ids = records.iter().flat_map(|record| {
        let message = &record.message;
        [Some(&message.id), message.reply_to.as_ref()]
    });
    ids.flatten().filter_map(MessageId::as_i64).collect()
}

/// Says of records what they are called in the other backend, by the rows (key, name) of those that
/// were written there.
pub fn name(records: &mut [MessageRecord], names: Vec<(i64, String)>) {
    let names: HashMap<i64, MessageId> = names
        .into_iter()
        .filter_map(|(key, name)| Some((key, MessageId::parse(name).ok()?)))
        .collect();
    let named = |id: &MessageId| names.get(&id.as_i64()?).cloned();
    for record in records {
        record.written_as = named(&record.message.id);
        record.answers_as = record.message.reply_to.as_ref().and_then(named);
    }
}

/// A message's name in the other backend, its key and its place here.
pub type PlaceRow = (String, i64, i64);

/// Records under their names in the other backend.
pub fn under_names(
    places: Vec<PlaceRow>,
    records: Vec<MessageRecord>,
) -> Vec<(MessageId, MessageRecord)> {
    let names: HashMap<i64, String> = places
        .into_iter()
        .map(|(name, key, _)| (key, name))
        .collect();
    let named = records.into_iter().filter_map(|record| {
        let name = names.get(&record.message.id.as_i64()?)?;
        Some((MessageId::parse(name.as_str()).ok()?, record))
    });
    named.collect()
}

/// The keys of messages that need the next places, in this order, to stand in the order of their
/// names: the first that stands before one it follows, and all after it.
pub fn out_of_order(places: &[PlaceRow], names: &[MessageId]) -> Vec<i64> {
    let known: HashMap<&str, (i64, i64)> = places
        .iter()
        .map(|(name, key, place)| (name.as_str(), (*key, *place)))
        .collect();
    let in_order = names.iter().filter_map(|name| known.get(name.as_str()));
    let mut last = 0;
    let rest = in_order.skip_while(|(_, place)| {
        let is_right = *place > last;
        last = last.max(*place);
        is_right
    });
    rest.map(|(key, _)| *key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_too_early_and_all_after_it_move_on() {
        let place = |name: &str, key, place| (name.to_owned(), key, place);
        let places = [
            place("a", 1, 10),
            place("b", 2, 30),
            place("c", 3, 20),
            place("d", 4, 40),
        ];
        let names = |names: &[&str]| -> Vec<MessageId> {
            names
                .iter()
                .map(|name| MessageId::parse(*name).unwrap())
                .collect()
        };
        assert_eq!(out_of_order(&places, &names(&["a", "c", "b", "d"])), [0; 0]);
        assert_eq!(
            out_of_order(&places, &names(&["a", "b", "x", "c", "d"])),
            [3, 4]
        );
    }
}
