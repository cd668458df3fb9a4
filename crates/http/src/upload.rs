//! Steps of an upload before it is stored: telling its kind by its content, the scanner, and for
//! pictures decoding and encoding anew, which leaves nothing of what a camera wrote beside them.

mod archive;
mod boxes;
mod budget;
mod colour;
mod file_name;
mod form;
mod gif;
mod jpeg;
mod kind;
mod moving;
mod picture;
mod png_colour;
mod programs;
mod recording;
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
    budget::Budget,
    kind::Kind,
    picture::{Broken, Format, MOST_MEMORY, Measure},
};
use crate::failure::Failure;

/// Memory for pictures is given in pieces of so many bytes.
const PIECE: u64 = 1024 * 1024;

/// Checks that uploads go through, and limits on the memory that they take.
pub(crate) struct Uploads {
    scanner: Option<Arc<dyn AttachmentScanner>>,
    /// Takes programs, too.
    takes_programs: bool,
    budget: Budget,
    /// Pieces of memory for all pictures that are redrawn at one time: one large or several small ones.
    redrawing: Arc<Semaphore>,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            scanner: None,
            takes_programs: false,
            budget: Budget::default(),
            redrawing: Arc::new(Semaphore::new(pieces(MOST_MEMORY) as usize)),
        }
    }
}

fn pieces(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(PIECE)).unwrap_or(u32::MAX)
}

impl Uploads {
    pub(crate) fn scanned_by(&mut self, scanner: Arc<dyn AttachmentScanner>) {
        self.scanner = Some(scanner);
    }

    pub(crate) fn take_programs(&mut self) {
        self.takes_programs = true;
    }

    /// The scanner, where there is one, for those who look after the service.
    pub(crate) fn scanner(&self) -> Option<&dyn AttachmentScanner> {
        self.scanner.as_deref()
    }

    /// The file as it is to be stored.
    pub(crate) async fn prepare(
        &self,
        name: FileName,
        bytes: Bytes,
    ) -> Result<NewAttachment, Failure> {
        let kind = Kind::of(&bytes);
        let refuse = |words: &str| Failure::invalid_field("file", words);
        if let Some(words) = programs::why(&name, kind.media_type(), &bytes)
            && !self.takes_programs
        {
            return Err(refuse(words));
        }
        self.scan(&name, kind.media_type(), &bytes).await?;
        let kept = |bytes, media_type: &str| NewAttachment {
            name: name.clone(),
            media_type: media_type.to_owned(),
            bytes,
            picture: None,
        };
        match kind {
            Kind::Picture(format) => {
                let picture = self.redraw(format, bytes).await;
                picture.map(|picture| attachment(name, picture))
            }
            Kind::Heif => Err(refuse(
                "is a HEIC or AVIF photo, which most computers cannot show: on an iPhone choose Settings, Camera, \
                 Formats, Most Compatible and take it again, or save it as JPEG",
            )),
            Kind::OtherPicture(_) => Err(refuse(
                "is a picture of a kind that cannot be shown safely: save it as JPEG or PNG",
            )),
            Kind::Recording(media_type) => match recording::without_notes(bytes) {
                Some(bytes) => Ok(kept(bytes, media_type)),
                None => Err(refuse(
                    "is a recording that cannot be read: it may be damaged",
                )),
            },
            Kind::Other(media_type) => Ok(kept(bytes, media_type)),
        }
    }

    async fn scan(&self, name: &FileName, media_type: &str, bytes: &Bytes) -> Result<(), Failure> {
        let Some(scanner) = &self.scanner else {
            return Ok(());
        };
        let scan = scanner.scan(name, media_type, bytes).await;
        match scan.map_err(Failure::not_scanned)? {
            Scan::Clean => Ok(()),
            Scan::Refused { reason } => Err(Failure::invalid_field("file", reason)),
        }
    }

    /// Decodes and encodes a picture, off the threads that serve.
    async fn redraw(&self, format: Format, bytes: Bytes) -> Result<Redrawn, Failure> {
        let Measure { memory } = picture::measure(format, &bytes).map_err(refused)?;
        let permit = self
            .redrawing
            .clone()
            .acquire_many_owned(pieces(memory))
            .await;
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
    /// Ending of its file name, where it is not the sender's.
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
            Broken::TooMuchMemory => {
                "is a picture that takes too much memory to open: make it smaller, or save it as an ordinary JPEG"
            }
        },
    )
}
