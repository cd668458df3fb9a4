//! The legacy chat on a real PostgreSQL: the suite of every backend, and what is PostgreSQL's own.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod audit;
mod conformance;
mod faults;
mod instances;
mod laravel;
mod migrations;
mod search;
mod support;
mod wrong_schema;
