//! OpenEMR's notes: what was said after the first is appended to its text, `2025-03-01 09:20 (osei to lisle) words`.

use jiff::civil::DateTime;

use crate::Row;

/// A note as a row for everything that was said in it. The first has the note's id, others that with their number.
pub(super) fn apart(row: &Row) -> Vec<Row> {
    let Some(body) = row.text("body") else {
        return vec![row.clone()];
    };
    let said = said(&body);
    let Some(id) = row.word("id").filter(|_| !said.is_empty()) else {
        return vec![row.clone()];
    };
    let last = said.len() - 1;
    let each = said.into_iter().enumerate().map(|(index, said)| {
        let mut one = row.clone();
        if index > 0 {
            one.set("id", Some(&format!("{id}/{}", index + 1)));
            one.set("created_at", Some(said.at));
        }
        if index < last {
            // What was read is the whole of it, by whom it is for last.
            one.set("read", None);
        }
        one.set("sender", Some(said.by));
        one.set("receiver", said.to);
        one.set("body", Some(said.words.trim()));
        one
    });
    each.collect()
}

struct Said<'a> {
    at: &'a str,
    by: &'a str,
    to: Option<&'a str>,
    words: &'a str,
}

/// Everything that was said, when the text is nothing else.
fn said(body: &str) -> Vec<Said<'_>> {
    let mut starts: Vec<(usize, Said<'_>)> = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        // Words are only ever added, so a line of an earlier time is a quotation.
        let is_later = |said: &Said<'_>| starts.last().is_none_or(|(_, last)| said.at >= last.at);
        if let Some(said) = head(line).filter(is_later) {
            starts.push((at, said));
        }
        at += line.len();
    }
    if starts.first().is_none_or(|(start, _)| *start > 0) {
        return Vec::new();
    }
    let ends: Vec<usize> = starts
        .iter()
        .skip(1)
        .map(|(start, _)| *start)
        .chain([body.len()])
        .collect();
    let with_words = starts.into_iter().zip(ends).map(|((start, said), end)| {
        let line_end = body[start..end].len();
        let words = &body[start..end][said.words.len().min(line_end)..];
        Said { words, ..said }
    });
    with_words.collect()
}

/// The head of what somebody said, in `words` for now.
fn head(line: &str) -> Option<Said<'_>> {
    const TIME: usize = "2025-03-01 09:20".len();
    let at = line.get(..TIME)?;
    at.parse::<DateTime>().ok()?;
    let after = line[TIME..].strip_prefix(" (")?;
    let (names, _) = after.split_once(')')?;
    let (by, to) = match names.split_once(" to ") {
        Some((by, to)) => (by, Some(to)),
        None => (names, None),
    };
    if by.is_empty() || by.contains(' ') {
        return None;
    }
    let words = &line[..TIME + " (".len() + names.len() + ")".len()];
    Some(Said { at, by, to, words })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Part;

    fn parts(body: &str) -> Vec<String> {
        let row = Row::of(
            Part::Messages,
            &[
                ("id", "7"),
                ("sender", "osei"),
                ("receiver", "lisle"),
                ("created_at", "2025-03-01 09:20:11"),
                ("body", body),
            ],
        );
        let shown = |row: &Row| {
            let word = |field| row.word(field).unwrap_or_default();
            format!(
                "{} {} {}>{} {}",
                word("id"),
                word("created_at"),
                word("sender"),
                word("receiver"),
                word("body")
            )
        };
        apart(&row).iter().map(shown).collect()
    }

    #[test]
    fn every_answer_is_its_authors() {
        let body = "2025-03-01 09:20 (osei to lisle) K+ 6.8\n(repeated)\n2025-03-01 09:31 (lisle to osei) seen\n2025-03-01 09:40 (osei) thanks";
        assert_eq!(
            parts(body),
            [
                "7 2025-03-01 09:20:11 osei>lisle K+ 6.8\n(repeated)",
                "7/2 2025-03-01 09:31 lisle>osei seen",
                "7/3 2025-03-01 09:40 osei> thanks",
            ]
        );
        assert_eq!(
            parts("no head (osei to lisle) x"),
            ["7 2025-03-01 09:20:11 osei>lisle no head (osei to lisle) x"]
        );
    }
}
