//! The cable between a browser and a server, which a test can pull.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::server::Server;

/// Forwards connections to one server while it is plugged in. Use its [`Self::url`] instead of the server's.
pub struct Cable {
    address: SocketAddr,
    plugged: watch::Sender<bool>,
    forwarding: JoinHandle<()>,
}

impl Cable {
    /// A cable to `server`, plugged in.
    pub async fn to(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (plugged, state) = watch::channel(true);
        let forwarding = tokio::spawn(forward(listener, server.address().to_owned(), state));
        Self {
            address,
            plugged,
            forwarding,
        }
    }

    /// Like [`Server::url`].
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Breaks every open connection, and every new one until [`Self::plug_in`].
    pub fn pull(&self) {
        self.plugged.send_replace(false);
    }

    /// New connections go through again.
    pub fn plug_in(&self) {
        self.plugged.send_replace(true);
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.forwarding.abort();
    }
}

async fn forward(listener: TcpListener, server: String, plugged: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    while let Ok((mut browser, _)) = listener.accept().await {
        let (server, mut plugged) = (server.clone(), plugged.clone());
        connections.spawn(async move {
            let carried = async {
                let mut server = TcpStream::connect(server).await?;
                copy_bidirectional(&mut browser, &mut server).await
            };
            // Both ends of the connection close when the cable is pulled, or either end does.
            tokio::select! {
                biased;
                _ = plugged.wait_for(|plugged| !plugged) => {}
                _ = carried => {}
            }
        });
    }
}
