//! Files on their way from the old application's folder.

use std::{io::ErrorKind, path::Path};

use bytes::Bytes;
use domain::FileName;
use ports::{
    Error, NewAttachment, Result,
    adoption::{self, KeptFile},
};

use super::pass::Run;
use crate::{
    Part, Progress, Reason, Rows,
    record::{Content, File},
};

impl<P: FnMut(Progress<'_>) + Send> Run<'_, P> {
    /// Stores those that were not stored before. Without the folder of the files none is, so that a
    /// later run with it brings them.
    pub(super) async fn store(&mut self, files: Vec<File>) -> Result<()> {
        if self.options.is_rehearsal || !self.options.files.are_given() {
            return Ok(());
        }
        for files in files.chunks(Rows::BATCH) {
            let keys: Vec<String> = files.iter().map(|file| file.key.clone()).collect();
            let kept = self.adoption.kept_files(self.source(), &keys).await?;
            for file in files {
                match kept.get(&file.key) {
                    None => self.store_one(file).await?,
                    Some(KeptFile::Placeholder) => self.find_one(file).await?,
                    Some(KeptFile::Whole) => {}
                }
            }
        }
        Ok(())
    }

    /// Stores a file whose placeholder was stored before, if it is there now and can be taken.
    async fn find_one(&mut self, file: &File) -> Result<()> {
        let Content::At(path) = &file.content else {
            return Ok(());
        };
        if let Ok(found) = self.prepared(path, &file.name).await? {
            let found = adoption::File {
                key: file.key.clone(),
                message: file.message.clone(),
                file: found,
                is_placeholder: false,
            };
            self.files_found += u64::from(self.adoption.keep_file(self.source(), found).await?);
        }
        Ok(())
    }

    async fn store_one(&mut self, file: &File) -> Result<()> {
        let prepared = match &file.content {
            Content::At(path) => self.prepared(path, &file.name).await?,
            Content::Placeholder(reason) => Err(*reason),
        };
        let is_refused = prepared == Err(Reason::FileRefused);
        let stored = adoption::File {
            key: file.key.clone(),
            message: file.message.clone(),
            is_placeholder: prepared.is_err(),
            file: prepared.unwrap_or_else(|reason| placeholder(&file.name, reason)),
        };
        if self.adoption.keep_file(self.source(), stored).await? {
            self.files += 1;
        }
        if is_refused {
            self.refused += 1;
            self.note_refused(file).await?;
        }
        Ok(())
    }

    async fn note_refused(&mut self, file: &File) -> Result<()> {
        let notes = vec![adoption::Note {
            part: Part::Attachments.name(),
            key: file.key.clone(),
            reason: Reason::FileRefused.code(),
            is_quarantined: false,
            raw: file.name.clone(),
        }];
        self.write(adoption::Batch {
            notes,
            ..adoption::Batch::default()
        })
        .await
    }

    /// A file as it is to be stored, or why it is not. One that is there and cannot be read ends the
    /// run: a placeholder would stay.
    async fn prepared(
        &self,
        path: &Path,
        name: &str,
    ) -> Result<std::result::Result<NewAttachment, Reason>> {
        let largest = self.options.largest_file;
        let bytes = match read(path, largest).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(Err(Reason::FileRefused)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Err(Reason::FileMissing));
            }
            Err(error) => {
                let kind = error.kind();
                return Err(Error::unavailable(format!(
                    "a file in the folder of --files cannot be read: {kind}"
                )));
            }
        };
        let prepared = self
            .preparing
            .prepare(FileName::or_plain(name), bytes.into())
            .await;
        let fits = prepared.filter(|file| file.bytes.len() as u64 <= largest);
        Ok(fits.ok_or(Reason::FileRefused))
    }
}

/// A file, unless it is too large.
async fn read(path: &Path, largest: u64) -> std::io::Result<Option<Vec<u8>>> {
    if tokio::fs::metadata(path).await?.len() > largest {
        return Ok(None);
    }
    tokio::fs::read(path).await.map(Some)
}

/// Builds the text file that takes the place of a file that cannot be brought.
fn placeholder(name: &str, reason: Reason) -> NewAttachment {
    let words = format!(
        "{name}\n\nThis file was not brought over from the old application: {}.\n",
        reason.words()
    );
    NewAttachment {
        name: FileName::or_plain(&format!("{name} (not available).txt")),
        media_type: "text/plain".to_owned(),
        bytes: Bytes::from(words),
        picture: None,
    }
}
