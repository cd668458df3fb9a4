//! The commands about retention.

mod holds;
mod list;
mod rules;
mod run;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use domain::RetentionRules;
use ports::{ErrorKind, GuardedRetention, RetentionReceipt, usecase::RetentionFound};
use serde_json::{Value, json};

use self::{
    holds::{Matter, ROOM},
    list::Items,
};
use super::{
    CliError,
    compose::{self, Legacy},
    config::Settings,
    people::{Orderer, failed, opened, ordered_by},
    say::say,
    serve::asked_to_stop,
};

/// Receipts that are listed and looked through: those of a run a day in 270 years.
const MOST: u32 = 100_000;

/// The commands about retention. With SQLite the service must be stopped; with PostgreSQL it may run.
#[derive(Clone, Subcommand)]
pub(super) enum Retention {
    /// Lists what the rules no longer keep, and removes nothing.
    ///
    /// Exit code 3: something is due and could not be dealt with; each is named.
    Plan {
        /// Writes each message, file and entry into a new file as JSON Lines, without a word of them; - is standard
        /// output.
        #[arg(long, value_name = "FILE")]
        list: Option<PathBuf>,
        /// Answers as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        by: Orderer,
    },
    /// Removes what the rules no longer keep, for good, and writes a signed receipt.
    ///
    /// It removes what `plan` lists. Asked to stop, it ends before the next room, with a receipt of what went, and goes on the
    /// next time. Exit code 3: something is due and could not be dealt with; each is named.
    Run {
        /// Answers as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        by: Orderer,
    },
    /// Places a legal hold: it is kept whatever the rules say, until the hold is lifted.
    Hold {
        #[command(flatten)]
        matter: Matter,
        /// Why, for whoever looks at the holds: at most 500 characters.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        by: Orderer,
    },
    /// Lifts a legal hold: from then on the rules hold again.
    Lift {
        /// Its number, as `holds` lists it.
        hold: i64,
        #[command(flatten)]
        by: Orderer,
    },
    /// Lists the legal holds, the newest first.
    Holds {
        /// Also those that were lifted.
        #[arg(long)]
        lifted: bool,
        /// Answers as JSON, a hold a line.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        by: Orderer,
    },
    /// Lists the receipts of earlier runs, the newest first.
    Receipts {
        /// Answers as JSON, a receipt a line.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        by: Orderer,
    },
    /// Says whether the list of a run is as it was written, by its signed receipt in the database.
    Verify {
        /// The list.
        file: PathBuf,
        #[command(flatten)]
        by: Orderer,
    },
}

/// The settings of retention.
#[derive(Args)]
pub(super) struct RetentionSettings {
    /// The hospital's rules of retention, a TOML file explained in docs/retention.md; without one messages and files are
    /// kept for ever, and the audit for six years.
    #[arg(long, env = "HIMS_RETENTION", global = true)]
    retention: Option<PathBuf>,
    /// The folder that gets the list of what went in each run.
    #[arg(
        long,
        env = "HIMS_RETENTION_LISTS",
        default_value = "data/retention",
        global = true
    )]
    retention_lists: PathBuf,
}

impl RetentionSettings {
    /// The file of rules, if there is one.
    pub(super) fn file(&self) -> Option<&Path> {
        let set = self.retention.as_deref();
        set.filter(|file| !file.as_os_str().is_empty())
    }

    /// The folder of lists.
    pub(super) fn lists(&self) -> &Path {
        &self.retention_lists
    }

    /// The rules.
    pub(super) fn rules(&self) -> Result<RetentionRules, CliError> {
        match self.file() {
            None => Ok(RetentionRules::default()),
            Some(file) => rules::read(file),
        }
    }
}

/// `hims-chat retention`.
pub(super) async fn retention(settings: &Settings, asked: Retention) -> Result<(), CliError> {
    // A wrong rule is told before a database is opened.
    let rules = settings.retention.rules()?;
    let legacy = opened(settings).await?;
    // A run stops by itself, with a receipt of what went.
    let is_stopped_here = !matches!(asked, Retention::Run { .. });
    let done = tokio::select! {
        done = command(settings, &legacy, &rules, asked) => done,
        () = asked_to_stop(), if is_stopped_here => {
            Err(CliError::Start("stopped; nothing was removed, and holds are as `hims-chat retention holds` lists them".to_owned()))
        }
    };
    legacy.close().await;
    done
}

