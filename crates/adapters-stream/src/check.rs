//! What may be wrong with an app and its settings, in words, each with what to do about it.

mod offline;
mod online;

use serde::Serialize;

pub use self::{
    offline::{Entered, offline},
    online::{Limits, online},
};

/// How it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Works, and should be looked at.
    Warning,
    /// The chat does not work like this.
    Bad,
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The check, a name that stays.
    pub check: &'static str,
    /// How it looks.
    pub verdict: Verdict,
    /// What was found. Holds no secret.
    pub found: String,
    /// What to do, where there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

impl Finding {
    fn good(check: &'static str, found: impl Into<String>) -> Self {
        Self {
            check,
            verdict: Verdict::Good,
            found: found.into(),
            remedy: None,
        }
    }

    fn warning(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        let remedy = Some(remedy.into());
        Self {
            check,
            verdict: Verdict::Warning,
            found: found.into(),
            remedy,
        }
    }

    fn bad(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        let remedy = Some(remedy.into());
        Self {
            check,
            verdict: Verdict::Bad,
            found: found.into(),
            remedy,
        }
    }
}
