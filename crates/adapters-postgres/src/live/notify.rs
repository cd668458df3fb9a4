use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use diesel::sql_types::{Array, Text};
use ports::Result;
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::wire::{Notification, Signal};
use crate::{
    pool::Pool,
    statement::{Statement, statement},
};

/// The channel of all instances on a database.
pub(crate) const CHANNEL: &str = "hims_chat";

/// Signals that wait while the database does not answer; more are dropped, as they are only hints.
const SIGNALS: usize = 10_000;

/// Entries of one notification, so that it stays below PostgreSQL's 8,000 bytes.
const ENTRIES: usize = 50;

/// Time between two notifications of a busy instance. The first after a pause waits for nothing.
const PACE: Duration = Duration::from_millis(2);

statement! {
    /// Sends `$1`, each text a notification.
    Send(Array<Text>) -> () = "SELECT pg_notify('hims_chat', t) FROM unnest($1) t";
}

/// Hints for the other instances. They gather while the previous notification is in flight, and a
/// room that moved twice is one hint.
///
/// They go out on a connection of their own after the commit of what they speak of: notifying
/// inside every message's transaction would make the commits wait for one another.
pub(crate) struct Hints {
    instance: String,
    waiting: Mutex<Waiting>,
    wake: Notify,
}

#[derive(Default)]
struct Waiting {
    rooms: BTreeMap<i64, i64>,
    signals: Vec<Signal>,
}

impl Hints {
    pub(crate) fn new(instance: String) -> Arc<Self> {
        Arc::new(Self {
            instance,
            waiting: Mutex::default(),
            wake: Notify::new(),
        })
    }

    /// Hints that a room has come to a position.
    pub(crate) fn room(&self, room: i64, last: i64) {
        self.add(|waiting| {
            let known = waiting.rooms.entry(room).or_insert(last);
            *known = last.max(*known);
        });
    }

    /// Hints something that is not kept.
    pub(crate) fn signal(&self, signal: Signal) {
        self.add(|waiting| {
            for signal in signal.pieces() {
                if waiting.signals.len() < SIGNALS {
                    waiting.signals.push(signal);
                }
            }
        });
    }

    fn add(&self, change: impl FnOnce(&mut Waiting)) {
        change(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        self.wake.notify_one();
    }

    fn take(&self) -> Vec<String> {
        let waiting = mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        let rooms: Vec<(i64, i64)> = waiting.rooms.into_iter().collect();
        let rooms = rooms.chunks(ENTRIES).map(|rooms| self.text(rooms, &[]));
        // Rooms first: a receipt comes after the message it speaks of.
        let mut texts: Vec<String> = rooms.collect();
        let signals = waiting.signals.chunks(ENTRIES);
        texts.extend(signals.map(|signals| self.text(&[], signals)));
        texts
    }

    fn text(&self, rooms: &[(i64, i64)], signals: &[Signal]) -> String {
        let notification = Notification {
            instance: self.instance.clone(),
            rooms: rooms.to_vec(),
            signals: signals.to_vec(),
        };
        // Numbers and fixed words are always written.
        serde_json::to_string(&notification).unwrap_or_default()
    }

    /// Sends hints until `stop`, then what is left.
    pub(crate) async fn send(self: Arc<Self>, pool: Pool, stop: CancellationToken) {
        loop {
            let stopping = tokio::select! {
                () = self.wake.notified() => false,
                () = stop.cancelled() => true,
            };
            let texts = self.take();
            if !texts.is_empty() {
                // What gets lost here the sweeps of the others find.
                let _ = send(&pool, texts).await;
            }
            if stopping {
                return;
            }
            sleep_until(Instant::now() + PACE).await;
        }
    }
}

async fn send(pool: &Pool, texts: Vec<String>) -> Result<()> {
    let mut connection = pool.get().await?;
    connection.run(Send::with((texts,))).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::wire::{ReceiptSignal, ReceiptsSignal};

    #[test]
    fn a_room_is_one_hint_and_no_notification_is_too_long() {
        let hints = Hints::new("f".repeat(16));
        for room in 0..500 {
            hints.room(i64::MAX - room, 1);
            hints.room(i64::MAX - room, i64::MAX);
            hints.signal(Signal::Receipt(ReceiptSignal {
                room: i64::MAX,
                message: i64::MAX,
                doctor: i64::MAX,
                kind: domain::ReceiptKind::Acknowledged,
                at: i64::MAX,
            }));
        }
        hints.signal(Signal::Receipts(ReceiptsSignal {
            room: i64::MAX,
            message: i64::MAX,
            doctors: vec![i64::MAX; 1_000],
            kind: domain::ReceiptKind::Acknowledged,
            at: i64::MAX,
        }));
        let texts = hints.take();
        assert!(texts.iter().all(|text| text.len() < 8_000));
        let rooms: usize = texts
            .iter()
            .map(|text| {
                serde_json::from_str::<Notification>(text)
                    .unwrap()
                    .rooms
                    .len()
            })
            .sum();
        assert_eq!(rooms, 500);
        assert!(hints.take().is_empty());
    }
}
