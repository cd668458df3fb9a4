//! Data that phones write beside film and sound: where it was taken, with what, by whom. It is blanked where it
//! stands, so that nothing moves and every player finds its frames.

use std::ops::Range;

use bytes::{Bytes, BytesMut};

use super::boxes::{Found, boxes, handler, number};

/// Boxes at the top of a recording that are needed to play it (ISO/IEC 14496-12, 6.2.3). Everything
/// else there is notes.
const AT_THE_TOP: [&[u8; 4]; 8] = [
    b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"ssix",
];

/// The same of what describes a film, QuickTime's own among them.
const IN_A_FILM: [&[u8; 4]; 8] = [
    b"mvhd", b"trak", b"mvex", b"iods", b"pssh", b"clip", b"ctab", b"prfl",
];

/// Boxes that hold other boxes on the way to a track.
const HOLDING: [&[u8; 4]; 5] = [b"moof", b"traf", b"moov", b"trak", b"mdia"];

/// Boxes of notes in a track or a piece: `udta` holds a phone's place (`©xyz`, `loci`), `meta` that of an
/// iPhone, `uuid` XMP, and what is free may hold anything.
const NOTES: [&[u8; 4]; 7] = [
    b"udta", b"meta", b"uuid", b"free", b"skip", b"XMP_", b"idat",
];

/// Tracks of these kinds are played: pictures, sound, and texts below them. Others hold what a sensor
/// wrote, such as a place each second.
const HEARD_OR_SEEN: [&[u8; 4]; 8] = [
    b"vide", b"soun", b"text", b"sbtl", b"subt", b"clcp", b"tmcd", b"auxv",
];

/// The recording without its notes; none when its boxes cannot be followed.
pub(super) fn without_notes(bytes: Bytes) -> Option<Bytes> {
    let mut notes = Vec::new();
    let top = boxes(&bytes, 0..bytes.len())?;
    if !top.iter().any(|found| &found.kind == b"moov") {
        return None;
    }
    for found in top {
        sort(&bytes, found, AT_THE_TOP.as_slice(), &mut notes)?;
    }
    let mut bytes = BytesMut::from(bytes);
    for note in notes {
        let blank = match note {
            Note::Box(found) => {
                bytes[found.whole.start + 4..found.whole.start + 8].copy_from_slice(b"free");
                found.inside
            }
            Note::Samples(range) => range,
        };
        bytes[blank].fill(0);
    }
    Some(bytes.freeze())
}

/// The ranges to be blanked.
enum Note {
    Box(Found),
    /// The tracks that a sensor's track points at.
    Samples(Range<usize>),
}

/// Tells a box that is needed from one of notes. `needed` is what may stand where it does; without any,
/// all but notes may.
fn sort(bytes: &[u8], found: Found, needed: &[&[u8; 4]], notes: &mut Vec<Note>) -> Option<()> {
    let is_needed = if needed.is_empty() {
        !NOTES.contains(&&found.kind)
    } else {
        needed.contains(&&found.kind)
    };
    match &found.kind {
        // A film that is packed: its notes are too.
        b"cmov" => return None,
        b"trak" if is_needed && !is_played(bytes, &found) => {
            samples(bytes, &found, notes);
            notes.push(Note::Box(found));
        }
        // Each kind once on the way down, so that nothing is nested without end.
        kind if is_needed && HOLDING.contains(&kind) => {
            let needed = if kind == b"moov" {
                IN_A_FILM.as_slice()
            } else {
                &[]
            };
            for inner in boxes(bytes, found.inside.clone())? {
                let is_holding = HOLDING.contains(&&inner.kind);
                if is_holding && rank(&inner.kind) <= rank(kind) {
                    return None;
                }
                sort(bytes, inner, needed, notes)?;
            }
        }
        _ if is_needed => {}
        _ => notes.push(Note::Box(found)),
    }
    Some(())
}

/// How deep a box that holds others stands.
fn rank(kind: &[u8; 4]) -> Option<usize> {
    HOLDING.iter().position(|holding| *holding == kind)
}

/// The first box on a path below another.
fn below(bytes: &[u8], outer: &Found, path: &[&[u8; 4]]) -> Option<Found> {
    let (kind, rest) = path.split_first()?;
    let found = boxes(bytes, outer.inside.clone())?
        .into_iter()
        .find(|found| &found.kind == *kind)?;
    if rest.is_empty() {
        Some(found)
    } else {
        below(bytes, &found, rest)
    }
}

fn is_played(bytes: &[u8], track: &Found) -> bool {
    let media = below(bytes, track, &[b"mdia"]);
    let handler = media.and_then(|media| handler(bytes, media.inside));
    handler.is_none_or(|handler| HEARD_OR_SEEN.contains(&&handler))
}

