use std::cmp::Ordering;

use serde_json::Value;

use crate::time;

/// Equality; of lists, as sets. Absent equals null.
pub(super) fn same(value: Option<&Value>, wanted: &Value) -> bool {
    match (value, wanted) {
        (None, wanted) => wanted.is_null(),
        (Some(Value::Array(values)), Value::Array(wanted)) => {
            values.len() == wanted.len() && wanted.iter().all(|wanted| values.contains(wanted))
        }
        (Some(value), wanted) => {
            value == wanted || ordering(Some(value), wanted) == Some(Ordering::Equal)
        }
    }
}

/// Numbers by size, times by instant, other text by its letters.
pub(super) fn ordering(value: Option<&Value>, wanted: &Value) -> Option<Ordering> {
    match (value?, wanted) {
        (Value::Number(value), Value::Number(wanted)) => {
            value.as_f64()?.partial_cmp(&wanted.as_f64()?)
        }
        (value @ Value::String(text), wanted @ Value::String(other)) => {
            match (time::read(value), time::read(wanted)) {
                (Some(value), Some(wanted)) => Some(value.cmp(&wanted)),
                _ => Some(text.cmp(other)),
            }
        }
        (Value::Bool(value), Value::Bool(wanted)) => Some(value.cmp(wanted)),
        _ => None,
    }
}

/// Whether a list has the item.
pub(super) fn contains(value: Option<&Value>, wanted: &Value) -> bool {
    match value {
        Some(Value::Array(values)) => values.contains(wanted),
        Some(Value::String(text)) => wanted.as_str().is_some_and(|wanted| text.contains(wanted)),
        _ => false,
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.to_lowercase()],
        Some(Value::Array(values)) => values
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_lowercase)
            .collect(),
        _ => Vec::new(),
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// Whether some word of the text starts so; the whole text may too.
pub(super) fn starts_a_word(value: Option<&Value>, wanted: &str) -> bool {
    let wanted = wanted.to_lowercase();
    texts(value)
        .iter()
        .any(|text| text.starts_with(&wanted) || words(text).any(|word| word.starts_with(&wanted)))
}

/// Whether each word of the query starts a word of the text.
pub(super) fn matches_all_words(value: Option<&Value>, query: &str) -> bool {
    let query = query.to_lowercase();
    let found = |text: &String| {
        words(&query).all(|wanted| words(text).any(|word| word.starts_with(wanted)))
    };
    words(&query).next().is_some() && texts(value).iter().any(found)
}
