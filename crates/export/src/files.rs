//! The files of messages, one after another.

use std::io::Write;

use bytes::Bytes;
use domain::{Attachment, FileName};
use ports::{ErrorKind, Result, legacy_file_name};

use crate::{
    digest::Sums,
    export::Failure,
    exported_message::{Filed, Kept},
    folder::Folder,
    room_location::RoomLocation,
    sources::{Side, Sources},
};

/// Writes a file into the folder. One whose bytes are lost is told as such.
pub(crate) async fn file(
    sources: &Sources,
    found: &RoomLocation,
    side: Side,
    attachment: Attachment,
    folder: &mut Folder,
) -> Result<Filed, Failure> {
    let Some(bytes) = bytes(sources, found, side, &attachment).await? else {
        let kept = None;
        return Ok(Filed { attachment, kept });
    };
    let path = format!("files/{}-{}", attachment.id, plain(&attachment.name));
    let mut written = folder.create(&path)?;
    written.write_all(&bytes)?;
    folder.close(written)?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let sums = Sums::of(&bytes);
    let kept = Some(Kept { path, size, sums });
    Ok(Filed { attachment, kept })
}

async fn bytes(
    sources: &Sources,
    found: &RoomLocation,
    side: Side,
    attachment: &Attachment,
) -> Result<Option<Bytes>> {
    let lost = match sources.records(side)?.file(&attachment.id).await {
        Ok(bytes) => return Ok(Some(bytes)),
        Err(error) => error,
    };
    if lost.kind() != ErrorKind::NotFound {
        return Err(lost);
    }
    // What a room brought along may still lie where it came from.
    let old = legacy_file_name(&attachment.id).filter(|_| found.moved_from.is_some());
    let Some(old) = old else {
        return Ok(None);
    };
    match sources.legacy.file(&old).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Most characters of a file's name in the folder, without the id in front.
const LONGEST: usize = 100;
/// The extensions of names of files that a browser would run instead of showing.
const ACTIVE: [&str; 9] = [
    "htm", "html", "xhtml", "xht", "shtml", "svg", "xml", "mht", "mhtml",
];

/// A name that every system takes, that needs no quoting anywhere, and that nothing is run by: a page
/// or a drawing with scripts opens as text.
fn plain(name: &FileName) -> String {
    let mut plain = String::new();
    for c in name.as_str().chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' => plain.push(c),
            _ if plain.ends_with('_') => {}
            _ => plain.push('_'),
        }
    }
    let from = plain.len().saturating_sub(LONGEST);
    let plain = plain[from..].trim_start_matches('.').to_owned();
    let end = plain.rsplit('.').next().unwrap_or_default();
    if ACTIVE.contains(&end.to_ascii_lowercase().as_str()) {
        plain + ".txt"
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn names_are_plain() {
        let plain = |name: &str| plain(&FileName::parse(name).unwrap());
        assert_eq!(plain("ECG 12-lead.png"), "ECG_12-lead.png");
        assert_eq!(plain("צילום חזה.pdf"), "_.pdf");
        assert_eq!(plain("..sneaky\u{202e}fdp.exe"), "sneakyfdp.exe");
        assert_eq!(plain("page.HTML"), "page.HTML.txt");
        let long = format!("{}.pdf", "n".repeat(190));
        assert_eq!(plain(&long).len(), LONGEST);
        assert!(plain(&long).ends_with(".pdf"));
    }
}
