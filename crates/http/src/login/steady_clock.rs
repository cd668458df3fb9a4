use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use jiff::Timestamp;
use ports::Clock;

/// A clock that never goes back, for how long nobody has done anything: where the machine's clock is
/// set back, the time that really passes is counted on.
#[derive(Clone)]
pub(super) struct SteadyClock {
    clock: Arc<dyn Clock>,
    last: Arc<Mutex<(Timestamp, Instant)>>,
}

impl SteadyClock {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let last = (clock.now(), Instant::now());
        Self {
            clock,
            last: Arc::new(Mutex::new(last)),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = last.1.elapsed();
        let at_least = last.0.saturating_add(passed).unwrap_or(last.0);
        *last = (self.clock.now().max(at_least), Instant::now());
        last.0
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use jiff::SignedDuration;

    use super::*;

    struct Set(AtomicI64);

    impl Clock for Set {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
        }
    }

    #[test]
    fn it_goes_on_where_the_machines_clock_goes_back() {
        let machine = Arc::new(Set(AtomicI64::new(1_000_000)));
        let steady = SteadyClock::new(machine.clone());
        let before = steady.now();
        machine.0.store(1_000_060, Ordering::Relaxed);
        let later = steady.now();
        // Time passes between the two as well.
        assert!(later.duration_since(before) > SignedDuration::from_secs(59));
        machine.0.store(1_000_060 - 3 * 86_400, Ordering::Relaxed);
        let back = steady.now();
        assert!(back >= later);
        assert!(back.duration_since(later) < SignedDuration::from_secs(60));
    }
}
