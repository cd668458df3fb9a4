//! Faults of a hospital: processes die, databases go away, settings are mistyped.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

mod faults {
    mod connections;
    mod demonstration;
    mod downloads;
    mod instances;
    mod killing;
    #[cfg(target_os = "linux")]
    mod listener;
    mod lost_log;
    mod outage;
    mod senders;
    mod settings;
    mod stopping;
    mod storm;
    mod uploads;
}
