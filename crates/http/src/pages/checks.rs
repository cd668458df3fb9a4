//! View model of the page on which administrators check the set-up.

use askama::Template;
use ports::{Finding, Verdict};

use super::{AdminLinks, Frame, TimeLabel};

/// Every check with its remedy.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "checks.html")]
pub(crate) struct ChecksPage {
    /// Without a sidebar: an administrator takes part in no chat.
    pub(crate) frame: Frame,
    /// In the order they were made.
    pub(crate) checks: Vec<CheckRow>,
    /// Result of all checks together, in a sentence.
    pub(crate) summary: String,
    /// When Stream and the database were asked; `None` before that.
    pub(crate) asked_at: Option<TimeLabel>,
    pub(crate) links: AdminLinks,
}

/// One check.
#[derive(Clone, Debug, Default)]
pub(crate) struct CheckRow {
    /// The check's name.
    pub(crate) name: &'static str,
    /// `good`, `warning` or `bad`.
    pub(crate) verdict: &'static str,
    /// The same for people.
    pub(crate) word: &'static str,
    /// The picture beside it.
    pub(crate) icon: &'static str,
    /// Finding of the check, in words.
    pub(crate) found: String,
    /// Remedy, in words; empty where nothing needs to be done.
    pub(crate) remedy: String,
}

impl ChecksPage {
    pub(crate) fn new(frame: Frame, findings: &[Finding], links: AdminLinks) -> Self {
        Self {
            frame,
            checks: findings.iter().map(CheckRow::of).collect(),
            summary: summary(findings),
            asked_at: None,
            links,
        }
    }
}

impl CheckRow {
    fn of(finding: &Finding) -> Self {
        let (verdict, word, icon) = match finding.verdict {
            Verdict::Good => ("good", "In order", "check"),
            Verdict::Warning => ("warning", "Look at this", "attention"),
            Verdict::Bad => ("bad", "Wrong", "urgent"),
        };
        Self {
            name: finding.check,
            verdict,
            word,
            icon,
            found: finding.found.clone(),
            remedy: finding.remedy.clone().unwrap_or_default(),
        }
    }
}

fn summary(findings: &[Finding]) -> String {
    let count = |verdict| {
        findings
            .iter()
            .filter(|found| found.verdict == verdict)
            .count()
    };
    match (count(Verdict::Bad), count(Verdict::Warning)) {
        (0, 0) => "Everything that was checked is in order.".to_owned(),
        (0, 1) => "Nothing is wrong; one point should be looked at.".to_owned(),
        (0, warnings) => format!("Nothing is wrong; {warnings} points should be looked at."),
        (1, _) => "One point is wrong.".to_owned(),
        (wrong, _) => format!("{wrong} points are wrong."),
    }
}
