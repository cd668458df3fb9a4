//! Values that stand in a column of times and are none.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{PartMapping, Row, when::When};

/// The first day of Unix time, in any zone, in seconds.
const FIRST_DAY: i64 = 86_400;

/// Zones are whole quarters of an hour apart, in seconds.
const QUARTER: i64 = 900;

/// Whether a time is still to come, such as the last day that a database knows, which stands for "never".
pub(super) fn is_to_come(stamp: &str, now: Timestamp) -> bool {
    let today = TimeZone::UTC.to_datetime(now).date();
    if stamp.bytes().all(|b| b.is_ascii_digit()) {
        // A Unix time of more digits than those of our time, or of a later one.
        return When::read(Some(stamp), &TimeZone::UTC, Timestamp::MAX)
            .at()
            .map_or(stamp.len() > 10, |at| at > now);
    }
    stamp == "infinity" || day(stamp).is_some_and(|day| day > today)
}

/// Whether a time stands for none: zeros, the first day of a calendar or a clock, such as 0001-01-01, 1900-01-01
/// and 1970-01-01, or midnight of that day in any zone as a Unix time. Other small numbers may be a yes.
pub(super) fn is_no_time(stamp: &str) -> bool {
    is_nothing(stamp)
        || stamp == "-infinity"
        || day(stamp).is_some_and(|day| day.year() <= 1970)
        || stamp.parse().is_ok_and(|seconds: i64| {
            seconds <= 0 || (seconds < FIRST_DAY && seconds % QUARTER == 0)
        })
}

fn day(stamp: &str) -> Option<Date> {
    stamp.get(..10)?.parse().ok()
}

/// Whether a time is the zero that stands for none, as a number or as a date.
fn is_nothing(stamp: &str) -> bool {
    stamp.chars().any(|c| c == '0') && stamp.chars().all(|c| !c.is_ascii_digit() || c == '0')
}

/// The time of a deletion as a row has it; nothing where it stands for none, or is still to come. A time within the next
/// hours is one of another zone, or of a row that was deleted since the reading began.
pub(super) fn of_deletion(row: &Row, now: Timestamp) -> Option<String> {
    let stamp = row.word("deleted_at").filter(|stamp| !is_no_time(stamp))?;
    let is_unusable = When::read(Some(&stamp), &TimeZone::UTC, now) == When::Unusable;
    (!is_unusable || !is_to_come(&stamp, now)).then_some(stamp)
}

/// The answer of a row to whether something was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Read,
    Unread,
    /// Neither is said.
    Unsaid,
    /// Something stands where the time of reading should, and nobody can read it.
    Unsure(String),
}

impl Seen {
    /// Reads the mark on a message itself. A column of yes and no counts before one of times; where it holds nothing, a time
    /// says that the message was read, and only where there is no such column does no time say that it was not.
    pub(super) fn of_message(mapped: Option<&PartMapping>, row: &Row, now: Timestamp) -> Self {
        let has = |field| mapped.is_some_and(|mapped| mapped.has(field));
        if has("read") && row.word("read").is_some() {
            return Self::said(row);
        }
        match Self::at_a_time(row, now) {
            Self::Unread if has("read") || !has("read_at") => Self::Unsaid,
            seen => seen,
        }
    }

    /// Reads a row about a message and a reader. Where no column says whether, and none says when, the row itself
    /// says that the message was read.
    pub(super) fn of_read(mapped: Option<&PartMapping>, row: &Row, now: Timestamp) -> Self {
        let has = |field| mapped.is_some_and(|mapped| mapped.has(field));
        if has("read") {
            Self::said(row)
        } else if has("read_at") {
            Self::at_a_time(row, now)
        } else {
            Self::Read
        }
    }

    fn said(row: &Row) -> Self {
        if row.says_yes("read") {
            Self::Read
        } else {
            Self::Unread
        }
    }

