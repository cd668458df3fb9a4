//! Settings of the log.

use std::io::IsTerminal;

use clap::Args;
use ports::TRACES;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, fmt::format::JsonFields, layer::SubscriberExt,
    util::SubscriberInitExt,
};
use url::Url;

use super::{
    CliError,
    log::{Json, Log, LogFormat},
    traces::Traces,
};

/// The tracing target of the access log.
const ACCESS: &str = "hims_chat::access";

/// The settings of the log, the access log and the traces.
#[derive(Args)]
pub(super) struct LogSettings {
    /// The level of the log: error, warn, info, debug, or as tracing-subscriber's directives.
    #[arg(long, env = "HIMS_LOG", default_value = "info", global = true)]
    log: String,
    /// How lines of the log are written: text, or json for one object a line.
    #[arg(long, env = "HIMS_LOG_FORMAT", default_value = "text", global = true)]
    log_format: String,
    /// true: a line for every request, by route; never an address or a name.
    #[arg(long, env = "HIMS_ACCESS_LOG", default_value = "false", global = true)]
    access_log: String,
    /// A collector of OpenTelemetry that traces are sent to, http://collector:4318 for example.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", global = true)]
    otlp_endpoint: Option<String>,
}

impl LogSettings {
    /// Logs to standard error, as what is on standard output is for the person who starts it.
    /// Traces go to their collector, if there is one.
    pub(super) fn start(&self) -> (Log, Option<Traces>) {
        let format = self.log_format.parse().unwrap_or(LogFormat::Text);
        let log = Log::to(std::io::stderr(), format);
        let lines: Box<dyn Layer<Registry> + Send + Sync> = match format {
            LogFormat::Text => tracing_subscriber::fmt::layer()
                .with_writer(log.clone())
                .with_ansi(std::io::stderr().is_terminal())
                .boxed(),
            LogFormat::Json => tracing_subscriber::fmt::layer()
                .fmt_fields(JsonFields::new())
                .event_format(Json)
                .with_writer(log.clone())
                .boxed(),
        };
        let lines = lines.with_filter(self.filter());
        let traces = self.otlp_endpoint().ok().flatten();
        let traces = traces.map(|endpoint| Traces::to(endpoint.as_str()));
        let (traces, failure) = match traces.transpose() {
            Ok(traces) => (traces, None),
            Err(failure) => (None, Some(failure)),
        };
        tracing_subscriber::registry()
            .with(lines)
            .with(traces.as_ref().map(Traces::layer))
            .init();
        std::panic::set_hook(Box::new(log_panic));
        if let Some(reason) = failure {
            tracing::error!(reason, "traces are not sent");
        }
        (log, traces)
    }

    fn filter(&self) -> EnvFilter {
        let filter = EnvFilter::try_new(&self.log).unwrap_or_else(|_| EnvFilter::new("info"));
        // They repeat what lines of a request say by its id.
        let filter = match format!("{TRACES}=off").parse() {
            Ok(directive) => filter.add_directive(directive),
            Err(_) => filter,
        };
        // Who switches the access log on means it, whatever else is logged.
        let access = self.access_log().ok().filter(|wanted| *wanted);
        let access = access.and_then(|_| format!("{ACCESS}=info").parse().ok());
        match access {
            Some(directive) => filter.add_directive(directive),
            None => filter,
        }
    }

    /// Whether every request gets a line.
    pub(super) fn access_log(&self) -> Result<bool, CliError> {
        match self.access_log.as_str() {
            "true" => Ok(true),
            "false" | "" => Ok(false),
            other => Err(CliError::setting(
                "HIMS_ACCESS_LOG",
                format!("is \"{other}\" and must be true or false"),
            )),
        }
    }

    /// The collector of traces.
    fn otlp_endpoint(&self) -> Result<Option<Url>, CliError> {
        let set = self.otlp_endpoint.as_deref().filter(|set| !set.is_empty());
        let Some(set) = set else {
            return Ok(None);
        };
        let wrong = |problem: &str| CliError::setting("OTEL_EXPORTER_OTLP_ENDPOINT", problem);
        if cfg!(not(feature = "otlp")) {
            return Err(wrong(
                "names a collector, and this program was built without traces",
            ));
        }
        let endpoint = Url::parse(set).ok();
        let endpoint = endpoint.filter(|url| matches!(url.scheme(), "http" | "https"));
        endpoint
            .map(Some)
            .ok_or_else(|| wrong("is no address, such as http://collector.hospital.example:4318"))
    }

    /// The settings are used before anything can be refused; here they are.
    pub(super) fn check(&self) -> Result<(), CliError> {
        EnvFilter::try_new(&self.log).map_err(|_| {
            CliError::setting(
                "HIMS_LOG",
                "must be error, warn, info, debug or trace, or directives",
            )
        })?;
        self.log_format
            .parse::<LogFormat>()
            .map_err(|problem| CliError::setting("HIMS_LOG_FORMAT", problem))?;
        self.otlp_endpoint()?;
        self.access_log().map(drop)
    }
}

/// A panic is a line of the log like any other. Its words may repeat a text that somebody wrote (an index into it
/// that is wrong, for example), so only those are shown that stand in the source as they are.
fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let words = panic.payload().downcast_ref::<&'static str>();
    tracing::error!(place, words, "a fault of ours: panic");
}
