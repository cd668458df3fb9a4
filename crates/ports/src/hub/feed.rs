use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::StaffId;
use futures_util::stream;
use tokio::sync::Notify;

use super::{Hub, standing::Standing};
use crate::{Delivery, EventId, EventStream, LiveEvent, Signal};

/// Events a feed reaches back. A reader further behind loads its state afresh, which is cheaper
/// by then.
const REACHES_BACK: usize = 512;

/// A position that is in no feed: its reader has to resynchronise.
const UNKNOWN: u64 = u64::MAX;

/// One doctor's events.
pub(super) struct Feed {
    /// Tells its events from those of another doctor, another process or an earlier one.
    epoch: String,
    ring: Mutex<Ring>,
    changed: Notify,
}

#[derive(Default)]
struct Ring {
    /// Number of the newest event; numbers start at 1.
    end: u64,
    events: VecDeque<Arc<LiveEvent>>,
    /// Streams may not resume from before this number.
    floor: u64,
    readers: usize,
    /// How many times all readers were sent away.
    endings: u64,
    last_reader_left: Option<Instant>,
}

impl Ring {
    /// The event after `position`, or that the reader has to resynchronise; `None` at the end.
    fn after(&self, position: u64) -> Option<Signal> {
        if position == self.end {
            return None;
        }
        let first = self.end + 1 - self.events.len() as u64;
        let event = usize::try_from(position.wrapping_add(1).wrapping_sub(first))
            .ok()
            .and_then(|i| self.events.get(i));
        Some(event.map_or(Signal::Resync, |event| Signal::Event(event.clone())))
    }
}

impl Default for Feed {
    fn default() -> Self {
        let epoch = format!("{:016x}", rand::random::<u64>());
        Self {
            epoch,
            ring: Mutex::default(),
            changed: Notify::new(),
        }
    }
}

impl Feed {
    pub(super) fn push(&self, event: Arc<LiveEvent>, standing: Option<&Standing>) {
        let mut ring = self.ring();
        if let Some(standing) = standing {
            standing.replace_in(&mut ring.events);
        }
        if ring.events.len() == REACHES_BACK {
            ring.events.pop_front();
        }
        ring.events.push_back(event);
        ring.end += 1;
        drop(ring);
        self.changed.notify_waiters();
    }

    /// Counts a reader in; whether it is the first.
    pub(super) fn open(&self) -> bool {
        let mut ring = self.ring();
        ring.readers += 1;
        ring.last_reader_left = None;
        ring.readers == 1
    }

    fn close(&self) -> bool {
        let mut ring = self.ring();
        ring.readers -= 1;
        if ring.readers == 0 {
            ring.last_reader_left = Some(Instant::now());
        }
        ring.readers == 0
    }

    fn id(&self, position: u64) -> EventId {
        EventId::new(format!("{}-{position}", self.epoch))
    }

    /// Finds the position at which a stream begins: now, or after what its reader saw last. A place that
    /// the feed does not reach back to, or may not be read from again, is [`UNKNOWN`].
    fn position(&self, resume: Option<&EventId>) -> u64 {
        let ring = self.ring();
        let Some(id) = resume else { return ring.end };
        let number = id
            .as_str()
            .strip_prefix(&self.epoch)
            .and_then(|rest| rest.strip_prefix('-'));
        let number = number.and_then(|number| number.parse().ok());
        number
            .filter(|number| (ring.floor..=ring.end).contains(number))
            .unwrap_or(UNKNOWN)
    }

    pub(super) fn has_readers(&self) -> bool {
        self.ring().readers > 0
    }

    /// Drops what was not told yet: every reader is behind the ring, and resynchronises.
    pub(super) fn forget(&self) {
        let mut ring = self.ring();
        ring.events.clear();
        ring.end += 1;
        drop(ring);
        self.changed.notify_waiters();
    }

    pub(super) fn end(&self) {
        self.ring().endings += 1;
        self.changed.notify_waiters();
    }

    pub(super) fn forbid_replay(&self) {
        let mut ring = self.ring();
        ring.floor = ring.end;
    }

    pub(super) fn is_abandoned(&self, now: Instant, kept: Duration) -> bool {
        self.ring()
            .last_reader_left
            .is_some_and(|left| now.saturating_duration_since(left) > kept)
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream's place in a feed.
struct Reader {
    hub: Arc<Hub>,
    doctor: StaffId,
    feed: Arc<Feed>,
    cursor: u64,
    /// The endings of the feed when the reader came.
    endings: u64,
}

impl Reader {
    /// The next delivery; none when the stream was ended.
    async fn next(&mut self) -> Option<Delivery> {
        loop {
            // Listening begins before looking, so that an event between the two is not missed.
            let feed = self.feed.clone();
            let changed = feed.changed.notified();
            if let Some(signal) = self.step() {
                return Some(Delivery {
                    id: self.feed.id(self.cursor),
                    signal,
                });
            }
            if self.feed.ring().endings > self.endings {
                return None;
            }
            changed.await;
        }
    }

    fn step(&mut self) -> Option<Signal> {
        let ring = self.feed.ring();
        let signal = ring.after(self.cursor)?;
        self.cursor = match signal {
            Signal::Event(_) => self.cursor + 1,
            Signal::Resync => ring.end,
        };
        Some(signal)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if self.feed.close() {
            self.hub.closed(&self.doctor);
        }
    }
}

pub(super) fn stream(
    hub: Arc<Hub>,
    doctor: StaffId,
    feed: Arc<Feed>,
    resume: Option<&EventId>,
) -> EventStream {
    let cursor = feed.position(resume);
    let start = feed.id(cursor);
    let endings = feed.ring().endings;
    let reader = Reader {
        hub,
        doctor,
        feed,
        cursor,
        endings,
    };
    EventStream::new(
        start,
        stream::unfold(reader, async |mut reader| {
            let delivery = reader.next().await?;
            Some((delivery, reader))
        }),
    )
}
