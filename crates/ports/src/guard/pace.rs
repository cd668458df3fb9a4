use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::StaffId;

/// How often one denial of the same kind is written down again, so that whoever repeats it without end
/// does not fill the audit.
const NOTED_EVERY: Duration = Duration::from_secs(10);

/// Most doctors and kinds that are remembered before those at rest are forgotten.
const REMEMBERED: usize = 10_000;

/// The kinds of acts that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Paced {
    /// Messages, urgent ones too.
    Messages,
    /// Urgent messages.
    Urgent,
    /// Rooms that are opened.
    Rooms,
    /// Files that are uploaded.
    Uploads,
    /// Edits and recalls.
    Edits,
    /// Searches, for messages and patients.
    Searches,
    /// Signs of typing.
    Typing,
}

impl Paced {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Messages,
        Self::Urgent,
        Self::Rooms,
        Self::Uploads,
        Self::Edits,
        Self::Searches,
        Self::Typing,
    ];

    /// The word in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Urgent => "urgent",
            Self::Rooms => "rooms",
            Self::Uploads => "uploads",
            Self::Edits => "edits",
            Self::Searches => "searches",
            Self::Typing => "typing",
        }
    }

    /// The allowance of a doctor unless told otherwise: far above what a person does.
    fn usual(self) -> Allowance {
        let (at_once, a_minute) = match self {
            Self::Messages => (600, 300),
            Self::Urgent => (30, 10),
            Self::Rooms => (100, 20),
            Self::Uploads => (60, 30),
            Self::Edits => (120, 60),
            Self::Searches => (300, 300),
            Self::Typing => (120, 120),
        };
        Allowance { at_once, a_minute }
    }
}

/// How often a doctor may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// So many at once, after a rest; at least 1.
    pub at_once: u32,
    /// So many a minute, for as long as one likes; at least 1.
    pub a_minute: u32,
}

impl Allowance {
    fn interval(self) -> Duration {
        Duration::from_secs(60) / self.a_minute.max(1)
    }
}

/// How fast each doctor may go: limits that a person does not feel and a program gone wild does. Counted
/// in memory, by doctor and not by address.
pub struct Pace {
    allowances: HashMap<Paced, Allowance>,
    taken: Mutex<HashMap<(StaffId, Paced), Taken>>,
}

#[derive(Clone, Copy)]
struct Taken {
    /// When everything that was taken is given back.
    until: Instant,
    noted: Option<Instant>,
}

/// A doctor went too fast.
pub(super) struct TooFast {
    pub(super) wait: Duration,
    /// Whether it is to be written down.
    pub(super) is_noted: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            allowances: Paced::ALL.map(|kind| (kind, kind.usual())).into(),
            taken: Mutex::default(),
        }
    }
}

impl Pace {
    /// The same with another allowance for this.
    #[must_use]
    pub fn with(mut self, kind: Paced, allowance: Allowance) -> Self {
        self.allowances.insert(kind, allowance);
        self
    }

    /// Takes one of each kind, or none.
    pub(super) fn take(&self, who: &StaffId, kinds: &[Paced], now: Instant) -> Result<(), TooFast> {
        let mut taken = self.taken();
        if taken.len() > REMEMBERED {
            taken.retain(|_, taken| taken.until > now);
        }
        for kind in kinds {
            let Some(taken) = taken.get_mut(&(who.clone(), *kind)) else {
                continue;
            };
            let allowance = self.allowance(*kind);
            let most = allowance.interval() * allowance.at_once.max(1);
            let after = taken.until.max(now) + allowance.interval();
            let wait = after.saturating_duration_since(now).saturating_sub(most);
            if !wait.is_zero() {
                let is_noted = taken
                    .noted
                    .is_none_or(|noted| now.saturating_duration_since(noted) >= NOTED_EVERY);
                if is_noted {
                    taken.noted = Some(now);
                }
                return Err(TooFast { wait, is_noted });
            }
        }
        for kind in kinds {
            let interval = self.allowance(*kind).interval();
            let taken = taken.entry((who.clone(), *kind)).or_insert(Taken {
                until: now,
                noted: None,
            });
            taken.until = taken.until.max(now) + interval;
        }
        Ok(())
    }

    fn allowance(&self, kind: Paced) -> Allowance {
        let known = self.allowances.get(&kind).copied();
        known.unwrap_or_else(|| kind.usual())
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<(StaffId, Paced), Taken>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_and_then_so_many_a_minute() {
        let allowance = Allowance {
            at_once: 30,
            a_minute: 10,
        };
        let pace = Pace::default().with(Paced::Urgent, allowance);
        let (who, now) = (StaffId::from(1), Instant::now());
        let takes = |now, count| {
            (0..count)
                .filter(|_| {
                    pace.take(&who, &[Paced::Messages, Paced::Urgent], now)
                        .is_ok()
                })
                .count()
        };
        assert_eq!(takes(now, 500), 30);
        let too_fast = pace.take(&who, &[Paced::Urgent], now).err().unwrap();
        assert!(too_fast.wait <= Duration::from_secs(6) && !too_fast.is_noted);
        assert_eq!(takes(now + too_fast.wait, 500), 1, "as it said");
        assert_eq!(takes(now + Duration::from_secs(66), 500), 10);
        assert_eq!(takes(now + Duration::from_secs(3_600), 500), 30);
        assert!(
            pace.take(&who, &[Paced::Messages], now + Duration::from_secs(3_600))
                .is_ok(),
            "what is not urgent goes on"
        );
        assert!(
            pace.take(&StaffId::from(2), &[Paced::Urgent], now).is_ok(),
            "others too"
        );
    }

    #[test]
    fn a_denial_is_noted_now_and_then() {
        let pace = Pace::default();
        let (who, now) = (StaffId::from(1), Instant::now());
        let noted = (0..600).filter(|second| {
            let now = now + Duration::from_millis(second * 20);
            let asked = (0..100).filter_map(|_| pace.take(&who, &[Paced::Rooms], now).err());
            asked.filter(|too_fast| too_fast.is_noted).count() > 0
        });
        assert_eq!(noted.count(), 2, "in twelve seconds");
    }
}
