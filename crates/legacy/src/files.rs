use std::{error::Error as _, fmt::Display, io, iter, path::Path as Folder, sync::Arc};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path};
use ports::{Error, FileContent, NewAttachment, Result};

use crate::Stored;

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
        Self::existing_folder(path)
    }

    /// Keeps files in a folder that is there.
    ///
    /// # Errors
    /// `NotFound` when there is none; when it cannot be used.
    pub fn existing_folder(path: impl AsRef<Folder>) -> io::Result<Self> {
        if !std::fs::metadata(&path)?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
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
            self.write(Stored::Thumbnail(attachment), bytes).await?;
        }
        self.write(Stored::File(attachment), file.bytes.clone())
            .await
    }

    /// A file.
    ///
    /// # Errors
    /// `NotFound` when it is gone; `Unavailable`.
    pub async fn get(&self, attachment: i64) -> Result<Bytes> {
        self.load(Stored::File(attachment)).await
    }

    /// A file, piece by piece.
    ///
    /// # Errors
    /// `NotFound` when it is gone; `Unavailable`.
    pub async fn open(&self, attachment: i64) -> Result<FileContent> {
        self.read(Stored::File(attachment)).await
    }

    /// The bytes that are stored under a name, piece by piece.
    ///
    /// # Errors
    /// `NotFound` when there is nothing; `Unavailable`.
    pub async fn read(&self, stored: Stored) -> Result<FileContent> {
        let (store, path) = (self.store.clone(), stored.path());
        let found = store
            .head(&path)
            .await
            .map_err(|error| failure(stored, &error))?;
        Ok(FileContent::new(stream::try_unfold(0, move |begin| {
            let (store, path) = (store.clone(), path.clone());
            async move {
                let end = found.size.min(begin + PIECE);
                if begin == end {
                    return Ok(None);
                }
                let piece = store.get_range(&path, begin..end).await;
                Ok(Some((piece.map_err(|error| failure(stored, &error))?, end)))
            }
        })))
    }

    /// The thumbnail of a file.
    ///
    /// # Errors
    /// `NotFound` when it has none; `Unavailable`.
    pub async fn thumbnail(&self, attachment: i64) -> Result<Bytes> {
        self.load(Stored::Thumbnail(attachment)).await
    }

    /// Removes a file and its thumbnail. Removing what is not there changes nothing.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn remove(&self, attachment: i64) -> Result<()> {
        for stored in [Stored::Thumbnail(attachment), Stored::File(attachment)] {
            self.erase(stored).await?;
        }
        Ok(())
    }

    /// Whether it stores nothing.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn is_empty(&self) -> Result<bool> {
        for folder in Stored::FOLDERS {
            let first = self.store.list(Some(&Path::from(folder))).next().await;
            if first
                .transpose()
                .map_err(|error| failure(folder, &error))?
                .is_some()
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Stores bytes under a name, in place of what is there.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn write(&self, stored: Stored, bytes: Bytes) -> Result<()> {
        let done = self.store.put(&stored.path(), bytes.into()).await;
        done.map(drop).map_err(|error| failure(stored, &error))
    }

    /// Removes what is stored under a name, if there is anything.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn erase(&self, stored: Stored) -> Result<()> {
        match self.store.delete(&stored.path()).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failure(stored, &error)),
        }
    }

    async fn load(&self, stored: Stored) -> Result<Bytes> {
        let found = self.store.get(&stored.path()).await;
        let found = found.map_err(|error| failure(stored, &error))?;
        found.bytes().await.map_err(|error| failure(stored, &error))
    }
}

/// The store's own words may hold its address, so only the kind goes on, with the name under which bytes are stored:
/// a number.
fn failure(what: impl Display, error: &object_store::Error) -> Error {
    if let object_store::Error::NotFound { .. } = error {
        return Error::not_found("attachment");
    }
    let kind = iter::successors(error.source(), |cause| (*cause).source())
        .find_map(|cause| cause.downcast_ref::<io::Error>())
        .map_or("no answer".to_owned(), |cause| cause.kind().to_string());
    Error::unavailable(format!(
        "the store of attachments cannot be used for {what}: {kind}"
    ))
}
