//! Dependencies that are allowed between the parts, proven by the build itself and by reading the sources; and tests
//! that the documentation names, which have to exist.

#![allow(
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The output of cargo, which does not ask the network. Its targets are those of this machine.
fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--offline")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {arguments:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

/// The packages of a dependency tree by name.
fn tree(arguments: &[&str]) -> BTreeSet<String> {
    let shown = [
        "tree", "--prefix", "none", "--format", "{p}", "-e", "normal",
    ];
    let lines = cargo(&[&shown, arguments].concat());
    let names = lines.lines().filter_map(|line| line.split(' ').next());
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_domain_is_pure() {
    let direct = tree(&["-p", "hims-chat-domain", "--depth", "1"]);
    assert_eq!(
        direct,
        set(&[
            "hims-chat-domain",
            "jiff",
            "serde",
            "strsim",
            "thiserror",
            "unicode-normalization",
            "unicode-script",
            "unicode-segmentation",
        ])
    );
    let everything = tree(&["-p", "hims-chat-domain"]);
    let impure = [
        "tokio",
        "async-trait",
        "futures",
        "futures-util",
        "mio",
        "libc",
        "rand",
        "log",
    ];
    for name in impure {
        assert!(!everything.contains(name), "the domain pulls in {name}");
    }
}

/// Ours that each of ours may depend on; a "?" marks what only a feature brings.
const ARROWS: &[(&str, &[&str])] = &[
    ("hims-chat-bench", &["stream", "stream-sandbox"]),
    ("hims-chat-domain", &[]),
    ("hims-chat-ports", &["domain"]),
    ("hims-chat-export", &["domain", "ports"]),
    ("hims-chat-legacy", &["domain", "ports"]),
    (
        "hims-chat-migration",
        &["domain", "ports", "postgres-connection?"],
    ),
    ("hims-chat-people-records", &["domain"]),
    (
        "hims-chat-postgres",
        &["domain", "legacy", "ports", "postgres-connection"],
    ),
    ("hims-chat-postgres-connection", &["ports"]),
    ("hims-chat-sqlite", &["domain", "legacy", "ports"]),
    ("hims-chat-stream", &["domain", "ports", "stream-client"]),
    ("stream-chat-client", &[]),
    ("hims-chat-stream-sandbox", &[]),
    (
        "hims-chat-http",
        &[
            "domain",
            "export?",
            "legacy?",
            "migration?",
            "people-records",
            "ports",
            "postgres?",
            "sign-on",
            "sqlite?",
            "stream-sandbox?",
            "stream?",
        ],
    ),
    ("hims-chat-sign-on", &["domain", "ports"]),
    (
        "hims-chat",
        &[
            "domain",
            "http?",
            "ports",
            "postgres?",
            "sqlite?",
            "stream?",
        ],
    ),
];

#[test]
fn arrows_point_inwards() {
    let metadata = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let mut found = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        let ours = dependencies
            .filter(|dependency| dependency["kind"] != "dev")
            .filter_map(|one| {
                let name = one["name"].as_str()?;
                let is_client = name == "stream-chat-client";
                let name = name
                    .strip_prefix("hims-chat-")
                    .or(is_client.then_some("stream-client"))?;
                let mark = if one["optional"] == true { "?" } else { "" };
                Some(format!("{name}{mark}"))
            });
        let ours: BTreeSet<String> = ours.collect();
        found.insert(package["name"].as_str().unwrap().to_owned(), ours);
    }
    let allowed = ARROWS
        .iter()
        .map(|(name, ours)| ((*name).to_owned(), set(ours)));
    assert_eq!(
        found,
        allowed.collect(),
        "a new crate or arrow is stated in ARROWS"
    );
}

#[test]
fn mocks_are_in_no_normal_build() {
    assert!(tree(&["--workspace", "--all-features"]).contains("mockall"));
    assert!(!tree(&["--workspace"]).contains("mockall"));
}

#[test]
fn the_shell_without_adapters_knows_no_database() {
    let shell = tree(&["-p", "hims-chat-http", "--no-default-features"]);
    assert!(shell.contains("axum"), "the tree was read");
    for name in [
        "diesel",
        "diesel-async",
        "libsqlite3-sys",
        "tokio-postgres",
        "hims-chat-export",
        "hims-chat-legacy",
        "hims-chat-migration",
    ] {
        assert!(!shell.contains(name), "the shell pulls in {name}");
    }
}

/// Every file of the project that people write, with its path from the root.
fn sources() -> Vec<(String, String)> {
    const WRITTEN: &[&str] = &["rs", "html", "css", "js", "sql", "toml"];
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                walk(&path, files);
            } else if path
                .extension()
                .is_some_and(|e| WRITTEN.contains(&&*e.to_string_lossy()))
            {
                files.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["crates", "examples", "src", "tests"] {
        walk(&root.join(folder), &mut files);
    }
    let read = |path: PathBuf| {
        let name = path
            .strip_prefix(root)
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        let text = fs::read_to_string(&path).unwrap();
        (name, text)
    };
    files.into_iter().map(read).collect()
}

fn shell_sources() -> Vec<(String, String)> {
    let mut files = sources();
    files.retain(|(name, _)| name.starts_with("crates/http/src/") && name.ends_with(".rs"));
    assert!(files.len() > 10, "the sources were found");
    files
}

