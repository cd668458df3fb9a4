//! What the journeys stand on: the real binary, real databases, a real browser.
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
    clippy::expect_used,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "shared by test files that each use a part of it, and a broken harness may only panic"
)]

pub mod binary;
pub mod browser;
pub mod cable;
pub mod database;
pub mod server;
pub mod wait;
