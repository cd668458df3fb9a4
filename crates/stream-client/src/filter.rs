use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value, json};

/// A condition on channels, users, members or messages. Stream says for each kind of thing by which
/// fields it can be found, and answers `Invalid` for any other.
///
/// ```
/// use stream_chat_client::Filter;
///
/// let filter = Filter::eq("type", "messaging")
///     .and(Filter::is_in("members", ["lee", "kim"]))
///     .and(Filter::exists("closed_at", false));
/// let wire = serde_json::json!({ "$and": [
///     { "type": { "$eq": "messaging" } },
///     { "members": { "$in": ["lee", "kim"] } },
///     { "closed_at": { "$exists": false } },
/// ]});
/// assert_eq!(serde_json::to_value(&filter).unwrap(), wire);
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Filter(Value);

impl Filter {
    /// A filter that everything matches.
    pub fn all() -> Self {
        Self(Value::Object(Map::new()))
    }

    /// A field has this value.
    pub fn eq(field: &str, value: impl Into<Value>) -> Self {
        Self::of(field, "$eq", value)
    }

    /// A field has one of these values.
    pub fn is_in<V: Into<Value>>(field: &str, values: impl IntoIterator<Item = V>) -> Self {
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        Self::of(field, "$in", values)
    }

    /// A field is greater.
    pub fn gt(field: &str, value: impl Into<Value>) -> Self {
        Self::of(field, "$gt", value)
    }

    /// A field is greater or equal.
    pub fn gte(field: &str, value: impl Into<Value>) -> Self {
        Self::of(field, "$gte", value)
    }

    /// A field is less.
    pub fn lt(field: &str, value: impl Into<Value>) -> Self {
        Self::of(field, "$lt", value)
    }

    /// A field is less or equal.
    pub fn lte(field: &str, value: impl Into<Value>) -> Self {
        Self::of(field, "$lte", value)
    }

    /// A field is there, or is not.
    pub fn exists(field: &str, there: bool) -> Self {
        Self::of(field, "$exists", there)
    }

    /// A list holds this value.
    pub fn contains(field: &str, value: impl Into<Value>) -> Self {
        Self::of(field, "$contains", value)
    }

    /// A word of a field begins so.
    pub fn autocomplete(field: &str, beginning: &str) -> Self {
        Self::of(field, "$autocomplete", beginning)
    }

    /// A text has these words.
    pub fn words(field: &str, words: &str) -> Self {
        Self::of(field, "$q", words)
    }

    /// Any other operator of Stream's, such as `$eq`.
    pub fn of(field: &str, operator: &str, value: impl Into<Value>) -> Self {
        let value: Value = value.into();
        Self(json!({ field: { operator: value } }))
    }

    /// This one and another.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.joined("$and", other)
    }

    /// This one or another.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.joined("$or", other)
    }

    /// None of these.
    pub fn nor(filters: impl IntoIterator<Item = Self>) -> Self {
        let filters: Vec<Value> = filters.into_iter().map(|filter| filter.0).collect();
        Self(json!({ "$nor": filters }))
    }

    fn joined(self, operator: &str, other: Self) -> Self {
        match self.0 {
            Value::Object(all) if all.is_empty() && operator == "$and" => other,
            mut first => {
                let is_list = first.as_object().is_some_and(|only| only.len() == 1);
                match first.get_mut(operator).and_then(Value::as_array_mut) {
                    Some(list) if is_list => {
                        list.push(other.0);
                        Self(first)
                    }
                    _ => Self(json!({ operator: [first, other.0] })),
                }
            }
        }
    }
}

/// Written by hand, as Stream documents it.
impl From<Value> for Filter {
    fn from(written: Value) -> Self {
        Self(written)
    }
}

/// Shows none of it: a search may be about a person.
impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Filter(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_of_one_kind_stand_in_one_list() {
        let three = Filter::all()
            .and(Filter::eq("a", 1))
            .and(Filter::gt("b", 2))
            .and(Filter::lte("c", 3));
        let list = json!([{ "a": { "$eq": 1 } }, { "b": { "$gt": 2 } }, { "c": { "$lte": 3 } }]);
        assert_eq!(three, json!({ "$and": list }).into());
        let either = three.clone().or(Filter::exists("d", true));
        let both = json!({ "$or": [{ "$and": list }, { "d": { "$exists": true } }] });
        assert_eq!(either, both.into());
        let none = Filter::nor([Filter::contains("e", "x"), Filter::words("text", "y")]);
        let none_of = json!([{ "e": { "$contains": "x" } }, { "text": { "$q": "y" } }]);
        assert_eq!(none, json!({ "$nor": none_of }).into());
        assert_eq!(format!("{three:?}"), "Filter(…)");
    }
}
