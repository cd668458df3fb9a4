use std::time::{Duration, Instant};

use tokio::{sync::mpsc, time::sleep_until};
use tokio_util::sync::CancellationToken;

use super::{
    NewListener, Step,
    connection::{Connection, no_token},
};
use crate::{ChannelState, Error, Result, UserToken, Watching};

/// Connects again and again, until nobody listens any more or there is no hope.
pub(super) async fn listen(new: NewListener, steps: mpsc::Sender<Step>, stop: CancellationToken) {
    let mut failures = 0;
    loop {
        let lost = tokio::select! {
            () = stop.cancelled() => return,
            lost = one_connection(&new, &steps, &stop, &mut failures) => lost,
        };
        let Some(lost) = lost else { return };
        failures += 1;
        if new.reconnect.ends_at(lost.kind()) {
            // Whoever does not listen any more need not be told.
            let _ = steps.send(Step::Ended(lost)).await;
            return;
        }
        if steps.send(Step::Lost(lost)).await.is_err() {
            return;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep_until((Instant::now() + pause(failures)).into()) => {}
        }
    }
}

/// Serves one connection to its end; `None` when nobody listens any more.
async fn one_connection(
    new: &NewListener,
    steps: &mpsc::Sender<Step>,
    stop: &CancellationToken,
    failures: &mut u32,
) -> Option<Error> {
    let Ok(token) = new.tokens.token().await else {
        return Some(no_token());
    };
    let opened = Connection::open(&new.client, &new.user, &token).await;
    let observer = &new.client.shared.observer;
    observer.connected(*failures + 1, opened.as_ref().err());
    let (mut connection, hello) = match opened {
        Ok(opened) => opened,
        Err(error) => return Some(error),
    };
    let connection_id = hello.connection_id.clone().unwrap_or_default();
    let channels = match watched(new, &token, &connection_id).await {
        Ok(channels) => channels,
        Err(error) => return Some(error),
    };
    *failures = 0;
    let connected = Step::Connected {
        connection_id,
        channels,
    };
    steps.send(connected).await.ok()?;
    steps.send(Step::Event(Box::new(hello))).await.ok()?;
    loop {
        let event = tokio::select! {
            () = stop.cancelled() => {
                connection.close().await;
                return None;
            }
            event = connection.next() => event,
        };
        match event {
            Ok(event) => steps.send(Step::Event(Box::new(event))).await.ok()?,
            Err(error) => return Some(error),
        }
    }
}

async fn watched(
    new: &NewListener,
    token: &UserToken,
    connection_id: &str,
) -> Result<Vec<ChannelState>> {
    let Some(query) = &new.watching else {
        return Ok(Vec::new());
    };
    let watching = Watching {
        token,
        connection_id,
    };
    new.client.watch_channels(query, watching).await
}

/// Longer with each failure, up to 15 s, and never the same for two: after an outage not everybody
/// comes back in the same moment.
fn pause(failures: u32) -> Duration {
    let longest = 500 + 1_500 * u64::from(failures.saturating_sub(1).min(10));
    Duration::from_millis(rand::random_range(longest / 2..=longest.min(15_000)))
}
