//! Searching messages.

use std::ops::Range;

use super::{DoctorChoice, Frame, RoomRow, TimeLabel};
use askama::Template;
use domain::{beginning, boundary_before};

/// Characters before the first hit in a long text, and of the text shown in all.
const BEFORE: usize = 80;
const SHOWN: usize = 320;

/// `GET` and `POST P/search`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "search.html")]
pub(crate) struct SearchPage {
    /// With a sidebar.
    pub(crate) frame: Frame,
    /// The mount's prefix.
    pub(crate) prefix: String,
    /// Values that stand in the form.
    pub(crate) asked: AskedView,
    /// Rooms to choose from.
    pub(crate) rooms: Vec<RoomRow>,
    /// Authors to choose from.
    pub(crate) authors: Vec<DoctorChoice>,
    /// Outcome of the search.
    pub(crate) outcome: Outcome,
}

/// View model of the values that stand in the form.
#[derive(Clone, Debug, Default)]
pub(crate) struct AskedView {
    /// The words.
    pub(crate) q: String,
    /// A room's id.
    pub(crate) room: String,
    /// A patient's id.
    pub(crate) patient: String,
    /// A doctor's id.
    pub(crate) author: String,
    /// First day.
    pub(crate) from: String,
    /// Last day.
    pub(crate) to: String,
    /// Only with a file.
    pub(crate) has_file: bool,
    /// Only urgent ones.
    pub(crate) urgent: bool,
}

impl AskedView {
    fn is_narrowed(&self) -> bool {
        let texts = [
            &self.room,
            &self.patient,
            &self.author,
            &self.from,
            &self.to,
        ];
        self.has_file || self.urgent || texts.iter().any(|text| !text.is_empty())
    }
}

/// Outcome of a search.
#[derive(Clone, Debug, Default)]
pub(crate) enum Outcome {
    /// Nothing was asked yet.
    #[default]
    Nothing,
    /// It cannot be asked so.
    Wrong(String),
    /// Hits, and where the next page starts.
    Found(Vec<HitView>, Option<String>),
}

/// One message found.
#[derive(Clone, Debug, Default)]
pub(crate) struct HitView {
    /// Its place in its room.
    pub(crate) href: String,
    /// Patient or room name.
    pub(crate) room: String,
    /// The patient's bed; empty without one.
    pub(crate) bed: String,
    /// Name of the message's author.
    pub(crate) author: String,
    /// When it was sent.
    pub(crate) sent: TimeLabel,
    /// The message is urgent.
    pub(crate) urgent: bool,
    /// Why it is urgent.
    pub(crate) reason: Vec<Piece>,
    /// The text around the first hit.
    pub(crate) text: Vec<Piece>,
    /// Names of files.
    pub(crate) files: Vec<Vec<Piece>>,
}

/// A part of a text, and whether it is what was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The words.
    pub(crate) text: String,
    /// They are what was looked for.
    pub(crate) hit: bool,
}

/// A text in pieces, cut around its first hit where it is long.
pub(crate) fn pieces(text: &str, hits: &[Range<usize>]) -> Vec<Piece> {
    let first = hits.first().map_or(0, |hit| hit.start);
    let (start, _) = text[..first]
        .char_indices()
        .rev()
        .nth(BEFORE)
        .unwrap_or((0, ' '));
    let start = boundary_before(text, start);
    let end = start + beginning(&text[start..], SHOWN).len();
    let mut pieces = Vec::new();
    let mut add = |text: &str, hit: bool| {
        if !text.is_empty() {
            let text = text.to_owned();
            pieces.push(Piece { text, hit });
        }
    };
    if start > 0 {
        add("…", false);
    }
    let mut at = start;
    for hit in hits.iter().filter(|hit| hit.end <= end) {
        add(&text[at..hit.start], false);
        add(&text[hit.clone()], true);
        at = hit.end;
    }
    add(&text[at..end], false);
    if end < text.len() {
        add("…", false);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, hits: &[Range<usize>]) -> String {
        let marked = |piece: Piece| {
            if piece.hit {
                format!("[{}]", piece.text)
            } else {
                piece.text
            }
        };
        pieces(text, hits).into_iter().map(marked).collect()
    }

    #[test]
    fn a_long_text_is_cut_around_the_first_hit() {
        assert_eq!(shown("", &[]), "");
        assert_eq!(shown("Öb Ö", &[0..2, 4..6]), "[Ö]b [Ö]");
        assert_eq!(shown("abab", &[0..2, 2..4]), "[ab][ab]");
        let long = format!("{}é{}", "ü".repeat(500), "ü".repeat(500));
        let cut = shown(&long, std::slice::from_ref(&(1000..1002)));
        assert!(
            cut.starts_with("…ü") && cut.ends_with("ü…") && cut.contains("[é]"),
            "{cut}"
        );
        assert_eq!(cut.chars().count(), SHOWN + 4);
    }
}
