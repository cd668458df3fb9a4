use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use moka::sync::Cache;

/// Failed attempts an account has until it must wait.
const PER_ACCOUNT: u32 = 5;

/// Failed attempts an address has; higher, as a whole ward may share one.
const PER_ADDRESS: u32 = 50;

/// How long they count.
const WINDOW: Duration = Duration::from_secs(300);

/// Slows down whoever guesses passwords. Only failures count, and an account that must wait is
/// not told whether the password was right.
pub(super) struct Throttle {
    failures: Cache<Who, Failures>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Who {
    Account(String),
    Address(IpAddr),
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    since: Instant,
}

impl Default for Throttle {
    fn default() -> Self {
        // Bounded, so that guessing many accounts cannot fill the memory.
        Self {
            failures: Cache::builder()
                .max_capacity(100_000)
                .time_to_live(WINDOW)
                .build(),
        }
    }
}

impl Throttle {
    /// How long the account or the address must wait; `None` when it need not.
    pub(super) fn must_wait(&self, account: &str, address: Option<IpAddr>) -> Option<Duration> {
        let account = self.wait(&Who::Account(account.to_owned()), PER_ACCOUNT);
        account.max(address.and_then(|address| self.wait(&Who::Address(address), PER_ADDRESS)))
    }

    fn wait(&self, who: &Who, limit: u32) -> Option<Duration> {
        let failures = self
            .failures
            .get(who)
            .filter(|failures| failures.count >= limit)?;
        Some(
            WINDOW
                .saturating_sub(failures.since.elapsed())
                .max(Duration::from_secs(1)),
        )
    }

    pub(super) fn failed(&self, account: &str, address: Option<IpAddr>) {
        let whos = [
            Some(Who::Account(account.to_owned())),
            address.map(Who::Address),
        ];
        for who in whos.into_iter().flatten() {
            self.failures
                .entry(who)
                .and_upsert_with(|known| match known {
                    // Counted from the first failure: a slow guesser is not locked out for ever.
                    Some(known) => Failures {
                        count: known.value().count + 1,
                        ..*known.value()
                    },
                    None => Failures {
                        count: 1,
                        since: Instant::now(),
                    },
                });
        }
    }

    pub(super) fn succeeded(&self, account: &str) {
        self.failures.invalidate(&Who::Account(account.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_and_the_account_waits_the_others_do_not() {
        let throttle = Throttle::default();
        let ward = "10.0.0.7".parse().ok();
        for _ in 0..5 {
            assert_eq!(throttle.must_wait("d01", ward), None);
            throttle.failed("d01", ward);
        }
        assert!(throttle.must_wait("d01", ward).is_some());
        assert!(
            throttle.must_wait("d01", None).is_some(),
            "from any address"
        );
        assert_eq!(throttle.must_wait("d02", ward), None);
    }

    #[test]
    fn an_address_that_tries_many_accounts_waits() {
        let throttle = Throttle::default();
        let address = "10.0.0.7".parse().ok();
        for account in 0..50 {
            throttle.failed(&account.to_string(), address);
        }
        assert!(throttle.must_wait("fresh", address).is_some());
    }

    #[test]
    fn a_right_password_clears_the_account() {
        let throttle = Throttle::default();
        for _ in 0..4 {
            throttle.failed("d01", None);
        }
        throttle.succeeded("d01");
        throttle.failed("d01", None);
        assert_eq!(throttle.must_wait("d01", None), None);
    }
}
