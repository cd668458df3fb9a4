//! Times as old tables hold them.

use jiff::{
    Timestamp, ToSpan,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};

/// What a column said about a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Nothing.
    Empty,
    /// Something that is no time, or one that cannot be true.
    Unusable,
    /// A moment.
    At(Timestamp),
    /// A local time that a clock showed twice; the earlier moment.
    Twice(Timestamp),
}

impl When {
    /// Reads a time: ISO 8601 with or without a zone, or a Unix time in seconds, milliseconds or
    /// microseconds. What has no zone is in `zone`. A time before 1971 is a zero date, one after
    /// `now` a wrong clock.
    pub(crate) fn read(text: Option<&str>, zone: &TimeZone, now: Timestamp) -> Self {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Self::Empty;
        };
        let read = unix(text).map(Self::At).or_else(|| iso(text, zone));
        match read {
            Some(Self::At(at) | Self::Twice(at)) if !is_likely(at, now) => Self::Unusable,
            Some(when) => when,
            None => Self::Unusable,
        }
    }

    /// The moment, when there is one.
    pub(crate) fn at(self) -> Option<Timestamp> {
        match self {
            Self::At(at) | Self::Twice(at) => Some(at),
            Self::Empty | Self::Unusable => None,
        }
    }
}

/// The first moment that is no zero date in any zone.
const FIRST: i64 = 365 * 86_400;

fn is_likely(at: Timestamp, now: Timestamp) -> bool {
    let latest = now.saturating_add(5.minutes()).unwrap_or(now);
    at.as_second() >= FIRST && at <= latest
}

fn unix(text: &str) -> Option<Timestamp> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    match text.len() {
        ..=10 => Timestamp::from_second(number).ok(),
        13 => Timestamp::from_millisecond(number).ok(),
        16 => Timestamp::from_microsecond(number).ok(),
        _ => None,
    }
}

fn iso(text: &str, zone: &TimeZone) -> Option<When> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(When::At(at));
    }
    // PostgreSQL writes an offset of whole hours without minutes.
    if let Ok(at) = format!("{text}:00").parse::<Timestamp>() {
        return Some(When::At(at));
    }
    let local: DateTime = text.parse().ok()?;
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let twice = matches!(ambiguous.offset(), AmbiguousOffset::Fold { .. });
    let at = ambiguous.compatible().ok()?;
    Some(if twice { When::Twice(at) } else { When::At(at) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, zone: &str) -> When {
        let zone = TimeZone::get(zone).unwrap();
        When::read(Some(text), &zone, "2026-01-01T00:00:00Z".parse().unwrap())
    }

    fn at(text: &str) -> When {
        When::At(text.parse().unwrap())
    }

    #[test]
    fn every_spelling_of_a_time() {
        let noon = at("2025-06-01T12:00:00Z");
        for text in [
            "2025-06-01 12:00:00",
            "2025-06-01T12:00:00Z",
            "2025-06-01 12:00:00+00",
            "2025-06-01 14:00:00+02:00",
            "1748779200",
            "1748779200000",
            "1748779200000000",
        ] {
            assert_eq!(read(text, "UTC"), noon, "{text}");
        }
        assert_eq!(read("2025-06-01 13:00:00", "Europe/London"), noon);
    }

    #[test]
    fn what_cannot_be_is_not_believed() {
        for text in [
            "0000-00-00 00:00:00",
            "1970-01-01 00:00:00",
            "0",
            "2099-01-01 00:00:00",
            "yesterday",
        ] {
            assert_eq!(read(text, "UTC"), When::Unusable, "{text}");
        }
        assert_eq!(read(" ", "UTC"), When::Empty);
    }

    #[test]
    fn the_repeated_hour_is_said_to_be_so() {
        let twice = read("2025-10-26 01:30:00", "Europe/London");
        assert_eq!(twice, When::Twice("2025-10-26T00:30:00Z".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in any::<String>()) {
            let _ = read(&text, "Europe/London");
        }
    }
}
