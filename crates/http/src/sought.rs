//! Words that look for people in a directory.

use domain::{clean_line, is_blank};

/// Most characters of a search.
const MOST: usize = 100;

/// The words on one line, empty when nothing of them is seen; `None` when they are too many.
pub(crate) fn sought(text: &str) -> Option<String> {
    let words = clean_line(text);
    if is_blank(&words) {
        return Some(String::new());
    }
    (words.chars().count() <= MOST).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_not_sought() {
        assert_eq!(
            sought(" Vint,\r\nAmara\u{3} ").as_deref(),
            Some("Vint, Amara")
        );
        assert_eq!(sought("\u{200b}\u{2800}").as_deref(), Some(""));
        assert_eq!(sought(&"é".repeat(100)), Some("é".repeat(100)));
        assert_eq!(sought(&"é".repeat(101)), None);
    }
}
