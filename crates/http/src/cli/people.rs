//! Code that the commands about staff and the commands about patients share.

use std::{
    fmt,
    fs::File,
    io::{Read, stdin},
    path::{Path, PathBuf},
};

use clap::Args;
use domain::{StaffId, StaffMember};
use jiff::Timestamp;
use jiff::civil::Date;
use migration::Progress;
use people_records::Mapping;
use ports::{ErrorKind, OrderedBy};

use super::{
    CliError, compose,
    compose::Legacy,
    config::Settings,
    database::DatabaseUrl,
    migrate::progress::Teller,
    say::{say, write},
};
use crate::registers::Report;

/// The administrator who gives the order, if one is named.
#[derive(Clone, Args)]
pub(super) struct Orderer {
    /// The staff id of the administrator who gives the order, for the audit; without it the audit names the
    /// server's console.
    #[arg(long = "as", value_name = "STAFF_ID")]
    by: Option<String>,
}

impl Orderer {
    pub(super) async fn member(&self, legacy: &Legacy) -> Result<Option<StaffMember>, CliError> {
        let Some(by) = &self.by else {
            return Ok(None);
        };
        let wrong = |problem: String| CliError::setting("--as", problem);
        let id = StaffId::parse(by).map_err(|error| wrong(error.to_string()))?;
        let member = legacy.staff.find(&id).await.map_err(failed)?;
        let nobody = || wrong(format!("there is nobody with the staff id {id}"));
        member.ok_or_else(nobody).map(Some)
    }
}

/// Opens the database. Without a setting the demonstration is meant, which has to be there: in another folder than the
/// one with the settings people would go into a new database, and nobody would notice.
pub(super) async fn opened(settings: &Settings) -> Result<Legacy, CliError> {
    if let (DatabaseUrl::Sqlite(path), true) = settings.database()?
        && !path.exists()
    {
        let problem = "is not set; set it, or run this in the folder whose file .env has it";
        return Err(CliError::setting("DATABASE_URL", problem));
    }
    compose::legacy(settings).await
}

pub(super) fn ordered_by(member: Option<&StaffMember>) -> OrderedBy<'_> {
    member.map_or(OrderedBy::Console, OrderedBy::Member)
}

pub(super) fn failed(error: ports::Error) -> CliError {
    match error.kind() {
        ErrorKind::Forbidden => CliError::setting("--as", error.message()),
        ErrorKind::Invalid { field: "file" } => CliError::Start(error.message().to_owned()),
        ErrorKind::Invalid { field } => CliError::setting(field, error.message()),
        _ => CliError::Start(error.message().to_owned()),
    }
}

/// The hospital's day.
pub(super) fn today(settings: &Settings) -> Result<Date, CliError> {
    Ok(Timestamp::now().to_zoned(settings.time_zone()?).date())
}

/// A list to take over.
#[derive(Clone, Args)]
pub(super) struct List {
    /// The list: CSV, or FHIR R4 as NDJSON or as a Bundle; - is standard input.
    file: PathBuf,
    /// Says what would be done, and does nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// A TOML file with the hospital's own names for columns and roles, explained in docs/people.md.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Answers as JSON.
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) fn mapping(&self) -> Result<Mapping, CliError> {
        let Some(file) = &self.mapping else {
            return Ok(Mapping::default());
        };
        let wrong = |problem: &dyn fmt::Display| {
            CliError::setting("--mapping", format!("{}: {problem}", file.display()))
        };
        let text = std::fs::read_to_string(file).map_err(|error| wrong(&error))?;
        Mapping::parse(&text).map_err(|error| wrong(&error))
    }

    pub(super) fn open(&self) -> Result<Box<dyn Read + Send>, CliError> {
        if self.file == Path::new("-") {
            return Ok(Box::new(stdin()));
        }
        let opened = File::open(&self.file).map_err(|error| {
            CliError::Start(format!(
                "{} cannot be read: {error}; nothing was done",
                self.file.display()
            ))
        });
        Ok(Box::new(opened?))
    }

    /// Tells what became of it. Rows that were refused are why it did not end well.
    pub(super) fn tell(&self, report: &Report) -> Result<(), CliError> {
        if self.json {
            let text = serde_json::to_string_pretty(report);
            say(text.map_err(|_| CliError::Start("the answer cannot be written".to_owned()))?)?;
        } else {
            write(Told(report))?;
        }
        match report.refused.len() {
            0 => Ok(()),
            _ if report.taken() + report.deactivated.len() == 0 => Err(CliError::Start(
                "every row was refused; nothing was done".to_owned(),
            )),
            refused if report.dry_run => Err(CliError::Incomplete(format!(
                "rows that would be refused: {refused}"
            ))),
            refused => Err(CliError::Incomplete(format!(
                "rows that were refused: {refused}; the others went in"
            ))),
        }
    }
}

/// A report for people.
struct Told<'a>(&'a Report);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = self.0;
        for remark in &report.remarks {
            writeln!(f, "note: {remark}")?;
        }
        for refused in &report.refused {
            writeln!(f, "refused: {refused}")?;
        }
        for left in &report.deactivated {
            writeln!(f, "deactivated: {left}")?;
        }
        for merged in &report.merged {
            writeln!(f, "merged: {merged}")?;
        }
        if report.dry_run {
            f.write_str("Nothing was done. It would be: ")?;
        }
        writeln!(
            f,
            "{} added, {} changed, {} unchanged, {} reactivated, {} deactivated, {} merged, {} refused.",
            report.added,
            report.changed,
            report.unchanged,
            report.reactivated,
            report.deactivated.len(),
            report.merged.len(),
            report.refused.len()
        )
    }
}

/// Tells how many rows are done.
pub(super) fn telling<'a>(
    teller: &'a mut Teller,
    doing: &'static str,
) -> impl FnMut(usize) + use<'a> {
    move |done| {
        teller.tell(Progress {
            doing,
            come_to: done as u64,
            of: None,
        });
    }
}
