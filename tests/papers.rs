//! Links between the project's papers lead somewhere, and each decision record is listed.

#![allow(
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};

fn markdown_below(folder: &Path, papers: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            markdown_below(&path, papers);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            papers.push(path);
        }
    }
}

fn papers() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut papers: Vec<PathBuf> = [
        "README",
        "ARCHITECTURE",
        "CONTRIBUTING",
        "GLOSSARY",
        "SECURITY",
        "CHANGELOG",
    ]
    .iter()
    .map(|name| root.join(format!("{name}.md")))
    .collect();
    markdown_below(&root.join("docs"), &mut papers);
    papers
}

/// Anchors of a paper's headings, by the rule of the forges: lower case, without punctuation, spaces as hyphens.
fn anchors(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut broken = Vec::new();
    let mut followed = 0;
    for paper in papers() {
        let text = fs::read_to_string(&paper).unwrap();
        for rest in text.split("](").skip(1) {
            let link = rest.split(')').next().unwrap_or_default();
            if link.contains("://")
                || link.starts_with("mailto:")
                || link.contains(char::is_whitespace)
            {
                continue;
            }
            followed += 1;
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                paper.clone()
            } else {
                paper.parent().unwrap().join(file)
            };
            let there = target.exists()
                && (anchor.is_empty() || {
                    let headings = anchors(&fs::read_to_string(&target).unwrap());
                    headings.iter().any(|heading| heading == anchor)
                });
            if !there {
                broken.push(format!("{}: {link}", paper.display()));
            }
        }
    }
    assert!(followed > 0, "no link was found in any paper");
    assert!(
        broken.is_empty(),
        "links that lead nowhere:\n{}",
        broken.join("\n")
    );
}

#[test]
fn every_decision_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/decisions");
    let list = fs::read_to_string(folder.join("README.md")).unwrap();
    let mut records = Vec::new();
    markdown_below(&folder, &mut records);
    assert!(records.len() > 1, "there are no decision records");
    for record in records {
        let name = record.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            name == "README.md" || list.contains(&format!("({name})")),
            "docs/decisions/README.md does not list {name}"
        );
    }
}
