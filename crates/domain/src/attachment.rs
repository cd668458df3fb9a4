use thiserror::Error;

use crate::{AttachmentId, RoomId};

/// A file in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Which.
    pub id: AttachmentId,
    /// Where; only its participants may fetch the file.
    pub room: RoomId,
    /// Name to show and to save under.
    pub name: FileName,
    /// Media type by content, such as `image/png`.
    pub media_type: String,
    /// Size in bytes.
    pub size: u64,
    /// What it measures, when it is a picture that pages show.
    pub picture: Option<Picture>,
}

/// What a picture measures, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Picture {
    pub width: u32,
    pub height: u32,
}

/// The name of a file: 1 to 200 characters, one path segment, nothing unprintable.
#[derive(Clone, PartialEq, Eq)]
pub struct FileName(String);

/// The text is no [`FileName`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a file name is 1 to 200 printable characters without / and \\")]
pub struct InvalidFileName;

impl FileName {
    /// Reads a name as a browser sends it; a leading path, which old browsers add, is dropped.
    ///
    /// # Errors
    /// [`InvalidFileName`] when nothing usable is left.
    pub fn parse(text: &str) -> Result<Self, InvalidFileName> {
        let name = text.rsplit(['/', '\\']).next().unwrap_or_default().trim();
        let fits = (1..=200).contains(&name.chars().count())
            && name != "."
            && name != ".."
            && !name.chars().any(char::is_control);
        if fits {
            Ok(Self(name.to_owned()))
        } else {
            Err(InvalidFileName)
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A file name can hold a patient's name, so a log shows its length only.
impl std::fmt::Debug for FileName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileName({} characters)", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_cut_and_nonsense_is_refused() {
        assert_eq!(
            FileName::parse("C:\\scans\\ecg.png").unwrap().as_str(),
            "ecg.png"
        );
        assert_eq!(
            FileName::parse("../../etc/passwd").unwrap().as_str(),
            "passwd"
        );
        for text in ["", "..", "a/", "x\u{0}", &"n".repeat(201)] {
            assert!(FileName::parse(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_never_leaves_its_folder(text in any::<String>()) {
            if let Ok(name) = FileName::parse(&text) {
                prop_assert!(!name.as_str().contains(['/', '\\', '\0', '\n']));
                prop_assert!(name.as_str() != ".." && !name.as_str().is_empty());
            }
        }
    }
}