#[test]
fn only_the_composition_names_adapters() {
    for (name, text) in shell_sources() {
        let composes = name.starts_with("crates/http/src/cli/compose");
        let is_of_the_binary = name.starts_with("crates/http/src/cli/");
        let forbidden = [
            ("adapters_", composes),
            ("hims_chat_postgres", composes),
            ("hims_chat_sqlite", composes),
            ("use legacy", is_of_the_binary),
            ("hims_chat_legacy", is_of_the_binary),
            ("use export", is_of_the_binary),
            ("use migration", is_of_the_binary),
        ];
        for (word, may) in forbidden {
            assert!(may || !text.contains(word), "{name} names {word}");
        }
    }
}

#[test]
fn the_shell_speaks_no_sql() {
    const VERBS: &[&str] = &[
        "SELECT ",
        "INSERT INTO ",
        "UPDATE ",
        "DELETE FROM ",
        "CREATE TABLE ",
    ];
    for (name, text) in shell_sources() {
        assert!(!text.contains("diesel"), "{name} names diesel");
        for line in text.lines() {
            let begins = line.trim_start();
            let quoted = line.to_uppercase();
            for verb in VERBS {
                let sql = begins.starts_with(verb) || quoted.contains(&format!("\"{verb}"));
                assert!(!sql, "{name} speaks SQL: {begins}");
            }
        }
    }
}

#[test]
fn every_file_fits_in_the_head() {
    let mut too_long = Vec::new();
    for (name, text) in sources() {
        let lines = text.lines().count();
        if lines > 400 && !name.ends_with("/schema.rs") {
            too_long.push(format!("{name}: {lines} lines"));
        }
    }
    assert!(too_long.is_empty(), "over 400 lines: {too_long:#?}");
}

/// First lines, counted from 1, of the doc comments in a text that begin with a relative word or are a single word.
fn doc_comments_to_mend(text: &str) -> Vec<usize> {
    const RELATIVE: &[&str] = &["What", "Who", "Whom", "Whose", "Where", "Which"];
    fn doc(line: &str) -> Option<(&str, &str)> {
        let (mark, rest) = line.trim_start().split_at_checked(3)?;
        let is_doc = matches!(mark, "///" | "//!") && !rest.starts_with('/');
        is_doc.then_some((mark, rest))
    }
    let lines: Vec<_> = text.lines().map(doc).zip(1..).collect();
    let comments = lines
        .chunk_by(|(one, _), (next, _)| one.map(|(mark, _)| mark) == next.map(|(mark, _)| mark));
    let first_line = |comment: &[(Option<(&str, &str)>, usize)]| {
        let mut words = comment
            .iter()
            .filter_map(|(doc, _)| *doc)
            .flat_map(|(_, rest)| rest.split_whitespace());
        let first = words.next()?;
        let begin = first.split(|sign: char| !sign.is_alphabetic()).next()?;
        let is_bad = words.next().is_none() || RELATIVE.contains(&begin);
        comment.first().filter(|_| is_bad).map(|(_, line)| *line)
    };
    comments.filter_map(first_line).collect()
}

#[test]
fn doc_comments_begin_with_the_thing_itself() {
    let sample = "//! Which it is.\n\n/// The thing.\n/// What it does.\n#[inline]\n/// Files.\n\
                  //// What is no doc comment.\n    /// Who's there.\n    // What is none either.\n";
    assert_eq!(doc_comments_to_mend(sample), [1, 6, 8]);
    let mut found = Vec::new();
    for (name, text) in sources() {
        if name.ends_with(".rs") {
            let lines = doc_comments_to_mend(&text);
            found.extend(lines.iter().map(|line| format!("{name}:{line}")));
        }
    }
    assert!(
        found.is_empty(),
        "begin with a noun or a verb, and say more than a word: {found:#?}"
    );
}

/// The names of the functions that are cases, as "port::case".
fn written_cases() -> BTreeSet<String> {
    let mut cases = BTreeSet::new();
    for (name, text) in sources() {
        let Some(port) = name.strip_prefix("crates/ports/src/conformance/cases/") else {
            continue;
        };
        let port = port.trim_end_matches(".rs");
        for line in text.lines() {
            if let Some(case) = line.strip_prefix("pub async fn ") {
                cases.insert(format!("{port}::{}", case.split('(').next().unwrap()));
            }
        }
    }
    cases
}

#[test]
fn every_case_of_the_suite_is_mounted() {
    let suites = ["conformance.rs", "conformance/suites.rs"].map(|file| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/ports/src");
        fs::read_to_string(folder.join(file)).unwrap()
    });
    let text = suites.concat();
    let mut mounted = BTreeSet::new();
    for list in text.split("{ @mount $fresh;").skip(1) {
        let mut port = "";
        for word in list.split_whitespace().take_while(|word| *word != "};") {
            match word {
                "{" => {}
                "}" if port.is_empty() => break,
                "}" => port = "",
                name if port.is_empty() => port = name,
                case => drop(mounted.insert(format!("{port}::{case}"))),
            }
        }
    }
    assert_eq!(mounted, written_cases());
    assert!(mounted.len() >= 50, "{} cases", mounted.len());
}

#[test]
fn every_test_that_the_security_page_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/security.md")).unwrap();
    // Every second piece stands between backticks.
    let code = page.split('`').skip(1).step_by(2);
    let named: BTreeSet<(&str, &str)> = code
        .filter_map(|code| code.split_once("::"))
        .filter(|(file, _)| file.ends_with(".rs"))
        .collect();
    let mut missing = Vec::new();
    for (file, function) in &named {
        let text = fs::read_to_string(root.join(file)).unwrap_or_default();
        if !text.contains(&format!("fn {function}(")) {
            missing.push(format!("{file}::{function}"));
        }
    }
    assert!(missing.is_empty(), "there is no such test: {missing:#?}");
    assert!(named.len() > 100, "{} tests", named.len());
}
