//! The boxes that MP4, QuickTime and HEIF files are made of (ISO/IEC 14496-12).

use std::ops::Range;

/// A box inside a file or another box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: [u8; 4],
    /// Its place in the file, with its head.
    pub(super) whole: Range<usize>,
    /// The place of its content.
    pub(super) inside: Range<usize>,
}

/// Most boxes beside each other; an hour of film in pieces of a second has fewer.
const MOST: usize = 20_000;

/// The boxes in a part of a file, one after the other; the last one may be cut off by the end of the
/// file. None when they do not follow each other, or are too many.
pub(super) fn boxes(bytes: &[u8], within: Range<usize>) -> Option<Vec<Found>> {
    let mut found = Vec::new();
    let mut at = within.start;
    while at < within.end {
        // QuickTime may end a list with 32 zero bits.
        if within.end - at < 8 {
            let rest = &bytes[at..within.end];
            return rest.iter().all(|byte| *byte == 0).then_some(found);
        }
        if found.len() >= MOST {
            return None;
        }
        let next = head(bytes, at, within.end)?;
        at = next.whole.end;
        found.push(next);
    }
    Some(found)
}

fn head(bytes: &[u8], at: usize, end: usize) -> Option<Found> {
    let kind = bytes.get(at + 4..at + 8)?.try_into().ok()?;
    let (head, size) = match number(bytes.get(at..at + 4)?) {
        // To the end of the file.
        0 => (8, end - at),
        1 => (
            16,
            usize::try_from(number(bytes.get(at + 8..at + 16)?)).ok()?,
        ),
        size => (8, usize::try_from(size).ok()?),
    };
    if size < head {
        return None;
    }
    let last = at.checked_add(size)?.min(end);
    Some(Found {
        kind,
        whole: at..last,
        inside: (at + head).min(last)..last,
    })
}

/// A big-endian number.
pub(super) fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Brands of pictures: HEIF of every coding, AVIF among them (ISO/IEC 23008-12 and the register at
/// <https://mp4ra.org/registered-types/brands>), and Canon's raw photos.
const PICTURES: [&[u8; 4]; 38] = [
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2",
    b"mif3", b"msf1", b"miaf", b"MiHB", b"MiHA", b"MiHE", b"MiPr", b"MA1B", b"MA1A", b"avif",
    b"avis", b"avio", b"avci", b"avcs", b"jpeg", b"jpgs", b"j2ki", b"j2is", b"vvic", b"vvis",
    b"evbi", b"evbs", b"evmi", b"evms", b"unif", b"1pic", b"pred", b"crx ",
];

/// Whether a file is a picture in boxes: by any of its brands, or because what it describes at the top
/// is one.
pub(super) fn is_picture(bytes: &[u8]) -> bool {
    let Some(first) = head(bytes, 0, bytes.len()).filter(|first| &first.kind == b"ftyp") else {
        return false;
    };
    let inside = &bytes[first.inside.clone()];
    // The major brand, a version that is none, and the compatible ones.
    let mut brands = inside.chunks_exact(4).enumerate();
    if brands.any(|(at, brand)| at != 1 && PICTURES.iter().any(|known| &known[..] == brand)) {
        return true;
    }
    let top = boxes(bytes, 0..bytes.len()).unwrap_or_default();
    let handlers = top.iter().filter(|found| &found.kind == b"meta");
    let mut handlers = handlers.filter_map(|meta| handler(bytes, meta.inside.clone()));
    handlers.any(|handler| &handler == b"pict")
}

/// The boxes that a `meta` box describes, or a `mdia` box of a track holds. A `meta` box of MP4 has four bytes more
/// in front than QuickTime's.
pub(super) fn handler(bytes: &[u8], within: Range<usize>) -> Option<[u8; 4]> {
    let later = within.start.saturating_add(4)..within.end;
    let looked = [within, later]
        .into_iter()
        .filter(|range| !range.is_empty());
    let mut found = looked.filter_map(|range| boxes(bytes, range)).flatten();
    let handler = found.find(|found| &found.kind == b"hdlr")?;
    let kind = handler.inside.start + 8..handler.inside.start + 12;
    bytes.get(kind)?.try_into().ok()
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A box.
    pub(in super::super) fn boxed(kind: &[u8; 4], inside: &[u8]) -> Vec<u8> {
        let size = u32::try_from(inside.len() + 8).unwrap();
        [&size.to_be_bytes(), &kind[..], inside].concat()
    }

    fn branded(brands: &[&str]) -> Vec<u8> {
        let (major, compatible) = brands.split_first().unwrap();
        let inside = [major.as_bytes(), &[0; 4], compatible.concat().as_bytes()].concat();
        [boxed(b"ftyp", &inside), boxed(b"mdat", b"....")].concat()
    }

    #[test]
    fn every_brand_of_a_picture_is_one() {
        for brands in [
            &["heic", "mif1"][..],
            &["mif1", "heix"],
            &["hevc"],
            &["msf1", "hevc"],
            &["mif1", "miaf"],
            &["heim"],
            &["heis"],
            &["mif2"],
            &["avif"],
            &["avis", "iso8"],
            &["mif1", "avif", "MA1B"],
            &["isom", "mp41", "mif1"],
            &["crx "],
            &["vvic"],
        ] {
            assert!(is_picture(&branded(brands)), "{brands:?}");
        }
        for brands in [
            &["isom", "iso2", "avc1", "mp41"][..],
            &["qt  "],
            &["M4A ", "mp42"],
            &["3gp5"],
        ] {
            assert!(!is_picture(&branded(brands)), "{brands:?}");
        }
        let handler = [&[0; 8][..], b"pict", &[0; 12]].concat();
        let meta = boxed(b"meta", &[&[0; 4][..], &boxed(b"hdlr", &handler)].concat());
        assert!(is_picture(&[branded(&["newb"]), meta].concat()));
    }

    proptest! {
        #[test]
        fn nothing_in_a_file_stops_it(rest in any::<Vec<u8>>(), size in any::<u32>()) {
            let bytes = [&size.to_be_bytes(), &b"ftypheic"[..], &rest].concat();
            is_picture(&bytes);
            if let Some(found) = boxes(&bytes, 0..bytes.len()) {
                prop_assert!(found.iter().all(|found| found.whole.end <= bytes.len()));
            }
        }
    }
}
