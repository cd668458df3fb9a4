//! Rate limits are kept, not run into: Stream says with each answer how many calls are left.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use reqwest::header::HeaderMap;

use super::Operation;

/// Longest wait for a new window, whatever the clocks say: windows are a minute long.
const WINDOW: Duration = Duration::from_secs(60);

/// An endpoint, and whether a user calls it: Stream counts servers and clients apart.
pub(super) type Endpoint = (Operation, bool);

/// The calls that are left of each endpoint's window.
#[derive(Default)]
pub(super) struct RateLimits {
    windows: Mutex<HashMap<Endpoint, Window>>,
}

struct Window {
    reset: i64,
    ends: Instant,
    left: i64,
}

/// The limit that an answer told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) remaining: i64,
    reset: i64,
}

impl Limit {
    /// Reads the headers; none where a proxy answered.
    pub(super) fn read(headers: &HeaderMap) -> Option<Self> {
        let number = |name| headers.get(name)?.to_str().ok()?.parse().ok();
        Some(Self {
            remaining: number("x-ratelimit-remaining")?,
            reset: number("x-ratelimit-reset")?,
        })
    }

    /// Until the next window.
    pub(super) fn wait(self, now: Timestamp) -> Duration {
        let seconds = self.reset.saturating_sub(now.as_second()).max(0);
        Duration::from_secs(seconds.unsigned_abs()).clamp(Duration::from_millis(100), WINDOW)
    }
}

impl RateLimits {
    /// Takes one call of the endpoint's window; `Err` is when the next window begins.
    pub(super) fn take(&self, endpoint: Endpoint) -> Result<(), Instant> {
        let mut windows = self.windows();
        let Some(window) = windows.get_mut(&endpoint) else {
            return Ok(());
        };
        if window.ends <= Instant::now() {
            windows.remove(&endpoint);
            return Ok(());
        }
        if window.left <= 0 {
            return Err(window.ends);
        }
        window.left -= 1;
        Ok(())
    }

    /// Notes what an answer said. Answers come in any order: within a window only less is left.
    pub(super) fn note(&self, endpoint: Endpoint, limit: Limit, now: Timestamp) {
        let mut windows = self.windows();
        let said = Window {
            reset: limit.reset,
            ends: Instant::now() + limit.wait(now),
            left: limit.remaining,
        };
        let window = windows.entry(endpoint).or_insert(Window {
            left: i64::MAX,
            ..said
        });
        if limit.reset > window.reset {
            *window = said;
        } else if limit.reset == window.reset {
            window.left = window.left.min(limit.remaining);
        }
    }

    fn windows(&self) -> MutexGuard<'_, HashMap<Endpoint, Window>> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Endpoint = (Operation::new("GET", "/a"), false);
    const B: Endpoint = (Operation::new("GET", "/a"), true);

    #[test]
    fn an_empty_window_is_not_entered() {
        let limits = RateLimits::default();
        let now = Timestamp::now();
        let reset = now.as_second() + 30;
        assert!(limits.take(A).is_ok(), "nothing is known yet");
        limits.note(
            A,
            Limit {
                remaining: 2,
                reset,
            },
            now,
        );
        assert!(limits.take(A).is_ok());
        assert!(limits.take(A).is_ok());
        let until = limits.take(A).unwrap_err();
        assert!(until > Instant::now() + Duration::from_secs(20));
        assert!(limits.take(B).is_ok(), "each endpoint has its own");
    }

    #[test]
    fn an_old_answer_gives_nothing_back_and_a_new_window_does() {
        let limits = RateLimits::default();
        let now = Timestamp::now();
        let reset = now.as_second() + 30;
        limits.note(
            A,
            Limit {
                remaining: 0,
                reset,
            },
            now,
        );
        limits.note(
            A,
            Limit {
                remaining: 5,
                reset,
            },
            now,
        );
        assert!(limits.take(A).is_err());
        limits.note(
            A,
            Limit {
                remaining: 5,
                reset: reset + 60,
            },
            now,
        );
        assert!(limits.take(A).is_ok());
    }

    #[test]
    fn a_wrong_clock_waits_a_minute_at_most() {
        let now = Timestamp::now();
        let limit = Limit {
            remaining: 0,
            reset: now.as_second() + 86_400,
        };
        assert_eq!(limit.wait(now), WINDOW);
    }
}
