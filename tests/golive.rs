//! Going live: a hospital connects its own database, its staff and its patients.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

mod golive {
    mod directory;
    mod install;
    mod oidc;
    mod oidc_broken;
    mod oidc_browser;
    mod people;
    mod proxy;
    mod tls;
}
