//! That everything can still be measured. No figure is looked at: this machine has other things to do.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use bench::Options;
use clap::Parser;

use self::support::{binary::hims_chat, database::server_url};

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_measured_in_the_short_mode() {
    let (server, postgres) = (hims_chat().display().to_string(), server_url());
    let arguments = [
        "bench",
        "--short",
        "--server",
        &server,
        "--postgres",
        &postgres,
    ];
    bench::run(&Options::parse_from(arguments)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_measured_is_said() {
    let arguments = ["bench", "--short", "--server", "/nowhere", "--postgres", ""];
    let refused = bench::run(&Options::parse_from(arguments)).await;
    refused.expect_err("there is no such program");
}
