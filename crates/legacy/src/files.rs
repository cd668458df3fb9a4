use std::{io, path::Path as Folder, sync::Arc};

use bytes::Bytes;
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path};
use ports::{Error, Result};

/// The bytes of attachments, in a folder or an S3-compatible store.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
}

impl Files {
    /// Keeps files in `store`.
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store }
    }

    /// Keeps files in a folder, which is made when it is not there. A file is on the disk before
    /// its upload is answered.
    ///
    /// # Errors
    /// When the folder cannot be made or used.
    pub fn folder(path: impl AsRef<Folder>) -> io::Result<Self> {
        std::fs::create_dir_all(&path)?;
        let store = LocalFileSystem::new_with_prefix(path).map_err(io::Error::other)?;
        Ok(Self::new(Arc::new(store.with_fsync(true))))
    }

    /// Stores a file under the key of its attachment. Storing it again replaces it.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn put(&self, attachment: i64, bytes: Bytes) -> Result<()> {
        self.store
            .put(&path(attachment), bytes.into())
            .await
            .map(drop)
            .map_err(|error| failure(&error))
    }

    /// A file.
    ///
    /// # Errors
    /// `NotFound` when it is gone; `Unavailable`.
    pub async fn get(&self, attachment: i64) -> Result<Bytes> {
        let found = self
            .store
            .get(&path(attachment))
            .await
            .map_err(|error| failure(&error))?;
        found.bytes().await.map_err(|error| failure(&error))
    }

    /// Removes a file. Removing what is not there changes nothing.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn remove(&self, attachment: i64) -> Result<()> {
        match self.store.delete(&path(attachment)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failure(&error)),
        }
    }
}

/// Only a number: nothing of the file's name can lead anywhere.
fn path(attachment: i64) -> Path {
    Path::from(format!("attachments/{attachment}"))
}

/// The store's own words may hold its address, so only the kind goes on.
fn failure(error: &object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { .. } => Error::not_found("attachment"),
        _ => Error::unavailable("the store of attachments does not answer"),
    }
}
