use std::time::Duration;

use ports::Result;
use tokio::time::{Instant, sleep_until};

/// How long a step is tried again that the other side does not take now. Stream counts calls by the
/// minute.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Does a step that can be repeated, again and again while the other side says later.
pub(super) async fn patiently<T>(mut step: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let until = Instant::now() + PATIENCE;
    loop {
        let error = match step().await {
            Err(error) if error.is_temporary() => error,
            done => return done,
        };
        let pause = error.retry_after().unwrap_or(Duration::from_secs(2));
        let next = Instant::now() + pause.max(Duration::from_millis(100));
        if next > until {
            return Err(error);
        }
        sleep_until(next).await;
    }
}
