/// How much of a text is looked at for markup.
const HEAD: usize = 4096;

/// The media type of a text; none when it is not one. Markup is found in any encoding that keeps
/// ASCII, and whatever stands before it: what a browser could run is named as such.
pub(super) fn kind(bytes: &[u8]) -> Option<&'static str> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let start = head.trim_start_matches('\u{feff}').trim_start();
    let holds = |marks: &[&str]| marks.iter().any(|mark| head.contains(mark));
    if holds(&["<svg"]) {
        return Some("image/svg+xml");
    }
    if holds(&[
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<script",
        "<iframe",
        "<object",
        "<embed",
        "<img",
        "<meta",
        "<form",
        "<style",
        "<link",
        "javascript:",
    ]) {
        return Some("text/html");
    }
    if start.starts_with("<?xml") {
        return Some("text/xml");
    }
    let interpreter = start.strip_prefix("#!").map(str::trim_start);
    if interpreter.is_some_and(|path| path.starts_with('/')) {
        return Some("text/x-shellscript");
    }
    is_text(bytes).then_some("text/plain")
}

/// Whether it is a text: in UTF-8, in UTF-16 that says so, or in an older encoding, which knows no control
/// characters but those for lines and pages. Whatever words it begins with, it is no picture and no program.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let is_utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let is_utf8 = || std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 0xb | 0xe..=0x1a | 0x1c..=0x1f | 0x7f);
    let begins_in_letters = bytes.iter().take(2).all(u8::is_ascii);
    is_utf16 || is_utf8() || (begins_in_letters && !bytes.iter().any(is_control))
}

/// The kinds that are written in letters and are no texts to read: each by how it must begin.
pub(super) fn written_kind(bytes: &[u8]) -> Option<&'static str> {
    let is_pdf = bytes.starts_with(b"%PDF-")
        && bytes.get(5).is_some_and(u8::is_ascii_digit)
        && bytes.get(6) == Some(&b'.')
        && bytes.get(7).is_some_and(u8::is_ascii_digit);
    if is_pdf {
        Some("application/pdf")
    } else if bytes.starts_with(b"{\\rtf1") {
        Some("application/rtf")
    } else if bytes.starts_with(b"%!PS-") {
        Some("application/postscript")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_could_run_is_named() {
        for (text, expected) in [
            ("  <!DOCTYPE html><p>x", "text/html"),
            ("<!-- x --><ScRiPt>alert(1)</script>", "text/html"),
            ("\u{feff}<?xml version=\"1.0\"?><svg/>", "image/svg+xml"),
            ("<?xml version=\"1.0\"?><note/>", "text/xml"),
            ("#!/bin/sh\nrm -rf /", "text/x-shellscript"),
            ("Befund: unauff\u{e4}llig, K+ < 3", "text/plain"),
        ] {
            assert_eq!(kind(text.as_bytes()), Some(expected), "{text}");
        }
        assert_eq!(kind(b"\xff\xfeB\0e\0"), Some("text/plain"));
        assert_eq!(kind(b"\xe4<html>"), Some("text/html"));
        assert_eq!(kind(b"\0\x01\x02"), None);
        assert_eq!(kind(b"Gr\xfc\xdfe, Fieber 39,4"), Some("text/plain"));
        assert_eq!(kind(b"GIF89a\x01\0\x01\0"), None);
    }
}
