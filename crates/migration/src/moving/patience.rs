use std::time::Duration;

use ports::{Error, Result};
use tokio::time::{Instant, sleep_until};

/// How long a step is tried again that the other side does not take now. Stream counts calls by the
/// minute.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Waits between the attempts of a step that can be repeated, while the other side says later.
pub(super) struct Patience {
    until: Instant,
}

impl Patience {
    pub(super) fn new() -> Self {
        Self {
            until: Instant::now() + PATIENCE,
        }
    }

    /// Waits as long as a refusal asks for.
    ///
    /// # Errors
    /// The refusal itself, where waiting does not help or was long enough.
    pub(super) async fn wait(&self, refusal: Error) -> Result<()> {
        let pause = refusal.retry_after().unwrap_or(Duration::from_secs(2));
        let next = Instant::now() + pause.max(Duration::from_millis(100));
        if !refusal.is_temporary() || next > self.until {
            return Err(refusal);
        }
        sleep_until(next).await;
        Ok(())
    }
}
