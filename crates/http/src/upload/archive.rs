//! Office documents are ZIP archives; what is inside tells which.

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const POWERPOINT: &str =
    "application/vnd.openxmlformats-officedocument.presentationml.presentation";
const OPEN_DOCUMENTS: [&str; 3] = [
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
];

/// The media type of an archive.
pub(super) fn kind(bytes: &[u8]) -> &'static str {
    // An OpenDocument begins with its media type, not compressed.
    let stated = bytes.get(38..).unwrap_or_default();
    let is_stated = bytes.get(30..38) == Some(b"mimetype");
    if let Some(open) = OPEN_DOCUMENTS
        .into_iter()
        .find(|open| is_stated && stated.starts_with(open.as_bytes()))
    {
        return open;
    }
    let names = names(bytes);
    let holds = |wanted: &str| names.iter().any(|name| name.starts_with(wanted.as_bytes()));
    if !holds("[Content_Types].xml") {
        return "application/zip";
    }
    let macros = names.iter().any(|name| name.ends_with(b"vbaProject.bin"));
    match (holds("word/"), holds("xl/"), holds("ppt/"), macros) {
        (true, _, _, false) => WORD,
        (true, _, _, true) => "application/vnd.ms-word.document.macroEnabled.12",
        (_, true, _, false) => EXCEL,
        (_, true, _, true) => "application/vnd.ms-excel.sheet.macroEnabled.12",
        (_, _, true, false) => POWERPOINT,
        (_, _, true, true) => "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
        _ => "application/zip",
    }
}

/// Whether it is a program of Java or Android, or an installer of Windows: archives too.
pub(super) fn is_program(bytes: &[u8]) -> bool {
    const MARKS: [&[u8]; 4] = [
        b"META-INF/MANIFEST.MF",
        b"AndroidManifest.xml",
        b"AppxManifest.xml",
        b"AppxMetadata/AppxBundleManifest.xml",
    ];
    names(bytes).iter().any(|name| MARKS.contains(name))
}

/// Most names looked at.
const MOST: usize = 10_000;

/// The names in the table of contents, which stands at the end of an archive.
fn names(bytes: &[u8]) -> Vec<&[u8]> {
    // The end record has 22 bytes and a comment of at most 65,535.
    let tail = bytes.len().saturating_sub(22 + 65_535);
    let end = bytes[tail..]
        .windows(4)
        .rposition(|mark| mark == b"PK\x05\x06");
    let Some(mut at) = end.and_then(|end| number(bytes, tail + end + 16, 4)) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    while names.len() < MOST && bytes.get(at..at.saturating_add(4)) == Some(b"PK\x01\x02") {
        let length = |offset: usize| number(bytes, at + offset, 2).unwrap_or(0);
        let (name, extra, comment) = (length(28), length(30), length(32));
        let Some(found) = bytes.get(at + 46..at + 46 + name) else {
            break;
        };
        names.push(found);
        at += 46 + name + extra + comment;
    }
    names
}

/// A little-endian number of so many bytes.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let digits = bytes.get(at..at.checked_add(length)?)?;
    Some(
        digits
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | usize::from(*byte)),
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An archive whose table of contents names these, all empty.
    pub(in super::super) fn archive(names: &[&str]) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.resize(64, 0);
        let start = u32::try_from(bytes.len()).unwrap();
        for name in names {
            let mut entry = vec![0; 46];
            entry[..4].copy_from_slice(b"PK\x01\x02");
            entry[28] = u8::try_from(name.len()).unwrap();
            bytes.extend(entry);
            bytes.extend(name.as_bytes());
        }
        let mut end = vec![0; 22];
        end[..4].copy_from_slice(b"PK\x05\x06");
        end[16..20].copy_from_slice(&start.to_le_bytes());
        bytes.extend(end);
        bytes
    }

    #[test]
    fn office_documents_are_told_apart() {
        let types = "[Content_Types].xml";
        assert_eq!(kind(&archive(&[types, "word/document.xml"])), WORD);
        assert_eq!(kind(&archive(&["xl/workbook.xml", types])), EXCEL);
        assert_eq!(
            kind(&archive(&[types, "ppt/slides/slide1.xml"])),
            POWERPOINT
        );
        let macros = archive(&[types, "word/document.xml", "word/vbaProject.bin"]);
        assert_eq!(
            kind(&macros),
            "application/vnd.ms-word.document.macroEnabled.12"
        );
        assert_eq!(kind(&archive(&["word/notes.txt"])), "application/zip");
        assert_eq!(kind(b"PK\x03\x04"), "application/zip");
    }
}
