use std::{sync::Arc, time::Duration};

use ports::AuditTrail;
use tokio::time::interval;
use tokio_util::sync::CancellationToken;

use crate::measurements;

/// How often it is looked at what waits; less than Prometheus asks.
const EVERY: Duration = Duration::from_secs(5);

/// Measures whether the audit is sealed, until `stop`. While the database is away, which is measured elsewhere, the
/// numbers stay.
pub(super) async fn measure(trail: Arc<dyn AuditTrail>, stop: CancellationToken) {
    let mut looks = interval(EVERY);
    loop {
        tokio::select! {
            _ = looks.tick() => {}
            () = stop.cancelled() => return,
        }
        if let (Ok(unsealed), Ok(newest)) = (trail.unsealed().await, trail.newest_seal().await) {
            measurements::sealed(unsealed, newest.map(|seal| seal.at));
        }
    }
}
