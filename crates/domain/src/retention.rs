//! How long the hospital keeps what is written, and what no rule removes.

use std::{fmt, str::FromStr};

use jiff::{Span, Timestamp, tz::TimeZone};
use thiserror::Error;

use crate::{
    PatientId, PatientRef, RoomId, RoomKind, StaffId,
    policy::{Action, ActionClass},
    short_text::short_text,
};

/// A number of days, months or years, at least one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    count: u16,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Day,
    Month,
    Year,
}

/// The text is no [`Period`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("must be a number of days, months or years, such as \"90 days\" or \"8 years\"")]
pub struct InvalidPeriod;

impl Period {
    /// Most years; so much longer than anything is kept that more is a slip of the pen.
    pub const MOST_YEARS: u16 = 200;

    /// So many years.
    pub const fn years(count: u16) -> Self {
        let unit = Unit::Year;
        Self { count, unit }
    }

    /// So many days.
    pub const fn days(count: u16) -> Self {
        let unit = Unit::Day;
        Self { count, unit }
    }

    /// The moment so long before another, by the calendar in UTC: one year before 29 February is 28 February.
    pub fn before(self, now: Timestamp) -> Timestamp {
        let span = Span::new();
        let span = match self.unit {
            Unit::Day => span.try_days(self.count),
            Unit::Month => span.try_months(self.count),
            Unit::Year => span.try_years(self.count),
        };
        let then = span.and_then(|span| now.to_zoned(TimeZone::UTC).checked_sub(span));
        // Before all time: nothing is that old.
        then.map_or(Timestamp::MIN, |then| then.timestamp())
    }
}

impl FromStr for Period {
    type Err = InvalidPeriod;

    fn from_str(text: &str) -> Result<Self, InvalidPeriod> {
        let (count, unit) = text.trim().split_once(' ').ok_or(InvalidPeriod)?;
        let count: u16 = count.parse().map_err(|_| InvalidPeriod)?;
        let (unit, most) = match unit.trim() {
            "day" | "days" => (Unit::Day, u16::MAX),
            "month" | "months" => (Unit::Month, Self::MOST_YEARS * 12),
            "year" | "years" => (Unit::Year, Self::MOST_YEARS),
            _ => return Err(InvalidPeriod),
        };
        if (1..=most).contains(&count) {
            Ok(Self { count, unit })
        } else {
            Err(InvalidPeriod)
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Day => "day",
            Unit::Month => "month",
            Unit::Year => "year",
        };
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {unit}{plural}", self.count)
    }
}

/// How long something is kept: for a period, or for ever.
pub type Kept = Option<Period>;

/// The rules of a hospital. Without one of its own nothing but the audit ever goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetentionRules {
    /// Messages, counted from when they were sent.
    pub messages: KeptOfRooms,
    /// Files of messages, counted from when the message was sent. A file never outlives its message.
    pub files: KeptOfRooms,
    /// Entries of the audit.
    pub audit: KeptOfAudit,
}

/// Periods by what a room is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
#[non_exhaustive]
pub struct KeptOfRooms {
    pub patient: Kept,
    pub direct: Kept,
    pub group: Kept,
}

/// Periods by what an entry of the audit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the classes say it")]
#[non_exhaustive]
pub struct KeptOfAudit {
    pub access: Kept,
    pub reading: Kept,
    pub writing: Kept,
    pub administration: Kept,
}

impl Default for KeptOfAudit {
    /// Six years, as the HIPAA Security Rule asks of documentation (45 CFR 164.316(b)(2)(i)).
    fn default() -> Self {
        Self::all(Some(Period::years(6)))
    }
}

impl KeptOfRooms {
    /// The same for rooms of every kind.
    pub fn all(kept: Kept) -> Self {
        Self {
            patient: kept,
            direct: kept,
            group: kept,
        }
    }

    /// The period for a room.
    pub fn of(&self, kind: &RoomKind) -> Kept {
        match kind {
            RoomKind::Patient(_) => self.patient,
            RoomKind::Direct => self.direct,
            RoomKind::Group => self.group,
        }
    }
}

impl KeptOfAudit {
    /// The same for every class.
    pub fn all(kept: Kept) -> Self {
        Self {
            access: kept,
            reading: kept,
            writing: kept,
            administration: kept,
        }
    }

