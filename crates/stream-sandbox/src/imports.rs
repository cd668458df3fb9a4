//! Imports: a file of lines, read as a whole before anything is written.

mod apply;
mod fields;
mod line;
mod people;
mod references;
mod said;
mod task;
mod undo;

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

pub(crate) use self::task::{create, create_url, get, list, put_file};

/// Files that were uploaded, and what became of them.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    /// Uploaded files by path; absent until the file came.
    pub(crate) files: BTreeMap<String, Option<Bytes>>,
    /// Tasks, in the order they were made.
    pub(crate) tasks: Vec<Value>,
}

/// What happens to what is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// It becomes what the file says.
    Upsert,
    /// It stays.
    Insert,
}
