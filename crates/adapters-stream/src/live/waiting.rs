use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;

use crate::client::Event;

/// Webhooks come over connections of their own, so a later one may overtake an earlier one by this
/// much.
const OVERTAKES: Duration = Duration::from_millis(250);

/// Webhook events that wait for those they overtook.
#[derive(Default)]
pub(super) struct Waiting {
    events: Vec<Arc<Event>>,
    since: Option<Instant>,
}

impl Waiting {
    pub(super) fn push(&mut self, event: Arc<Event>) {
        self.since.get_or_insert_with(Instant::now);
        self.events.push(event);
    }

    /// All of them in the order they happened, once the first has waited long enough.
    pub(super) fn due(&mut self, now: Instant) -> Vec<Arc<Event>> {
        let is_due = |since: Instant| now.saturating_duration_since(since) >= OVERTAKES;
        if !self.since.is_some_and(is_due) {
            return Vec::new();
        }
        self.since = None;
        let mut events = std::mem::take(&mut self.events);
        events.sort_by_key(|event| happened(event));
        events
    }
}

/// A new message by the time that gives it its place in the room.
fn happened(event: &Event) -> Option<Timestamp> {
    match &event.message {
        Some(message) if event.event_type == "message.new" => Some(message.created_at),
        _ => event.created_at,
    }
}
