//! Times as old tables hold them.

use jiff::{
    Timestamp, ToSpan,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};

/// The reading of a column that should hold a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// An empty column.
    Empty,
    /// Something that is no time, or one that cannot be true.
    Unusable,
    /// A time that is still to come, within so few hours that the zone may be wrong.
    Ahead,
    /// A moment.
    At(Timestamp),
    /// A local time that a clock showed twice: the earlier moment, and the later.
    Twice(Timestamp, Timestamp),
    /// A local time that no clock showed, in the hour that is left out in spring; the moment that a clock which
    /// was not put forward would have shown it.
    Never(Timestamp),
}

impl When {
    /// Reads a time: ISO 8601 with or without a zone, as the several databases and languages write it, RFC 2822,
    /// or a Unix time in seconds, with or without a fraction, milliseconds or microseconds. What has no zone is in `zone`. A time before 1971 is a zero date, one after
    /// `now` a wrong clock.
    pub(crate) fn read(text: Option<&str>, zone: &TimeZone, now: Timestamp) -> Self {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Self::Empty;
        };
        let read = compact(text)
            .and_then(|local| iso(&local, zone))
            .or_else(|| unix(text).map(Self::At))
            .or_else(|| iso(text, zone));
        match read {
            Some(Self::At(at) | Self::Twice(at, _) | Self::Never(at)) if is_ahead(at, now) => {
                Self::Ahead
            }
            Some(Self::At(at) | Self::Twice(at, _) | Self::Never(at)) if !is_likely(at, now) => {
                Self::Unusable
            }
            Some(when) => when,
            None => Self::Unusable,
        }
    }

    /// The moment, when there is one.
    pub(crate) fn at(self) -> Option<Timestamp> {
        match self {
            Self::At(at) | Self::Twice(at, _) | Self::Never(at) => Some(at),
            Self::Empty | Self::Unusable | Self::Ahead => None,
        }
    }
}

/// The first moment that is no zero date in any zone.
const FIRST: i64 = 365 * 86_400;

/// No two zones are further apart.
const FURTHEST: i64 = 26;

fn is_ahead(at: Timestamp, now: Timestamp) -> bool {
    let furthest = now.saturating_add(FURTHEST.hours()).unwrap_or(now);
    !is_likely(at, now) && at > now && at <= furthest
}

fn is_likely(at: Timestamp, now: Timestamp) -> bool {
    let latest = now.saturating_add(5.minutes()).unwrap_or(now);
    at.as_second() >= FIRST && at <= latest
}

/// A date, or a date and a time, of digits alone: 20250601, 20250601120000. As a Unix time it would be of another age.
fn compact(text: &str) -> Option<String> {
    let is_date = text.bytes().all(|b| b.is_ascii_digit())
        && (text.starts_with("19") || text.starts_with("20"));
    match text.len() {
        8 if is_date => Some(format!("{text}T000000")),
        14 if is_date => Some(format!("{}T{}", &text[..8], &text[8..])),
        _ => None,
    }
}

fn unix(text: &str) -> Option<Timestamp> {
    if let Some((seconds, fraction)) = text.split_once('.')
        && fraction.bytes().all(|b| b.is_ascii_digit())
        && seconds.len() <= 10
    {
        let nanos: i32 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
        let seconds = unix(seconds)?.as_second();
        return Timestamp::new(seconds, nanos).ok();
    }
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
    if let Some(at) = with_offset(text) {
        return Some(When::At(at));
    }
    if let Ok(zoned) = jiff::fmt::rfc2822::parse(text) {
        return Some(When::At(zoned.timestamp()));
    }
    let local: DateTime = text.parse().ok()?;
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let kind = ambiguous.offset();
    let first = ambiguous.compatible().ok()?;
    Some(match kind {
        AmbiguousOffset::Unambiguous { .. } => When::At(first),
        AmbiguousOffset::Fold { .. } => When::Twice(first, ambiguous.later().ok()?),
        AmbiguousOffset::Gap { .. } => When::Never(first),
    })
}

/// A time with its zone in a spelling that is not quite ISO 8601: `… UTC`, `…+00`, `… +0200`.
fn with_offset(text: &str) -> Option<Timestamp> {
    for word in ["UTC", "GMT", "utc", "gmt"] {
        if let Some(local) = text.strip_suffix(word) {
            return format!("{}Z", local.trim_end()).parse().ok();
        }
    }
    let at = text.rfind(['+', '-'])?;
    // A sign before this is one of the date.
    if at < "2024-01-01".len() {
        return None;
    }
    let (local, offset) = (text[..at].trim_end(), &text[at..]);
    let offset = match offset.len() {
        3 => format!("{offset}:00"),
        5 => format!("{}:{}", offset.get(..3)?, offset.get(3..)?),
        _ => offset.to_owned(),
    };
    format!("{local}{offset}").parse().ok()
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
            "1748779200.000",
            "2025-06-01 12:00:00 UTC",
            "2025-06-01 14:00:00 +0200",
            "2025-06-01 14:00:00+0200",
            "2025-06-01 08:00:00 -04:00",
            "Sun, 1 Jun 2025 12:00:00 GMT",
            "Sun, 01 Jun 2025 14:00:00 +0200",
            "20250601120000",
        ] {
            assert_eq!(read(text, "UTC"), noon, "{text}");
        }
        assert_eq!(read("2025-06-01 13:00:00", "Europe/London"), noon);
        assert_eq!(read("20250601", "UTC"), at("2025-06-01T00:00:00Z"));
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
        let moment = |text: &str| text.parse().unwrap();
        let expected = When::Twice(
            moment("2025-10-26T00:30:00Z"),
            moment("2025-10-26T01:30:00Z"),
        );
        assert_eq!(twice, expected);
    }

    #[test]
    fn the_hour_that_spring_leaves_out_is_said_to_be_so() {
        let never = read("2024-03-31 01:30:00", "Europe/London");
        assert_eq!(never, When::Never("2024-03-31T01:30:00Z".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in any::<String>()) {
            let _ = read(&text, "Europe/London");
        }
    }
}
