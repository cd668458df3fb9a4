//! Settings of how long and how much: sessions, connections, doctors.

use std::time::Duration;

use clap::Args;
use ports::{Allowance, Pace, Paced};

use super::CliError;

/// Limits of sessions, connections and doctors.
#[derive(Args)]
pub(super) struct Limits {
    /// Minutes without use after which a session ends.
    #[arg(long, env = "HIMS_IDLE_MINUTES", default_value = "15", global = true)]
    idle_minutes: String,
    /// Minutes without input after which a page hides what it shows and asks for the password; 0
    /// for never.
    #[arg(
        long,
        env = "HIMS_IDLE_LOCK_MINUTES",
        default_value = "10",
        global = true
    )]
    idle_lock_minutes: String,
    /// Hours after which a session ends whatever is done, from 1 to 168.
    #[arg(long, env = "HIMS_SESSION_HOURS", default_value = "12", global = true)]
    session_hours: String,
    /// How fast one doctor may go: name=at once/a minute, separated by commas, for messages, urgent,
    /// rooms, uploads, edits, searches and typing; what is not named keeps its usual limits. `off` for
    /// none.
    #[arg(long, env = "HIMS_RATE_LIMITS", default_value = "", global = true)]
    rate_limits: String,
    /// Most connections at once, from 8 to 60000; fewer where the system allows fewer open files.
    #[arg(
        long,
        env = "HIMS_MAX_CONNECTIONS",
        default_value = "10000",
        global = true
    )]
    max_connections: String,
    /// Seconds that a connection has for the head of a request, for each next KB of its body, and
    /// between two requests, from 1 to 600.
    #[arg(
        long,
        env = "HIMS_REQUEST_SECONDS",
        default_value = "30",
        global = true
    )]
    request_seconds: String,
}

impl Limits {
    /// A wrong value is named before anything begins.
    pub(super) fn check(&self) -> Result<(), CliError> {
        self.idle()?;
        self.idle_lock()?;
        self.longest_session()?;
        self.pace()?;
        self.max_connections()?;
        self.request_patience().map(drop)
    }

    pub(super) fn idle(&self) -> Result<Duration, CliError> {
        match self.idle_minutes.parse::<u64>() {
            Ok(minutes @ 1..=1440) => Ok(Duration::from_secs(minutes * 60)),
            _ => Err(CliError::setting(
                "HIMS_IDLE_MINUTES",
                "must be a whole number of minutes from 1 to 1440",
            )),
        }
    }

    pub(super) fn idle_lock(&self) -> Result<Duration, CliError> {
        match self.idle_lock_minutes.parse::<u64>() {
            Ok(minutes @ 0..=1440) => Ok(Duration::from_secs(minutes * 60)),
            _ => Err(CliError::setting(
                "HIMS_IDLE_LOCK_MINUTES",
                "must be a whole number of minutes from 1 to 1440, or 0 for never",
            )),
        }
    }

    pub(super) fn longest_session(&self) -> Result<Duration, CliError> {
        match self.session_hours.parse::<u64>() {
            Ok(hours @ 1..=168) => Ok(Duration::from_secs(hours * 60 * 60)),
            _ => Err(CliError::setting(
                "HIMS_SESSION_HOURS",
                "must be a whole number of hours from 1 to 168",
            )),
        }
    }

    /// How fast one doctor may go; `None` for as fast as they like.
    pub(super) fn pace(&self) -> Result<Option<Pace>, CliError> {
        let limits = self.rate_limits.trim();
        if limits == "off" {
            return Ok(None);
        }
        let mut limits = limits
            .split(',')
            .map(str::trim)
            .filter(|limit| !limit.is_empty());
        let pace = limits.try_fold(Pace::default(), |pace, limit| {
            let (kind, allowance) = rate_limit(limit)?;
            Some(pace.with(kind, allowance))
        });
        pace.map(Some).ok_or_else(|| {
            CliError::setting(
                "HIMS_RATE_LIMITS",
                "must be like urgent=30/10 (30 at once, then 10 a minute), separated by commas, of messages, urgent, \
                 rooms, uploads, edits, searches and typing, each from 1 to 1000000; or off",
            )
        })
    }

    pub(super) fn max_connections(&self) -> Result<usize, CliError> {
        match self.max_connections.parse::<usize>() {
            Ok(most @ 8..=60_000) => Ok(most),
            _ => Err(CliError::setting(
                "HIMS_MAX_CONNECTIONS",
                "must be a whole number from 8 to 60000",
            )),
        }
    }

    pub(super) fn request_patience(&self) -> Result<Duration, CliError> {
        match self.request_seconds.parse::<u64>() {
            Ok(seconds @ 1..=600) => Ok(Duration::from_secs(seconds)),
            _ => Err(CliError::setting(
                "HIMS_REQUEST_SECONDS",
                "must be a whole number of seconds from 1 to 600",
            )),
        }
    }
}

/// Reads a limit, such as `urgent=30/10`: 30 at once, 10 a minute.
fn rate_limit(text: &str) -> Option<(Paced, Allowance)> {
    let (name, rates) = text.split_once('=')?;
    let (at_once, a_minute) = rates.split_once('/')?;
    let kind = Paced::ALL
        .into_iter()
        .find(|kind| kind.as_str() == name.trim())?;
    let rate = |text: &str| {
        let rate = text.trim().parse().ok()?;
        (1..=1_000_000).contains(&rate).then_some(rate)
    };
    let allowance = Allowance {
        at_once: rate(at_once)?,
        a_minute: rate(a_minute)?,
    };
    Some((kind, allowance))
}
