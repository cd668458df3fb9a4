//! Channels: made, found, changed, hidden, emptied, deleted.

mod change;
mod delete;
mod find;
mod find_document;
mod members;
mod members_query;
mod partial;
mod query;
mod requested_members;
mod state;
mod truncate;
mod visibility;

pub(crate) use self::change::update;
pub(crate) use self::delete::{delete, delete_many};
pub(crate) use self::find::find;
pub(crate) use self::find_document::channel_document;
pub(crate) use self::members::update_member;
pub(crate) use self::members_query::query_members;
pub(crate) use self::partial::update_partial;
pub(crate) use self::query::{distinct_id, get, query, query_distinct};
pub(crate) use self::truncate::truncate;
pub(crate) use self::visibility::{hide, show, stop_watching};
