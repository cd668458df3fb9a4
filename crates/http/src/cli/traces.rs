//! Traces for a collector of OpenTelemetry (OTLP over HTTP, protobuf), where one is named.
//!
//! Only spans of the target [`TRACES`] go there, which are made by hand with route templates and fixed words: what a
//! library or the log says never does.

mod sender;

use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use ports::TRACES;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, filter::Targets, registry::LookupSpan};

use self::sender::Sender;

/// How long the end of the program waits for the last spans.
const LAST: Duration = Duration::from_secs(1);

/// Spans on their way to the collector.
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends to the collector at `endpoint`, an address without the path `/v1/traces`. The library reads the other
    /// variables of OpenTelemetry from the environment, such as `OTEL_EXPORTER_OTLP_HEADERS`.
    ///
    /// # Errors
    /// The reason, for the log, when the exporter cannot be made.
    pub(super) fn to(endpoint: &str) -> Result<Self, String> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Sender::new().map_err(|error| error.to_string())?)
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .build()
            .map_err(|error| error.to_string())?;
        let resource = Resource::builder().with_service_name("hims-chat").build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .build();
        Ok(Self(provider))
    }

    /// The layer that hands spans to the exporter.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: tracing::Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("hims-chat"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_target(false)
            .with_level(false)
            .with_filter(Targets::new().with_target(TRACES, LevelFilter::TRACE))
    }

    /// Sends the last spans, if the collector takes them in a moment.
    pub(super) async fn end(self) {
        // It waits on its thread, not on ours.
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST));
        // What could not be sent has its line in the log.
        let _ = ended.await;
    }
}
