use std::collections::{HashMap, VecDeque};

use domain::{Message, MessageId, beginning};

/// The excerpt of the answered message that stands beside a reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Quote {
    pub(super) author: String,
    pub(super) sent: String,
    /// The beginning of its text; empty for files only, and for a recalled message.
    pub(super) words: String,
}

/// The last messages of a room, for replies to quote. Older ones are linked without a quote, so that
/// a long room costs no memory.
#[derive(Default)]
pub(super) struct Quotes {
    order: VecDeque<MessageId>,
    quotes: HashMap<MessageId, Quote>,
}

/// Most messages kept.
const MOST: usize = 2_000;
/// Most characters of a quote.
const LONGEST: usize = 120;

impl Quotes {
    pub(super) fn keep(&mut self, message: &Message, sent: String) {
        if self.order.len() >= MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.quotes.remove(&oldest);
        }
        let text = message.text().map_or("", |text| text.as_str());
        let mut words = beginning(text, LONGEST).to_owned();
        if words.len() < text.len() {
            words.push('…');
        }
        let author = message.author.name.as_ref().to_owned();
        let quote = Quote {
            author,
            sent,
            words,
        };
        self.order.push_back(message.id.clone());
        self.quotes.insert(message.id.clone(), quote);
    }

    pub(super) fn of(&self, message: &MessageId) -> Option<&Quote> {
        self.quotes.get(message)
    }
}
