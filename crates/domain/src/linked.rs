use crate::word::{continues_word, is_unspaced};

/// A stretch of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words, to be shown as they are.
    Words(&'a str),
    /// An `http` or `https` address, to be shown as it is and followed as it is.
    Link(&'a str),
}

impl<'a> Piece<'a> {
    /// The stretch, to the byte.
    pub fn as_str(self) -> &'a str {
        match self {
            Self::Words(text) | Self::Link(text) => text,
        }
    }
}

/// Finds the links in a text. Law: the pieces put together are the text, to the byte.
///
/// A link starts with `http://` or `https://`, not inside a word, and goes on to the next white
/// space, quote, angle bracket or invisible formatting character, so that nothing in it can turn
/// the direction of what is shown. The punctuation of the sentence around it is not part of it;
/// that of scripts whose sentences go on without a space ends it, and so do their letters, unless
/// they stand behind a separator of the address. An
/// address that names somebody before its host (`https://bank@elsewhere`) is no link: it looks like
/// another place than it leads to.
pub fn linked(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut shown, mut at) = (0, 0);
    while let Some(start) = next_start(text, at) {
        let end = start + link(&text[start..]).len();
        at = end.max(start + 1);
        if end > start {
            if start > shown {
                pieces.push(Piece::Words(&text[shown..start]));
            }
            pieces.push(Piece::Link(&text[start..end]));
            shown = end;
        }
    }
    if shown < text.len() {
        pieces.push(Piece::Words(&text[shown..]));
    }
    pieces
}

/// Finds the next position where an address may start: an `h` with no letter, digit or mark before it.
fn next_start(text: &str, from: usize) -> Option<usize> {
    let starts = text[from..].match_indices(['h', 'H']);
    let mut starts = starts.map(|(offset, _)| from + offset);
    starts.find(|&start| {
        let before = text[..start].chars().next_back();
        scheme(&text[start..]).is_some() && !before.is_some_and(continues_word)
    })
}

/// How long the scheme is, if the text starts with one of the two.
fn scheme(text: &str) -> Option<usize> {
    ["https://", "http://"].into_iter().find_map(|scheme| {
        let start = text.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(scheme.len())
    })
}

/// The link that the text starts with; empty when it is none after all.
fn link(text: &str) -> &str {
    let link = without_punctuation(&text[..end_of_link(text)]);
    let Some(rest) = scheme(link).map(|scheme| &link[scheme..]) else {
        return "";
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.starts_with(char::is_alphanumeric) && !host.contains('@') {
        link
    } else {
        ""
    }
}

/// The end of the link that the text starts with, in bytes.
fn end_of_link(text: &str) -> usize {
    let host = scheme(text).unwrap_or_default();
    let path = text[host..].find(['/', '?', '#']);
    let path = path.map_or(text.len(), |path| host + path);
    let mut before = '\0';
    for (at, letter) in text.char_indices() {
        let leads_on =
            is_unspaced(before) || "/?#=&-_+%".contains(before) || (before == '.' && at < path);
        if ends_a_link(letter) || (is_unspaced(letter) && !leads_on) {
            return at;
        }
        before = letter;
    }
    text.len()
}

/// Ends a link wherever it stands, and so do quotes of every kind and what is not seen.
fn ends_a_sentence(c: char) -> bool {
    matches!(c,
        '—' | '‥' | '…' | '⋯' | '،' | '؛' | '؟' | '۔' | '։' | '।' | '॥' | '፡'..='፨' | '។'..='៖'
        | '၊' | '။' | '།'..='༔' | '、'..='〃' | '〈'..='】' | '〔'..='〟' | '〰' | '〽'
        // Vertical, small, full-width and half-width forms.
        | '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff64}')
}

fn ends_a_link(c: char) -> bool {
    let is_invisible = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
    );
    c.is_whitespace()
        || c.is_control()
        || is_invisible
        || ends_a_sentence(c)
        || "<>\"`\\«»‹›“”„‟".contains(c)
}

