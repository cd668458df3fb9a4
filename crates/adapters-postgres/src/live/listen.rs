use std::{pin::pin, sync::Arc, time::Duration};

use futures_util::StreamExt;
use postgres_connection::Address;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_postgres::AsyncMessage;
use tokio_util::sync::CancellationToken;

use super::{notify::CHANNEL, tail::Note, wire::Notification};

/// Waits before a lost connection is made again.
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// The ear of this instance for hints of the others.
pub(crate) struct Listener {
    pub(crate) address: Address,
    pub(crate) instance: String,
    pub(crate) tail: mpsc::Sender<Note>,
}

impl Listener {
    /// Listens until `stop`. `ready` is told once the first connection listens. After a lost
    /// connection hints may have been missed, so everybody loads afresh.
    pub(crate) async fn run(self, ready: Arc<tokio::sync::Notify>, stop: CancellationToken) {
        let mut wait = SHORTEST;
        let mut is_first = true;
        loop {
            let listening = self.listen(|| {
                wait = SHORTEST;
                let reset = !std::mem::take(&mut is_first);
                ready.notify_one();
                reset
            });
            tokio::select! {
                _ = listening => {}
                () = stop.cancelled() => return,
            }
            tokio::select! {
                () = sleep_until(Instant::now() + wait) => {}
                () = stop.cancelled() => return,
            }
            wait = (wait * 2).min(LONGEST);
        }
    }

    /// One connection's life. `connected` answers whether hints may have been missed before it.
    async fn listen(&self, connected: impl FnOnce() -> bool) -> Result<(), tokio_postgres::Error> {
        let (client, mut connection) = self.address.connect().await?;
        let mut messages = pin!(futures_util::stream::poll_fn(
            move |cx| connection.poll_message(cx)
        ));
        let text = format!("LISTEN {CHANNEL}");
        let mut listen = pin!(client.batch_execute(&text));
        // The statement goes on only while the messages are polled.
        loop {
            tokio::select! {
                done = &mut listen => break done?,
                message = messages.next() => match message {
                    Some(message) => self.heard(message?).await,
                    None => return Ok(()),
                },
            }
        }
        if connected() {
            self.tell(Note::Missed).await;
        }
        while let Some(message) = messages.next().await {
            self.heard(message?).await;
        }
        Ok(())
    }

    async fn heard(&self, message: AsyncMessage) {
        let AsyncMessage::Notification(notification) = message else {
            return;
        };
        let Ok(told) = serde_json::from_str::<Notification>(notification.payload()) else {
            return;
        };
        if told.instance == self.instance {
            return;
        }
        for (room, last) in told.rooms {
            self.tell(Note::Moved { room, last }).await;
        }
        for signal in told.signals {
            self.tell(Note::Signal(signal)).await;
        }
    }

    async fn tell(&self, note: Note) {
        // The tail ends only with this instance.
        let _ = self.tail.send(note).await;
    }
}
