use std::{
    fmt,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use async_trait::async_trait;
use bytes::Bytes;
use domain::{Doctor, Event, Presence, RoomId, StaffId};
use futures_util::Stream;

use crate::Result;

/// The position of one doctor's live stream, from which to go on after an interruption. Opaque,
/// printable ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventId(String);

impl EventId {
    /// Reads what a reader says it saw last. Whatever is none of ours names nothing, and a stream
    /// resumed from it begins with a resync.
    pub fn read(text: &str) -> Self {
        let fits = text.len() <= 80 && text.bytes().all(|byte| byte.is_ascii_graphic());
        Self(if fits { text.to_owned() } else { String::new() })
    }

    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An event as it travels: one value for all its readers, written out at most once.
pub struct LiveEvent {
    event: Event,
    wire: OnceLock<Bytes>,
}

impl LiveEvent {
    /// An event on its way.
    pub fn new(event: Event) -> Self {
        Self {
            event,
            wire: OnceLock::new(),
        }
    }

    /// The event that happened.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The event written out. The first reader's `write` serves everyone, so it must depend on the
    /// event alone and never on the reader.
    pub fn wire(&self, write: impl FnOnce(&Event) -> Bytes) -> &Bytes {
        self.wire.get_or_init(|| write(&self.event))
    }
}

impl fmt::Debug for LiveEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.event.fmt(f)
    }
}

/// One step of a live stream.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The position of the stream after this delivery.
    pub id: EventId,
    /// The signal that is delivered.
    pub signal: Signal,
}

/// One signal to the reader of a live stream.
#[derive(Clone, Debug)]
pub enum Signal {
    /// This happened.
    Event(Arc<LiveEvent>),
    /// Events were missed that cannot be told one by one any more: load the state afresh.
    Resync,
}

/// A doctor's live events, until dropped.
pub struct EventStream {
    start: EventId,
    deliveries: Pin<Box<dyn Stream<Item = Delivery> + Send>>,
}

impl EventStream {
    /// The deliveries after `start`.
    pub fn new(start: EventId, deliveries: impl Stream<Item = Delivery> + Send + 'static) -> Self {
        Self {
            start,
            deliveries: Box::pin(deliveries),
        }
    }

    /// The position of the stream before its first delivery. A reader who knows it can resume even
    /// when nothing had happened before the connection was lost.
    pub fn start(&self) -> &EventId {
        &self.start
    }
}

impl Stream for EventStream {
    type Item = Delivery;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Delivery>> {
        self.deliveries.as_mut().poll_next(context)
    }
}

/// The live events of a doctor's rooms.
///
/// Contract: a message arrives once per stream and in the room's order, after it can be read
/// through [`crate::Messages`]; nothing of a room arrives after its participation ended. A reader
/// who is too slow is told to resynchronise, and slows nobody.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Live: Send + Sync {
    /// Says that the doctor is typing, or stopped. It lapses by itself after a few seconds unless
    /// repeated. The doctor's own streams are not told.
    ///
    /// # Errors
    /// `NotFound` when the doctor is not in the room; `Unavailable`.
    async fn typing(&self, doctor: &Doctor, room: &RoomId, typing: bool) -> Result<()>;

    /// Whether colleagues are connected. Unknown ids are left out.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn presence(&self, doctor: &Doctor, of: &[StaffId]) -> Result<Vec<Presence>>;

    /// The events of all the doctor's rooms from now on, or from `resume`. Where `resume` is too
    /// old or foreign, the stream begins with [`Signal::Resync`]. While it is open the doctor is
    /// online. Many streams of one doctor each get everything.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn events(&self, doctor: &Doctor, resume: Option<EventId>) -> Result<EventStream>;
}
