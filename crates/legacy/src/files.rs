use std::{io, path::Path as Folder, sync::Arc};

use bytes::Bytes;
use futures_util::stream;
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path};
use ports::{Error, FileContent, NewAttachment, Result};

/// Bytes of a file that are fetched at once. Each piece is a call of its own, which ends however slowly its reader
/// takes them.
const PIECE: u64 = 512 * 1024;

/// The bytes of attachments, in a folder or an S3-compatible store.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    largest: u64,
}

impl Files {
    /// Largest file unless told otherwise.
    pub const LARGEST: u64 = 25 * 1024 * 1024;

    /// Keeps files in `store`.
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self {
            store,
            largest: Self::LARGEST,
        }
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

    /// Takes files of at most so many bytes.
    #[must_use]
    pub fn at_most(self, largest: u64) -> Self {
        Self { largest, ..self }
    }

    /// Largest file it takes, in bytes.
    pub fn largest(&self) -> u64 {
        self.largest
    }

    /// The size of a file that it takes.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn size_of(&self, file: &NewAttachment) -> Result<i64> {
        let size = file.bytes.len() as u64;
        if size > self.largest {
            let most = self.largest / (1024 * 1024);
            return Err(Error::too_large(format!("a file has at most {most} MB")));
        }
        Ok(i64::try_from(size).unwrap_or(i64::MAX))
    }

    /// Stores a file and its thumbnail under the key of its attachment. Storing it again replaces
    /// it.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn put(&self, attachment: i64, file: &NewAttachment) -> Result<()> {
        if let Some(picture) = &file.picture {
            let bytes = picture.thumbnail.clone();
            self.store(&thumbnail_path(attachment), bytes).await?;
        }
        self.store(&path(attachment), file.bytes.clone()).await
    }

    /// A file.
    ///
    /// # Errors
    /// `NotFound` when it is gone; `Unavailable`.
    pub async fn get(&self, attachment: i64) -> Result<Bytes> {
        self.load(&path(attachment)).await
    }

    /// A file, piece by piece.
    ///
    /// # Errors
    /// `NotFound` when it is gone; `Unavailable`.
    pub async fn open(&self, attachment: i64) -> Result<FileContent> {
        let (store, path) = (self.store.clone(), path(attachment));
        let found = store.head(&path).await.map_err(|error| failure(&error))?;
        Ok(FileContent::new(stream::try_unfold(0, move |begin| {
            let (store, path) = (store.clone(), path.clone());
            async move {
                let end = found.size.min(begin + PIECE);
                if begin == end {
                    return Ok(None);
                }
                let piece = store.get_range(&path, begin..end).await;
                Ok(Some((piece.map_err(|error| failure(&error))?, end)))
            }
        })))
    }

    /// The thumbnail of a file.
    ///
    /// # Errors
    /// `NotFound` when it has none; `Unavailable`.
    pub async fn thumbnail(&self, attachment: i64) -> Result<Bytes> {
        self.load(&thumbnail_path(attachment)).await
    }

    /// Removes a file and its thumbnail. Removing what is not there changes nothing.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn remove(&self, attachment: i64) -> Result<()> {
        for path in [thumbnail_path(attachment), path(attachment)] {
            match self.store.delete(&path).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(failure(&error)),
            }
        }
        Ok(())
    }

    async fn store(&self, path: &Path, bytes: Bytes) -> Result<()> {
        let stored = self.store.put(path, bytes.into()).await;
        stored.map(drop).map_err(|error| failure(&error))
    }

    async fn load(&self, path: &Path) -> Result<Bytes> {
        let found = self.store.get(path).await;
        let found = found.map_err(|error| failure(&error))?;
        found.bytes().await.map_err(|error| failure(&error))
    }
}

/// Only a number: nothing of the file's name can lead anywhere.
fn path(attachment: i64) -> Path {
    Path::from(format!("attachments/{attachment}"))
}

fn thumbnail_path(attachment: i64) -> Path {
    Path::from(format!("thumbnails/{attachment}"))
}

/// The store's own words may hold its address, so only the kind goes on.
fn failure(error: &object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { .. } => Error::not_found("attachment"),
        _ => Error::unavailable("the store of attachments does not answer"),
    }
}
