//! The filter language of queries, applied to JSON documents.

mod compare;
mod sort;

use serde_json::Value;

use self::compare::{contains, matches_all_words, ordering, same, starts_a_word};
pub(crate) use self::sort::{Order, sort};
use crate::failure::Failure;
use crate::json::Object;

/// Whether a document satisfies a filter.
///
/// A field is looked up by its whole name first, then along its dots.
pub(crate) fn matches(filter: &Object, document: &Value) -> Result<bool, Failure> {
    for (field, condition) in filter {
        let holds = match field.as_str() {
            "$and" => parts(field, condition)?.try_fold(true, |all, part| {
                Ok::<_, Failure>(all & matches(part?, document)?)
            })?,
            "$or" => parts(field, condition)?.try_fold(false, |any, part| {
                Ok::<_, Failure>(any | matches(part?, document)?)
            })?,
            "$nor" => !parts(field, condition)?.try_fold(false, |any, part| {
                Ok::<_, Failure>(any | matches(part?, document)?)
            })?,
            name if name.starts_with('$') => return Err(unknown(name)),
            name => field_holds(lookup(document, name), condition)?,
        };
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

fn parts<'a>(
    name: &str,
    value: &'a Value,
) -> Result<impl Iterator<Item = Result<&'a Object, Failure>> + use<'a>, Failure> {
    let wrong = format!("{name} takes a list of filters");
    let list = value
        .as_array()
        .ok_or_else(|| Failure::input(wrong.clone()))?;
    Ok(list.iter().map(move |part| {
        part.as_object()
            .ok_or_else(|| Failure::input(wrong.clone()))
    }))
}

/// The value of a field of a document.
pub(crate) fn lookup<'a>(document: &'a Value, name: &str) -> Option<&'a Value> {
    if let Some(value) = document.get(name) {
        return Some(value).filter(|value| !value.is_null());
    }
    let (first, rest) = name.split_once('.')?;
    lookup(document.get(first)?, rest)
}

fn field_holds(value: Option<&Value>, condition: &Value) -> Result<bool, Failure> {
    let operators = condition
        .as_object()
        .filter(|object| object.keys().any(|key| key.starts_with('$')));
    let Some(operators) = operators else {
        return Ok(same(value, condition));
    };
    for (operator, wanted) in operators {
        if !operator_holds(operator, value, wanted)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn operator_holds(operator: &str, value: Option<&Value>, wanted: &Value) -> Result<bool, Failure> {
    let needs = |kind: &str| Failure::input(format!("{operator} takes {kind}"));
    let text = || wanted.as_str().ok_or_else(|| needs("a string"));
    Ok(match operator {
        "$eq" => same(value, wanted),
        "$in" => {
            let wanted = wanted.as_array().ok_or_else(|| needs("a list"))?;
            wanted.iter().any(|wanted| match value {
                Some(Value::Array(values)) => values.contains(wanted),
                value => same(value, wanted),
            })
        }
        "$exists" => value.is_some() == wanted.as_bool().ok_or_else(|| needs("true or false"))?,
        "$contains" => contains(value, wanted),
        "$autocomplete" => starts_a_word(value, text()?),
        "$q" => matches_all_words(value, text()?),
        "$gt" => ordering(value, wanted).is_some_and(std::cmp::Ordering::is_gt),
        "$gte" => ordering(value, wanted).is_some_and(std::cmp::Ordering::is_ge),
        "$lt" => ordering(value, wanted).is_some_and(std::cmp::Ordering::is_lt),
        "$lte" => ordering(value, wanted).is_some_and(std::cmp::Ordering::is_le),
        other => return Err(unknown(other)),
    })
}

fn unknown(operator: &str) -> Failure {
    Failure::input(format!("unknown operator {operator} in the filter"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(filter: Value) -> bool {
        let document = json!({
            "type": "messaging", "members": ["a", "b"], "member_count": 2, "name": "Ward seven",
            "last_message_at": "2026-11-22T10:00:00.5Z", "member.user.name": ["Dr Lee", "Dr Kim"], "x": {"y": 1},
        });
        matches(filter.as_object().unwrap(), &document).unwrap()
    }

    #[test]
    fn every_operator() {
        assert!(holds(
            json!({"type": "messaging", "members": {"$in": ["b", "z"]}})
        ));
        assert!(
            holds(json!({"members": {"$eq": ["b", "a"]}}))
                && !holds(json!({"members": {"$eq": ["a"]}}))
        );
        assert!(holds(json!({"member_count": {"$gt": 1, "$lte": 2}})));
        assert!(holds(
            json!({"last_message_at": {"$gt": "2026-11-22T10:00:00Z"}})
        ));
        assert!(
            holds(json!({"name": {"$autocomplete": "sev"}}))
                && !holds(json!({"name": {"$autocomplete": "even"}}))
        );
        assert!(holds(json!({"member.user.name": {"$autocomplete": "kim"}})));
        assert!(holds(json!({"x.y": 1, "z": {"$exists": false}})));
        assert!(holds(
            json!({"$or": [{"type": "team"}, {"$and": [{"type": "messaging"}]}]})
        ));
        assert!(holds(json!({"$nor": [{"type": "team"}]})));
    }

    #[test]
    fn operators_that_are_gone_are_refused() {
        let filter = json!({"type": {"$ne": "team"}});
        assert_eq!(
            matches(filter.as_object().unwrap(), &json!({}))
                .unwrap_err()
                .code,
            4
        );
    }
}
