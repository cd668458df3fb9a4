use jiff::{Timestamp, ToSpan, Unit};
use serde_json::Value;

/// The instants the sandbox stamps: each later than the one before, in microseconds.
#[derive(Debug)]
pub(crate) struct Clock {
    last: Timestamp,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self {
            last: Timestamp::UNIX_EPOCH,
        }
    }

    pub(crate) fn now(&mut self) -> Timestamp {
        let now = Timestamp::now()
            .round(Unit::Microsecond)
            .unwrap_or(self.last);
        self.last = if now > self.last {
            now
        } else {
            self.last + 1.microsecond()
        };
        self.last
    }
}

/// An instant as the API writes it.
pub(crate) fn json(at: Timestamp) -> Value {
    Value::String(at.to_string())
}

/// An instant as the API writes it, or null.
pub(crate) fn json_or_null(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, json)
}

/// Reads RFC 3339 text or an integer of nanoseconds.
pub(crate) fn read(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => Timestamp::from_nanosecond(number.as_i64()?.into()).ok(),
        _ => None,
    }
}
