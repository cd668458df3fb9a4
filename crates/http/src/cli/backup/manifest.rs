use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{FILES, RECORDS};
use crate::cli::database::Engine;

/// The format of backups that this version writes and reads.
pub(super) const FORMAT: u32 = 1;

/// The file of the manifest, and the one with its own SHA-256, as `sha256sum -c` reads it.
pub(super) const NAME: &str = "manifest.json";
pub(super) const SUM: &str = "manifest.json.sha256";

/// All that is in a backup.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) format: u32,
    /// The version of the program that made it.
    pub(super) program: String,
    pub(super) engine: Engine,
    /// The newest migration of the database.
    pub(super) schema: String,
    pub(super) created_at: Timestamp,
    /// Settings that were set and are not in it.
    pub(super) secret_settings: Vec<String>,
    /// Attachments of messages whose bytes were lost before.
    pub(super) lost_files: Vec<i64>,
    pub(super) files: Vec<Entry>,
}

/// A file of a backup.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// From the folder on, with `/`.
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) sha256: String,
}

/// As much as every format has.
#[derive(Deserialize)]
pub(super) struct Head {
    pub(super) format: u32,
}

impl Manifest {
    /// Names in the store of attachments, and what is there.
    pub(super) fn stored(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.inside(FILES)
    }

    /// Names of records, and what is there.
    pub(super) fn records(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.inside(RECORDS)
    }

    fn inside(&self, folder: &'static str) -> impl Iterator<Item = (&str, &Entry)> {
        self.files.iter().filter_map(move |entry| {
            let name = entry.path.strip_prefix(folder)?.strip_prefix('/')?;
            Some((name, entry))
        })
    }

    /// The attachments among them; a thumbnail is part of one.
    pub(super) fn stored_files(&self) -> impl Iterator<Item = &str> {
        self.stored()
            .map(|(name, _)| name)
            .filter(|name| name.starts_with("attachments/"))
    }

    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|entry| entry.size).sum()
    }
}
