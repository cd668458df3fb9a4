use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};

/// The zone of the times that another application writes without one; UTC unless said otherwise.
#[derive(Clone, Debug)]
pub struct NaiveZone {
    name: String,
    zone: TimeZone,
}

/// Not the name of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownZone;

/// No hospital chatted before this: an application that writes the epoch wrote no time.
const EARLIEST: i64 = 86_400_000_000;
/// The last days of the calendar stand for "never".
const LATEST: i64 = 253_370_764_800_000_000;

/// The writer of a time may have a clock that runs a little ahead of ours.
const SKEW: i64 = 60_000_000;

impl Default for NaiveZone {
    fn default() -> Self {
        Self {
            name: "UTC".to_owned(),
            zone: TimeZone::UTC,
        }
    }
}

impl NaiveZone {
    /// The zone of a name out of the IANA database, as `Asia/Karachi`.
    ///
    /// # Errors
    /// [`UnknownZone`].
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        let zone = TimeZone::get(name).map_err(|_| UnknownZone)?;
        let name = zone.iana_name().ok_or(UnknownZone)?.to_owned();
        Ok(Self { name, zone })
    }

    /// Its name in the IANA database.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The moment that a column of times holds, in microseconds; none for what is no time: words, a month
    /// 00, the epoch, the end of the calendar. Seconds and milliseconds since the epoch are times too.
    ///
    /// Of an hour that comes twice the second one, unless that is still to come at `now`. A time that the
    /// clocks leapt over is as much later as they leapt.
    pub fn micros(&self, text: &str, now: i64) -> Option<i64> {
        let text = text.trim();
        let micros = if let Ok(number) = text.parse::<f64>() {
            since_epoch(number)?
        } else if let Ok(at) = text.parse::<Timestamp>() {
            at.as_microsecond()
        } else {
            let naive = self.zone.to_ambiguous_timestamp(text.parse().ok()?);
            let later = naive.later().ok()?.as_microsecond();
            if naive.is_ambiguous() && later > now.saturating_add(SKEW) {
                naive.compatible().ok()?.as_microsecond()
            } else {
                later
            }
        };
        (EARLIEST..LATEST).contains(&micros).then_some(micros)
    }

    /// The key that orders rows by their times, in microseconds of a clock on the wall. The times of an hour that
    /// comes twice are alike, so that the order of writing decides.
    pub fn order(&self, text: &str) -> Option<i64> {
        let text = text.trim();
        let Ok(naive) = text.parse::<DateTime>() else {
            return self.micros(text, i64::MAX);
        };
        if text.parse::<Timestamp>().is_ok() {
            return self.micros(text, i64::MAX);
        }
        let micros = TimeZone::UTC.to_timestamp(naive).ok()?.as_microsecond();
        let is_twice = matches!(
            self.zone.to_ambiguous_timestamp(naive).offset(),
            AmbiguousOffset::Fold { .. }
        );
        let hour = 3_600_000_000;
        Some(if is_twice {
            micros - micros.rem_euclid(hour)
        } else {
            micros
        })
    }

    /// A moment as a Laravel column holds it: in this zone, in whole seconds, never later than it is.
    pub fn written(&self, micros: i64) -> Option<String> {
        let at = Timestamp::from_second(micros.div_euclid(1_000_000)).ok()?;
        let naive = self.zone.to_datetime(at);
        Some(naive.strftime("%Y-%m-%d %H:%M:%S").to_string())
    }
}

/// Seconds, milliseconds or microseconds, whichever lies between 1973 and 2286.
fn since_epoch(number: f64) -> Option<i64> {
    let scale = [1e6, 1e3, 1.0]
        .into_iter()
        .find(|scale| (1e14..1e16).contains(&(number * scale)))?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is below 1e16, which both types hold"
    )]
    let micros = (number * scale) as i64;
    Some(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_a_time_is_read_and_nothing_else() {
        let utc = NaiveZone::default();
        let moment = Some(1_704_369_600_000_000);
        for text in [
            "2024-01-04 12:00:00",
            "2024-01-04T12:00:00.000000Z",
            "2024-01-04 14:00:00+02:00",
            " 2024-01-04 12:00 ",
            "1704369600",
            "1704369600000",
        ] {
            assert_eq!(utc.micros(text, i64::MAX), moment, "{text}");
        }
        for text in [
            "",
            "0000-00-00 00:00:00",
            "1970-01-01 00:00:00",
            "0",
            "2024-02-31 12:00:00",
            "yesterday",
            "9999-12-31 23:59:59",
            "12024-01-04 12:00:00",
            "-infinity",
            "NaN",
            "1e300",
            "\u{fffd}",
        ] {
            assert_eq!(utc.micros(text, i64::MAX), None, "{text}");
        }
    }

    #[test]
    fn a_zone_moves_what_has_none_and_writes_it_back() {
        let karachi = NaiveZone::named("asia/karachi").unwrap();
        assert_eq!(karachi.name(), "Asia/Karachi");
        let noon = karachi.micros("2024-01-04 17:00:00", i64::MAX).unwrap();
        assert_eq!(noon, 1_704_369_600_000_000);
        assert_eq!(
            karachi.written(noon + 999_999).unwrap(),
            "2024-01-04 17:00:00"
        );
        assert_eq!(karachi.micros("2024-01-04 12:00:00Z", i64::MAX), Some(noon));
        for name in ["", "Karachi", "+05:00", "Europe/Londn"] {
            assert!(NaiveZone::named(name).is_err(), "{name}");
        }
    }

    #[test]
    fn an_hour_that_comes_twice_keeps_the_order_of_writing() {
        let london = NaiveZone::named("Europe/London").unwrap();
        let order = |text: &str| london.order(text).unwrap();
        let twice = ["01:20", "01:50", "01:10", "01:30"]
            .map(|time| order(&format!("2023-10-29 {time}:00")));
        assert!(twice.iter().all(|key| *key == twice[0]));
        assert!(order("2023-10-29 00:55:00") < twice[0] && twice[0] < order("2023-10-29 02:05:00"));

        let second = london.micros("2023-10-29 01:20:00", i64::MAX).unwrap();
        let first = london
            .micros("2023-10-29 01:20:00", second - 3_600_000_000)
            .unwrap();
        assert_eq!(second - first, 3_600_000_000, "written just now");
        assert_eq!(london.written(first), london.written(second));
        let never = london.micros("2024-03-31 01:30:00", i64::MAX).unwrap();
        assert_eq!(london.written(never).unwrap(), "2024-03-31 02:30:00");
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(text in ".{0,40}", now: i64, micros: i64) {
            for zone in ["UTC", "Asia/Karachi", "Australia/Lord_Howe", "America/St_Johns"] {
                let zone = NaiveZone::named(zone).unwrap();
                if let Some(at) = zone.micros(&text, now) {
                    assert!(Timestamp::from_microsecond(at).is_ok());
                }
                let _ = (zone.order(&text), zone.written(micros));
            }
        }

        #[test]
        fn a_moment_that_was_written_is_read_again(second in 1_000_000_i64..4_000_000_000) {
            let at = second * 1_000_000;
            for zone in ["UTC", "Asia/Karachi", "Australia/Lord_Howe", "Europe/London"] {
                let zone = NaiveZone::named(zone).unwrap();
                let read = zone.micros(&zone.written(at).unwrap(), at).unwrap();
                assert_eq!(zone.written(read), zone.written(at));
                assert!(read - at <= 0 && at - read <= 3_600_000_000 || read == at);
            }
        }
    }
}
