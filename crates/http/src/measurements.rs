//! Metrics, by the names that Prometheus knows them by: `http_` for requests, `process_` for the process and
//! `hims_` for the chat. Labels are mounts, routes and words of ours: never an id, a name or a text.

use jiff::Timestamp;
use metrics::{Gauge, Unit, counter, gauge};
use ports::Posted;

use crate::{
    app::{MountContext, Shell},
    failure::Failure,
    login::SignIn,
};

const POSTED: &str = "hims_messages_posted_total";
const LIVE_STREAMS: &str = "hims_live_streams";
const SIGN_INS: &str = "hims_sign_ins_total";
const UPLOADS: &str = "hims_uploads_total";
const UPLOADED: &str = "hims_uploaded_bytes_total";
const OUTAGE: &str = "hims_outage";
const REFUSED: &str = "hims_requests_refused_total";
const UNSEALED: &str = "hims_audit_unsealed_entries";
const LAST_SEAL: &str = "hims_audit_last_seal_timestamp_seconds";
const BUILD: &str = "hims_build_info";

/// Says what the numbers of the shell are, once there is a recorder.
pub(crate) fn describe() {
    metrics::describe_counter!(
        "http_requests_total",
        "Requests that were answered, by method, route and status."
    );
    metrics::describe_histogram!(
        "http_request_duration_seconds",
        Unit::Seconds,
        "Time until the head of an answer was ready, by method, route and status."
    );
    metrics::describe_gauge!("http_connections", "Connections that are open now.");
    metrics::describe_counter!(
        "http_connections_closed_total",
        "Connections that were closed for others or for being slow, by reason."
    );
    metrics::describe_counter!(
        "hims_log_lines_lost_total",
        "Lines of the log that could not be written."
    );
    metrics::describe_counter!(
        POSTED,
        "Messages that doctors posted, by mount and urgency; repeated ones count once."
    );
    metrics::describe_gauge!(LIVE_STREAMS, "Live streams that are open now, by mount.");
    metrics::describe_counter!(
        SIGN_INS,
        "Attempts to sign in or to unlock a page, by way and outcome."
    );
    metrics::describe_counter!(UPLOADS, "Files that were uploaded and stored, by mount.");
    metrics::describe_counter!(
        UPLOADED,
        Unit::Bytes,
        "Bytes of files that were uploaded, as stored, by mount."
    );
    metrics::describe_gauge!(
        OUTAGE,
        "Whether something that the chat stands on is away now (1) or not (0), by party."
    );
    metrics::describe_counter!(
        REFUSED,
        "Requests that were refused during outages, by party."
    );
    metrics::describe_gauge!(UNSEALED, "Entries of the audit that wait for a seal now.");
    metrics::describe_gauge!(
        LAST_SEAL,
        Unit::Seconds,
        "When the audit was last sealed, in seconds since 1970; 0 before the first time."
    );
    metrics::describe_gauge!(BUILD, "The version that runs; always 1.");
}

/// Shows at 0 what has not happened yet, so that its first time is an increase like any other.
pub(crate) fn begin(shell: &Shell) {
    gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    counter!("hims_log_lines_lost_total").increment(0);
    for reason in ["full", "spared", "slow"] {
        counter!("http_connections_closed_total", "reason" => reason).increment(0);
    }
    for mount in &shell.mounts {
        let prefix = mount.prefix.to_string();
        for urgency in ["routine", "urgent"] {
            let labels = [("mount", prefix.clone()), ("urgency", urgency.to_owned())];
            counter!(POSTED, &labels).increment(0);
        }
        gauge!(LIVE_STREAMS, "mount" => prefix.clone()).increment(0.0);
        counter!(UPLOADS, "mount" => prefix.clone()).increment(0);
        counter!(UPLOADED, "mount" => prefix).increment(0);
    }
    for party in [Party::Database, Party::Stream, Party::Other] {
        gauge!(OUTAGE, "party" => party.name()).increment(0.0);
        counter!(REFUSED, "party" => party.name()).increment(0);
    }
    for way in shell.sign_in.iter().flat_map(SignIn::measured_ways) {
        for outcome in Outcome::ALL {
            counter!(SIGN_INS, "way" => way, "outcome" => outcome.name()).increment(0);
        }
    }
}

/// A message was posted, or had been before.
pub(crate) fn posted(at: &MountContext, posted: &Posted) {
    if !posted.repeated {
        let labels = [
            ("mount", at.prefix().to_owned()),
            ("urgency", posted.message.urgency.as_str().to_owned()),
        ];
        counter!(POSTED, &labels).increment(1);
    }
}

/// A file of so many bytes was stored.
pub(crate) fn uploaded(at: &MountContext, bytes: u64) {
    let mount = at.prefix().to_owned();
    counter!(UPLOADS, "mount" => mount.clone()).increment(1);
    counter!(UPLOADED, "mount" => mount).increment(bytes);
}

/// A live stream is open until this is dropped.
pub(crate) struct OpenStream(Gauge);

impl OpenStream {
    pub(crate) fn of(at: &MountContext) -> Self {
        let gauge = gauge!(LIVE_STREAMS, "mount" => at.prefix().to_owned());
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

/// How an attempt to sign in ended.
#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    In,
    /// Wrong password, or nobody that the authority knows.
    Wrong,
    /// Known to the authority, and not to come in.
    Refused,
    Throttled,
    /// The authority that had to be asked did not answer.
    Unavailable,
}

impl Outcome {
    const ALL: [Self; 5] = [
        Self::In,
        Self::Wrong,
        Self::Refused,
        Self::Throttled,
        Self::Unavailable,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::In => "success",
            Self::Wrong => "wrong",
            Self::Refused => "refused",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
        }
    }

    /// Of a password that was checked.
    pub(crate) fn of<T>(checked: &Result<Option<T>, Failure>) -> Self {
        match checked {
            Ok(Some(_)) => Self::In,
            Ok(None) => Self::Wrong,
            Err(failure) if failure.status.as_u16() == 429 => Self::Throttled,
            Err(failure) if failure.slug == Failure::NOT_ADMITTED => Self::Refused,
            Err(_) => Self::Unavailable,
        }
    }
}

/// Somebody tried to sign in by `way`: `password`, `ldap`, `oidc` or `proxy`.
pub(crate) fn sign_in(way: &'static str, outcome: Outcome) {
    counter!(SIGN_INS, "way" => way, "outcome" => outcome.name()).increment(1);
}

/// So many entries of the audit wait for a seal, and the newest seal is of this time.
pub(crate) fn sealed(waiting: u64, newest: Option<Timestamp>) {
    #[expect(clippy::cast_precision_loss, reason = "few wait")]
    gauge!(UNSEALED).set(waiting as f64);
    let seconds = newest.map_or(0.0, |at| at.as_duration().as_secs_f64());
    gauge!(LAST_SEAL).set(seconds);
}

/// A service that can be away.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Party {
    Database,
    Stream,
    /// A scanner of viruses, the place of the files.
    Other,
}

impl Party {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Stream => "stream",
            Self::Other => "other",
        }
    }
}

/// An outage was met, and so many requests were refused because of it.
pub(crate) fn outage_met(party: Party, refused: u64) {
    gauge!(OUTAGE, "party" => party.name()).set(1.0);
    counter!(REFUSED, "party" => party.name()).increment(refused);
}

/// No outage of this party is left.
pub(crate) fn outage_over(party: Party) {
    gauge!(OUTAGE, "party" => party.name()).set(0.0);
}
