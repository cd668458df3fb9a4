//! Other applications may write on into the tables of rooms that moved: it is brought to where they live.

use std::time::Duration;

use migration::{Movers, carry};
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_secs(2);

/// Brings it, until the service closes.
pub(super) fn keep_carrying(movers: Movers, closing: CancellationToken) {
    tokio::spawn(async move {
        let mut look = tokio::time::interval(EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            tokio::select! {
                _ = look.tick() => {}
                () = closing.cancelled() => return,
            }
            match carry(&movers).await {
                Ok(_) => failing = false,
                Err(error) if !failing => {
                    failing = true;
                    tracing::warn!(kind = ?error.kind(), %error, "what came into moved rooms waits; trying again");
                }
                Err(_) => {}
            }
        }
    });
}