    fn at_a_time(row: &Row, now: Timestamp) -> Self {
        let stamp = row.word("read_at").filter(|stamp| !is_no_time(stamp));
        let Some(stamp) = stamp else {
            return Self::Unread;
        };
        match When::read(Some(&stamp), &TimeZone::UTC, now) {
            When::Empty => Self::Unread,
            When::At(_) | When::Twice(..) | When::Never(_) | When::Ahead => Self::Read,
            When::Unusable if is_to_come(&stamp, now) => Self::Unread,
            When::Unusable => Self::Unsure(stamp),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, Part, Table};

    fn table() -> Table {
        Table {
            name: "any".to_owned(),
            columns: Vec::new(),
            has_places: true,
        }
    }

    const NOW: &str = "2026-01-01T00:00:00Z";

    fn mapped(fields: &[&'static str]) -> PartMapping {
        let mut mapped = PartMapping::new(&table());
        for field in fields {
            mapped.set(field, &Column::new(field, "text"));
        }
        mapped
    }

    #[test]
    fn what_stands_for_no_time() {
        for stamp in [
            "0",
            "0000-00-00",
            "0000-00-00 00:00:00.000000",
            "0001-01-01T00:00:00Z",
            "1970-01-01 00:00:00",
            "1970-01-01 01:00:00+01:00",
            "3600",
            "-62135596800",
        ] {
            assert!(is_no_time(stamp), "{stamp}");
        }
        let now = NOW.parse().unwrap();
        for stamp in ["9999-12-31 23:59:59", "infinity", "253402300799"] {
            assert!(is_to_come(stamp, now) && !is_no_time(stamp), "{stamp}");
        }
        for stamp in [
            "2025-03-01 09:00:00",
            "1740819600",
            "1740819600000",
            "20250301",
            "20250301090000",
            "1",
            "x",
        ] {
            assert!(!is_no_time(stamp) && !is_to_come(stamp, now), "{stamp}");
        }
    }

    #[test]
    fn a_deletion_counts_in_any_zone_and_never_where_its_time_stands_for_none() {
        let deleted = |stamp: &str| {
            let row = Row::of(Part::Messages, &[("deleted_at", stamp)]);
            of_deletion(&row, NOW.parse().unwrap()).is_some()
        };
        // Half past midnight of the next day, in the zone of the source; and a second after the reading began.
        for stamp in [
            "2026-01-01 00:30:00",
            "2026-01-01 11:00:00",
            "1767225601",
            "1767225601000",
            "1",
            "yes",
        ] {
            assert!(deleted(stamp), "{stamp}");
        }
        for stamp in [
            "0",
            "1970-01-01 00:00:00",
            "9999-12-31 23:59:59",
            "253402300799",
            "2038-01-19 03:14:07",
        ] {
            assert!(!deleted(stamp), "{stamp}");
        }
    }

    #[test]
    fn a_time_of_reading_that_is_none_says_unread() {
        let seen = |fields: &[&'static str], says: &[(&str, &str)]| {
            let row = Row::of(Part::Messages, says);
            Seen::of_message(Some(&mapped(fields)), &row, NOW.parse().unwrap())
        };
        for stamp in [
            "0000-00-00 00:00:00",
            "0",
            "1970-01-01 00:00:00",
            "9999-12-31 23:59:59",
        ] {
            let says = [("read_at", stamp)];
            assert_eq!(seen(&["read_at"], &says), Seen::Unread, "{stamp}");
            assert_eq!(seen(&["read", "read_at"], &says), Seen::Unsaid, "{stamp}");
        }
        let stamp = ("read_at", "2025-03-01 09:00:00");
        assert_eq!(seen(&["read_at"], &[stamp]), Seen::Read);
        let both = ["read", "read_at"];
        assert_eq!(seen(&both, &[("read", "0"), stamp]), Seen::Unread);
        assert_eq!(seen(&both, &[("read", "1")]), Seen::Read);
        assert_eq!(seen(&both, &[stamp]), Seen::Read);
        let unsure = Seen::Unsure("last spring".to_owned());
        assert_eq!(seen(&["read_at"], &[("read_at", "last spring")]), unsure);
        assert_eq!(seen(&[], &[]), Seen::Unsaid);
        assert_eq!(seen(&["read"], &[]), Seen::Unsaid);
    }

    #[test]
    fn a_row_for_a_reader_without_a_time_says_unread() {
        let seen = |fields: &[&'static str], says: &[(&str, &str)]| {
            let row = Row::of(Part::Reads, says);
            Seen::of_read(Some(&mapped(fields)), &row, NOW.parse().unwrap())
        };
        assert_eq!(seen(&[], &[]), Seen::Read);
        assert_eq!(seen(&["read_at"], &[]), Seen::Unread);
        assert_eq!(seen(&["read_at"], &[("read_at", "0")]), Seen::Unread);
        let stamp = ("read_at", "2025-03-01 09:00:00");
        assert_eq!(seen(&["read_at"], &[stamp]), Seen::Read);
        assert_eq!(seen(&["read", "read_at"], &[stamp]), Seen::Unread);
    }
}
