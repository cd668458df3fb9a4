use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::StaffId;
use tokio::{sync::Notify, time::timeout};

/// Bytes of all uploads that are held at one time. A larger file goes alone.
const MOST: u64 = 64 * 1024 * 1024;

/// How long an upload waits for room, before anything of it is read.
const PATIENCE: Duration = Duration::from_secs(5);

/// Memory for uploads, which wait for their turn unread: a sender holds nothing of it until then.
#[derive(Clone, Default)]
pub(super) struct Budget(Arc<Shared>);

#[derive(Default)]
struct Shared {
    held: Mutex<Held>,
    freed: Notify,
}

#[derive(Default)]
struct Held {
    all: u64,
    by_doctor: HashMap<StaffId, u64>,
}

/// A part of the budget, given back when it is dropped.
pub(super) struct Share {
    budget: Budget,
    doctor: StaffId,
    bytes: u64,
}

impl Budget {
    /// Sets aside memory for an upload; none when there is none in time. One doctor's uploads get half
    /// of all there is, so that nobody shuts out the others, but each may send one file of any size.
    pub(super) async fn share(&self, doctor: &StaffId, bytes: u64) -> Option<Share> {
        let bytes = bytes.min(MOST);
        let taken = async {
            loop {
                // Before looking, so that what is freed in between is noticed.
                let freed = self.0.freed.notified();
                if self.take(doctor, bytes) {
                    return;
                }
                freed.await;
            }
        };
        timeout(PATIENCE, taken).await.ok()?;
        Some(Share {
            budget: self.clone(),
            doctor: doctor.clone(),
            bytes,
        })
    }

    fn take(&self, doctor: &StaffId, bytes: u64) -> bool {
        let mut held = self.0.held();
        let own = held.by_doctor.get(doctor).copied().unwrap_or_default();
        let fits = held.all + bytes <= MOST && (own == 0 || own + bytes <= MOST / 2);
        if fits {
            held.all += bytes;
            held.by_doctor.insert(doctor.clone(), own + bytes);
        }
        fits
    }
}

impl Shared {
    /// Two numbers cannot be left half changed.
    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self.budget.0.held();
        held.all = held.all.saturating_sub(self.bytes);
        let own = held.by_doctor.get(&self.doctor).copied();
        match own.unwrap_or_default().saturating_sub(self.bytes) {
            0 => held.by_doctor.remove(&self.doctor),
            rest => held.by_doctor.insert(self.doctor.clone(), rest),
        };
        drop(held);
        self.budget.0.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn nobody_takes_the_room_of_all() {
        let budget = Budget::default();
        let doctor = |id: &str| StaffId::parse(id).unwrap();
        let (first, second) = (doctor("1"), doctor("2"));
        let now = |who: &StaffId, bytes| budget.share(who, bytes).now_or_never().flatten();
        let whole = now(&first, u64::MAX).unwrap();
        assert!(now(&second, 1).is_none());
        drop(whole);
        let own = [now(&first, MOST / 4), now(&first, MOST / 4)];
        assert!(own.iter().all(Option::is_some));
        assert!(now(&first, 1).is_none(), "half of it is the others'");
        let other = now(&second, MOST / 2);
        assert!(other.is_some());
        let waiting = budget.share(&first, MOST / 4);
        drop(own);
        assert!(waiting.await.is_some(), "what is freed is used");
        drop(other);
        assert!(budget.0.held().by_doctor.is_empty() && budget.0.held().all == 0);
    }
}