/// Without what belongs to the sentence: its punctuation, and brackets that were opened before.
fn without_punctuation(mut link: &str) -> &str {
    while let Some(last) = link.chars().next_back() {
        let opening = match last {
            ')' => Some('('),
            ']' => Some('['),
            '}' => Some('{'),
            _ => None,
        };
        let count = |bracket: char| link.matches(bracket).count();
        let is_outside = match opening {
            Some(opening) => count(last) > count(opening),
            None => ".,;:!?'*_~–·‘’".contains(last),
        };
        if !is_outside {
            break;
        }
        link = &link[..link.len() - last.len_utf8()];
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn links(text: &str) -> Vec<&str> {
        let links = linked(text).into_iter().filter_map(|piece| match piece {
            Piece::Link(link) => Some(link),
            Piece::Words(_) => None,
        });
        links.collect()
    }

    #[test]
    fn addresses_are_found_without_the_sentence_around_them() {
        for (text, found) in [
            (
                "see https://nice.org.uk/ng158.",
                "https://nice.org.uk/ng158",
            ),
            ("(https://a.org/x_(b))", "https://a.org/x_(b)"),
            ("HTTP://A.org, now", "HTTP://A.org"),
            ("\"https://a.org/?q=1&r=2#s\"!", "https://a.org/?q=1&r=2#s"),
            ("https://a.org:8443/é/שלום?", "https://a.org:8443/é/שלום"),
            ("ראה https://a.org\u{202e}gro.b", "https://a.org"),
            ("👩🏽‍⚕️https://a.org/👩🏽", "https://a.org/👩🏽"),
            (
                "x https://a.org/e\u{301}\u{301}.",
                "https://a.org/e\u{301}\u{301}",
            ),
        ] {
            assert_eq!(links(text), [found], "{text}");
        }
        assert_eq!(links("http://a http://b\nhttps://c").len(), 3);
    }

    #[test]
    fn what_leads_elsewhere_is_no_link() {
        for text in [
            "javascript:alert(1)",
            "ftp://a.org www.a.org a.org",
            "xhttps://a.org",
            "éhttps://a.org",
            "https://",
            "https://.",
            "https:///etc",
            "https://bank.org@evil.org/",
            "data:text/html,<a>",
            "http:/a.org",
        ] {
            assert!(links(text).is_empty(), "{text}");
        }
    }

    /// Texts made of what is hard about texts.
    fn texts() -> impl Strategy<Value = String> {
        let parts = [
            "https://",
            "http://",
            "HTTPS://",
            "a.org",
            "/",
            "?q=",
            "#",
            "@",
            ".",
            ",",
            ")",
            "(",
            "]",
            "…",
            " ",
            "\n",
            "\t",
            "é",
            "e\u{301}",
            "\u{301}",
            "שלום",
            "مرحبا",
            "\u{202e}",
            "\u{2066}",
            "\u{200d}",
            "👩🏽‍⚕️",
            "🏽",
            "\u{fe0f}",
            "日本",
            "İ",
            "ß",
            "h",
            "H",
            "\u{212a}",
            "<b>",
            "\"",
            "\\",
            "javascript:",
            "K⁺ 6.9",
        ];
        let known = prop::collection::vec(prop::sample::select(parts.to_vec()), 0..24)
            .prop_map(|parts| parts.concat());
        prop_oneof![3 => known, 1 => any::<String>()]
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_text(text in texts()) {
            let pieces = linked(&text);
            let together: String = pieces.iter().map(|piece| piece.as_str()).collect();
            prop_assert_eq!(&together, &text);
            prop_assert!(pieces.iter().all(|piece| !piece.as_str().is_empty()));
            let words = |piece: &Piece<'_>| matches!(piece, Piece::Words(_));
            prop_assert!(!pieces.windows(2).any(|two| two.iter().all(words)), "words stay in one");
        }

        #[test]
        fn a_link_is_http_and_holds_nothing_that_misleads(text in texts()) {
            for link in links(&text) {
                let lower = link.to_ascii_lowercase();
                let rest = lower.strip_prefix("https://").or(lower.strip_prefix("http://"));
                let host = rest.unwrap().split(['/', '?', '#']).next().unwrap();
                prop_assert!(host.starts_with(char::is_alphanumeric) && !host.contains('@'));
                prop_assert!(!link.contains(ends_a_link));
                prop_assert!(!link.ends_with(['.', ',', ';', ':', '!', '?', '…']));
            }
        }

        #[test]
        fn an_address_between_spaces_is_a_link(
            host in "[a-z0-9]{1,9}(\\.[a-z]{2,5}){0,2}",
            path in "(/[a-zé0-9_-]{1,6}){0,3}/?",
            before in "[^h]{0,9}",
        ) {
            let address = format!("https://{host}{path}");
            let address = address.trim_end_matches('_');
            let text = format!("{before} {address} and so on");
            prop_assert_eq!(links(&text), [address]);
        }
    }
}
