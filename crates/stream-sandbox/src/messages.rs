//! Messages: said, found, changed, taken back.

mod change;
mod delete;
mod draft;
mod get;
pub(crate) mod page;
mod partial;
mod pending;
pub(crate) mod send;
mod translate;

pub(crate) use self::change::{undelete, update};
pub(crate) use self::delete::delete;
pub(crate) use self::draft::{delete_draft, draft, set_draft};
pub(crate) use self::get::{get, get_many, history, pinned, replies};
pub(crate) use self::partial::update_partial;
pub(crate) use self::pending::{act, commit};
pub(crate) use self::send::send;
pub(crate) use self::translate::translate;
