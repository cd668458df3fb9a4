use std::{fmt, str::FromStr};

use object_store::path::Path;

/// The name under which bytes of an attachment are stored. It is only a number: nothing of the file's
/// own name can lead anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// The file.
    File(i64),
    /// The thumbnail of a picture.
    Thumbnail(i64),
}

impl Stored {
    /// The folders of the store.
    pub(crate) const FOLDERS: [&str; 2] = ["attachments", "thumbnails"];

    pub(crate) fn path(self) -> Path {
        Path::from(self.to_string())
    }
}

impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [files, thumbnails] = Self::FOLDERS;
        match self {
            Self::File(attachment) => write!(f, "{files}/{attachment}"),
            Self::Thumbnail(attachment) => write!(f, "{thumbnails}/{attachment}"),
        }
    }
}

/// A text is no such name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotStored;

impl FromStr for Stored {
    type Err = NotStored;

    fn from_str(text: &str) -> Result<Self, NotStored> {
        let (folder, number) = text.split_once('/').ok_or(NotStored)?;
        let attachment = number.parse().map_err(|_| NotStored)?;
        let [files, thumbnails] = Self::FOLDERS;
        let stored = match folder {
            _ if folder == files => Self::File(attachment),
            _ if folder == thumbnails => Self::Thumbnail(attachment),
            _ => return Err(NotStored),
        };
        // A number is written in one way.
        if stored.to_string() == text {
            Ok(stored)
        } else {
            Err(NotStored)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_folder_and_a_number() {
        for stored in [Stored::File(7), Stored::Thumbnail(12)] {
            assert_eq!(stored.to_string().parse(), Ok(stored));
        }
        for text in [
            "",
            "attachments",
            "attachments/",
            "attachments/+7",
            "attachments/07",
            "attachments/../7",
            "../attachments/7",
            "other/7",
        ] {
            assert_eq!(text.parse::<Stored>(), Err(NotStored), "{text}");
        }
    }
}
