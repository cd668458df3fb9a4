use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::seats::InUse;

/// The bytes of a body that must come within each span of patience, unless it ends: so little that a bad phone
/// line brings it, and so much that nobody keeps a connection for a byte now and then.
const LEAST: usize = 1024;

/// The body of a request, for as long as it goes on coming.
pub(super) struct Progressing<B> {
    body: B,
    in_use: InUse,
    patience: Duration,
    /// Bytes of this span.
    arrived: usize,
    /// The end of this span. None while nobody waits: what the server itself takes its time for is not
    /// the sender's fault.
    until: Option<Pin<Box<Sleep>>>,
    too_slow: Arc<AtomicBool>,
}

impl<B: HttpBody> Progressing<B> {
    /// `too_slow` is set when the body ends because it did not go on.
    pub(super) fn new(
        body: B,
        in_use: InUse,
        patience: Duration,
        too_slow: Arc<AtomicBool>,
    ) -> Self {
        in_use.reads_body(!body.is_end_stream());
        Self {
            body,
            in_use,
            patience,
            arrived: 0,
            until: None,
            too_slow,
        }
    }
}

impl<B> HttpBody for Progressing<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                this.arrived += frame.data_ref().map_or(0, Bytes::len);
                if this.arrived >= LEAST {
                    this.arrived = 0;
                    this.until = None;
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(io::Error::other(error)))),
            Poll::Ready(None) => {
                this.in_use.reads_body(false);
                Poll::Ready(None)
            }
            Poll::Pending => {
                let patience = this.patience;
                let until = this
                    .until
                    .get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + patience)));
                if until.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                this.too_slow.store(true, Ordering::Relaxed);
                Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for Progressing<B> {
    fn drop(&mut self) {
        self.in_use.reads_body(false);
    }
}

/// The body of an answer; while it is being read the connection is in use.
pub(super) struct Whole {
    pub(super) body: Body,
    pub(super) _in_use: InUse,
}

impl HttpBody for Whole {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use futures_util::{StreamExt, stream};

    use crate::TrustedProxies;

    use super::{
        super::seats::{Room, Seats},
        *,
    };

    const PATIENCE: Duration = Duration::from_secs(30);

    /// Reads a body of which a piece of so many bytes comes after each wait: how much came, and whether
    /// that was all.
    async fn read(pieces: Vec<(usize, Duration)>) -> (usize, bool) {
        let seats = Seats::new(Room::of(8, TrustedProxies::default()));
        let seat = Arc::new(seats.take(Ipv4Addr::LOCALHOST.into()).unwrap());
        let pieces = stream::iter(pieces).then(|(bytes, wait)| async move {
            sleep_until(Instant::now() + wait).await;
            Ok::<_, io::Error>(Bytes::from(vec![b'x'; bytes]))
        });
        let too_slow = Arc::new(AtomicBool::new(false));
        let body = Body::from_stream(pieces);
        let body = Progressing::new(body, seat.in_use(), PATIENCE, too_slow.clone());
        let mut came = 0;
        let mut frames = Body::new(body).into_data_stream();
        while let Some(Ok(data)) = frames.next().await {
            came += data.len();
        }
        (came, !too_slow.load(Ordering::Relaxed))
    }

    fn every(seconds: u64, bytes: usize, times: usize) -> Vec<(usize, Duration)> {
        vec![(bytes, Duration::from_secs(seconds)); times]
    }

    #[tokio::test(start_paused = true)]
    async fn what_goes_on_coming_is_read_however_long_it_takes() {
        // An hour on a bad line.
        assert_eq!(read(every(20, 1400, 180)).await, (180 * 1400, true));
        assert_eq!(read(every(6, 400, 600)).await, (600 * 400, true));
        assert_eq!(read(every(29, 10, 1)).await, (10, true), "a small body");
        assert_eq!(read(Vec::new()).await, (0, true));
    }

    #[tokio::test(start_paused = true)]
    async fn what_only_drips_is_ended() {
        assert_eq!(read(every(31, 1400, 1)).await, (0, false));
        let (came, whole) = read(every(1, 1, 1000)).await;
        assert!(!whole && came <= 30, "{came} bytes in half a minute");
        let mut stops = every(1, 64 * 1024, 4);
        stops.extend(every(3600, 1, 1));
        assert_eq!(read(stops).await, (4 * 64 * 1024, false));
    }
}
