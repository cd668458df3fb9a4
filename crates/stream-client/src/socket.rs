//! Live events of one user over Stream's WebSocket, reconnecting by itself.

mod connection;

use std::time::{Duration, Instant};

use tokio::{sync::mpsc, time::sleep_until};
use tokio_util::sync::{CancellationToken, DropGuard};

use self::connection::Connection;
use super::{Client, Error, Event, NewUser, UserToken};

/// Events that wait for a slow reader; then Stream waits.
const WAITING: usize = 256;

/// What a listener is told.
#[derive(Debug)]
pub enum Step {
    /// Connected, for the first time or again: what is to be told has to be watched now, and what
    /// happened in between to be asked for.
    Connected {
        /// Names this connection in calls that watch.
        connection_id: String,
    },
    /// Something happened. Health checks are told as well: their time says until when nothing was
    /// missed.
    Event(Box<Event>),
    /// The connection is gone, or could not be made. It is tried again until the listener is
    /// dropped.
    Lost(Error),
}

/// A user's live events; dropping it disconnects.
pub struct Listener {
    steps: mpsc::Receiver<Step>,
    _stop: DropGuard,
}

impl Listener {
    /// Connects a user, whom connecting makes or updates. Each connection gets a fresh token from
    /// `token`.
    pub fn open(
        client: &Client,
        user: NewUser,
        token: impl Fn() -> UserToken + Send + 'static,
    ) -> Self {
        let (sender, steps) = mpsc::channel(WAITING);
        let stop = CancellationToken::new();
        let listening = listen(client.clone(), user, token, sender, stop.clone());
        tokio::spawn(listening);
        Self {
            steps,
            _stop: stop.drop_guard(),
        }
    }

    /// The next step. Dropping the call loses nothing.
    pub async fn next(&mut self) -> Step {
        match self.steps.recv().await {
            Some(step) => step,
            // The task ends only with the listener.
            None => std::future::pending().await,
        }
    }
}

async fn listen(
    client: Client,
    user: NewUser,
    token: impl Fn() -> UserToken,
    steps: mpsc::Sender<Step>,
    stop: CancellationToken,
) {
    let mut failures = 0;
    loop {
        let lost = tokio::select! {
            () = stop.cancelled() => return,
            lost = one_connection(&client, &user, token(), &steps, &stop, &mut failures) => lost,
        };
        let Some(lost) = lost else { return };
        failures += 1;
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
    client: &Client,
    user: &NewUser,
    token: UserToken,
    steps: &mpsc::Sender<Step>,
    stop: &CancellationToken,
    failures: &mut u32,
) -> Option<Error> {
    let opened = Connection::open(client, user, &token).await;
    let observer = &client.shared.observer;
    observer.connected(*failures + 1, opened.as_ref().err());
    let (mut connection, hello) = match opened {
        Ok(opened) => opened,
        Err(error) => return Some(error),
    };
    *failures = 0;
    let connected = Step::Connected {
        connection_id: hello.connection_id.clone().unwrap_or_default(),
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

/// Longer with each failure, up to 15 s, and never the same for two: after an outage not everybody
/// comes back in the same moment.
fn pause(failures: u32) -> Duration {
    let longest = 500 + 1_500 * u64::from(failures.saturating_sub(1).min(10));
    Duration::from_millis(rand::random_range(longest / 2..=longest.min(15_000)))
}
