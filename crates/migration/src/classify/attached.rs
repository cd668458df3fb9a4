//! The files that a message names on its own row.

use serde_json::Value;

use crate::{Reason, Row};

/// A file, as a row names it.
pub(super) struct Named {
    /// None where something is said about a file, but not where it is.
    pub(super) path: Option<String>,
    pub(super) name: String,
}

/// Names under which an object holds a list of files.
const LISTS: [&str; 5] = ["files", "attachments", "images", "media", "documents"];

/// Names of a path, the likeliest first.
const PATHS: [&str; 9] = [
    "new_name",
    "path",
    "file_path",
    "file_url",
    "url",
    "file",
    "src",
    "uri",
    "key",
];

/// Names of the bytes of a file.
const BYTES: [&str; 3] = ["data", "content", "base64"];

/// Names of what a file is called.
const NAMES: [&str; 7] = [
    "old_name",
    "original_name",
    "originalName",
    "file_name",
    "filename",
    "fileName",
    "name",
];

/// Most objects inside each other that are looked into.
const DEEPEST: usize = 6;

/// Longest name of a file on any disk; what is longer, and nothing but letters of Base64, is the file itself.
const LONGEST: usize = 255;

/// The files of a message's row, and what was wrong with how they are named.
pub(super) fn files(row: &Row) -> (Vec<Named>, Option<(Reason, String)>) {
    let mut files = Vec::new();
    if let Some(path) = row.word("file_path") {
        files.push(called(&path, row.word("file_name")));
    }
    let Some(attachment) = row.word("attachment") else {
        return (files, None);
    };
    if !attachment.starts_with(['{', '[']) {
        if attachment != "null" {
            files.push(called(&attachment, None));
        }
        return (files, None);
    }
    let Ok(said) = serde_json::from_str::<Value>(&attachment) else {
        return (files, Some((Reason::InvalidJson, attachment)));
    };
    let before = files.len();
    find(&said, true, DEEPEST, &mut files);
    if files.len() > before || is_empty(&said) {
        return (files, None);
    }
    files.push(Named {
        path: None,
        name: name_in(&said).unwrap_or_else(|| "file".to_owned()),
    });
    (files, Some((Reason::FileUnnamed, attachment)))
}

/// Whether JSON says nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(fields) => fields.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Finds files in JSON: objects with a path, and texts in lists of files.
fn find(value: &Value, is_of_files: bool, deeper: usize, files: &mut Vec<Named>) {
    match value {
        Value::String(path) if is_of_files && !path.trim().is_empty() => {
            files.push(called(path.trim(), None));
        }
        Value::Array(items) if deeper > 0 => {
            for item in items {
                find(item, is_of_files, deeper - 1, files);
            }
        }
        Value::Object(fields) => {
            let word = |key: &&str| {
                let text = fields.get(*key)?.as_str()?.trim();
                (!text.is_empty()).then(|| text.to_owned())
            };
            let bytes = || BYTES.iter().find_map(word).filter(|text| is_inside(text));
            let path = PATHS.iter().find_map(word).or_else(bytes);
            let is_named = path.is_some();
            if let Some(path) = path {
                files.push(called(&path, name_in(value)));
            } else if deeper > 0 {
                for (key, inside) in fields {
                    let is_list = LISTS.contains(&key.as_str()) && inside.is_array();
                    find(inside, is_list, deeper - 1, files);
                }
            }
            // An object that names a file may name more of them in a list.
            let lists = LISTS
                .iter()
                .filter_map(|list| fields.get(*list)?.as_array());
            if is_named && deeper > 0 {
                for items in lists {
                    items
                        .iter()
                        .for_each(|item| find(item, true, deeper - 1, files));
                }
            }
        }
        _ => {}
    }
}

fn name_in(value: &Value) -> Option<String> {
    let mut names = NAMES.iter();
    let name = names.find_map(|key| value.get(key)?.as_str())?;
    Some(name.to_owned()).filter(|name| !name.trim().is_empty())
}

/// Whether a text is the file itself.
fn is_inside(text: &str) -> bool {
    let is_base64 = |c: u8| c.is_ascii_alphanumeric() || b"+/=_-\r\n".contains(&c);
    text.starts_with("data:") || (text.len() > LONGEST && text.bytes().all(is_base64))
}

/// A file by its path; what it is called follows from that where nothing says it.
fn called(path: &str, name: Option<String>) -> Named {
    if is_inside(path) {
        return Named {
            path: Some("data:".to_owned()),
            name: name.unwrap_or_else(|| "file".to_owned()),
        };
    }
    let plain = plain(path);
    let name = name.unwrap_or_else(|| last_segment(plain.as_deref().unwrap_or(path)));
    Named {
        path: Some(path.to_owned()),
        name,
    }
}

