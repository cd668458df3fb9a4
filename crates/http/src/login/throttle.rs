//! Slows down whoever guesses passwords, and nobody else.
//!
//! Failures are counted in the store, over all instances, by account: on a browser that the account has
//! signed in with before, only that browser's own count ([`Device`]); elsewhere those of the network on
//! the account, and those of all unknown browsers on it. So strangers cannot lock a doctor out of the
//! computers they use. A network that fails on many accounts is slowed and never refused: a whole ward
//! may be one address.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use moka::sync::Cache;
use ports::{FailedSignIns, Result, SignInKey};
use tokio::{
    sync::OwnedMutexGuard,
    time::{Instant, sleep_until, timeout},
};

use super::{device::Device, steady_clock::SteadyClock};
use crate::network::Network;

/// Failures of one browser, or one network, on one account until it must wait.
const PER_PAIR: u32 = 5;

/// Failures on an account from all unknown browsers. Higher, so that a stranger elsewhere cannot keep a
/// doctor from a new computer with a handful of guesses.
const PER_ACCOUNT: u32 = 25;

/// Failures of a network on all accounts until it is slowed.
const PER_NETWORK: u32 = 50;

/// How long a failure counts, from the first one on.
const WINDOW: Duration = Duration::from_secs(300);

/// How long a slowed network waits after each further failure. Right passwords cost it nothing.
const SLOWED: Duration = Duration::from_secs(1);

/// Longest wait of a slowed network's attempt behind its others.
const PATIENCE: Duration = Duration::from_secs(10);

/// See the module.
pub(super) struct Throttle {
    failures: Arc<dyn FailedSignIns>,
    clock: SteadyClock,
    key: Mutex<Option<SignInKey>>,
    networks: Cache<Network, Arc<Failing>>,
}

/// Somebody tries to sign in.
pub(super) struct Attempt {
    network: Option<Network>,
    is_known: bool,
    /// The keys under which its failures are counted, each with how many are too many.
    counted: Vec<(String, u32)>,
}

impl Attempt {
    pub(super) fn is_known(&self) -> bool {
        self.is_known
    }
}

/// A network on which failures came.
struct Failing {
    count: Mutex<(u32, Instant)>,
    /// When the next attempt may be looked at, once it is slowed.
    next: Arc<tokio::sync::Mutex<Instant>>,
}

/// The turn of a slowed network.
pub(super) type Slowed = Option<OwnedMutexGuard<Instant>>;

impl Throttle {
    pub(super) fn new(failures: Arc<dyn FailedSignIns>, clock: SteadyClock) -> Self {
        Self {
            failures,
            clock,
            key: Mutex::new(None),
            // Bounded, so that many networks cannot fill the memory.
            networks: Cache::builder()
                .max_capacity(50_000)
                .time_to_idle(WINDOW)
                .build(),
        }
    }

    /// The key of the digests, asked for once.
    pub(super) async fn key(&self) -> Result<SignInKey> {
        let kept = || self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept().clone();
        if let Some(key) = known {
            return Ok(key);
        }
        let key = self.failures.key(&SignInKey::random()).await?;
        *kept() = Some(key.clone());
        Ok(key)
    }

    /// An attempt on an account.
    pub(super) async fn attempt(
        &self,
        account: &str,
        network: Option<Network>,
        device: Option<&Device>,
    ) -> Result<Attempt> {
        let key = self.key().await?;
        let device = device.filter(|device| device.knows(&key, account));
        let counted = match device {
            Some(device) => vec![(key.digest(&["on", account, device.id()]), PER_PAIR)],
            None => {
                let from = network.map(|network| network.to_string());
                let from = from.unwrap_or_default();
                vec![
                    (key.digest(&["from", account, &from]), PER_PAIR),
                    (key.digest(&["all", account]), PER_ACCOUNT),
                ]
            }
        };
        Ok(Attempt {
            network,
            is_known: device.is_some(),
            counted,
        })
    }

    /// Waits where the attempt's network is slowed; kept until the attempt is over.
    ///
    /// # Errors
    /// How long to wait, when too many of the network wait already.
    pub(super) async fn slowed(&self, attempt: &Attempt) -> Result<Slowed, Duration> {
        let failing = attempt
            .network
            .filter(|_| !attempt.is_known)
            .and_then(|network| self.networks.get(&network))
            .filter(|failing| failing.count() >= PER_NETWORK);
        let Some(failing) = failing else {
            return Ok(None);
        };
        let turn = async {
            let next = failing.next.clone().lock_owned().await;
            sleep_until(*next).await;
            next
        };
        let turn = timeout(PATIENCE, turn).await.map_err(|_| PATIENCE)?;
        Ok(Some(turn))
    }

    /// Whether the password may be looked at.
    ///
    /// # Errors
    /// `Unavailable`; within it, how long to wait when there were too many failures.
    pub(super) async fn look(&self, attempt: &Attempt) -> Result<Result<(), Duration>> {
        let keys: Vec<String> = attempt.counted.iter().map(|(key, _)| key.clone()).collect();
        let now = self.clock.now();
        let counted = self.failures.counted(&keys).await?;
        let waits = counted.iter().filter_map(|failures| {
            let (_, most) = attempt
                .counted
                .iter()
                .find(|(key, _)| *key == failures.key)?;
            (failures.count >= *most).then(|| wait(failures.since, now))?
        });
        Ok(waits.max().map_or(Ok(()), Err))
    }

    /// The password was wrong.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(super) async fn failed(&self, attempt: &Attempt, slowed: Slowed) -> Result<()> {
        if let Some(network) = attempt.network.filter(|_| !attempt.is_known) {
            let failing = self.networks.get_with(network, || Arc::new(Failing::new()));
            failing.failed();
        }
        if let Some(mut next) = slowed {
            *next = Instant::now() + SLOWED;
        }
        let keys: Vec<String> = attempt.counted.iter().map(|(key, _)| key.clone()).collect();
        let now = self.clock.now();
        self.failures.count(&keys, now, now - WINDOW).await
    }

    /// The password was right: what this browser or network failed before on the account is forgotten.
    /// Failures of others stay.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(super) async fn succeeded(&self, attempt: &Attempt) -> Result<()> {
        match attempt.counted.first() {
            Some((own, _)) => self.failures.forget(own).await,
            None => Ok(()),
        }
    }
}

/// How long a count from then on keeps somebody waiting; one from the future was made by another clock.
fn wait(since: Timestamp, now: Timestamp) -> Option<Duration> {
    let passed = now.duration_since(since);
    let passed = Duration::try_from(passed).unwrap_or_default();
    let is_of_another_clock =
        since > now && since.duration_since(now) > ports::Session::CLOCK_DRIFT;
    WINDOW
        .checked_sub(passed)
        .filter(|wait| !wait.is_zero() && !is_of_another_clock)
}

impl Failing {
    fn new() -> Self {
        Self {
            count: Mutex::new((0, Instant::now())),
            next: Arc::new(tokio::sync::Mutex::new(Instant::now())),
        }
    }

    fn count(&self) -> u32 {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        if count.1.elapsed() < WINDOW {
            count.0
        } else {
            0
        }
    }

    fn failed(&self) {
        let before = self.count();
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        *count = match before {
            0 => (1, Instant::now()),
            before => (before.saturating_add(1), count.1),
        };
    }
}

#[cfg(test)]
mod tests;
