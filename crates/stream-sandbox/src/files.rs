//! Uploads, kept in memory and served under links that end.

mod multipart;
mod serve;
mod upload;

use std::collections::HashMap;

use bytes::Bytes;

pub(crate) use self::serve::serve;
pub(crate) use self::upload::{delete, upload_file, upload_image};

/// One stored file.
#[derive(Clone, Debug)]
pub(crate) struct StoredFile {
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

/// Everything uploaded, by its key in the link.
#[derive(Debug, Default)]
pub(crate) struct Files {
    pub(crate) stored: HashMap<String, StoredFile>,
}
