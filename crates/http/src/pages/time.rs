//! Times as the hospital reads them.

use domain::Message;
use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};

/// The hospital's time zone and the present moment.
#[derive(Clone, Debug)]
pub(crate) struct LocalTime {
    zone: TimeZone,
    now: Timestamp,
}

/// One moment, ready to be shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct TimeLabel {
    /// The moment itself.
    pub(crate) at: Timestamp,
    /// RFC 3339 in UTC, for the `datetime` attribute.
    pub(crate) datetime: String,
    /// `13:12` today, `20 Nov 13:12` this year, `20 Nov 2025 13:12` before.
    pub(crate) label: String,
    /// `13:12` on whatever day, for places under a day divider.
    pub(crate) clock: String,
    /// `Friday 20 November 2026, 13:12`.
    pub(crate) full: String,
}

impl TimeLabel {
    /// Says that the moment is an estimate.
    pub(crate) fn about(mut self) -> Self {
        for words in [&mut self.label, &mut self.clock, &mut self.full] {
            words.insert_str(0, "about ");
        }
        self
    }
}

impl LocalTime {
    /// Reads times in `zone`, with `now` as the present.
    pub(crate) fn new(zone: TimeZone, now: Timestamp) -> Self {
        Self { zone, now }
    }

    /// The same for what is read another day: no time is written without its day and year.
    pub(crate) fn for_paper(&self) -> Self {
        Self::new(self.zone.clone(), Timestamp::MIN)
    }

    /// The time of a message, which may be an estimate.
    pub(crate) fn sent(&self, message: &Message) -> TimeLabel {
        let label = self.label(message.sent_at);
        if message.sent_at_estimated {
            label.about()
        } else {
            label
        }
    }

    /// How `at` is written.
    pub(crate) fn label(&self, at: Timestamp) -> TimeLabel {
        let moment = self.zoned(at);
        let clock = moment.strftime("%H:%M").to_string();
        let today = self.today();
        let label = if moment.date() == today {
            clock.clone()
        } else if moment.year() == today.year() {
            moment.strftime("%-d %b %H:%M").to_string()
        } else {
            moment.strftime("%-d %b %Y %H:%M").to_string()
        };
        TimeLabel {
            at,
            datetime: at.to_string(),
            label,
            clock,
            full: moment.strftime("%A %-d %B %Y, %H:%M").to_string(),
        }
    }

    /// The hospital's day on which `at` lies.
    pub(crate) fn day(&self, at: Timestamp) -> Date {
        self.zoned(at).date()
    }

    /// `Today`, `Yesterday`, or the date in full.
    pub(crate) fn day_label(&self, day: Date) -> String {
        let today = self.today();
        if day == today {
            "Today".into()
        } else if today.yesterday().is_ok_and(|yesterday| day == yesterday) {
            "Yesterday".into()
        } else {
            day.strftime("%A %-d %B %Y").to_string()
        }
    }

    /// `just now`, `3 min ago`, `2 h 5 min ago`; after a day the time itself.
    pub(crate) fn age(&self, at: Timestamp) -> String {
        match self.now.duration_since(at).as_mins() {
            ..1 => "just now".into(),
            minutes @ 1..60 => format!("{minutes} min ago"),
            minutes @ 60..1_440 => format!("{} h {} min ago", minutes / 60, minutes % 60),
            _ => self.label(at).label,
        }
    }

    /// The hospital's present day.
    pub(super) fn today(&self) -> Date {
        self.day(self.now)
    }

    fn zoned(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::offset;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn only_another_day_carries_a_date() {
        let clock = LocalTime::new(TimeZone::UTC, at("2026-11-22T13:30:00Z"));
        assert_eq!(clock.label(at("2026-11-22T00:05:00Z")).label, "00:05");
        assert_eq!(
            clock.label(at("2026-11-21T23:59:00Z")).label,
            "21 Nov 23:59"
        );
        assert_eq!(
            clock.label(at("2025-11-22T13:30:00Z")).label,
            "22 Nov 2025 13:30"
        );
        assert_eq!(
            clock.label(at("2026-11-21T23:59:00Z")).full,
            "Saturday 21 November 2026, 23:59"
        );
    }

    #[test]
    fn an_age_is_told_until_a_day_has_passed() {
        let clock = LocalTime::new(TimeZone::UTC, at("2026-11-22T13:30:00Z"));
        assert_eq!(clock.age(at("2026-11-22T13:29:01Z")), "just now");
        assert_eq!(clock.age(at("2026-11-22T13:31:00Z")), "just now");
        assert_eq!(clock.age(at("2026-11-22T13:27:00Z")), "3 min ago");
        assert_eq!(clock.age(at("2026-11-22T11:25:00Z")), "2 h 5 min ago");
        assert_eq!(clock.age(at("2026-11-21T13:30:00Z")), "21 Nov 13:30");
    }

    #[test]
    fn days_are_the_hospitals_own() {
        let clock = LocalTime::new(offset(2).to_time_zone(), at("2026-11-22T13:30:00Z"));
        let late = at("2026-11-21T22:30:00Z");
        assert_eq!(clock.day_label(clock.day(late)), "Today");
        assert_eq!(clock.label(late).label, "00:30");
        assert_eq!(clock.label(late).datetime, "2026-11-21T22:30:00Z");
    }

    #[test]
    fn days_are_named_up_to_yesterday() {
        let clock = LocalTime::new(TimeZone::UTC, at("2026-11-22T13:30:00Z"));
        let name = |text| clock.day_label(clock.day(at(text)));
        assert_eq!(name("2026-11-22T01:00:00Z"), "Today");
        assert_eq!(name("2026-11-21T01:00:00Z"), "Yesterday");
        assert_eq!(name("2026-11-20T01:00:00Z"), "Friday 20 November 2026");
    }
}