/// The places of the samples of a track, by its table (ISO/IEC 14496-12, 8.7).
fn samples(bytes: &[u8], track: &Found, notes: &mut Vec<Note>) {
    let table = |kind| below(bytes, track, &[b"mdia", b"minf", b"stbl", kind]);
    let numbers = |found: &Found, from: usize, width: usize| {
        let inside = bytes.get(found.inside.clone()).unwrap_or_default();
        let numbers = inside.get(from..).unwrap_or_default().chunks_exact(width);
        numbers.map(number).collect::<Vec<u64>>()
    };
    let (Some(sizes), Some(runs)) = (table(b"stsz"), table(b"stsc")) else {
        return;
    };
    let chunks = match (table(b"stco"), table(b"co64")) {
        (Some(chunks), _) => numbers(&chunks, 8, 4),
        (None, Some(chunks)) => numbers(&chunks, 8, 8),
        (None, None) => return,
    };
    // One size for all, or one for each.
    let all = numbers(&sizes, 4, 4).first().copied().unwrap_or_default();
    let mut each = numbers(&sizes, 12, 4).into_iter();
    // A run is the first of its chunks, and how many samples each of them has.
    let runs = numbers(&runs, 8, 4);
    let mut runs = runs.chunks_exact(3).peekable();
    let mut count = 0;
    for (number, start) in (1_u64..).zip(chunks) {
        while let Some(run) = runs.next_if(|run| run[0] <= number) {
            count = run[1];
        }
        let length: u64 = if all > 0 {
            all.saturating_mul(count)
        } else {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            each.by_ref().take(count).fold(0, u64::saturating_add)
        };
        let end = start.saturating_add(length).min(bytes.len() as u64);
        if let (Ok(start), Ok(end)) = (usize::try_from(start), usize::try_from(end))
            && start < end
        {
            notes.push(Note::Samples(start..end));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::upload::{Kind, boxes::tests::boxed};

    const PLACE: &[u8] = b"+51.4545-002.5879/";

    fn track(handler: &[u8; 4], more: &[u8], chunk: Option<u32>) -> Vec<u8> {
        let described = boxed(b"hdlr", &[&[0; 8][..], handler, &[0; 12]].concat());
        let table = chunk.map_or_else(Vec::new, |chunk| {
            let four = |numbers: &[u32]| {
                numbers
                    .iter()
                    .flat_map(|n| n.to_be_bytes())
                    .collect::<Vec<_>>()
            };
            let tables = [
                boxed(b"stsz", &four(&[0, 0, 2, 9, 9])),
                boxed(b"stsc", &four(&[0, 1, 1, 2, 1])),
                boxed(b"stco", &four(&[0, 1, chunk])),
            ];
            boxed(b"minf", &boxed(b"stbl", &tables.concat()))
        });
        let media = boxed(b"mdia", &[described, table].concat());
        boxed(
            b"trak",
            &[&boxed(b"tkhd", b"turned"), more, &media].concat(),
        )
    }

    /// A film as a phone writes it, with its place in every way that phones know.
    fn film() -> Vec<u8> {
        let head = boxed(b"ftyp", b"isom\0\0\0\0isom");
        let frames = [&b"frames!"[..], PLACE].concat();
        let place = u32::try_from(head.len() + 8 + 7).unwrap();
        let notes = boxed(b"udta", &boxed(b"\xa9xyz", PLACE));
        let film = [
            boxed(b"mvhd", b"times"),
            track(b"vide", &boxed(b"meta", PLACE), None),
            track(b"meta", b"", Some(place)),
            notes.clone(),
            boxed(b"meta", PLACE),
            boxed(b"smta", PLACE),
        ];
        [
            head,
            boxed(b"mdat", &frames),
            boxed(b"free", PLACE),
            boxed(b"moov", &film.concat()),
            boxed(b"uuid", PLACE),
            boxed(b"meta", PLACE),
        ]
        .concat()
    }

    fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
        bytes.windows(wanted.len()).any(|window| window == wanted)
    }

    #[test]
    fn a_film_does_not_say_where_it_was_taken() {
        let film = film();
        assert_eq!(
            film.windows(PLACE.len())
                .filter(|window| *window == PLACE)
                .count(),
            8
        );
        assert_eq!(Kind::of(&film), Kind::Recording("video/mp4"));
        let kept = without_notes(film.clone().into()).unwrap();
        assert_eq!(kept.len(), film.len(), "nothing moves");
        assert!(!holds(&kept, b"+51") && !holds(&kept, b"udta"));
        for needed in [&b"frames!"[..], b"times", b"turned", b"vide", b"isom"] {
            assert!(holds(&kept, needed), "{needed:?}");
        }
        assert_eq!(
            without_notes(kept.clone()),
            Some(kept),
            "again it changes nothing"
        );
    }

    #[test]
    fn what_cannot_be_followed_is_not_kept() {
        for bytes in [
            boxed(b"ftyp", b"isom\0\0\0\0"),
            boxed(b"moov", &boxed(b"cmov", b"packed")),
            boxed(b"moov", &boxed(b"trak", b"\0\0\0\x01")),
            boxed(b"moov", &boxed(b"trak", &boxed(b"moov", b""))),
            boxed(b"moov", &[0, 0, 0, 3, 1, 1, 1, 1, 1]),
        ] {
            assert_eq!(without_notes(bytes.into()), None);
        }
    }

    proptest! {
        #[test]
        fn a_broken_film_is_no_danger(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
            let mut film = film();
            let at = at.index(film.len());
            film[at] = byte;
            film.truncate(cut.index(film.len()) + 1);
            let length = film.len();
            if let Some(kept) = without_notes(film.into()) {
                prop_assert_eq!(kept.len(), length);
            }
        }
    }
}
