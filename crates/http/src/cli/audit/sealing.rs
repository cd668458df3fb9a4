//! Seals the audit while the service runs, and takes its head every day.

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use ports::{AuditTrail, Clock, Head, Result};
use serde_json::json;
use tokio::{
    task::JoinHandle,
    time::{Instant, MissedTickBehavior},
};
use tokio_util::sync::CancellationToken;

use super::{AuditSettings, heads::HeadFile, measuring::measure};
use crate::cli::CliError;

/// How often what was stored is sealed.
const EVERY: Duration = Duration::from_secs(1);

/// How long sealing may fail without a word, as it does in an outage.
const AWAY: Duration = Duration::from_secs(60);

/// How long the webhook may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two attempts to give a head away.
const AGAIN: Duration = Duration::from_secs(60);

/// The task that seals.
pub(in crate::cli) struct Sealing {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

struct Sealer {
    trail: Arc<dyn AuditTrail>,
    clock: Arc<dyn Clock>,
    heads: Option<HeadFile>,
    webhook: Option<(reqwest::Client, reqwest::Url)>,
    /// The day of the newest head in the file, and of the one that was sent.
    written: Option<Date>,
    sent: Option<Date>,
    /// A head on its way to the webhook: it may hang there for as long as it likes.
    sending: Option<(Date, JoinHandle<std::result::Result<(), String>>)>,
    /// Nothing is told twice while it goes on failing.
    failing_since: Option<Instant>,
    is_failing: bool,
    is_head_failing: bool,
    next_head: Instant,
}

impl Sealing {
    /// Begins to seal.
    pub(in crate::cli) fn begin(
        trail: Arc<dyn AuditTrail>,
        clock: Arc<dyn Clock>,
        settings: &AuditSettings,
    ) -> std::result::Result<Self, CliError> {
        let webhook = match settings.webhook()? {
            None => None,
            Some(url) => {
                let client = reqwest::Client::builder()
                    .timeout(PATIENCE)
                    .redirect(reqwest::redirect::Policy::none())
                    .build();
                let client = client.map_err(|error| CliError::Start(error.to_string()))?;
                Some((client, url))
            }
        };
        let heads = settings.heads().map(HeadFile);
        let newest = heads.as_ref().and_then(HeadFile::newest);
        let sealer = Sealer {
            trail,
            clock,
            heads,
            webhook,
            written: newest.map(|head| day(head.at)),
            sent: None,
            sending: None,
            failing_since: None,
            is_failing: false,
            is_head_failing: false,
            next_head: Instant::now(),
        };
        let stop = CancellationToken::new();
        // Beside the task that seals, so that one that hangs or fails is seen.
        tokio::spawn(measure(sealer.trail.clone(), stop.clone()));
        let task = tokio::spawn(sealer.run(stop.clone()));
        Ok(Self { stop, task })
    }

    /// Seals what is left, once nobody writes any more.
    pub(in crate::cli) async fn finish(self) {
        self.stop.cancel();
        // It has ended already only where it failed.
        let _ = self.task.await;
    }
}

impl Sealer {
    async fn run(mut self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            tokio::select! {
                _ = ticks.tick() => {}
                () = stop.cancelled() => {}
            }
            match self.seal().await {
                Ok(()) => {
                    self.failing_since = None;
                    if std::mem::take(&mut self.is_failing) {
                        tracing::info!("the audit is sealed again");
                    }
                }
                Err(error) => {
                    let since = *self.failing_since.get_or_insert_with(Instant::now);
                    // A database that is away is said by who looks after it; what lasts may be something else.
                    let is_an_outage = error.is_temporary() && since.elapsed() < AWAY;
                    if !is_an_outage && !std::mem::replace(&mut self.is_failing, true) {
                        tracing::warn!(%error, "the audit cannot be sealed; its entries wait");
                    }
                    continue;
                }
            }
            if Instant::now() >= self.next_head && !stop.is_cancelled() {
                self.keep_head().await;
            }
        }
    }

    async fn seal(&self) -> Result<()> {
        while self.trail.seal(self.clock.now()).await? > 0 {}
        Ok(())
    }

    /// Takes the head of the day, where it was not taken yet.
    async fn keep_head(&mut self) {
        let now = self.clock.now();
        let today = Some(day(now));
        let is_written = self.heads.is_none() || self.written == today;
        let is_sent = self.webhook.is_none() || self.sent == today;
        if is_written && is_sent {
            return;
        }
        self.next_head = Instant::now() + AGAIN;
        let Ok(Some(newest)) = self.trail.newest_seal().await else {
            return;
        };
        let head = Head::of(&newest, now);
        let mut problems = Vec::new();
        if let (Some(file), false) = (&self.heads, is_written) {
            match file.add(&head) {
                Ok(()) => self.written = today,
                Err(error) => problems.push(format!("the file of HIMS_AUDIT_HEADS: {error}")),
            }
        }
        if let (Some((client, url)), false) = (&self.webhook, is_sent) {
            let earlier = self.sending.take_if(|(_, sending)| sending.is_finished());
            if let Some((day, sending)) = earlier {
                match sending.await {
                    Ok(Ok(())) => self.sent = Some(day),
                    Ok(Err(why)) => problems.push(why),
                    Err(_) => problems.push("the webhook was given up".to_owned()),
                }
            }
            if self.sending.is_none() && self.sent != today {
                let sending = tokio::spawn(send(client.clone(), url.clone(), head));
                self.sending = Some((day(now), sending));
                // Its outcome is looked at soon.
                self.next_head = Instant::now() + EVERY;
            }
        }
        if problems.is_empty() {
            self.is_head_failing = false;
        } else if !std::mem::replace(&mut self.is_head_failing, true) {
            let problems = problems.join("; ");
            tracing::warn!(
                "the head of the audit could not be kept, and is tried again: {problems}"
            );
        }
    }
}

/// An error of the library repeats the address, which may hold a secret.
async fn send(
    client: reqwest::Client,
    url: reqwest::Url,
    head: Head,
) -> std::result::Result<(), String> {
    let body = json!({
        "at": head.at.to_string(),
        "number": head.number,
        "hash": data_encoding::HEXLOWER.encode(&head.hash),
    });
    let post = client
        .post(url)
        .header("content-type", "application/json")
        .body(body.to_string());
    let sent = post
        .send()
        .await
        .and_then(reqwest::Response::error_for_status);
    sent.map(drop).map_err(|error| {
        let why = error.without_url();
        format!("the address of HIMS_AUDIT_WEBHOOK: {why}")
    })
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}
