use futures_util::{StreamExt, stream};
use tokio::sync::broadcast::{self, error::RecvError};

use crate::{AvailabilityNews, AvailabilityStream};

/// News that a reader may be behind before it misses some.
const REACH: usize = 256;

/// The channel of doctors' availability, for all listeners in this process.
pub(super) struct AvailabilityFeed(broadcast::Sender<AvailabilityNews>);

impl Default for AvailabilityFeed {
    fn default() -> Self {
        Self(broadcast::Sender::new(REACH))
    }
}

impl AvailabilityFeed {
    pub(super) fn tell(&self, news: AvailabilityNews) {
        // Nobody may be listening.
        let _ = self.0.send(news);
    }

    pub(super) fn listen(&self) -> AvailabilityStream {
        stream::unfold(self.0.subscribe(), async |mut news| {
            match news.recv().await {
                Ok(said) => Some((said, news)),
                Err(RecvError::Lagged(_)) => Some((AvailabilityNews::Missed, news)),
                Err(RecvError::Closed) => None,
            }
        })
        .boxed()
    }
}
