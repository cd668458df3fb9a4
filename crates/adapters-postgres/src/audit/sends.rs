use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::{Action, Decision};
use ports::{AuditEntry, WrittenEntry};
use tokio::sync::oneshot;

/// A room, who sends, and what they call the message.
type Key = (i64, i64, String);

/// Entries of sends that were allowed, for a moment: the guard has the entry stored and the message posted at
/// the same time, so the send comes by and takes its entry into its own transaction.
#[derive(Default)]
pub(crate) struct Sends(Mutex<HashMap<Key, Taken>>);

/// The words of an entry, and its signature.
#[derive(Clone)]
pub(crate) struct SignedEntry {
    pub(crate) words: WrittenEntry,
    pub(crate) signature: Option<Vec<u8>>,
}

/// An entry in the hands of a send.
pub(crate) struct Taken {
    pub(crate) entry: SignedEntry,
    stored: oneshot::Sender<()>,
}

/// An entry that a send may take; offered until dropped.
pub(super) struct Offered<'a> {
    sends: &'a Sends,
    key: Key,
    stored: oneshot::Receiver<()>,
}

impl Sends {
    /// Offers an entry, if it is of a send and no other of the same message is offered.
    pub(super) fn offer(&self, entry: &AuditEntry) -> Option<Offered<'_>> {
        if entry.action != Action::PostMessage || entry.decision != Decision::Allowed {
            return None;
        }
        let key = (
            entry.room.as_ref()?.as_i64()?,
            entry.actor.as_ref()?.as_i64()?,
            entry.subject.clone()?,
        );
        let (told, stored) = oneshot::channel();
        let mut waiting = self.waiting();
        if waiting.contains_key(&key) {
            return None;
        }
        let signature = entry
            .signature
            .map(|signature| signature.as_bytes().to_vec());
        let entry = SignedEntry {
            words: WrittenEntry::from(entry),
            signature,
        };
        let taken = Taken {
            entry,
            stored: told,
        };
        waiting.insert(key.clone(), taken);
        drop(waiting);
        let sends = self;
        Some(Offered { sends, key, stored })
    }

    /// The entry of a send, which is the taker's to store from now on.
    pub(crate) fn take(&self, room: i64, author: i64, client_id: &str) -> Option<Taken> {
        self.waiting().remove(&(room, author, client_id.to_owned()))
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<Key, Taken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// To be said after the commit. Dropped instead, the entry is stored by itself.
    pub(crate) fn tell_stored(self) {
        // Nobody may be waiting any more.
        let _ = self.stored.send(());
    }
}

impl Offered<'_> {
    /// Whether a send has stored it. One that no send took is not offered any more.
    pub(super) async fn stored_by_send(mut self) -> bool {
        self.withdraw();
        (&mut self.stored).await.is_ok()
    }

    fn withdraw(&self) {
        self.sends.waiting().remove(&self.key);
    }
}

impl Drop for Offered<'_> {
    fn drop(&mut self) {
        self.withdraw();
    }
}
