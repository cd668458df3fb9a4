use super::{archive, boxes, picture::Format, text};

/// Kind of a file, by its content. What the uploader calls it decides nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A picture that is decoded and encoded anew, and then shown.
    Picture(Format),
    /// A photo as iPhones take it, or another of that family, such as AVIF.
    Heif,
    /// A picture that could hold where it was taken, and that we cannot encode anew.
    OtherPicture(&'static str),
    /// Film or sound in boxes, whose notes on place and device are blanked.
    Recording(&'static str),
    /// Kept as it is, and only ever saved.
    Other(&'static str),
}

impl Kind {
    pub(super) fn of(bytes: &[u8]) -> Self {
        if let Some(kind) = text::written_kind(bytes) {
            return Self::Other(kind);
        }
        let found = infer::get(bytes).map(|kind| kind.mime_type());
        if text::is_text(bytes) {
            return Self::Other(text::kind(bytes).unwrap_or("text/plain"));
        }
        if boxes::is_picture(bytes) {
            return Self::Heif;
        }
        match found {
            Some("image/jpeg") => Self::Picture(Format::Jpeg),
            Some("image/png") => Self::Picture(Format::Png),
            Some("image/gif") => Self::Picture(Format::Gif),
            Some("image/webp") => Self::Picture(Format::Webp),
            // Drawings of plans and books of scanned pages are documents.
            Some(kind @ ("image/vnd.dwg" | "image/vnd.djvu")) => Self::Other(kind),
            // Two letters are all that a bitmap begins with.
            Some(kind) if kind.starts_with("image/") => Self::OtherPicture(kind),
            Some(kind) if kind == "application/zip" || is_office(kind) => {
                Self::Other(archive::kind(bytes))
            }
            _ if bytes.get(4..8) == Some(b"ftyp") => Self::Recording(recording(found, bytes)),
            Some(kind @ "video/quicktime") => Self::Recording(kind),
            Some(kind) if !kind.starts_with("text/") => Self::Other(kind),
            _ if bytes.get(128..132) == Some(b"DICM") => Self::Other("application/dicom"),
            _ => Self::Other(text::kind(bytes).unwrap_or("application/octet-stream")),
        }
    }

    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Picture(format) => format.media_type(),
            Self::Heif => "image/heif",
            Self::OtherPicture(media_type)
            | Self::Recording(media_type)
            | Self::Other(media_type) => media_type,
        }
    }
}

/// The media type of a recording, by its major brand.
fn recording(found: Option<&'static str>, bytes: &[u8]) -> &'static str {
    match (bytes.get(8..12), found) {
        (Some(brand), _) if brand.starts_with(b"3g") => "video/3gpp",
        (Some(b"qt  "), _) => "video/quicktime",
        (Some(b"M4A " | b"M4B "), _) => "audio/m4a",
        (_, Some(kind)) if kind.starts_with("video/") || kind.starts_with("audio/") => kind,
        _ => "video/mp4",
    }
}

/// Whether these are the newer office formats, which are archives with a table of contents.
fn is_office(kind: &str) -> bool {
    kind.starts_with("application/vnd.openxmlformats-officedocument")
        || kind.starts_with("application/vnd.oasis.opendocument")
}

/// Kinds of files in plain words. The page's own copy is in `assets/js/file-kind.js`.
#[rustfmt::skip]
const LABELS: &[(&str, &str)] = &[
    ("image/jpeg", "JPEG picture"),
    ("image/png", "PNG picture"),
    ("image/gif", "GIF picture"),
    ("image/svg+xml", "SVG drawing"),
    ("application/pdf", "PDF"),
    ("text/plain", "Text"),
    ("text/html", "Web page"),
    ("text/xml", "XML"),
    ("application/rtf", "Rich text"),
    ("application/msword", "Word"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
    ("application/vnd.ms-word.document.macroEnabled.12", "Word with macros"),
    ("application/vnd.oasis.opendocument.text", "Text document"),
    ("application/vnd.ms-excel", "Excel"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
    ("application/vnd.ms-excel.sheet.macroEnabled.12", "Excel with macros"),
    ("application/vnd.oasis.opendocument.spreadsheet", "Spreadsheet"),
    ("application/vnd.ms-powerpoint", "PowerPoint"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint"),
    ("application/vnd.ms-powerpoint.presentation.macroEnabled.12", "PowerPoint with macros"),
    ("application/vnd.oasis.opendocument.presentation", "Slides"),
    ("application/dicom", "DICOM"),
    ("application/zip", "ZIP archive"),
    ("video/mp4", "MP4 video"),
    ("video/quicktime", "QuickTime video"),
    ("audio/mpeg", "MP3 sound"),
    ("application/octet-stream", "File"),
];

/// Name of a media type on a page; `File` where there is no plain word.
pub(crate) fn label(media_type: &str) -> &'static str {
    let known = LABELS.iter().find(|(kind, _)| *kind == media_type);
    known.map_or("File", |(_, label)| label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_uses_the_same_words() {
        let script = include_str!("../../assets/js/file-kind.js");
        for (kind, label) in LABELS {
            assert!(
                script.contains(&format!("\"{kind}\": \"{label}\",")),
                "{kind}"
            );
        }
        assert_eq!(script.matches("\": \"").count(), LABELS.len());
    }
}
