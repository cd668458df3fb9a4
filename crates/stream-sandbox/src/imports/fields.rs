use jiff::Timestamp;
use serde_json::Value;

use crate::channels::distinct_id;
use crate::failure::Failure;
use crate::json::{self, Object};

/// The channel a line is about.
pub(super) fn cid(data: &Object, kind: &str, id: &str, members: &str) -> String {
    let kind = text(data, kind);
    if let Some(id) = data.get(id).and_then(Value::as_str) {
        return format!("{kind}:{id}");
    }
    let mut ids = json::texts(data, members).unwrap_or_default();
    ids.sort_unstable();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    format!("{kind}:{}", distinct_id(&ids))
}

pub(super) fn text(data: &Object, name: &str) -> String {
    data.get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// An instant a line names, or another.
pub(super) fn at(data: &Object, name: &str, otherwise: Timestamp) -> Result<Timestamp, Failure> {
    Ok(json::instant(data, name)?.unwrap_or(otherwise))
}
