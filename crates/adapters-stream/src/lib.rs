//! Stream.
pub mod client;
mod settings;
pub use settings::{InvalidSettings, Patience, Secret, Settings};
