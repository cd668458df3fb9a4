//! The commands about the audit, and the task that seals it.

mod export;
pub(super) mod heads;
mod measuring;
pub(super) mod sealing;
mod settings;
mod shown;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::{Action, StaffId};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use ports::{AuditFilter, AuditTrail, Head, usecase::AuditCheck};
use serde_json::json;

pub(super) use self::settings::AuditSettings;
use super::{
    CliError,
    compose::Legacy,
    config::Settings,
    people::{Orderer, failed, opened, ordered_by},
    say::say,
};

/// A record that is older has been sealed on a day of which a head was taken.
const HEADS_WITHIN: SignedDuration = SignedDuration::from_hours(48);

/// The commands about the audit. With SQLite the service must be stopped; with PostgreSQL it may run.
#[derive(Clone, Subcommand)]
pub(super) enum Audit {
    /// Lists entries, the newest first.
    List(List),
    /// Reads the whole audit and says whether it is as it was written.
    ///
    /// Exit code 0: every entry holds, and how many there are. Exit code 1: the first entry that was changed, cut,
    /// added or reordered, and the others after it; or a record of more than two days without any head that it can be
    /// compared with.
    Verify {
        /// Heads that were kept elsewhere, as in the file of HIMS_AUDIT_HEADS, which is read if it is there.
        #[arg(long, value_name = "FILE")]
        heads: Vec<PathBuf>,
        /// Takes it that there are no heads to compare with, as after the file was lost; how the record ends is then not
        /// known.
        #[arg(long, conflicts_with = "heads")]
        without_heads: bool,
        /// Answers as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        by: Orderer,
    },
    /// Writes entries and seals into a new file as JSON Lines, the oldest first.
    ///
    /// The last line says how many there are: without it the file is cut.
    Export {
        /// The file to make; - is standard output.
        to: PathBuf,
        #[command(flatten)]
        times: Times,
        #[command(flatten)]
        by: Orderer,
    },
}

/// Entries to list.
#[derive(Clone, Args)]
pub(super) struct List {
    #[command(flatten)]
    times: Times,
    /// The staff id of who did it.
    #[arg(long, value_name = "STAFF_ID")]
    actor: Option<String>,
    /// The action, such as read-room or sign-in.
    #[arg(long)]
    action: Option<String>,
    /// The room's id.
    #[arg(long)]
    room: Option<String>,
    /// The id of the message, file, patient or member of staff.
    #[arg(long)]
    subject: Option<String>,
    /// Only what was denied.
    #[arg(long)]
    denied: bool,
    /// The address that it came from.
    #[arg(long)]
    address: Option<String>,
    /// The session's id.
    #[arg(long)]
    session: Option<String>,
    /// The request's id, as in the log and in the header X-Request-Id of its answer.
    #[arg(long)]
    request: Option<String>,
    /// Most entries, from 1 to 10000.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// Answers as JSON, an entry a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    by: Orderer,
}

/// A time span.
#[derive(Clone, Args)]
pub(super) struct Times {
    /// From this moment on: 2026-11-30 or 2026-11-30T18:00:00Z. A day begins in the hospital's time zone.
    #[arg(long)]
    from: Option<String>,
    /// Before this moment.
    #[arg(long)]
    until: Option<String>,
}

impl Times {
    fn read(&self, zone: &TimeZone) -> Result<(Option<Timestamp>, Option<Timestamp>), CliError> {
        let moment = |option, text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => moment(text, zone).map(Some).ok_or_else(|| {
                let problem =
                    format!("\"{text}\" is no time, such as 2026-11-30 or 2026-11-30T18:00:00Z");
                CliError::setting(option, problem)
            }),
        };
        Ok((
            moment("--from", &self.from)?,
            moment("--until", &self.until)?,
        ))
    }
}

/// A moment with its offset, or the beginning of a day in the hospital; since 1970, which every database can compare.
fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let at = match text.parse() {
        Ok(at) => at,
        Err(_) => text
            .parse::<Date>()
            .ok()?
            .to_zoned(zone.clone())
            .ok()?
            .timestamp(),
    };
    (at >= Timestamp::UNIX_EPOCH).then_some(at)
}

/// A condition, which is an id: whatever is looked for is written down.
fn id(option: &'static str, value: &Option<String>) -> Result<Option<String>, CliError> {
    match value {
        Some(value) if value.is_empty() || !value.chars().all(|c| c.is_ascii_graphic()) => {
            Err(CliError::setting(option, "must be an id, without spaces"))
        }
        value => Ok(value.clone()),
    }
}

impl List {
    fn filter(&self, settings: &Settings) -> Result<AuditFilter, CliError> {
        let mut filter = AuditFilter::default();
        (filter.from, filter.until) = self.times.read(&settings.time_zone()?)?;
        let actor = self.actor.as_ref().map(StaffId::parse).transpose();
        filter.actor = actor.map_err(|error| CliError::setting("--actor", error.to_string()))?;
        if let Some(action) = &self.action
            && !Action::ALL.iter().any(|known| known.as_str() == action)
        {
            let known: Vec<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
            let problem = format!("\"{action}\" is no action; there are {}", known.join(", "));
            return Err(CliError::setting("--action", problem));
        }
        filter.action.clone_from(&self.action);
        filter.room = id("--room", &self.room)?;
        filter.subject = id("--subject", &self.subject)?;
        filter.decision = self.denied.then(|| "denied".to_owned());
        filter.address = id("--address", &self.address)?;
        filter.session = id("--session", &self.session)?;
        filter.request = id("--request", &self.request)?;
        Ok(filter)
    }
}

