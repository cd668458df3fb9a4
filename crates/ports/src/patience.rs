use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::{Error, Result};

/// How long a step is tried again that a backend does not take now. Hosted ones count calls by the
/// minute.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Waits between the attempts of a step that can be repeated, while a backend says later. For work
/// that nobody waits for in a browser: moving rooms, for example.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    until: Instant,
}

impl Patience {
    /// Ten minutes of it, from now on.
    #[expect(clippy::new_without_default, reason = "it begins when it is made")]
    pub fn new() -> Self {
        Self {
            until: Instant::now() + PATIENCE,
        }
    }

    /// Waits as long as a refusal asks for.
    ///
    /// # Errors
    /// The refusal itself, where waiting does not help or was long enough.
    pub async fn wait(&self, refusal: Error) -> Result<()> {
        let pause = refusal.retry_after().unwrap_or(Duration::from_secs(2));
        let next = Instant::now() + pause.max(Duration::from_millis(100));
        if !refusal.is_temporary() || next > self.until {
            return Err(refusal);
        }
        sleep_until(next).await;
        Ok(())
    }
}

/// Does a step that can be repeated until the backend takes it.
///
/// # Errors
/// As [`Patience::wait`].
pub async fn retry_temporary<T, F>(mut step: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let patience = Patience::new();
    loop {
        match step().await {
            Err(refusal) => patience.wait(refusal).await?,
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[tokio::test(start_paused = true)]
    async fn what_comes_later_is_waited_for_and_nothing_else() {
        let began = Instant::now();
        let mut tries = 0;
        let done = retry_temporary(|| {
            tries += 1;
            let answer = match tries {
                1 => Err(Error::rate_limited(Duration::from_secs(40))),
                2 => Err(Error::unavailable("away")),
                _ => Ok(tries),
            };
            async { answer }
        });
        assert_eq!(done.await.unwrap(), 3);
        assert!(began.elapsed() >= Duration::from_secs(42));

        let refused = retry_temporary(async || Err::<(), _>(Error::conflict("never")));
        assert_eq!(refused.await.unwrap_err().kind(), ErrorKind::Conflict);
        let away =
            retry_temporary(async || Err::<(), _>(Error::rate_limited(Duration::from_secs(59))));
        assert_eq!(away.await.unwrap_err().kind(), ErrorKind::RateLimited);
        assert!(began.elapsed() < PATIENCE + Duration::from_secs(120));
    }
}
