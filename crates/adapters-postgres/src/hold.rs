//! Names that one instance on the database holds at a time: locks of a session of its own.

use std::time::Duration;

use ports::{Error, Result};
use postgres_connection::Address;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

/// How long another instance is waited for, which may have been killed just now.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(250);

const LOCK: &str = "SELECT pg_try_advisory_lock(hashtextextended('hims hold ' || $1, 0))";

/// Holds `name` until `stop`; whether that could be.
pub(crate) async fn hold(address: &Address, name: &str, stop: CancellationToken) -> Result<bool> {
    let unavailable = |_| Error::unavailable("the database does not answer");
    let connected = timeout(PATIENCE, address.connect()).await;
    let connected = connected.map_err(|_| Error::unavailable("the database does not answer"))?;
    let (client, connection) = connected.map_err(unavailable)?;
    let connection = tokio::spawn(connection);
    let begun = Instant::now();
    loop {
        let row = client.query_one(LOCK, &[&name]).await;
        let is_held = row.and_then(|row| row.try_get(0));
        if is_held.map_err(unavailable)? {
            break;
        }
        if begun.elapsed() >= PATIENCE {
            return Ok(false);
        }
        sleep_until(Instant::now() + PAUSE).await;
    }
    tokio::spawn(async move {
        stop.cancelled().await;
        // The lock goes with its session.
        drop(client);
        let _ = connection.await;
    });
    Ok(true)
}
