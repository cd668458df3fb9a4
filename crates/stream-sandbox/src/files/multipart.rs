use bytes::Bytes;

use crate::failure::Failure;

/// One part of a form.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) file_name: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) bytes: Bytes,
}

/// Splits a multipart form into its parts.
pub(super) fn parts(content_type: &str, body: &Bytes) -> Result<Vec<Part>, Failure> {
    let boundary = content_type
        .split(';')
        .find_map(|piece| piece.trim().strip_prefix("boundary="));
    let boundary = boundary.ok_or_else(|| Failure::input("the upload must be a multipart form"))?;
    let mark = format!("--{}", boundary.trim_matches('"'));
    let mut found = Vec::new();
    let mut at = find(body, mark.as_bytes(), 0).ok_or_else(broken)? + mark.len();
    loop {
        if body[at..].starts_with(b"--") {
            return Ok(found);
        }
        let start = at + 2;
        let head_end = find(body, b"\r\n\r\n", at).ok_or_else(broken)?;
        let next = find(body, format!("\r\n{mark}").as_bytes(), head_end).ok_or_else(broken)?;
        let head =
            String::from_utf8_lossy(body.get(start..head_end).ok_or_else(broken)?).into_owned();
        let bytes = body.slice((head_end + 4).min(next)..next);
        found.push(part(&head, bytes));
        at = next + 2 + mark.len();
    }
}

fn broken() -> Failure {
    Failure::input("the multipart form is broken")
}

fn find(body: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let rest = body.get(from..)?;
    rest.windows(wanted.len())
        .position(|window| window == wanted)
        .map(|at| from + at)
}

fn part(head: &str, bytes: Bytes) -> Part {
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted)
                .then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition").unwrap_or_default();
    let field = |wanted: &str| {
        disposition.split(';').find_map(|piece| {
            let (name, value) = piece.trim().split_once('=')?;
            name.eq_ignore_ascii_case(wanted)
                .then(|| value.trim_matches('"').to_owned())
        })
    };
    Part {
        name: field("name").unwrap_or_default(),
        file_name: field("filename"),
        content_type: header("content-type"),
        bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_split_at_its_boundary_only() {
        let form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\
            content-type: text/plain\r\n\r\none\r\n--two\r\n--b\r\ncontent-disposition: form-data; name=\"user\"\r\n\r\n\
            {\"id\":\"x\"}\r\n--b--\r\n";
        let found = parts(
            "multipart/form-data; boundary=b",
            &Bytes::from_static(form.as_bytes()),
        )
        .unwrap();
        assert_eq!(
            (found[0].name.as_str(), found[0].file_name.as_deref()),
            ("file", Some("a.txt"))
        );
        assert_eq!(found[0].content_type.as_deref(), Some("text/plain"));
        assert_eq!(&found[0].bytes[..], b"one\r\n--two");
        assert_eq!(
            (found[1].name.as_str(), &found[1].bytes[..]),
            ("user", &b"{\"id\":\"x\"}"[..])
        );
        assert!(
            parts(
                "multipart/form-data; boundary=c",
                &Bytes::from_static(b"nothing")
            )
            .is_err()
        );
    }
}
