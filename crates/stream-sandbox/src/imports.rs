//! Imports: a file of lines, read as a whole before anything is written, while other calls go on.

mod apply;
mod fields;
mod line;
mod people;
mod references;
mod said;
mod task;
mod undo;
mod work;

use std::collections::BTreeMap;
use std::sync::Weak;

use bytes::Bytes;
use serde_json::Value;

use crate::app::App;

pub(crate) use self::task::{create, create_url, get, list, put_file};

/// Files that were uploaded, and what became of them.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    /// The app that carries them out.
    pub(crate) app: Weak<App>,
    /// Uploaded files by path; absent until the file came.
    pub(crate) files: BTreeMap<String, Option<Bytes>>,
    /// Tasks, in the order they were made.
    pub(crate) tasks: Vec<Value>,
}

/// The treatment of items that exist already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// It becomes what the file says.
    Upsert,
    /// It stays.
    Insert,
}
