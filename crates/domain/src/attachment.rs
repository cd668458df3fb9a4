use thiserror::Error;

use crate::{AttachmentId, RoomId, is_blank, one_line};

/// A file in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The id that the backend gave the file.
    pub id: AttachmentId,
    /// The room it was uploaded to; only its participants may fetch the file.
    pub room: RoomId,
    /// Name to show and to save under.
    pub name: FileName,
    /// Media type by content, such as `image/png`.
    pub media_type: String,
    /// Size in bytes.
    pub size: u64,
    /// Width and height, when it is a picture that pages show.
    pub picture: Option<Picture>,
}

impl Attachment {
    /// The media type of a file that was removed. No file has it: types are found by content.
    pub const REMOVED: &str = "application/vnd.hims.removed-file";

    /// A file that the hospital's rules of retention removed from a message that stays. Its name went with it.
    pub fn removed(id: AttachmentId, room: RoomId) -> Self {
        Self {
            id,
            room,
            name: FileName::removed(),
            media_type: Self::REMOVED.to_owned(),
            size: 0,
            picture: None,
        }
    }

    /// Whether it was removed and cannot be had any more.
    pub fn is_removed(&self) -> bool {
        self.media_type == Self::REMOVED
    }
}

/// The dimensions of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Picture {
    pub width: u32,
    pub height: u32,
}

/// The name of a file: 1 to 200 characters, one path segment, one line that shows what is in it.
#[derive(Clone, PartialEq, Eq)]
pub struct FileName(String);

/// Nothing of the text is usable as a [`FileName`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a file name needs a character that can be seen")]
pub struct InvalidFileName;

/// Most characters of the ending that a shortened name keeps, with its dot.
const LONGEST_ENDING: usize = 20;

/// Names that Windows keeps for devices, whatever ending follows
/// (<https://learn.microsoft.com/windows/win32/fileio/naming-a-file>).
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

impl FileName {
    /// Longest name, in characters.
    pub const LONGEST: usize = 200;

    /// Reads a name as a browser or another program wrote it. A leading path, which old browsers add, is
    /// dropped, and so is what would redraw its neighbourhood ([`one_line`](crate::one_line)); a longer
    /// name loses its middle and keeps its ending.
    ///
    /// # Errors
    /// [`InvalidFileName`] when nothing usable is left.
    pub fn parse(text: &str) -> Result<Self, InvalidFileName> {
        let name = one_line(text.rsplit(['/', '\\']).next().unwrap_or_default());
        if is_blank(&name) || name.chars().all(|c| c == '.' || c == ' ') {
            return Err(InvalidFileName);
        }
        Ok(Self(shortened(&name)))
    }

    /// The same for a file that must have a name: `file` where nothing usable is left.
    pub fn or_plain(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|_| Self("file".to_owned()))
    }

    /// The name of a file that was removed.
    pub fn removed() -> Self {
        Self("Removed file".to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ending of the name, in small letters and without the dot: `pdf`. Read as Windows does, which
    /// drops dots and spaces at the end and takes what follows a colon for another stream of the file.
    pub fn ending(&self) -> Option<String> {
        let name = self.0.split(':').next().unwrap_or_default();
        let name = name.trim_end_matches(['.', ' ']);
        name.rsplit_once('.')
            .map(|(_, ending)| ending.to_lowercase())
    }

    /// The name to save the file under on any system: without the characters that Windows forbids, and no
    /// device's.
    pub fn to_save(&self) -> String {
        let plain = |c| match c {
            '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
            other => other,
        };
        let name: String = self.0.chars().map(plain).collect();
        let name = name.trim_end_matches(['.', ' ']);
        let stem = name.split('.').next().unwrap_or_default().trim_end();
        let is_device = DEVICES.contains(&stem.to_ascii_lowercase().as_str());
        match (is_device, name.starts_with('.')) {
            (true, _) | (_, true) => format!("_{name}"),
            _ => name.to_owned(),
        }
    }
}

fn shortened(name: &str) -> String {
    let length = name.chars().count();
    if length <= FileName::LONGEST {
        return name.to_owned();
    }
    let ending = name.rfind('.').map_or("", |dot| &name[dot..]);
    let ending_length = ending.chars().count();
    let ending = if ending_length <= LONGEST_ENDING {
        ending
    } else {
        ""
    };
    let kept = FileName::LONGEST - ending.chars().count();
    let stem: String = name.chars().take(kept).collect();
    format!("{}{ending}", stem.trim_end())
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
        for text in ["", "..", "a/", " . ", "\u{0}\u{202e}", "..."] {
            assert!(FileName::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(FileName::or_plain("..").as_str(), "file");
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = |text: &str| FileName::parse(text).unwrap().as_str().to_owned();
        let long = name(&format!("{}.tar.pdf", "n".repeat(400)));
        assert_eq!(long.chars().count(), FileName::LONGEST);
        assert!(long.ends_with("nnn.pdf"), "{long}");
        let odd = name(&format!("a.{}", "\u{e9}".repeat(400)));
        assert_eq!(odd.chars().count(), FileName::LONGEST);
        assert_eq!(name(&"n".repeat(200)), "n".repeat(200));
    }

    #[test]
    fn endings_are_read_as_windows_does() {
        let ending = |text: &str| FileName::parse(text).unwrap().ending();
        for text in [
            "a.EXE",
            "a.pdf.exe",
            "a.exe. .",
            "a.exe::$DATA",
            "a.ex\u{200b}e",
        ] {
            assert_eq!(ending(text).as_deref(), Some("exe"), "{text}");
        }
        assert_eq!(ending("README"), None);
    }

    #[test]
    fn a_name_can_be_saved_anywhere() {
        for (name, saved) in [
            ("100%22.pdf", "100%22.pdf"),
            ("say \"ah\".txt", "say _ah_.txt"),
            ("CON.pdf", "_CON.pdf"),
            ("nul", "_nul"),
            ("console.pdf", "console.pdf"),
            ("report. ", "report"),
            (".profile", "_.profile"),
        ] {
            assert_eq!(FileName::parse(name).unwrap().to_save(), saved);
        }
    }

    proptest! {
        #[test]
        fn a_name_never_leaves_its_folder(text in any::<String>()) {
            if let Ok(name) = FileName::parse(&text) {
                prop_assert!(!name.as_str().contains(['/', '\\', '\0', '\n']));
                prop_assert!(name.as_str() != ".." && !name.as_str().is_empty());
                prop_assert!(name.as_str().chars().count() <= FileName::LONGEST);
                prop_assert_eq!(FileName::parse(name.as_str()), Ok(name.clone()));
            }
        }
    }
}
