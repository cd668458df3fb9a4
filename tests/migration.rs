//! From the tables of another application: surveyed, adopted, exported by the program itself.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

mod migration {
    mod adopt;
    mod bad_rows;
    mod contradictions;
    mod earlier_keys;
    mod identity;
    mod killed;
    mod layouts;
    mod members;
    mod moving;
    mod moving_killed;
    mod new;
    mod old;
    mod oracle;
    mod profiles;
    mod reading;
    mod returning;
    mod schedule;
    mod since;
    mod sources;
    mod survey;
    mod times_of_reading;
    mod undo;
    mod unordered;
    mod writers;
}
