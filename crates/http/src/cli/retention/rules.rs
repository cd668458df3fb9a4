//! The rules as a file.

use std::path::Path;

use domain::{Kept, KeptOfAudit, KeptOfRooms, RetentionRules};
use serde::{Deserialize, Deserializer};

use crate::cli::CliError;

const SETTING: &str = "HIMS_RETENTION";

/// Reads the rules of a file.
pub(super) fn read(file: &Path) -> Result<RetentionRules, CliError> {
    let wrong =
        |problem: String| CliError::setting(SETTING, format!("{}: {problem}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    parse(&text).map_err(wrong)
}

fn parse(text: &str) -> Result<RetentionRules, String> {
    let file: RulesFile = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| {
            let before = text.get(..span.start).unwrap_or_default();
            before.matches('\n').count() + 1
        });
        format!("line {line}: {}", error.message().replace('\n', ", "))
    })?;
    let mut rules = RetentionRules::default();
    rules.messages = file.messages.kept();
    rules.files = file.files.kept();
    rules.audit = file.audit.kept();
    Ok(rules)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    #[serde(default)]
    messages: OfRooms,
    #[serde(default)]
    files: OfRooms,
    #[serde(default)]
    audit: OfAudit,
}

/// A period, or that it is for ever.
#[derive(Clone, Copy)]
struct Rule(Kept);

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text == "for ever" {
            return Ok(Self(None));
        }
        let wrong =
            |error| serde::de::Error::custom(format!("\"{text}\" {error}, or \"for ever\""));
        text.parse().map(|period| Self(Some(period))).map_err(wrong)
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfRooms {
    all: Option<Rule>,
    patient: Option<Rule>,
    direct: Option<Rule>,
    group: Option<Rule>,
}

impl OfRooms {
    fn kept(&self) -> KeptOfRooms {
        let mut kept = KeptOfRooms::all(self.all.and_then(|rule| rule.0));
        for (kind, rule) in [
            (&mut kept.patient, self.patient),
            (&mut kept.direct, self.direct),
            (&mut kept.group, self.group),
        ] {
            *kind = rule.map_or(*kind, |rule| rule.0);
        }
        kept
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfAudit {
    all: Option<Rule>,
    access: Option<Rule>,
    reading: Option<Rule>,
    writing: Option<Rule>,
    administration: Option<Rule>,
}

impl OfAudit {
    fn kept(&self) -> KeptOfAudit {
        let all = self.all.map(|rule| KeptOfAudit::all(rule.0));
        let mut kept = all.unwrap_or_default();
        for (class, rule) in [
            (&mut kept.access, self.access),
            (&mut kept.reading, self.reading),
            (&mut kept.writing, self.writing),
            (&mut kept.administration, self.administration),
        ] {
            *class = rule.map_or(*class, |rule| rule.0);
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use domain::{Period, RoomKind};

    use super::*;

    #[test]
    fn one_rule_for_all_and_others_for_some() {
        let rules = parse(
            "[messages]\nall = \"8 years\"\npatient = \"for ever\"\n[files]\ngroup = \"90 days\"\n\
             [audit]\nreading = \"400 days\"\n",
        )
        .unwrap();
        assert_eq!(rules.messages.of(&RoomKind::Group), Some(Period::years(8)));
        assert_eq!(rules.messages.patient, None);
        assert_eq!(rules.files.group, Some(Period::days(90)));
        assert_eq!(rules.files.direct, None);
        assert_eq!(rules.audit.reading, Some(Period::days(400)));
        assert_eq!(rules.audit.access, Some(Period::years(6)));
        assert_eq!(parse("").unwrap(), RetentionRules::default());
    }

    #[test]
    fn a_wrong_rule_is_named_with_its_line() {
        for (text, line, word) in [
            ("[messages]\nall = \"8\"\n", 2, "number of days"),
            ("[messages]\nall = \"0 days\"\n", 2, "for ever"),
            ("[messages]\n\ngroups = \"1 year\"\n", 3, "groups"),
            ("[audits]\n", 1, "audits"),
            ("[audit]\nall = 6\n", 2, "string"),
            ("messages = \"8 years\"\n", 1, "invalid type"),
        ] {
            let problem = parse(text).unwrap_err();
            assert!(problem.starts_with(&format!("line {line}: ")), "{problem}");
            assert!(problem.contains(word), "{problem}");
            assert!(!problem.contains('\n'), "{problem}");
        }
    }
}