/// `hims-chat audit`.
pub(super) async fn audit(settings: &Settings, asked: Audit) -> Result<(), CliError> {
    // A wrong word is told before a database is opened.
    let asked = Ready::of(settings, asked)?;
    let legacy = opened(settings).await?;
    let done = asked.run(&legacy).await;
    legacy.close().await;
    done
}

/// A command whose options are right.
enum Ready {
    List(Box<(AuditFilter, List)>),
    Verify(Vec<Head>, Missing, bool, Orderer),
    Export(export::Export, Orderer),
}

impl Ready {
    fn of(settings: &Settings, asked: Audit) -> Result<Self, CliError> {
        Ok(match asked {
            Audit::List(list) => Self::List(Box::new((list.filter(settings)?, list))),
            Audit::Verify {
                heads,
                without_heads,
                json,
                by,
            } => {
                let kept = settings.audit.heads().filter(|_| !without_heads);
                let mut known = match &kept {
                    Some(file) if file.exists() => heads::read(file, "HIMS_AUDIT_HEADS")?,
                    _ => Vec::new(),
                };
                for file in heads {
                    known.extend(heads::read(&file, "--heads")?);
                }
                let missing = Missing(kept.filter(|_| known.is_empty()));
                Self::Verify(known, missing, json, by)
            }
            Audit::Export { to, times, by } => {
                let (from, until) = times.read(&settings.time_zone()?)?;
                Self::Export(export::Export { to, from, until }, by)
            }
        })
    }

    async fn run(self, legacy: &Legacy) -> Result<(), CliError> {
        match self {
            Self::List(asked) => {
                let (filter, list) = *asked;
                let member = list.by.member(legacy).await?;
                let by = ordered_by(member.as_ref());
                let entries = legacy.audit_trail.list(by, &filter, None, list.limit).await;
                for entry in entries.map_err(failed)? {
                    if list.json {
                        say(shown::json(&entry))?;
                    } else {
                        say(shown::line(&entry))?;
                    }
                }
                Ok(())
            }
            Self::Verify(heads, missing, as_json, by) => {
                let member = by.member(legacy).await?;
                let by = ordered_by(member.as_ref());
                let key = &legacy.audit_key;
                let check = legacy.audit_trail.check(by, key, &heads).await;
                tell(&check.map_err(failed)?, as_json)?;
                missing.of(&*legacy.audit_seals, legacy.clock.now()).await
            }
            Self::Export(export, by) => {
                let member = by.member(legacy).await?;
                let by = ordered_by(member.as_ref());
                let trail = legacy.audit_trail.export(by).await.map_err(failed)?;
                export.run(trail).await
            }
        }
    }
}

/// The file of HIMS_AUDIT_HEADS where no head is known. Whoever cuts the end of the record off would remove it, too.
struct Missing(Option<PathBuf>);

impl Missing {
    /// A head is taken every day, so a record that is older has some.
    async fn of(self, trail: &dyn AuditTrail, now: Timestamp) -> Result<(), CliError> {
        let Some(file) = self.0 else {
            return Ok(());
        };
        let first = trail.seals(-1, 1).await.map_err(failed)?;
        match first.first() {
            Some(first) if now.duration_since(first.at) > HEADS_WITHIN => {
                let problem = format!(
                    "there are no heads in {}, and the record is of {:.0}: whether its end was cut off is not known; name \
                     a copy of the heads with --heads, or say --without-heads",
                    file.display(),
                    first.at
                );
                Err(CliError::Start(problem))
            }
            _ => Ok(()),
        }
    }
}

fn tell(check: &AuditCheck, as_json: bool) -> Result<(), CliError> {
    let faults: Vec<String> = check.faults.iter().map(ToString::to_string).collect();
    let untold = check.fault_count - u64::try_from(faults.len()).unwrap_or(check.fault_count);
    if as_json {
        say(json!({
            "entries": check.whole,
            "waiting": check.waiting,
            "unsigned": check.unsigned,
            "removed": check.removed,
            "seals": check.seals,
            "heads": check.heads,
            "fault_count": check.fault_count,
            "faults": faults,
        }))?;
    } else {
        for fault in &faults {
            say(fault)?;
        }
        if untold > 0 {
            say(format_args!("and {untold} more"))?;
        }
        say(format_args!(
            "{} entries hold, in {} seals; {} wait for a seal; {} are older than signatures \
             and cannot be judged; {} were removed by the rules of retention; {} heads were found again.",
            check.whole, check.seals, check.waiting, check.unsigned, check.removed, check.heads
        ))?;
    }
    match faults.first() {
        None => Ok(()),
        Some(first) => Err(CliError::Start(format!("the audit does not hold: {first}"))),
    }
}
