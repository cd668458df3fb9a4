//! The identifier that is the hospital's own.

use super::resources::Identifier;
use crate::{Reason, Shown};

/// How the hospital's own identifier is recognised.
pub(super) struct Own<'a> {
    /// The system, if the mapping file names it.
    pub(super) system: Option<&'a str>,
    /// The setting that names it.
    pub(super) setting: &'static str,
    /// The code of its type otherwise, of HL7 table 0203: `MR` medical record number, `EI` employee number.
    pub(super) kind: &'static str,
    /// Whether one that is official is taken otherwise. A patient's official one is the nation's.
    pub(super) official: bool,
}

impl Own<'_> {
    /// Chooses among identifiers.
    ///
    /// # Errors
    /// When none of them is known as the hospital's own, or several with different values are.
    pub(super) fn of<'i>(&self, identifiers: &'i [Identifier]) -> Result<&'i str, Reason> {
        let valid: Vec<&Identifier> = identifiers
            .iter()
            .filter(|one| one.usage.as_deref() != Some("old") && one.text().is_some())
            .collect();
        let found: Vec<&Identifier> = match self.system {
            Some(system) => kept(&valid, |one| one.system.as_deref() == Some(system)),
            None => {
                let typed = kept(&valid, |one| one.kind.has(self.kind));
                let is_official = |one: &Identifier| one.usage.as_deref() == Some("official");
                if valid.len() == 1 {
                    valid.clone()
                } else if !typed.is_empty() {
                    typed
                } else if self.official {
                    kept(&valid, is_official)
                } else {
                    Vec::new()
                }
            }
        };
        let mut values: Vec<&str> = found.iter().filter_map(|one| one.text()).collect();
        values.sort_unstable();
        values.dedup();
        let setting = self.setting;
        match values.as_slice() {
            [value] => Ok(value),
            [] => Err(Reason::NoIdentifier {
                setting,
                systems: systems(&valid),
            }),
            _ => Err(Reason::SeveralIdentifiers {
                setting,
                systems: systems(&found),
            }),
        }
    }
}

impl Identifier {
    fn text(&self) -> Option<&str> {
        let value = self.value.as_deref()?;
        (!domain::is_blank(value)).then(|| value.trim())
    }
}

fn kept<'i>(of: &[&'i Identifier], fits: impl Fn(&Identifier) -> bool) -> Vec<&'i Identifier> {
    of.iter().copied().filter(|one| fits(one)).collect()
}

fn systems(of: &[&Identifier]) -> Vec<Shown> {
    let mut systems: Vec<&str> = of.iter().filter_map(|one| one.system.as_deref()).collect();
    systems.sort_unstable();
    systems.dedup();
    Shown::list(systems)
}
