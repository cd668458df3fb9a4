//! TCP connections that can be cut like a cable, or left dead on the floor.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// The switch of one connection.
#[derive(Clone, Debug)]
pub(crate) struct Cut {
    reset: CancellationToken,
    silent: Arc<AtomicBool>,
}

impl Cut {
    /// Resets the connection: the other side gets an error, at once.
    pub(crate) fn reset(&self) {
        self.reset.cancel();
    }

    /// Keeps the connection standing, and lets nothing through any more in either direction.
    pub(crate) fn silence(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }
}

/// Accepts connections that end with `life`.
pub(crate) struct Cables {
    pub(crate) listener: TcpListener,
    pub(crate) life: CancellationToken,
}

/// One connection.
pub(crate) struct Cable {
    stream: TcpStream,
    cut: Cut,
    was_reset: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Listener for Cables {
    type Io = Cable;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Cable, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "the sandbox could not set TCP_NODELAY");
        }
        let reset = self.life.child_token();
        let was_reset = Box::pin(reset.clone().cancelled_owned());
        (
            Cable {
                stream,
                cut: Cut {
                    reset,
                    silent: Arc::default(),
                },
                was_reset,
            },
            address,
        )
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, Cables>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Cables>) -> Self {
        stream.io().cut.clone()
    }
}

impl Cable {
    /// An error once the connection was reset; the close that follows is a reset on the wire too.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if self.was_reset.as_mut().poll(cx).is_ready() {
            self.stream.set_zero_linger()?;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }

    fn silent(&self) -> bool {
        self.cut.silent.load(Ordering::SeqCst)
    }
}

impl AsyncRead for Cable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(cx)?;
        let before = buf.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(cx, buf));
        if self.silent() {
            buf.set_filled(before);
            return Poll::Pending;
        }
        Poll::Ready(read)
    }
}

impl AsyncWrite for Cable {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check(cx)?;
        if self.silent() {
            return Poll::Ready(Ok(buf.len()));
        }
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
