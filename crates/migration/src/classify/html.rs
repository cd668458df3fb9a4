//! The words of a text that the old application keeps as HTML.

use super::body::decoded;

/// Elements that begin on a line of their own.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "pre",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "table",
    "figure",
    "figcaption",
    "hr",
];

/// The text that a reader sees, line by line: a link with its address, a mention as the name in it.
pub(super) fn words(html: &str) -> String {
    let mut lines = Lines::default();
    let mut link: Option<(String, usize)> = None;
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        lines.add(&rest[..start]);
        rest = &rest[start..];
        let Some(tag) = Tag::read(rest) else {
            lines.add("<");
            rest = &rest[1..];
            continue;
        };
        rest = &rest[tag.length..];
        match (tag.name.as_str(), tag.is_end) {
            ("script" | "style", false) => rest = after_end(rest, &tag.name),
            ("a", false) => link = tag.value("href").map(|href| (href, lines.text.len())),
            ("a", true) => {
                if let Some((href, from)) = link.take() {
                    lines.finish_link(&href, from);
                }
            }
            ("li", false) => {
                lines.end();
                lines.text.push_str("- ");
            }
            ("td" | "th", true) => lines.text.push(' '),
            ("action-text-attachment", false) => {
                if let Some(content) = tag.value("content") {
                    lines.add(&html_escape::encode_text(&words(&content)));
                } else if let Some(caption) = tag.value("caption").or_else(|| tag.value("filename"))
                {
                    lines.add(&html_escape::encode_text(&caption));
                }
            }
            ("br", _) => lines.text.push('\n'),
            (name, _) if BLOCKS.contains(&name) => lines.end(),
            _ => {}
        }
    }
    lines.add(rest);
    lines.text.trim().to_owned()
}

#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn add(&mut self, text: &str) {
        self.text.push_str(&decoded(text));
    }

    /// Ends the line, if something stands in it.
    fn end(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Adds the address of a link where its words are others.
    fn finish_link(&mut self, href: &str, from: usize) {
        let words = self.text.get(from..).unwrap_or_default().trim();
        let is_address = href.starts_with("http://") || href.starts_with("https://");
        if is_address && words != href && !href.trim_end_matches('/').ends_with(words) {
            self.text.push_str(&format!(" ({href})"));
        } else if words.is_empty() {
            self.text.push_str(href);
        }
    }
}

struct Tag<'a> {
    name: String,
    is_end: bool,
    inside: &'a str,
    length: usize,
}

impl<'a> Tag<'a> {
    /// The tag that a text begins with.
    fn read(text: &'a str) -> Option<Self> {
        if text.starts_with("<!--") {
            let length = text.find("-->")? + 3;
            return Some(Self {
                name: String::new(),
                is_end: false,
                inside: "",
                length,
            });
        }
        let after = text.strip_prefix('<')?;
        let is_end = after.starts_with('/');
        let after = after.trim_start_matches('/');
        if !after.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let length = end_of(after)?;
        let inside = &after[..length];
        let name = inside
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        Some(Self {
            name,
            is_end,
            inside,
            length: text.len() - after.len() + length + 1,
        })
    }

    fn value(&self, attribute: &str) -> Option<String> {
        let mut rest = self.inside;
        while let Some(at) = rest.find(attribute) {
            let is_word = rest[..at].ends_with(char::is_whitespace);
            rest = &rest[at + attribute.len()..];
            let Some(value) = rest.trim_start().strip_prefix('=') else {
                continue;
            };
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            if let (true, Some(quote)) = (is_word, quote) {
                let value = &value[1..];
                let value = &value[..value.find(quote)?];
                return Some(decoded(value));
            }
        }
        None
    }
}

/// The end of a tag; a `>` between quotes does not end it.
fn end_of(text: &str) -> Option<usize> {
    let mut quote = None;
    for (index, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(index),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

fn after_end<'a>(text: &'a str, name: &str) -> &'a str {
    let lower = text.to_ascii_lowercase();
    match lower.find(&format!("</{name}")) {
        Some(at) => &text[at..],
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_reader_sees() {
        for (html, seen) in [
            ("<div>K+ 6.8 &amp; rising</div>", "K+ 6.8 & rising"),
            ("<div>one<br>two</div><div>three</div>", "one\ntwo\nthree"),
            ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
            (
                "see <a href=\"https://nice.example/ng1\">the guideline</a>",
                "see the guideline (https://nice.example/ng1)",
            ),
            (
                "<a href=\"https://a.example\">https://a.example</a>",
                "https://a.example",
            ),
            ("K < 3 and rising > 2", "K < 3 and rising > 2"),
            ("<script>alert(1)</script>after", "after"),
            (
                "<action-text-attachment sgid=\"x\" content=\"&lt;span class='m'&gt;@Dr Osei&lt;/span&gt;\"></action-text-attachment> please",
                "@Dr Osei please",
            ),
            ("dose &lt;b&gt; 5&#160;mg", "dose <b> 5\u{a0}mg"),
        ] {
            assert_eq!(words(html), seen, "{html}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(html in any::<String>()) {
            let _ = words(&html);
        }
    }
}
