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

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The check, a name that stays.
    pub check: &'static str,
    /// How it looks.
    pub verdict: Verdict,
    /// The state that was found. Holds no secret, and names people by their ids alone.
    pub found: String,
    /// The action to take, where one is needed.
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
    /// Checks the settings alone. Asks no other system.
    fn settings(&self) -> Vec<Finding>;

    /// Checks the hosted backend and the HIMS's database. One that cannot be asked is a finding too.
    async fn surroundings(&self) -> Vec<Finding>;
}
