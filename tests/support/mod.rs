//! Support of the journeys: the real binary, real databases, a real browser.
//!
//! ```ignore
//! mod support;
//! use support::{browser::{Browser, Size}, database::Database, server::Server};
//!
//! let database = Database::postgres().await;
//! Server::run(&database, &["demo"]).await;
//! let server = Server::start(&database).await;
//! let browser = Browser::open(Size::DESKTOP).await;
//! browser.goto(&server.url("/login")).await;
//! ```
//!
//! Whatever starts here ends when its value is dropped, in a failing test too. Nothing sleeps:
//! every wait goes through [`wait::until`].
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    unused_macros,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "shared by test files that each use a part of it, and a broken harness may only panic"
)]

pub mod binary;
pub mod browser;
pub mod cable;
pub mod clamd;
pub mod collector;
pub mod database;
pub mod device;
pub mod edge;
pub mod hospital;
pub mod live;
pub mod mariadb;
pub mod metrics;
pub mod nginx;
pub mod npm;
pub mod openid;
pub mod packages;
pub mod pictures;
pub mod ports;
pub mod prometheus;
pub mod python;
pub mod server;
pub mod slapd;
pub mod stream;
pub mod wait;

/// Makes two tests of each function: one on SQLite, one on PostgreSQL.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::support::database::Engine::Sqlite).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::support::database::Engine::Postgres).await;
            })+
        }
    };
}
pub(crate) use on_both_databases;
