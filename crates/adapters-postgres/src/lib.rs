//! The legacy doctor chat on PostgreSQL (Diesel).
mod error;
pub mod migrations;
mod pool;
mod statement;
mod url;
