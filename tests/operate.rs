//! Operating it: packages, proxies, health, upgrades.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

mod operate {
    mod audit;
    mod backup;
    mod container;
    mod failover;
    mod health;
    mod logs;
    mod metrics;
    mod monitoring;
    mod package;
    mod proxies;
    mod retention;
    mod traces;
    mod upgrade;
}
