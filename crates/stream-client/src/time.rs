//! Stream writes times as RFC 3339 or as whole nanoseconds, and "never" as the year 1.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A time that may be missing, in either form.
pub(super) fn optional<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(Option::<Value>::deserialize(from)?.as_ref().and_then(read))
}

/// A time in either form.
pub(super) fn required<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    read(&Value::deserialize(from)?).ok_or_else(|| serde::de::Error::custom("is no time"))
}

pub(super) fn read(value: &Value) -> Option<Timestamp> {
    let time: Timestamp = match value {
        Value::String(text) => text.parse().ok()?,
        Value::Number(number) => Timestamp::from_nanosecond(number.as_i64()?.into()).ok()?,
        _ => return None,
    };
    // The year 1 ends this many seconds before 1970.
    (time.as_second() > -62_104_000_000).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_forms_are_one_time() {
        let text = read(&json!("2026-11-22T10:00:00.123456789Z")).unwrap();
        let number = read(&json!(1_795_341_600_123_456_789_i64)).unwrap();
        assert_eq!(text, number);
    }

    #[test]
    fn never_is_no_time() {
        for value in [
            json!("0001-01-01T00:00:00Z"),
            json!(null),
            json!(""),
            json!("soon"),
            json!({}),
        ] {
            assert_eq!(read(&value), None, "{value}");
        }
    }
}
