//! `hims-chat migrate …`: from the tables of another application, and from our own to Stream.

mod administrator;
mod adopt;
#[cfg(feature = "stream")]
mod movers;
mod preview;
pub(super) mod progress;
#[cfg(feature = "stream")]
mod rollback;
#[cfg(feature = "stream")]
mod run;
mod survey;
mod undo;
#[cfg(feature = "stream")]
mod verify;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use migration::{AppKeys, Files, Mapping, Source};

use super::{CliError, config::Settings};

/// Commands that bring another application's chat into this one, or move rooms to Stream Chat and back.
#[derive(Clone, Subcommand)]
pub(super) enum Migrate {
    /// Says what an old chat holds and what is wrong with it, and writes a mapping to review.
    ///
    /// Nothing is written to the old database. The report shows ids and shapes, never a word of a
    /// message or a name, so it can be passed on.
    Survey(Survey),
    /// Shows ten rooms as they will look, from the reviewed mapping, in the terminal or as a page.
    ///
    /// Nothing is written, here or there. Words and names are shown as their shape, unless they are asked for.
    Preview(Preview),
    /// Brings an old chat into the chat's own tables, as the reviewed mapping says.
    ///
    /// What was brought before is left alone, so it can be stopped anywhere and run again, and run again
    /// for what came since. Nothing is written to the old database.
    Adopt(Adopt),
    /// Takes an adoption back, whole or some of its rooms, as long as nobody wrote in them since.
    ///
    /// Without --take-back it only says what would go. Broken off anywhere it is run again, and what was taken back
    /// is brought again by the next `adopt`. Nothing is written to the old database.
    Undo(undo::Undo),
    /// Moves rooms of the legacy chat to Stream Chat while both stay in use.
    ///
    /// First all of them are copied, then each is switched in a moment in which nothing is lost. It can be
    /// stopped anywhere and run again; what moved stays moved.
    #[cfg(feature = "stream")]
    Run(run::Run),
    /// Gives rooms that moved back to the legacy chat, with all that was said in Stream Chat since.
    ///
    /// It can be stopped anywhere and run again. Links to the room in Stream Chat lead back from then on.
    #[cfg(feature = "stream")]
    Rollback(rollback::Rollback),
    /// Compares both sides of every room that moved, message by message; exit code 1 when anything differs.
    #[cfg(feature = "stream")]
    Verify(verify::Verify),
}

/// The database of the other application.
#[derive(Clone, Args)]
pub(super) struct From {
    /// The old database: postgres://user:password@host/database, mysql://user:password@host/database (also
    /// MariaDB) or sqlite://path. It is opened for reading only.
    #[arg(long, env = "HIMS_SOURCE_URL", hide_env_values = true)]
    source: String,
    /// The schema of PostgreSQL with the old tables, where it is not the first of the user's search path.
    #[arg(long)]
    source_schema: Option<String>,
    /// The folder that paths in the old database start from, such as Laravel's storage/app/public.
    /// Without it every file counts as missing, and `adopt` brings none.
    #[arg(long)]
    files: Option<PathBuf>,
    /// The old application's .env, or a file with nothing but its APP_KEY: what it encrypted is read with
    /// it. Messages that were brought before without it get their words.
    #[arg(long)]
    app_key_file: Option<PathBuf>,
}

/// Options of `survey`.
#[derive(Clone, Args)]
pub(super) struct Survey {
    #[command(flatten)]
    from: From,
    /// The mapping: which table and column is what. Written anew, never over a file that exists.
    #[arg(long, default_value = "migration.toml")]
    mapping: PathBuf,
    /// Surveys with the mapping as it is in the file, and writes none.
    #[arg(long)]
    reviewed: bool,
    /// Prints the report as JSON.
    #[arg(long)]
    json: bool,
}

/// Options of `preview`.
#[derive(Clone, Args)]
pub(super) struct Preview {
    #[command(flatten)]
    from: From,
    /// The reviewed mapping.
    #[arg(long, default_value = "migration.toml")]
    mapping: PathBuf,
    /// Shows words and names as they are. This is clinical text.
    #[arg(long)]
    unmasked: bool,
    /// Writes a page for the browser in place of the terminal, never over a file that exists.
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

/// Options of `adopt`.
#[derive(Clone, Args)]
pub(super) struct Adopt {
    #[command(flatten)]
    from: From,
    /// The reviewed mapping.
    #[arg(long, default_value = "migration.toml")]
    mapping: PathBuf,
    /// Says what would be done, and writes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Goes on although something contradicts the mapping, by the name that the survey gives it; may be given
    /// several times.
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(migration::Contradiction::NAMES))]
    accept: Vec<String>,
    /// Prints the report as JSON.
    #[arg(long)]
    json: bool,
}

/// Does what was asked.
pub(super) async fn migrate(settings: &Settings, asked: Migrate) -> Result<(), CliError> {
    match asked {
        Migrate::Survey(survey) => survey::survey(survey).await,
        Migrate::Preview(preview) => preview::preview(preview).await,
        Migrate::Adopt(adopt) => adopt::adopt(settings, adopt).await,
        Migrate::Undo(undo) => undo::undo(settings, undo).await,
        #[cfg(feature = "stream")]
        Migrate::Run(run) => run::run(settings, run).await,
        #[cfg(feature = "stream")]
        Migrate::Rollback(rollback) => rollback::rollback(settings, rollback).await,
        #[cfg(feature = "stream")]
        Migrate::Verify(verify) => verify::verify(settings, verify).await,
    }
}

impl From {
    async fn open(&self) -> Result<Source, CliError> {
        let schema = self.source_schema.as_deref();
        Source::open(&self.source, schema).await.map_err(failed)
    }

    fn keys(&self) -> Result<AppKeys, CliError> {
        let Some(file) = &self.app_key_file else {
            return Ok(AppKeys::default());
        };
        let wrong = |problem: String| {
            CliError::setting("--app-key-file", format!("{} {problem}", file.display()))
        };
        let text = std::fs::read_to_string(file)
            .map_err(|error| wrong(format!("cannot be read: {error}")))?;
        AppKeys::read(&text).map_err(|problem| wrong(problem.to_owned()))
    }

    fn files(&self) -> Result<Files, CliError> {
        match &self.files {
            None => Ok(Files::default()),
            Some(folder) => Files::under(folder).map_err(|error| {
                CliError::setting(
                    "--files",
                    format!("{} cannot be read: {error}", folder.display()),
                )
            }),
        }
    }
}

/// The reviewed mapping.
fn reviewed(file: &std::path::Path, source: &Source) -> Result<Mapping, CliError> {
    let wrong =
        |problem: String| CliError::setting("--mapping", format!("{}: {problem}", file.display()));
    let text =
        std::fs::read_to_string(file).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    Mapping::read(&text, source.tables()).map_err(|error| wrong(error.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it over")]
fn failed(error: ports::Error) -> CliError {
    CliError::Start(error.to_string())
}
