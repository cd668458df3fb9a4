use async_trait::async_trait;
use serde::Serialize;

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
    /// What was found. Holds no secret, and names people by their ids alone.
    pub found: String,
    /// What to do, where there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

impl Finding {
    /// As it should be.
    pub fn good(check: &'static str, found: impl Into<String>) -> Self {
        Self {
            check,
            verdict: Verdict::Good,
            found: found.into(),
            remedy: None,
        }
    }

    /// Works, and should be looked at.
    pub fn warning(
        check: &'static str,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let verdict = Verdict::Warning;
        Self {
            verdict,
            remedy: Some(remedy.into()),
            ..Self::good(check, found)
        }
    }

    /// The chat does not work like this.
    pub fn bad(check: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        let verdict = Verdict::Bad;
        Self {
            verdict,
            remedy: Some(remedy.into()),
            ..Self::good(check, found)
        }
    }
}

/// Whether the service is set up as it should be, check by check.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Checking: Send + Sync {
    /// What can be said of the settings alone. Asks nobody.
    fn settings(&self) -> Vec<Finding>;

    /// What the hosted backend and the HIMS's database say. What cannot be asked is a finding too.
    async fn surroundings(&self) -> Vec<Finding>;
}
