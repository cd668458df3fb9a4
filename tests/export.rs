//! Rooms written out for the hospital's records, by the program itself.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

mod export {
    mod demonstration;
    mod given;
    mod hostile;
    mod lost_files;
    mod moved;
    mod page;
    mod refused;
    mod validators;
}
