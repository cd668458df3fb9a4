use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use moka::{ops::compute::Op, sync::Cache};

/// Failed attempts one address has on one account until it must wait.
const PER_PAIR: u32 = 5;

/// Failed attempts an account has from everywhere. Higher, so that a stranger elsewhere cannot
/// lock a doctor out with a handful of guesses.
const PER_ACCOUNT: u32 = 25;

/// Failed attempts an address has on all accounts. Higher still, as a whole ward may share one.
const PER_ADDRESS: u32 = 50;

/// How long an attempt counts, from the first one on.
const WINDOW: Duration = Duration::from_secs(300);

/// Slows down whoever guesses passwords. An attempt counts from before its password is looked at,
/// so that many at once are no way round, until it turns out right.
pub(super) struct Throttle {
    attempts: Cache<Who, Attempts>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Who {
    Pair(String, Option<IpAddr>),
    Account(String),
    Address(IpAddr),
}

#[derive(Clone, Copy)]
struct Attempts {
    count: u32,
    since: Instant,
}

impl Default for Throttle {
    fn default() -> Self {
        // Bounded, so that guessing many accounts cannot fill the memory.
        Self {
            attempts: Cache::builder()
                .max_capacity(100_000)
                .time_to_live(WINDOW)
                .build(),
        }
    }
}

impl Throttle {
    /// Counts an attempt.
    ///
    /// # Errors
    /// How long to wait, when there were too many; this one is not looked at, right or wrong.
    pub(super) fn attempt(
        &self,
        account: &str,
        address: Option<IpAddr>,
        now: Instant,
    ) -> Result<(), Duration> {
        let limits = Self::limits(account, address);
        let waits = limits
            .iter()
            .filter_map(|(who, limit)| self.wait(who, *limit, now));
        if let Some(wait) = waits.max() {
            return Err(wait);
        }
        for (who, _) in limits {
            self.change(who, now, |count| count + 1);
        }
        Ok(())
    }

    /// Takes back an attempt whose password was right, and what this address had failed before on
    /// this account.
    pub(super) fn succeeded(&self, account: &str, address: Option<IpAddr>, now: Instant) {
        for (who, _) in Self::limits(account, address) {
            match who {
                Who::Pair(..) => self.attempts.invalidate(&who),
                who => self.change(who, now, |count| count.saturating_sub(1)),
            }
        }
    }

    fn limits(account: &str, address: Option<IpAddr>) -> Vec<(Who, u32)> {
        let account = account.to_owned();
        let mut limits = vec![
            (Who::Pair(account.clone(), address), PER_PAIR),
            (Who::Account(account), PER_ACCOUNT),
        ];
        limits.extend(address.map(|address| (Who::Address(address), PER_ADDRESS)));
        limits
    }

    fn wait(&self, who: &Who, limit: u32, now: Instant) -> Option<Duration> {
        let attempts = self
            .attempts
            .get(who)
            .filter(|attempts| attempts.count >= limit)?;
        WINDOW
            .checked_sub(now.saturating_duration_since(attempts.since))
            .filter(|wait| !wait.is_zero())
    }

    fn change(&self, who: Who, now: Instant, change: impl FnOnce(u32) -> u32) {
        self.attempts.entry(who).and_compute_with(|known| {
            let known = known.map(|entry| *entry.value());
            // A window that is over begins anew.
            let known = known.filter(|known| now.saturating_duration_since(known.since) < WINDOW);
            let known = known.unwrap_or(Attempts {
                count: 0,
                since: now,
            });
            Op::Put(Attempts {
                count: change(known.count),
                ..known
            })
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ward(number: u8) -> Option<IpAddr> {
        Some(IpAddr::from([10, 0, 0, number]))
    }

    #[test]
    fn five_failures_and_the_account_waits_there_and_nowhere_else() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..5 {
            assert_eq!(throttle.attempt("d01", ward(7), now), Ok(()));
        }
        assert_eq!(throttle.attempt("d01", ward(7), now), Err(WINDOW));
        assert_eq!(
            throttle.attempt("d01", ward(8), now),
            Ok(()),
            "the doctor elsewhere"
        );
        assert_eq!(
            throttle.attempt("d02", ward(7), now),
            Ok(()),
            "a colleague there"
        );
    }

    #[test]
    fn guessing_from_many_addresses_ends_too() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let tried = (0..100)
            .filter(|n| throttle.attempt("d01", ward(*n), now).is_ok())
            .count();
        assert_eq!(tried, 25);
    }

    #[test]
    fn an_address_that_tries_many_accounts_waits() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let tried = (0..100)
            .filter(|n| throttle.attempt(&n.to_string(), ward(7), now).is_ok())
            .count();
        assert_eq!(tried, 50);
    }

    #[test]
    fn the_window_ends_though_failures_trickle_in() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        for minute in 0..4 {
            let now = start + Duration::from_secs(60 * minute);
            assert_eq!(throttle.attempt("d01", ward(7), now), Ok(()));
        }
        for minute in 5..9 {
            let now = start + Duration::from_secs(60 * minute);
            assert_eq!(
                throttle.attempt("d01", ward(7), now),
                Ok(()),
                "minute {minute}"
            );
        }
    }

    #[test]
    fn a_right_password_clears_the_account_and_is_no_failure_of_the_address() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..200 {
            assert_eq!(throttle.attempt("d01", ward(7), now), Ok(()));
            throttle.succeeded("d01", ward(7), now);
        }
    }
}
