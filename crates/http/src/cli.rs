//! The binary `hims-chat`: configuration, composition, signals.

mod attachments;
mod audit;
mod backup;
#[cfg(feature = "stream")]
mod carrying;
mod clamd;
mod compose;
mod config;
mod connections;
mod database;
mod demo_command;
mod export;
mod file_settings;
mod first_administrator;
mod health;
mod limits;
mod log;
mod log_settings;
mod migrate;
mod mounts;
mod new_password;
mod open_files;
mod patient_merges;
mod patients;
mod people;
mod recorder;
#[cfg(feature = "stream")]
mod relocating;
mod retention;
mod say;
mod serve;
mod sign_on_settings;
mod staff;
mod stream_settings;
#[cfg(feature = "otlp")]
mod traces;
#[cfg(not(feature = "otlp"))]
#[path = "cli/no_traces.rs"]
mod traces;

use std::process::ExitCode;

use clap::Parser;
use thiserror::Error;

use self::config::{Cli, Command};

/// Why the program could not start or go on: one line that names what is wrong and what would be
/// right.
#[derive(Debug, Error)]
pub(crate) enum CliError {
    /// A setting is wrong.
    #[error("{setting}: {problem}")]
    Setting {
        /// The variable.
        setting: &'static str,
        /// The mistake, and what would be right.
        problem: String,
    },
    /// The surroundings are wrong.
    #[error("{0}")]
    Start(String),
    /// It was done, and something of it is missing.
    #[error("{0}")]
    Incomplete(String),
}

impl CliError {
    fn setting(setting: &'static str, problem: impl Into<String>) -> Self {
        Self::Setting {
            setting,
            problem: problem.into(),
        }
    }
}

/// Runs the program.
pub async fn run() -> ExitCode {
    if let Err(problem) = config::read_env_file() {
        say::aside(format_args!("hims-chat: {problem}\n"));
        return ExitCode::from(2);
    }
    let cli = Cli::parse();
    let (log, traces) = cli.settings.log.start();
    let done = match cli.asked() {
        Command::Serve => serve::serve(&cli.settings).await,
        Command::Health => health::health(&cli.settings).await,
        Command::Demo { remove } => demo_command::demo(&cli.settings, remove).await,
        Command::Migrate { asked } => migrate::migrate(&cli.settings, asked).await,
        Command::Export(asked) => export::export(&cli.settings, &asked).await,
        Command::Backup(asked) => backup::backup(&cli.settings, &asked).await,
        Command::Restore(asked) => backup::restore(&cli.settings, &asked).await,
        Command::Staff { asked } => staff::staff(&cli.settings, asked).await,
        Command::Audit { asked } => audit::audit(&cli.settings, asked).await,
        Command::Retention { asked } => retention::retention(&cli.settings, asked).await,
        Command::Patients { asked } => patients::patients(&cli.settings, asked).await,
        #[cfg(feature = "stream")]
        Command::Check { json } => compose::stream_commands::check(&cli.settings, json).await,
        #[cfg(feature = "stream")]
        Command::Token { doctor } => compose::stream_commands::token(&cli.settings, &doctor).await,
        #[cfg(feature = "stream")]
        Command::StreamSetup { apply } => {
            compose::stream_commands::set_up(&cli.settings.stream, apply).await
        }
        #[cfg(feature = "stream")]
        Command::Sandbox {
            listen,
            api_key,
            api_secret,
        } => compose::stream_commands::sandbox(&listen, &api_key, &api_secret).await,
    };
    if let Some(traces) = traces {
        traces.end().await;
    }
    log.flush();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            // Beside the log, so that it is said whatever is logged.
            say::aside(format_args!(
                "{}\n",
                log.format().line("ERROR", &stop.to_string())
            ));
            ExitCode::from(match stop {
                CliError::Start(_) => 1,
                CliError::Setting { .. } => 2,
                CliError::Incomplete(_) => 3,
            })
        }
    }
}
