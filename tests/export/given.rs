//! An export, and what it wrote.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{database::Database, pictures::holds, server::Server};

/// The folder an export may make, and what the program said.
pub(super) struct Exported {
    place: TempDir,
    pub(super) code: Option<i32>,
    pub(super) said: String,
    pub(super) complained: String,
}

/// The administrator of the demonstration hospital.
pub(super) async fn administrator(database: &Database) -> String {
    let query = "SELECT id FROM users WHERE role = 'administrator'";
    database.number(query).await.to_string()
}

/// Exports as the administrator.
pub(super) async fn export(
    database: &Database,
    environment: &[(&str, &str)],
    arguments: &[&str],
) -> Exported {
    let by = administrator(database).await;
    export_as(database, environment, &by, arguments).await
}

pub(super) async fn export_as(
    database: &Database,
    environment: &[(&str, &str)],
    by: &str,
    arguments: &[&str],
) -> Exported {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("out");
    let fixed = ["export", "--to", target.to_str().unwrap(), "--as", by];
    let arguments = [&fixed, arguments].concat();
    let output = Server::output(database, &arguments, environment).await;
    Exported {
        place,
        code: output.status.code(),
        said: String::from_utf8(output.stdout).unwrap(),
        complained: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Exported {
    /// The same, which must have gone well.
    #[track_caller]
    pub(super) fn whole(self) -> Self {
        assert_eq!(self.code, Some(0), "{}{}", self.said, self.complained);
        self
    }

    /// It must have ended with this code, in these words, and left nothing behind.
    #[track_caller]
    pub(super) fn is_refused(&self, code: i32, words: &str) {
        assert_eq!(self.code, Some(code), "{}{}", self.said, self.complained);
        assert!(self.complained.contains(words), "{}", self.complained);
        let left: Vec<_> = std::fs::read_dir(self.place.path()).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }

    pub(super) fn folder(&self) -> PathBuf {
        self.place.path().join("out")
    }

    pub(super) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder().join(name)).unwrap()
    }

    /// The lines of one type.
    pub(super) fn lines(&self, kind: &str) -> Vec<Value> {
        let text = self.read("record.jsonl");
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["type"] == kind).collect()
    }

    /// The texts of its messages.
    pub(super) fn texts(&self) -> Vec<String> {
        let messages = self.lines("message");
        let texts = messages.iter().filter_map(|line| line["text"].as_str());
        texts.map(str::to_owned).collect()
    }

    /// The resources of the bundle: a header a room, and messages.
    pub(super) fn resources(&self) -> Vec<Value> {
        let bundle: Value = serde_json::from_str(&self.read("record.fhir.json")).unwrap();
        assert_eq!(bundle["resourceType"], "Bundle");
        let entries = bundle["entry"].as_array().unwrap().iter();
        entries.map(|entry| entry["resource"].clone()).collect()
    }

    /// Every file of the folder is as its list of sums says, and there is no other.
    pub(super) fn sums_are_right(&self) {
        let output = Command::new("sha256sum")
            .args(["--check", "--strict", "SHA256SUMS"])
            .current_dir(self.folder())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}");
        assert_eq!(
            said.lines().count() + 1,
            files(&self.folder()).len(),
            "{said}"
        );
    }

    /// Whether any file of it holds these words.
    pub(super) fn holds(&self, words: &str) -> bool {
        let files = files(&self.folder()).into_iter();
        let mut texts = files.map(|file| std::fs::read(file).unwrap());
        texts.any(|text| holds(&text, words.as_bytes()))
    }
}

/// Every file under a folder. Nobody but the owner may look.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder), 0o700);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            assert_eq!(mode(&path), 0o600);
            found.push(path);
        }
    }
    found
}
