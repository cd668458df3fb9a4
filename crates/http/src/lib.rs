//! The HTTP shell of doctor chat: pages, JSON and live events over guarded ports.
//!
//! An [`App`] is composed of guarded backends on prefixes and becomes a [`Router`](axum::Router):
//! to serve by itself with a [login](SignIn), or to merge into a host service that says who is
//! [signed in](SignedIn).
//!
//! ```
//! use std::sync::Arc;
//! use hims_chat_http::{App, Mount};
//!
//! fn shell(chat: ports::Chat, patients: ports::Patients, staff: Arc<dyn ports::StaffDirectory>) -> axum::Router {
//!     let prefix = "/doctor/chat".parse().expect("a prefix");
//!     App::new("Larkmere District Hospital", patients, staff)
//!         .mount(Mount::new(prefix, "Messages", "Chat", chat))
//!         .router()
//! }
//! ```

mod api;
mod app;
mod assets;
mod availability;
mod chats;
#[cfg(feature = "cli")]
pub mod cli;
mod client_library;
#[cfg(feature = "cli")]
mod demo;
mod drafts;
mod extract;
mod failure;
mod fields;
mod identity;
mod inbox;
mod json;
mod leavers;
mod live;
mod login;
mod measurements;
mod mentioned;
mod moved;
mod network;
mod new_rooms;
mod observed;
mod openapi;
mod operations;
mod outages;
mod pages;
mod patient_check;
mod patients_unread;
mod quoted;
mod readiness;
mod registers;
mod request_id;
mod routes;
mod seal;
mod security;
mod sought;
#[cfg(test)]
mod text_cases;
#[cfg(feature = "otlp")]
mod traceparent;
mod upload;
mod visits;
mod web;

pub use app::{App, InvalidPrefix, Mount, Prefix};
pub use client_library::{ClientLibrary, InvalidAddress};
pub use identity::SignedIn;
pub use leavers::watch_leavers;
pub use login::{
    InvalidPassword, InvalidProxies, NewPassword, SignIn, SignOn, TrustedProxies, hash_password,
};
pub use request_id::RequestId;
#[doc(hidden)]
pub use routes::route_list;
