//! Going live: a hospital connects its own database.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

mod golive {
    mod tls;
}
