//! Reading the fields of a request: what is absent or null is `None`, what has the wrong kind is refused.

use jiff::Timestamp;
use serde_json::Value;

use crate::failure::Failure;
use crate::time;

/// A JSON object.
pub(crate) type Object = serde_json::Map<String, Value>;

fn wrong(name: &str, kind: &str) -> Failure {
    Failure::input(format!("field \"{name}\" must be {kind}"))
}

fn present<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

pub(crate) fn text<'a>(object: &'a Object, name: &str) -> Result<Option<&'a str>, Failure> {
    present(object, name)
        .map(|value| value.as_str().ok_or_else(|| wrong(name, "a string")))
        .transpose()
}

pub(crate) fn flag(object: &Object, name: &str) -> Result<Option<bool>, Failure> {
    present(object, name)
        .map(|value| value.as_bool().ok_or_else(|| wrong(name, "true or false")))
        .transpose()
}

pub(crate) fn int(object: &Object, name: &str) -> Result<Option<i64>, Failure> {
    present(object, name)
        .map(|value| value.as_i64().ok_or_else(|| wrong(name, "an integer")))
        .transpose()
}

pub(crate) fn instant(object: &Object, name: &str) -> Result<Option<Timestamp>, Failure> {
    present(object, name)
        .map(|value| time::read(value).ok_or_else(|| wrong(name, "an RFC 3339 time")))
        .transpose()
}

pub(crate) fn object<'a>(object: &'a Object, name: &str) -> Result<Option<&'a Object>, Failure> {
    present(object, name)
        .map(|value| value.as_object().ok_or_else(|| wrong(name, "an object")))
        .transpose()
}

pub(crate) fn list<'a>(object: &'a Object, name: &str) -> Result<&'a [Value], Failure> {
    match present(object, name) {
        None => Ok(&[]),
        Some(value) => value
            .as_array()
            .map(Vec::as_slice)
            .ok_or_else(|| wrong(name, "a list")),
    }
}

pub(crate) fn texts(object: &Object, name: &str) -> Result<Vec<String>, Failure> {
    let item = |value: &Value| {
        value
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| wrong(name, "a list of strings"))
    };
    list(object, name)?.iter().map(item).collect()
}

/// A list of at most `most` strings.
pub(crate) fn few_texts(object: &Object, name: &str, most: usize) -> Result<Vec<String>, Failure> {
    let found = texts(object, name)?;
    if found.len() > most {
        return Err(Failure::input(format!(
            "field \"{name}\" may hold at most {most} items"
        )));
    }
    Ok(found)
}

/// A number of rows between 0 and `most`.
pub(crate) fn count(
    object: &Object,
    name: &str,
    usual: usize,
    most: usize,
) -> Result<usize, Failure> {
    let Some(number) = int(object, name)? else {
        return Ok(usual);
    };
    usize::try_from(number)
        .ok()
        .filter(|number| *number <= most)
        .ok_or_else(|| Failure::input(format!("field \"{name}\" must be between 0 and {most}")))
}

/// The fields that are not in `known`: custom data, which lies beside the known fields.
pub(crate) fn custom(object: &Object, known: &[&str]) -> Result<Object, Failure> {
    let kept = |(name, value): (&String, &Value)| {
        let custom = !known.contains(&name.as_str()) && !value.is_null();
        custom.then(|| (name.clone(), value.clone()))
    };
    let custom: Object = object.iter().filter_map(kept).collect();
    limit(&custom)?;
    Ok(custom)
}

/// Custom data is at most 5 KB an object.
pub(crate) fn limit(custom: &Object) -> Result<(), Failure> {
    if serde_json::to_vec(custom).map_or(0, |bytes| bytes.len()) > 5 * 1024 + 2 {
        return Err(Failure::input("custom data may be at most 5KB"));
    }
    Ok(())
}

/// How many dots a path of a partial update may have.
const DEEPEST: usize = 10;

/// Applies `set` and `unset` with dotted paths, as partial updates do.
pub(crate) fn patch(target: &mut Object, set: &Object, unset: &[String]) -> Result<(), Failure> {
    if set
        .keys()
        .chain(unset)
        .any(|path| path.matches('.').count() > DEEPEST)
    {
        return Err(Failure::input(format!(
            "a path may have at most {DEEPEST} dots"
        )));
    }
    for (path, value) in set {
        put(target, path, value.clone());
    }
    for path in unset {
        remove(target, path);
    }
    limit(target)
}

fn put(target: &mut Object, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            target.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = target
                .entry(first)
                .or_insert_with(|| Value::Object(Object::new()));
            if !inner.is_object() {
                *inner = Value::Object(Object::new());
            }
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

fn remove(target: &mut Object, path: &str) {
    match path.split_once('.') {
        None => {
            target.remove(path);
        }
        Some((first, rest)) => {
            if let Some(Value::Object(inner)) = target.get_mut(first) {
                remove(inner, rest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object_of(value: Value) -> Object {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn dotted_paths_reach_into_objects() {
        let mut target = object_of(json!({"a": {"b": 1, "c": 2}, "d": 3}));
        patch(
            &mut target,
            &object_of(json!({"a.b": 5, "e.f": 6})),
            &["a.c".into(), "d".into()],
        )
        .unwrap();
        assert_eq!(Value::Object(target), json!({"a": {"b": 5}, "e": {"f": 6}}));
    }

    #[test]
    fn wrong_kinds_are_refused_and_null_is_absent() {
        let body = object_of(json!({"n": "x", "z": null}));
        assert!(int(&body, "n").is_err());
        assert_eq!(text(&body, "z").unwrap(), None);
    }
}
