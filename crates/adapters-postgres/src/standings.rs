use std::time::Duration;

use domain::Standing;
use moka::sync::Cache;

/// That a doctor takes part in a room, remembered for at most two seconds. That one does not is
/// never remembered.
pub(crate) struct Standings(Cache<(i64, i64), Standing>);

impl Default for Standings {
    fn default() -> Self {
        let cache = Cache::builder()
            .max_capacity(100_000)
            .time_to_live(Duration::from_secs(2));
        Self(cache.build())
    }
}

impl Standings {
    pub(crate) fn get(&self, room: i64, doctor: i64) -> Option<Standing> {
        self.0.get(&(room, doctor))
    }

    pub(crate) fn put(&self, room: i64, doctor: i64, standing: Standing) {
        if standing.takes_part() {
            self.0.insert((room, doctor), standing);
        }
    }

    pub(crate) fn forget(&self, room: i64, doctor: i64) {
        self.0.invalidate(&(room, doctor));
    }
}
