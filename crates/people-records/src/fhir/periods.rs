use jiff::civil::{Date, date};

use super::resources::Period;

/// Position of a period against a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Over,
    Now,
    ToCome,
}

impl Period {
    /// Position of the period against today. A side that is not said, or is no date, is open.
    pub(super) fn when(&self, today: Date) -> When {
        let start = self.start.as_deref().and_then(days);
        let end = self.end.as_deref().and_then(days);
        if end.is_some_and(|(_, last)| last < today) {
            When::Over
        } else if start.is_some_and(|(first, _)| first > today) {
            When::ToCome
        } else {
            When::Now
        }
    }
}

/// The first and the last day that a FHIR date or time may mean: a year, a month or a day. A time is
/// taken to the day that is written, in its own zone.
pub(super) fn days(text: &str) -> Option<(Date, Date)> {
    let day = text.split('T').next()?;
    let mut parts = day.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map(|part| number(part, 2));
    let day = parts.next().map(|part| number(part, 2));
    let (first, last) = match (month, day, parts.next()) {
        (None, None, None) => ((1, 1), (12, 31)),
        (Some(month), None, None) => {
            let month = i8::try_from(month?).ok()?;
            let begin = Date::new(year, month, 1).ok()?;
            ((month, 1), (month, begin.days_in_month()))
        }
        (Some(month), Some(day), None) => {
            let day = (i8::try_from(month?).ok()?, i8::try_from(day?).ok()?);
            (day, day)
        }
        _ => return None,
    };
    let first = Date::new(year, first.0, first.1).ok()?;
    let last = Date::new(year, last.0, last.1).ok()?;
    (first >= date(1, 1, 1)).then_some((first, last))
}

fn number(digits: &str, count: usize) -> Option<i16> {
    let fits = digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_may_be_a_month_or_a_year() {
        let day = |y, m, d| date(y, m, d);
        for (text, first, last) in [
            ("1970", day(1970, 1, 1), day(1970, 12, 31)),
            ("2024-02", day(2024, 2, 1), day(2024, 2, 29)),
            ("2024-02-29", day(2024, 2, 29), day(2024, 2, 29)),
            (
                "2026-11-29T23:30:00+05:00",
                day(2026, 11, 29),
                day(2026, 11, 29),
            ),
        ] {
            assert_eq!(days(text), Some((first, last)), "{text}");
        }
        for text in [
            "",
            "70",
            "1970-13",
            "1970-1",
            "1970-02-30",
            "1970-02-03-04",
            "+970",
            "0000",
        ] {
            assert_eq!(days(text), None, "{text}");
        }
    }

    #[test]
    fn a_period_ends_with_its_last_day() {
        let when = |start: Option<&str>, end: Option<&str>| {
            let period = Period {
                start: start.map(str::to_owned),
                end: end.map(str::to_owned),
            };
            period.when(date(2026, 11, 29))
        };
        assert_eq!(when(None, None), When::Now);
        assert_eq!(when(Some("2026-11-29"), Some("2026-11-29")), When::Now);
        assert_eq!(when(None, Some("2026-11-28")), When::Over);
        assert_eq!(when(None, Some("2026-11")), When::Now);
        assert_eq!(when(Some("2026-11-30"), None), When::ToCome);
        assert_eq!(when(Some("2026"), None), When::Now);
        assert_eq!(when(Some("soon"), Some("never")), When::Now);
    }
}
