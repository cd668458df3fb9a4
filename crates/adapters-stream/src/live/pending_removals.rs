use std::{collections::HashSet, sync::Arc, time::Duration};

use domain::RoomId;
use tokio::{sync::watch, time::timeout};

/// How long the word of a removal may be on its way.
const PATIENCE: Duration = Duration::from_secs(2);

/// Rooms that a doctor was taken out of here, while what was said before may still come over the
/// socket. A stream that begins now waits for the end of that, so that it holds nothing of them.
#[derive(Clone, Default)]
pub(super) struct PendingRemovals(Arc<watch::Sender<HashSet<RoomId>>>);

impl PendingRemovals {
    pub(super) fn begins(&self, room: &RoomId) {
        self.0.send_modify(|rooms| {
            rooms.insert(room.clone());
        });
    }

    /// The socket told of the removal, and so of everything before it.
    pub(super) fn ends(&self, room: &RoomId) {
        self.0.send_if_modified(|rooms| rooms.remove(room));
    }

    /// All rooms were looked at afresh.
    pub(super) fn all_end(&self) {
        self.0.send_modify(HashSet::clear);
    }

    /// Waits until nothing is on its way; the rooms of which no word came in time.
    pub(super) async fn end(&self) -> HashSet<RoomId> {
        let mut rooms = self.0.subscribe();
        let is_over = timeout(PATIENCE, rooms.wait_for(HashSet::is_empty)).await;
        match is_over {
            Ok(_) => HashSet::new(),
            Err(_) => self.0.send_replace(HashSet::new()),
        }
    }
}
