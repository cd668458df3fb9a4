//! Live events of one user over Stream's WebSocket, reconnecting by itself.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use futures_util::StreamExt;
//! use stream_chat_client::{ChannelQuery, Client, Filter, NewUser, Signer, socket::Listener};
//!
//! let client = Client::new("key", "secret")?;
//! let signer = Signer::new(&"secret".into());
//! let token = move || std::future::ready(Ok(signer.token("lee").sign()));
//! let mine = ChannelQuery::new(Filter::is_in("members", ["lee"]));
//! let listener = Listener::of(&client, NewUser::new("lee"), token).watching(mine).open();
//! let mut events = std::pin::pin!(listener.events());
//! while let Some(event) = events.next().await {
//!     println!("{}", event.event_type);
//! }
//! # Ok(()) }
//! ```

mod connection;
mod listening;

use std::sync::Arc;

use futures_util::{Stream, stream};
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{ChannelQuery, ChannelState, Client, Error, Event, Kind, NewUser, TokenSource};

/// Events that wait for a slow reader; then Stream waits.
const WAITING: usize = 256;

/// A step of a listener.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step {
    /// Connected, for the first time or again: what happened in between is to be asked for.
    Connected {
        /// Names this connection in calls that watch.
        connection_id: String,
        /// The channels of [`NewListener::watching`] as they are now, with their newest messages; they
        /// are watched already.
        channels: Vec<ChannelState>,
    },
    /// Something happened. Health checks are told as well: their time says until when nothing was
    /// missed.
    Event(Box<Event>),
    /// The connection is gone, or could not be made. It is tried again.
    Lost(Error),
    /// The connection could not be made and will not be: nothing follows.
    Ended(Error),
}

/// How long a listener goes on to connect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reconnect {
    /// Until it is dropped, or Stream says that the key, the secret or the user will not do.
    #[default]
    UnlessHopeless,
    /// Until it is dropped.
    Always,
}

impl Reconnect {
    fn ends_at(self, kind: Kind) -> bool {
        self == Self::UnlessHopeless
            && matches!(
                kind,
                Kind::KeyRefused
                    | Kind::SecretRefused
                    | Kind::Suspended
                    | Kind::WrongRegion
                    | Kind::NotFound
                    | Kind::NotAllowed
                    | Kind::Invalid
            )
    }
}

/// A listener to be.
#[must_use]
pub struct NewListener {
    client: Client,
    user: NewUser,
    tokens: Arc<dyn TokenSource>,
    watching: Option<ChannelQuery>,
    reconnect: Reconnect,
}

impl NewListener {
    /// Watches the channels that this finds, at most 30, with each connection.
    pub fn watching(mut self, query: ChannelQuery) -> Self {
        self.watching = Some(query);
        self
    }

    /// How long it goes on to connect.
    pub fn reconnects(mut self, reconnect: Reconnect) -> Self {
        self.reconnect = reconnect;
        self
    }

    /// Connects in the background. To be called inside a Tokio runtime.
    pub fn open(self) -> Listener {
        let (sender, steps) = mpsc::channel(WAITING);
        let stop = CancellationToken::new();
        tokio::spawn(listening::listen(self, sender, stop.clone()));
        Listener {
            steps,
            _stop: stop.drop_guard(),
        }
    }
}

/// A user's live events; dropping it disconnects.
pub struct Listener {
    steps: mpsc::Receiver<Step>,
    _stop: DropGuard,
}

impl Listener {
    /// Listens for a user, whom connecting makes or updates. Each connection gets a token from
    /// `tokens`.
    pub fn of(client: &Client, user: NewUser, tokens: impl TokenSource) -> NewListener {
        NewListener {
            client: client.clone(),
            user,
            tokens: Arc::new(tokens),
            watching: None,
            reconnect: Reconnect::default(),
        }
    }

    /// The next step; `None` after [`Step::Ended`]. Dropping the call loses nothing.
    pub async fn next(&mut self) -> Option<Step> {
        self.steps.recv().await
    }

    /// The events alone, without health checks. It ends where the listener does.
    pub fn events(self) -> impl Stream<Item = Event> + Send {
        stream::unfold(self, |mut listener| async move {
            loop {
                match listener.next().await? {
                    Step::Event(event) if event.event_type != "health.check" => {
                        return Some((*event, listener));
                    }
                    _ => {}
                }
            }
        })
    }
}
