//! The files that a message names on its own row.

use crate::{Reason, Row};

/// A file, as a row names it.
pub(super) struct Named {
    pub(super) path: String,
    pub(super) name: String,
}

/// Names under which an object holds a list of files.
const LISTS: [&str; 4] = ["files", "attachments", "images", "media"];

/// The files of a message's row, and what was wrong with how they are named.
pub(super) fn files(row: &Row) -> (Vec<Named>, Option<(Reason, String)>) {
    let mut files = Vec::new();
    if let Some(path) = row.word("file_path") {
        let name = row.word("file_name").unwrap_or_else(|| last_segment(&path));
        files.push(Named { path, name });
    }
    let Some(attachment) = row.word("attachment") else {
        return (files, None);
    };
    if !attachment.starts_with(['{', '[']) {
        if attachment != "null" {
            files.push(plain(attachment));
        }
        return (files, None);
    }
    match serde_json::from_str::<serde_json::Value>(&attachment) {
        Ok(serde_json::Value::Array(items)) => files.extend(items.iter().filter_map(named)),
        Ok(one) => {
            let lists = LISTS.iter().filter_map(|list| one.get(list)?.as_array());
            files.extend(lists.flatten().filter_map(named));
            files.extend(named(&one));
        }
        Err(_) => return (files, Some((Reason::InvalidJson, attachment))),
    }
    (files, None)
}

fn named(value: &serde_json::Value) -> Option<Named> {
    let word = |keys: &[&str]| keys.iter().find_map(|key| value.get(key)?.as_str());
    if let Some(path) = value.as_str() {
        return Some(plain(path.to_owned()));
    }
    let path = word(&["new_name", "path", "file_path", "file_url", "url", "file"])?;
    let name = word(&[
        "old_name",
        "original_name",
        "originalName",
        "file_name",
        "filename",
        "name",
    ]);
    Some(Named {
        path: path.to_owned(),
        name: name.map_or_else(|| last_segment(path), str::to_owned),
    })
}

fn plain(path: String) -> Named {
    let name = last_segment(&path);
    Named { path, name }
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
        files
            .into_iter()
            .map(|file| format!("{} {}", file.path, file.name))
            .collect()
    }

    #[test]
    fn every_way_to_name_a_file() {
        assert_eq!(
            names(&[("file_path", "chat/9.png"), ("file_name", "ecg.png")]),
            ["chat/9.png ecg.png"]
        );
        assert_eq!(
            names(&[(
                "attachment",
                "{\"new_name\":\"9.png\",\"old_name\":\"ecg.png\"}"
            )]),
            ["9.png ecg.png"]
        );
        assert_eq!(
            names(&[("attachment", "[{\"path\":\"a/b.pdf\"},\"c.pdf\"]")]),
            ["a/b.pdf b.pdf", "c.pdf c.pdf"]
        );
        assert_eq!(
            names(&[(
                "attachment",
                "{\"file_url\":\"/storage/a.png\",\"file_name\":\"ecg.png\"}"
            )]),
            ["/storage/a.png ecg.png"]
        );
        assert_eq!(
            names(&[(
                "attachment",
                "{\"files\":[{\"url\":\"a/b.pdf\",\"originalName\":\"letter.pdf\"},\"c.pdf\"]}"
            )]),
            ["a/b.pdf letter.pdf", "c.pdf c.pdf"]
        );
        assert_eq!(names(&[("attachment", "null")]), Vec::<String>::new());
        let (none, wrong) = files(&Row::of(Part::Messages, &[("attachment", "{broken")]));
        assert!(none.is_empty() && matches!(wrong, Some((Reason::InvalidJson, _))));
    }
}
