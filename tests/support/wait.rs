//! The one place where tests wait.

use std::time::Duration;

use tokio::time::{Instant, interval, timeout};

/// How long anything a test waits for may take. Generous: two cores may run a compiler beside the tests.
pub const DEADLINE: Duration = Duration::from_secs(30);

const PERIOD: Duration = Duration::from_millis(50);

/// Repeats `attempt` until it gives a value; `Err` with the last refusal once [`DEADLINE`] has passed.
pub async fn attempts<T, R>(mut attempt: impl AsyncFnMut() -> Result<T, R>) -> Result<T, R> {
    let started = Instant::now();
    let mut ticks = interval(PERIOD);
    loop {
        ticks.tick().await;
        match attempt().await {
            Err(_) if started.elapsed() < DEADLINE => {}
            outcome => return outcome,
        }
    }
}

/// Repeats `attempt` until it gives a value.
///
/// # Panics
/// Naming `what`, when [`DEADLINE`] has passed.
pub async fn until<T>(what: &str, mut attempt: impl AsyncFnMut() -> Option<T>) -> T {
    match attempts(async || attempt().await.ok_or(())).await {
        Ok(value) => value,
        Err(()) => panic!("waited {DEADLINE:?} in vain for {what}"),
    }
}

/// Repeats `look` until it finds `expected`.
///
/// # Panics
/// With `place` and the last thing found, when [`DEADLINE`] has passed.
pub async fn until_equal<T: PartialEq + std::fmt::Debug + ?Sized, F: std::borrow::Borrow<T>>(
    place: &str,
    expected: &T,
    mut look: impl AsyncFnMut() -> F,
) {
    let looked = attempts(async || {
        let found = look().await;
        if found.borrow() == expected {
            Ok(())
        } else {
            Err(found)
        }
    });
    if let Err(found) = looked.await {
        panic!(
            "{place}: {expected:?} was expected, {:?} found after {DEADLINE:?}",
            found.borrow()
        );
    }
}

/// Awaits `future`, which must not take longer than [`DEADLINE`].
///
/// # Panics
/// Naming `what`, when it does.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match timeout(DEADLINE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what} took longer than {DEADLINE:?}"),
    }
}
