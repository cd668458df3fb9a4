use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::listen::{Cables, Cut};

/// Serves until `stop`; goes down and comes back as the faults order it.
pub(crate) async fn serve(
    app: Arc<App>,
    first: TcpListener,
    at: SocketAddr,
    router: Router,
    stop: CancellationToken,
) {
    let mut orders = app.listening.subscribe();
    let mut listener = Some(first);
    loop {
        let open = match listener.take() {
            Some(open) => open,
            None => tokio::select! {
                again = bind_again(at) => again,
                () = stop.cancelled() => return,
            },
        };
        app.listening.send_modify(|listening| listening.is = true);
        let life = stop.child_token();
        let service = router.clone().into_make_service_with_connect_info::<Cut>();
        let serving = axum::serve(
            Cables {
                listener: open,
                life: life.clone(),
            },
            service,
        );
        tokio::select! {
            ended = serving.into_future() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "the Stream sandbox ended");
                }
                return;
            }
            _ = orders.wait_for(|listening| !listening.wanted) => {}
            () = stop.cancelled() => return,
        }
        life.cancel();
        app.world().connections.clear();
        app.listening.send_modify(|listening| listening.is = false);
        tokio::select! {
            _ = orders.wait_for(|listening| listening.wanted) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Opens the port anew. Somebody else may hold it for a moment.
async fn bind_again(at: SocketAddr) -> TcpListener {
    let mut again = tokio::time::interval(Duration::from_millis(20));
    loop {
        again.tick().await;
        match TcpListener::bind(at).await {
            Ok(listener) => return listener,
            Err(error) => tracing::warn!(%at, %error, "the Stream sandbox cannot listen again yet"),
        }
    }
}
