use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::{Duration, Instant},
};

use diesel::sql_types::BigInt;
use domain::{Event, StaffId};
use ports::Result;
use tokio::{
    sync::{mpsc, oneshot},
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;

use super::wire::Signal;
use crate::{
    live::changes::after,
    statement::{Statement, statement},
};

mod publish;

pub(crate) use publish::Publisher;

/// Notes taken in at once.
const BATCH: usize = 256;

/// How far a room may have come without us before everybody is told to load afresh: as far as a
/// live stream reaches back.
const MOST: i64 = 512;

/// How often typing lapses, and rooms are tried again that could not be read.
const TICK: Duration = Duration::from_secs(1);

/// Something that the tail is told.
pub(crate) enum Note {
    /// Events of a room at consecutive positions from `first`, built by who committed them.
    Events {
        room: i64,
        first: i64,
        events: Vec<Event>,
    },
    /// A room has come to `last`; what came is in the tables.
    Moved { room: i64, last: i64 },
    /// These have to load their state afresh.
    Afresh { doctors: Vec<i64> },
    /// Something that is not kept.
    Signal(Signal),
    /// Hints may have been missed.
    Missed,
    /// Answered when everything before it has been published.
    Settle(oneshot::Sender<()>),
}

statement! {
    Positions() -> (BigInt, BigInt)
        = "SELECT id, last_position FROM chat_rooms WHERE last_position > 0";
}

/// Publishes what happens in this process, of each room in the order of its positions, whatever
/// instance wrote it and in whatever order it is heard of. The only one who publishes, so nothing
/// overtakes anything.
pub(crate) struct Tail {
    publisher: Publisher,
    /// The position up to which each room has been published; none is 0, a new room.
    seen: HashMap<i64, i64>,
    /// Rooms that could not be read, and how far they have come.
    behind: BTreeMap<i64, i64>,
    /// Hints were missed, and nobody has been told yet.
    missed: bool,
}

impl Tail {
    /// A tail that begins now: what is in the tables already counts as published.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(crate) async fn new(publisher: Publisher) -> Result<Self> {
        let mut tail = Self {
            publisher,
            seen: HashMap::new(),
            behind: BTreeMap::new(),
            missed: false,
        };
        tail.begin_here().await?;
        Ok(tail)
    }

    /// Works until `stop`, and then off what it was told.
    pub(crate) async fn run(mut self, mut notes: mpsc::Receiver<Note>, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut batch = Vec::new();
        loop {
            let count = tokio::select! {
                biased;
                () = stop.cancelled(), if !notes.is_closed() => {
                    notes.close();
                    continue;
                }
                _ = ticks.tick(), if !notes.is_closed() => {
                    self.tick().await;
                    continue;
                }
                count = notes.recv_many(&mut batch, BATCH) => count,
            };
            if count == 0 {
                return;
            }
            let rooms: BTreeSet<i64> = batch.iter().filter_map(Note::room).collect();
            // Where this fails, each room asks again for itself.
            let _ = self.publisher.know_audiences(rooms).await;
            for note in batch.drain(..) {
                self.take(note).await;
            }
        }
    }

    async fn tick(&mut self) {
        self.publisher.hub.sweep(Instant::now());
        self.load_afresh().await;
        for (room, last) in std::mem::take(&mut self.behind) {
            self.catch_up(room, last).await;
        }
    }

    async fn take(&mut self, note: Note) {
        match note {
            Note::Events {
                room,
                first,
                events,
            } => self.publish(room, first, events).await,
            Note::Moved { room, last } => self.catch_up(room, last).await,
            Note::Afresh { doctors } => {
                for doctor in doctors {
                    self.publisher.hub.resync(&StaffId::from(doctor));
                }
            }
            Note::Signal(Signal::Afresh) => {
                self.missed = true;
                self.load_afresh().await;
            }
            Note::Signal(signal) => self.publisher.signal(signal).await,
            Note::Settle(answer) => {
                // Nobody may be waiting any more.
                let _ = answer.send(());
            }
            Note::Missed => {
                self.missed = true;
                self.load_afresh().await;
            }
        }
    }

    /// Tells everybody to load afresh, where hints were missed. First where we stand, then the word:
    /// what is committed in between is both loaded and told.
    async fn load_afresh(&mut self) {
        if self.missed && self.begin_here().await.is_ok() {
            self.missed = false;
            self.publisher.hub.resync_all();
        }
    }

    /// Publishes events if nothing is missing before them, and else what the tables hold.
    async fn publish(&mut self, room: i64, first: i64, events: Vec<Event>) {
        let seen = self.seen(room);
        let last = first + i64::try_from(events.len()).unwrap_or(0) - 1;
        if first > seen + 1 {
            return self.catch_up(room, last).await;
        }
        for (position, event) in (first..).zip(events) {
            if position <= seen {
                continue;
            }
            if self.publisher.event(room, event).await.is_err() {
                self.behind.insert(room, last);
                return;
            }
            self.seen.insert(room, position);
        }
    }

    /// Publishes what the tables hold after what was seen.
    async fn catch_up(&mut self, room: i64, last: i64) {
        if last > self.seen(room) && self.fetch(room).await.is_err() {
            let behind = self.behind.entry(room).or_insert(last);
            *behind = last.max(*behind);
        }
    }

    async fn fetch(&mut self, room: i64) -> Result<()> {
        let seen = self.seen(room);
        let mut connection = self.publisher.pool.get().await?;
        let (upto, events) = after(&mut connection, room, seen, MOST).await?;
        drop(connection);
        match events {
            Some(events) => {
                for (position, event) in events {
                    self.publisher.event(room, event).await?;
                    self.seen.insert(room, position);
                }
                self.seen.insert(room, upto);
            }
            None => {
                self.publisher.audiences.forget(room);
                self.seen.insert(room, upto);
                self.publisher.hub.resync_all();
            }
        }
        Ok(())
    }

    async fn begin_here(&mut self) -> Result<()> {
        let mut connection = self.publisher.pool.get().await?;
        let positions: Vec<(i64, i64)> = connection.all(Positions::with(())).await?;
        for (room, last) in positions {
            // Participants may have changed on the way.
            self.publisher.audiences.forget(room);
            let seen = self.seen.entry(room).or_insert(last);
            *seen = last.max(*seen);
        }
        Ok(())
    }

    fn seen(&self, room: i64) -> i64 {
        self.seen.get(&room).copied().unwrap_or(0)
    }
}

impl Note {
    fn room(&self) -> Option<i64> {
        match self {
            Self::Events { room, .. } | Self::Moved { room, .. } => Some(*room),
            Self::Signal(Signal::Typing(typing)) => Some(typing.room),
            Self::Signal(Signal::Receipt(receipt)) => Some(receipt.room),
            Self::Signal(Signal::Receipts(receipts)) => Some(receipts.room),
            Self::Afresh { .. }
            | Self::Signal(
                Signal::Presence(_)
                | Signal::Own(_)
                | Signal::Said(_)
                | Signal::Membership(_)
                | Signal::Room(_)
                | Signal::Afresh,
            )
            | Self::Missed
            | Self::Settle(_) => None,
        }
    }
}