/// A path that was part of an address, as a disk has it: without a query, and with `%20` decoded. None where that
/// changes nothing.
pub(super) fn plain(path: &str) -> Option<String> {
    let before = path.split(['?', '#']).next().unwrap_or_default();
    let has_ending = before
        .rsplit(['/', '\\'])
        .next()
        .is_some_and(|last| last.contains('.'));
    let path_alone = if has_ending { before } else { path };
    let mut bytes = Vec::with_capacity(path_alone.len());
    let mut rest = path_alone.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .filter(|code| *first == b'%' && code.iter().all(u8::is_ascii_hexdigit))
            .and_then(|code| std::str::from_utf8(code).ok())
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    let decoded = String::from_utf8(bytes).ok()?;
    (decoded != path && !decoded.chars().any(char::is_control)).then_some(decoded)
}

/// The last part of a path, cut to what a file may be called.
pub(super) fn last_segment(path: &str) -> String {
    let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(100).collect();
    if name.is_empty() {
        "file".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Part;

    fn names(fields: &[(&str, &str)]) -> Vec<String> {
        let (files, _) = files(&Row::of(Part::Messages, fields));
        let shown = |file: Named| format!("{} {}", file.path.unwrap_or_default(), file.name);
        files.into_iter().map(shown).collect()
    }

    #[test]
    fn every_way_to_name_a_file() {
        assert_eq!(
            names(&[("file_path", "chat/9.png"), ("file_name", "ecg.png")]),
            ["chat/9.png ecg.png"]
        );
        for (attachment, expected) in [
            (
                r#"{"new_name":"9.png","old_name":"ecg.png"}"#,
                "9.png ecg.png",
            ),
            (
                r#"{"file_url":"/storage/a.png","file_name":"ecg.png"}"#,
                "/storage/a.png ecg.png",
            ),
            (
                r#"{"file":{"path":"a/b.pdf","original_name":"letter.pdf"}}"#,
                "a/b.pdf letter.pdf",
            ),
            (r#"{"meta":{"upload":[{"url":"a.png"}]}}"#, "a.png a.png"),
            (
                r#"{"path":"a/ECG%20one.png?v=2","size":5}"#,
                "a/ECG%20one.png?v=2 ECG one.png",
            ),
            (
                r#"{"name":"ecg.png","content":"data:image/png;base64,iVBORw0KGgo="}"#,
                "data: ecg.png",
            ),
        ] {
            assert_eq!(names(&[("attachment", attachment)]), [expected]);
        }
        assert_eq!(
            names(&[("attachment", "[{\"path\":\"a/b.pdf\"},\"c.pdf\"]")]),
            ["a/b.pdf b.pdf", "c.pdf c.pdf"]
        );
        assert_eq!(
            names(&[(
                "attachment",
                "{\"files\":[{\"url\":\"a/b.pdf\",\"originalName\":\"letter.pdf\"},\"c.pdf\"],\"tags\":[\"x\"]}"
            )]),
            ["a/b.pdf letter.pdf", "c.pdf c.pdf"]
        );
        let base64 = "iVBORw0KGgo/".repeat(40);
        assert_eq!(names(&[("attachment", &base64)]), ["data: file"]);
        for nothing in ["null", "[]", "{}", "{\"path\":null,\"files\":[]}"] {
            assert_eq!(names(&[("attachment", nothing)]), Vec::<String>::new());
        }
        let (none, wrong) = files(&Row::of(Part::Messages, &[("attachment", "{broken")]));
        assert!(none.is_empty() && matches!(wrong, Some((Reason::InvalidJson, _))));
    }

    #[test]
    fn what_names_no_path_is_said() {
        let row = Row::of(
            Part::Messages,
            &[("attachment", "{\"id\":7,\"name\":\"ecg.png\"}")],
        );
        let (files, wrong) = files(&row);
        assert!(matches!(wrong, Some((Reason::FileUnnamed, _))));
        assert_eq!(
            files
                .iter()
                .map(|file| (file.path.as_deref(), file.name.as_str()))
                .collect::<Vec<_>>(),
            [(None, "ecg.png")]
        );
    }

    #[test]
    fn a_path_of_an_address_is_decoded() {
        assert_eq!(plain("a/b%20c.png").as_deref(), Some("a/b c.png"));
        assert_eq!(plain("a/b.png?v=2#x").as_deref(), Some("a/b.png"));
        assert_eq!(plain("M%C3%A9n.png").as_deref(), Some("Mén.png"));
        for same in ["a/b.png", "100%.png", "50%zz", "why?.png", "a%00b", "%ff"] {
            assert_eq!(plain(same), None, "{same}");
        }
    }
}
