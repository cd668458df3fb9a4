//! A small collector of OpenTelemetry: keeps what it is sent.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

type Kept = Arc<Mutex<Vec<Bytes>>>;

/// Ends when it is dropped.
pub struct Collector {
    address: String,
    kept: Kept,
    serving: JoinHandle<()>,
}

impl Collector {
    pub async fn start() -> Self {
        let kept = Kept::default();
        let routes = Router::new()
            .route("/v1/traces", post(keep))
            .with_state(kept.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let serving = tokio::spawn(async move {
            axum::serve(listener, routes).await.expect("it serves");
        });
        Self {
            address,
            kept,
            serving,
        }
    }

    /// The value for `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Everything that it was sent, as it came.
    pub fn bytes(&self) -> Vec<u8> {
        self.kept.lock().unwrap().concat()
    }

    /// The same, read.
    pub fn requests(&self) -> Vec<ExportTraceServiceRequest> {
        let kept = self.kept.lock().unwrap().clone();
        let read = |bytes: Bytes| ExportTraceServiceRequest::decode(bytes).expect("protobuf");
        kept.into_iter().map(read).collect()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn keep(State(kept): State<Kept>, headers: HeaderMap, body: Bytes) {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    kept.lock().unwrap().push(body);
}
