use std::collections::{HashSet, VecDeque};

/// What a doctor was told lately, by a key for each thing that can be told.
#[derive(Default)]
pub(super) struct Told {
    known: HashSet<String>,
    order: VecDeque<String>,
}

/// Far more than can come twice: from the socket, a webhook and a look at the rooms.
const REMEMBERED: usize = 4_096;

impl Told {
    /// Whether it was told.
    pub(super) fn knows(&self, key: &str) -> bool {
        self.known.contains(key)
    }

    /// Notes a thing; whether it is news.
    pub(super) fn is_news(&mut self, key: String) -> bool {
        if !self.known.insert(key.clone()) {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}