    /// The period for an entry, by the word of its action. One that this version does not know is kept as long
    /// as what is kept longest.
    pub fn of(&self, action: &str) -> Kept {
        let known = Action::ALL.iter().find(|known| known.as_str() == action);
        match known.map(|known| known.class()) {
            Some(ActionClass::Access) => self.access,
            Some(ActionClass::Reading) => self.reading,
            Some(ActionClass::Writing) => self.writing,
            Some(ActionClass::Administration) => self.administration,
            None => self.longest(),
        }
    }

    fn longest(&self) -> Kept {
        let all = [self.access, self.reading, self.writing, self.administration];
        let earliest = |period: &Period| period.before(Timestamp::UNIX_EPOCH);
        // One that is kept for ever makes it None.
        let all: Option<Vec<Period>> = all.into_iter().collect();
        all?.into_iter().min_by_key(earliest)
    }

    /// The shortest period, if there is one.
    pub fn shortest(&self) -> Kept {
        let all = [self.access, self.reading, self.writing, self.administration];
        let latest = |period: &Period| period.before(Timestamp::UNIX_EPOCH);
        all.into_iter().flatten().max_by_key(latest)
    }
}

short_text! {
    /// Why something is held, or not any more.
    HoldReason, at most 500 characters;
    /// Why a text is no reason.
    InvalidHoldReason
}

/// The matter of a legal hold, which is kept whatever the rules say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeldMatter {
    /// Every room, and the whole audit.
    Everything,
    /// One room, whichever chat it is in.
    Room(RoomId),
    /// Every room about a patient, and the audit of who looked at them.
    Patient {
        /// The patient's id in the hospital.
        id: PatientId,
        /// The pseudonym by which rooms knew them when the hold was placed.
        reference: PatientRef,
    },
    /// Every room that a member of staff has ever taken part in, and the audit of what they did.
    Staff(StaffId),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn periods_are_read_as_they_are_written() {
        for text in ["1 day", "90 days", "6 months", "1 year", "200 years"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "8",
            "years",
            "0 days",
            "-1 days",
            "201 years",
            "1.5 years",
            "8 decades",
            "8years",
        ] {
            assert_eq!(text.parse::<Period>(), Err(InvalidPeriod), "{text}");
        }
    }

    #[test]
    fn a_period_goes_back_by_the_calendar() {
        let now = at("2028-02-29T10:30:00Z");
        let before = |text: &str| text.parse::<Period>().unwrap().before(now);
        assert_eq!(before("1 year"), at("2027-02-28T10:30:00Z"));
        assert_eq!(before("4 years"), at("2024-02-29T10:30:00Z"));
        assert_eq!(before("1 month"), at("2028-01-29T10:30:00Z"));
        assert_eq!(before("60 days"), at("2027-12-31T10:30:00Z"));
    }

    #[test]
    fn without_rules_only_the_audit_goes() {
        let rules = RetentionRules::default();
        assert_eq!(rules.messages.of(&RoomKind::Group), None);
        assert_eq!(rules.files.of(&RoomKind::Direct), None);
        assert_eq!(rules.audit.of("read-room"), Some(Period::years(6)));
    }

    #[test]
    fn an_entry_is_kept_by_its_class() {
        let mut kept = KeptOfAudit::all(Some(Period::years(6)));
        kept.reading = Some(Period::days(400));
        kept.administration = Some(Period::years(10));
        assert_eq!(kept.of("read-room"), Some(Period::days(400)));
        assert_eq!(kept.of("post-message"), Some(Period::years(6)));
        assert_eq!(kept.of("read-audit"), Some(Period::years(10)));
        assert_eq!(kept.of("of-a-later-version"), Some(Period::years(10)));
        assert_eq!(kept.shortest(), Some(Period::days(400)));
        kept.writing = None;
        assert_eq!(kept.of("of-a-later-version"), None);
        assert_eq!(KeptOfAudit::all(None).shortest(), None);
    }

    #[test]
    fn debug_does_not_show_why_something_is_held() {
        let reason = HoldReason::parse("Claim of Marlow against the hospital").unwrap();
        assert!(!format!("{reason:?}").contains("Marlow"));
    }
}