async fn command(
    settings: &Settings,
    legacy: &Legacy,
    rules: &RetentionRules,
    asked: Retention,
) -> Result<(), CliError> {
    match asked {
        Retention::Plan { list, json, by } => {
            let member = by.member(legacy).await?;
            let mut items = match &list {
                Some(file) => Items::begin(file)?,
                None => Items::uncounted(),
            };
            let by = ordered_by(member.as_ref());
            let found = over_both(settings, legacy)
                .await?
                .plan(by, rules, &mut items)
                .await;
            let found = found.map_err(failed)?;
            items.end(&counts(&found))?;
            // The list is for programs where it goes to standard output.
            if list.as_deref() != Some(Path::new("-")) {
                tell(
                    &found,
                    json,
                    "Nothing was removed. To remove it: hims-chat retention run",
                )?;
            }
            complete(&found)
        }
        Retention::Run { json, by } => run::run(settings, legacy, rules, by, json).await,
        Retention::Hold { matter, reason, by } => {
            let member = by.member(legacy).await?;
            let held = matter.find(settings, legacy).await?;
            let reason = holds::reason(&reason)?;
            let by = ordered_by(member.as_ref());
            let number = legacy.retention(None).place(by, held, reason).await;
            let number = number.map_err(failed)?;
            say(format_args!(
                "Legal hold {number} is placed. To lift it: hims-chat retention lift {number}"
            ))
        }
        Retention::Lift { hold, by } => {
            let member = by.member(legacy).await?;
            let by = ordered_by(member.as_ref());
            match legacy.retention(None).lift(by, hold).await {
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    Err(CliError::Start(format!("there is no legal hold {hold}")))
                }
                Err(error) => Err(failed(error)),
                Ok(true) => say(format_args!("Legal hold {hold} is lifted.")),
                Ok(false) => say(format_args!(
                    "Legal hold {hold} was lifted already; nothing was done."
                )),
            }
        }
        Retention::Holds { lifted, json, by } => {
            let member = by.member(legacy).await?;
            let by = ordered_by(member.as_ref());
            let holds = legacy.retention(None).holds(by, lifted).await;
            let holds = holds.map_err(failed)?;
            if holds.is_empty() && !json {
                return say("There is no legal hold.");
            }
            holds.iter().try_for_each(|hold| holds::tell(hold, json))
        }
        Retention::Receipts { json, by } => {
            let member = by.member(legacy).await?;
            let by = ordered_by(member.as_ref());
            let receipts = legacy.retention(None).receipts(by, MOST).await;
            let receipts = receipts.map_err(failed)?;
            if receipts.is_empty() && !json {
                return say("There was no run yet.");
            }
            receipts.iter().try_for_each(|(receipt, is_genuine)| {
                if json {
                    return say(receipt_json(receipt, *is_genuine));
                }
                let wrong = if *is_genuine {
                    ""
                } else {
                    "  CHANGED: its signature does not hold"
                };
                say(format_args!(
                    "{}  messages {} + {}, files {}, entries {}, held {}, left {}{wrong}",
                    receipt.begun_at,
                    receipt.legacy_messages,
                    receipt.stream_messages,
                    receipt.files,
                    receipt.entries,
                    receipt.held,
                    receipt.left
                ))
            })
        }
        Retention::Verify { file, by } => {
            let list = list::read(&file)?;
            let member = by.member(legacy).await?;
            let by = ordered_by(member.as_ref());
            let receipts = legacy.retention(None).receipts(by, MOST).await;
            let receipts = receipts.map_err(failed)?;
            let name = file.display();
            let of_list = |(receipt, is_genuine): &&(RetentionReceipt, bool)| {
                let is_of_lines = receipt.list == list.digest;
                *is_genuine && is_of_lines && receipt_json(receipt, true) == list.end
            };
            match receipts.iter().find(of_list) {
                Some((receipt, _)) => say(format_args!(
                    "{name} is as the run of {} wrote it: {} lines.",
                    receipt.begun_at, list.lines
                )),
                None => Err(CliError::Start(format!(
                    "{name} does not hold: no genuine receipt in the database is of these lines"
                ))),
            }
        }
    }
}

/// Retention of both chats.
async fn over_both(settings: &Settings, legacy: &Legacy) -> Result<GuardedRetention, CliError> {
    let stream = compose::stream_disposal(settings, legacy).await?;
    Ok(legacy.retention(stream))
}

fn counts(found: &RetentionFound) -> Value {
    let left: Vec<Value> = found
        .left
        .iter()
        .map(|left| json!({ "place": left.place, "room": left.room, "why": left.why }))
        .collect();
    json!({
        "end": true,
        "legacy_messages": found.legacy_messages,
        "stream_messages": found.stream_messages,
        "files": found.files,
        "audit_entries": found.entries,
        "held_messages": found.held_messages,
        "held_files": found.held_files,
        "held_audit_entries": found.held_entries,
        "left": left,
    })
}

fn receipt_json(receipt: &RetentionReceipt, is_genuine: bool) -> Value {
    json!({
        "end": true,
        "begun_at": receipt.begun_at,
        "ended_at": receipt.ended_at,
        "by": receipt.by,
        "legacy_messages": receipt.legacy_messages,
        "stream_messages": receipt.stream_messages,
        "files": receipt.files,
        "audit_entries": receipt.entries,
        "held": receipt.held,
        "left": receipt.left,
        "sha256": data_encoding::HEXLOWER.encode(&receipt.list),
        "signature": receipt.signature.to_string(),
        "genuine": is_genuine,
    })
}

fn tell(found: &RetentionFound, as_json: bool, more: &str) -> Result<(), CliError> {
    if as_json {
        return say(counts(found));
    }
    say(format_args!(
        "No longer kept: {} messages of the legacy chat, {} of Stream, {} files, {} entries of the audit.",
        found.legacy_messages, found.stream_messages, found.files, found.entries
    ))?;
    if found.held() > 0 {
        say(format_args!(
            "Held by a legal hold: {} messages, files of {} messages, {} entries.",
            found.held_messages, found.held_files, found.held_entries
        ))?;
    }
    for left in &found.left {
        let place = left.place;
        match &left.room {
            Some(room) => say(format_args!("Left: {ROOM} {room} ({place}): {}", left.why))?,
            None => say(format_args!("Left: of {place}: {}", left.why))?,
        }
    }
    say(more)
}

fn complete(found: &RetentionFound) -> Result<(), CliError> {
    match found.left.len() {
        0 => Ok(()),
        some => Err(CliError::Incomplete(format!(
            "{some} could not be dealt with; the next run tries again"
        ))),
    }
}
