//! The name of a file out of the `Content-Disposition` of its part.

/// The name that a part gives its file; none when it is no file. Browsers write `filename` as the HTML
/// standard says (<https://html.spec.whatwg.org/#multipart-form-data>): a quote and line breaks are
/// `%22`, `%0D` and `%0A`, and a percent sign is itself. Other programs write `filename*` (RFC 5987), which
/// goes before.
pub(super) fn of(disposition: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(disposition) {
        Ok(text) => text.to_owned(),
        // Latin-1, as HTTP once had it.
        Err(_) => disposition.iter().copied().map(char::from).collect(),
    };
    let mut plain = None;
    let mut rest = text.as_str();
    while let Some((parameter, after)) = next_parameter(rest) {
        rest = after;
        let (name, value) = parameter;
        if name.eq_ignore_ascii_case("filename*") {
            if let Some(name) = extended(value) {
                return Some(name);
            }
        } else if name.eq_ignore_ascii_case("filename") && plain.is_none() {
            plain = Some(as_in_a_form(value));
        }
    }
    plain
}

/// The next `name=value` after a semicolon, the value without its quotes, and what follows it.
fn next_parameter(text: &str) -> Option<((&str, &str), &str)> {
    let (_, text) = text.split_once(';')?;
    let (name, value) = text.split_once('=')?;
    if let Some(broken) = name.rfind(';') {
        // A word without a value stood before it.
        return next_parameter(&text[broken..]);
    }
    let (name, value) = (name.trim(), value.trim_start());
    let Some(quoted) = value.strip_prefix('"') else {
        let end = value.find(';').unwrap_or(value.len());
        return Some(((name, value[..end].trim()), &value[end..]));
    };
    // The quote at the end is the one after which the parameter ends; one inside was not written by a
    // browser, but is part of the name all the same.
    let is_end = |(at, _): &(usize, &str)| {
        let after = quoted[at + 1..].trim_start();
        after.is_empty() || after.starts_with(';')
    };
    let end = quoted.match_indices('"').find(is_end);
    let end = end.map_or(quoted.len(), |(at, _)| at);
    let after = quoted.get(end + 1..).unwrap_or_default();
    Some(((name, &quoted[..end]), after))
}

/// Nothing else is decoded: `100%41.pdf` is a name.
fn as_in_a_form(value: &str) -> String {
    let mut name = value.replace("\\\"", "\"").replace("%22", "\"");
    for line_break in ["%0D", "%0d", "%0A", "%0a"] {
        name = name.replace(line_break, " ");
    }
    name
}

/// `UTF-8'en'na%C3%AFve.txt`; none when it is not well formed.
fn extended(value: &str) -> Option<String> {
    let mut parts = value.splitn(3, '\'');
    let (charset, _, encoded) = (parts.next()?, parts.next()?, parts.next()?);
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let code = digit(rest.next())? * 16 + digit(rest.next())?;
            bytes.push(u8::try_from(code).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" => String::from_utf8(bytes).ok(),
        "iso-8859-1" => Some(bytes.into_iter().map(char::from).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_what_was_meant() {
        for (parameters, name) in [
            (r#"name="file"; filename="100%22.pdf""#, "100\".pdf"),
            (
                r#"name="file"; filename="100%41 %25.pdf""#,
                "100%41 %25.pdf",
            ),
            (r#"name="file"; filename="a%0D%0Ab.pdf""#, "a  b.pdf"),
            (r#"filename="a;b=c.pdf"; name="file""#, "a;b=c.pdf"),
            (r#"name=file; filename=plain.txt"#, "plain.txt"),
            (r#"name=file; FileName = "x.txt" ; size=3"#, "x.txt"),
            (
                r#"name="file"; filename="say \"ah\".txt""#,
                "say \"ah\".txt",
            ),
            (r#"name="file"; filename="say "ah".txt""#, "say \"ah\".txt"),
            (
                r#"name="file"; filename="C:\ward\ecg.png""#,
                r"C:\ward\ecg.png",
            ),
            ("name=\"file\"; filename=\"\u{fc}ber.png\"", "\u{fc}ber.png"),
            (
                "name=\"file\"; filename=\"_.txt\"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt",
                "na\u{ef}ve \u{20ac}.txt",
            ),
            ("name=file; filename*=iso-8859-1'en'%A3.txt", "\u{a3}.txt"),
            ("name=file; filename*=UTF-8''%FF; filename=b.txt", "b.txt"),
            (r#"name="file"; filename="""#, ""),
        ] {
            let disposition = format!("form-data; {parameters}");
            assert_eq!(
                of(disposition.as_bytes()).as_deref(),
                Some(name),
                "{parameters}"
            );
        }
        assert_eq!(of(b"form-data; name=\"file\""), None);
        assert_eq!(of(b"form-data; name=\"filename=x\""), None);
        let latin = of(b"form-data; filename=\"\xfcber.png\"");
        assert_eq!(latin.as_deref(), Some("\u{fc}ber.png"));
    }

    proptest! {
        #[test]
        fn nothing_in_a_header_stops_it(text in any::<Vec<u8>>()) {
            of(&text);
            of(&[b"form-data; filename=\"", &text[..]].concat());
            of(&[b"form-data; filename*=", &text[..]].concat());
        }
    }
}
