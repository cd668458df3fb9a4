//! Chat between doctors, inside the hospital's own information system.
//!
//! This crate gathers the parts under short names; each part is a crate of its own:
//!
//! - [`domain`]: who is a doctor, what a room is, who may do what. Pure.
//! - [`ports`]: what a chat needs from the world, as traits, and the guard before them.
//! - `sqlite`, `postgres`: the legacy chat in the HIMS's own tables.
//! - `stream`: Stream Chat, the hosted service, behind the same ports.
//! - `http`: the shell with pages, JSON and live events, to mount or to serve.
//!
//! A service of a HIMS that knows who is signed in mounts the chat like this (see
//! `examples/embed_axum.rs` for the whole of it):
//!
//! ```no_run
//! # #[cfg(all(feature = "http", feature = "sqlite"))]
//! # async fn mounted() -> Result<axum::Router, Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//!
//! use hims_chat::{
//!     http::{App, Mount},
//!     ports::{Chat, Patients, SystemClock},
//!     sqlite::{Files, NaiveZone, Options, Schema, Sqlite},
//! };
//!
//! let files = Files::folder("data/attachments")?;
//! let options = Options {
//!     files,
//!     patient_ref_key: None,
//!     audit_key: None,
//!     legacy_zone: NaiveZone::default(),
//!     schema: Schema::Migrate,
//! };
//! let sqlite = Sqlite::connect("data/chat.db", options).await?;
//!
//! let clock = Arc::new(SystemClock);
//! let chat = Chat::new(sqlite.backend(), sqlite.audit(), clock.clone());
//! let patients = Patients::new(sqlite.patients(), sqlite.audit(), clock);
//!
//! let router = App::new("Larkmere District Hospital", patients, sqlite.staff())
//!     .mount(Mount::new("/doctor/chat".parse()?, "Messages", "Chat", chat))
//!     .router();
//! # Ok(router)
//! # }
//! ```

pub use domain;
pub use ports;

#[cfg(feature = "postgres")]
pub use adapters_postgres as postgres;
#[cfg(feature = "sqlite")]
pub use adapters_sqlite as sqlite;
#[cfg(feature = "stream")]
pub use adapters_stream as stream;
#[cfg(feature = "http")]
pub use shell as http;
