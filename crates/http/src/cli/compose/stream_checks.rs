//! The checks of Stream, for the command and for the page of administrators.

use std::sync::Arc;

use adapters_stream::{
    check::{self, Entered, Finding, Limits, Verdict},
    client::Client,
};
use async_trait::async_trait;
use ports::{Checking, Clock, Credentials, SystemClock};

/// The settings, the app at Stream and the doctors that the checks look at.
pub(super) struct StreamChecks {
    /// As a person entered it; `None` where the sandbox stands in.
    pub(super) entered: Option<Entered>,
    /// Stream, and what is expected of the app; `None` where no app is named.
    pub(super) asked: Option<(Client, Limits)>,
    pub(super) credentials: Arc<dyn Credentials>,
}

#[async_trait]
impl Checking for StreamChecks {
    fn settings(&self) -> Vec<Finding> {
        match &self.entered {
            Some(entered) => check::offline(entered),
            None => vec![Finding::warning(
                "sandbox",
                "no app is named: the built-in sandbox stands in for Stream and forgets at exit",
                "set STREAM_APP_ID, STREAM_API_KEY, STREAM_API_SECRET and STREAM_REGION for an app at Stream",
            )],
        }
    }

    async fn surroundings(&self) -> Vec<Finding> {
        let Some((client, limits)) = &self.asked else {
            return Vec::new();
        };
        let mut findings = check::online(client, limits, SystemClock.now()).await;
        findings.extend(of_people(client, &*self.credentials, &findings).await);
        findings
    }
}

/// Findings about doctors; Stream is asked for them only where it answered before.
pub(super) async fn of_people(
    client: &Client,
    credentials: &dyn Credentials,
    before: &[Finding],
) -> Vec<Finding> {
    let doctors = match credentials.doctors().await {
        Ok(doctors) => doctors,
        Err(error) => return vec![no_database(&error.to_string())],
    };
    let mut findings = vec![check::emails(&doctors)];
    let has_access = |found: &Finding| found.check == "access" && found.verdict == Verdict::Good;
    if before.iter().any(has_access) {
        findings.push(check::users(client, &doctors).await);
    }
    findings
}

/// The doctors could not be asked for.
pub(super) fn no_database(why: &str) -> Finding {
    let found = format!("the HIMS's doctors could not be read: {why}");
    let remedy = "look at DATABASE_URL, start hims-chat serve once to set the database up, and while it serves from \
                  SQLite use its page /admin/checks";
    Finding::warning("doctors", found, remedy)
}
