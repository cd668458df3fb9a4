//! What an upload goes through before it is stored: what it is by its content, the scanner, and for
//! pictures decoding and encoding anew, which leaves nothing of what a camera wrote beside them.

mod archive;
mod form;
mod gif;
mod kind;
mod picture;
#[cfg(test)]
mod tests;
mod text;

use std::sync::Arc;

use bytes::Bytes;
use domain::FileName;
use ports::{AttachmentScanner, NewAttachment, NewPicture, Scan};
use tokio::sync::Semaphore;

pub(crate) use self::form::Form;
pub(crate) use self::kind::label;
use self::{
    kind::Kind,
    picture::{Broken, Format},
};
use crate::failure::Failure;

/// Most megapixels decoded at one time, by all uploads together. One takes about eight MB.
const MEGAPIXELS: u32 = 64;

/// What uploads go through.
pub(crate) struct Uploads {
    scanner: Option<Arc<dyn AttachmentScanner>>,
    megapixels: Arc<Semaphore>,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            scanner: None,
            megapixels: Arc::new(Semaphore::new(MEGAPIXELS as usize)),
        }
    }
}

impl Uploads {
    pub(crate) fn scanned_by(&mut self, scanner: Arc<dyn AttachmentScanner>) {
        self.scanner = Some(scanner);
    }

    /// The file as it is to be stored.
    pub(crate) async fn prepare(
        &self,
        name: FileName,
        bytes: Bytes,
    ) -> Result<NewAttachment, Failure> {
        let kind = Kind::of(&bytes);
        self.scan(&name, kind.media_type(), &bytes).await?;
        let refuse = |words: &str| Failure::invalid_field("file", words);
        match kind {
            Kind::Picture(format) => {
                let picture = self.redraw(format, bytes).await;
                picture.map(|picture| attachment(name, picture))
            }
            Kind::Heic => Err(refuse(
                "is a HEIC photo, which most computers cannot show: on an iPhone choose Settings, Camera, Formats, \
                 Most Compatible and take it again, or save it as JPEG",
            )),
            Kind::OtherPicture(_) => Err(refuse(
                "is a picture of a kind that cannot be shown safely: save it as JPEG or PNG",
            )),
            Kind::Other(media_type) => Ok(NewAttachment {
                name,
                media_type: media_type.to_owned(),
                bytes,
                picture: None,
            }),
        }
    }

    async fn scan(&self, name: &FileName, media_type: &str, bytes: &Bytes) -> Result<(), Failure> {
        let Some(scanner) = &self.scanner else {
            return Ok(());
        };
        match scanner.scan(name, media_type, bytes).await? {
            Scan::Clean => Ok(()),
            Scan::Refused { reason } => Err(Failure::invalid_field("file", reason)),
        }
    }

    /// Decodes and encodes a picture, off the threads that serve.
    async fn redraw(&self, format: Format, bytes: Bytes) -> Result<Redrawn, Failure> {
        let size = picture::measure(format, &bytes).map_err(refused)?;
        let megapixels = u64::from(size.width) * u64::from(size.height) / 1_000_000 + 1;
        let share = u32::try_from(megapixels).map_or(MEGAPIXELS, |share| share.min(MEGAPIXELS));
        let permit = self.megapixels.clone().acquire_many_owned(share).await;
        let work = move || {
            let redrawn = picture::redraw(format, &bytes);
            drop(permit);
            redrawn
        };
        let redrawn = tokio::task::spawn_blocking(work).await;
        redrawn.unwrap_or(Err(Broken::Unreadable)).map_err(refused)
    }
}

/// A picture encoded by us.
pub(crate) struct Redrawn {
    media_type: &'static str,
    /// What its name ends in, where that is another than the sender's.
    ending: Option<&'static str>,
    bytes: Bytes,
    picture: NewPicture,
}

fn attachment(name: FileName, redrawn: Redrawn) -> NewAttachment {
    NewAttachment {
        name: match redrawn.ending {
            Some(ending) => ending_in(name, ending),
            None => name,
        },
        media_type: redrawn.media_type.to_owned(),
        bytes: redrawn.bytes,
        picture: Some(redrawn.picture),
    }
}

fn ending_in(name: FileName, ending: &str) -> FileName {
    let stem = name.as_str().rsplit_once('.').map(|(stem, _)| stem);
    let renamed = stem.map(|stem| format!("{stem}.{ending}"));
    renamed
        .and_then(|renamed| FileName::parse(&renamed).ok())
        .unwrap_or(name)
}

fn refused(why: Broken) -> Failure {
    Failure::invalid_field(
        "file",
        match why {
            Broken::Unreadable => "is a picture that cannot be read: it may be damaged",
            Broken::TooManyPixels => {
                "is a picture of more than 50 megapixels: make it smaller first"
            }
        },
    )
}
