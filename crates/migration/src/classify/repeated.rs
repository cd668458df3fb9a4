//! The hour that a clock shows twice in autumn.

use jiff::{SignedDuration, Timestamp};

use crate::when::When;

/// Place in a repeated hour of rows that come in the order in which they were written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Repeated {
    last: Option<Timestamp>,
    is_second: bool,
}

/// A clock that is a little behind another is no step back.
const LITTLE: SignedDuration = SignedDuration::from_secs(60);
/// Times that are further apart are of another night.
const SAME_NIGHT: SignedDuration = SignedDuration::from_hours(3);

impl Repeated {
    /// The moment of the next row: after a step back in time the hour is shown for the second time.
    pub(super) fn at(&mut self, when: When) -> Option<Timestamp> {
        let When::Twice(first, second) = when else {
            return when.at();
        };
        let since = self.last.map(|last| first.duration_since(last));
        match since {
            Some(since) if since.abs() < SAME_NIGHT => self.is_second |= since < -LITTLE,
            _ => self.is_second = false,
        }
        self.last = Some(first);
        Some(if self.is_second { second } else { first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn a_step_back_is_the_second_time() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let mut repeated = Repeated::default();
        let times = [
            "00:55", "01:20", "01:50", "01:49", "01:10", "01:30", "02:05",
        ]
        .map(|time| {
            let text = format!("2025-10-26 {time}:30");
            let at = repeated.at(When::read(Some(&text), &zone, now)).unwrap();
            at.to_string()[11..16].to_owned()
        });
        assert_eq!(
            times,
            [
                "23:55", "00:20", "00:50", "00:49", "01:10", "01:30", "02:05"
            ]
        );
        let next_year = When::read(Some("2024-10-27 01:10:00"), &zone, now);
        assert_eq!(
            repeated.at(next_year),
            next_year.at(),
            "another night begins anew"
        );
    }
}
