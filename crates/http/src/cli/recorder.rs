//! The recorder that keeps measurements for Prometheus.

use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::CliError;

/// How often measurements are folded together, whether anybody asks for them or not.
const UPKEEP: Duration = Duration::from_secs(5);

/// Upper bounds of durations, in seconds: an answer of a page is well under 0.1, and callers give up at 10.
const SECONDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// Upper bounds of batches; the largest has 256 jobs.
const JOBS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// Starts to keep what is measured from now on. Call it before anything measures.
pub(super) fn start() -> Result<PrometheusHandle, CliError> {
    let failed = || CliError::Start("metrics cannot be recorded".to_owned());
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .and_then(|builder| {
            builder.set_buckets_for_metric(Matcher::Suffix("_jobs".to_owned()), &JOBS)
        })
        .map_err(|_| failed())?;
    let handle = builder.install_recorder().map_err(|_| failed())?;
    let kept = handle.clone();
    tokio::spawn(async move {
        let mut upkeep = tokio::time::interval(UPKEEP);
        loop {
            upkeep.tick().await;
            kept.run_upkeep();
        }
    });
    Ok(handle)
}
