//! Metrics of the calls to Stream. An operation is the name of its call, with braces where ids go.

use metrics::{Unit, counter, gauge, histogram};

use crate::client::{Attempt, Error, Kind};

const REQUESTS: &str = "hims_stream_requests_total";
const DURATION: &str = "hims_stream_request_duration_seconds";
const RETRIES: &str = "hims_stream_retries_total";
const LEFT: &str = "hims_stream_rate_limit_remaining";
const LOST: &str = "hims_stream_lost_connections";

/// Says what the numbers are, once there is a recorder.
pub(super) fn describe() {
    metrics::describe_counter!(
        REQUESTS,
        "Requests to Stream, retries included, by operation and class of status."
    );
    metrics::describe_histogram!(
        DURATION,
        Unit::Seconds,
        "Time until Stream answered a request, by operation."
    );
    metrics::describe_counter!(
        RETRIES,
        "Requests to Stream that were made again, by operation."
    );
    metrics::describe_gauge!(
        LEFT,
        "Requests that Stream's rate limit leaves in the present window, by operation."
    );
    metrics::describe_gauge!(LOST, "Doctors whose live connection to Stream is lost now.");
    gauge!(LOST).set(0.0);
}

/// A request was made.
pub(super) fn requested(attempt: &Attempt<'_>) {
    let operation = attempt.operation.to_string();
    let status = class(attempt.error);
    counter!(REQUESTS, "operation" => operation.clone(), "status" => status).increment(1);
    histogram!(DURATION, "operation" => operation.clone()).record(attempt.took);
    // From the first request on the family is there, with nothing in it.
    let again = u64::from(attempt.number > 1);
    counter!(RETRIES, "operation" => operation.clone()).increment(again);
    if let Some(left) = attempt.remaining {
        gauge!(LEFT, "operation" => operation).set(left as f64);
    }
}

/// So many doctors' live connections are lost now.
pub(crate) fn lost_connections(doctors: usize) {
    gauge!(LOST).set(doctors as f64);
}

fn class(error: Option<&Error>) -> &'static str {
    let Some(error) = error else {
        return "2xx";
    };
    match (error.status(), error.kind()) {
        (Some(429), _) => "429",
        (Some(300..400), _) => "3xx",
        (Some(400..500), _) => "4xx",
        (Some(500..), _) => "5xx",
        (_, Kind::TimedOut) => "timeout",
        (_, Kind::Unreachable) => "unreachable",
        _ => "garbled",
    }
}
