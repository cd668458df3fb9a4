use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use domain::StaffId;
use ports::Error;

use crate::measurements::lost_connections;

/// Doctors whose sockets are lost. The log has one line when the first is lost and one when none is any more,
/// however many they are.
#[derive(Default)]
pub(super) struct Lost(Mutex<Option<Outage>>);

struct Outage {
    began: Instant,
    now: HashSet<StaffId>,
    /// All that were lost since it began.
    all: HashSet<StaffId>,
}

impl Lost {
    /// A doctor's socket is lost, or could not be made use of.
    pub(super) fn lost(&self, doctor: &StaffId, error: &Error) {
        let mut outage = self.lock();
        let outage = outage.get_or_insert_with(|| {
            tracing::warn!(%error, "doctors' connections to Stream are lost; reconnecting");
            Outage {
                began: Instant::now(),
                now: HashSet::new(),
                all: HashSet::new(),
            }
        });
        outage.now.insert(doctor.clone());
        lost_connections(outage.now.len());
        outage.all.insert(doctor.clone());
    }

    /// A doctor's socket is there again, or nobody wants it any more.
    pub(super) fn settled(&self, doctor: &StaffId) {
        let mut outage = self.lock();
        let is_over = outage.as_mut().is_some_and(|outage| {
            outage.now.remove(doctor);
            lost_connections(outage.now.len());
            outage.now.is_empty()
        });
        if let Some(over) = outage.take_if(|_| is_over) {
            tracing::info!(
                seconds = over.began.elapsed().as_secs_f64(),
                doctors = over.all.len(),
                "doctors' connections to Stream are back"
            );
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Outage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
