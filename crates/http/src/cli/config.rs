//! Settings: flags before environment before the file `.env`. Read here and nowhere else.

use std::{
    io::IsTerminal,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use clap::{Args, Parser, Subcommand};
use jiff::tz::TimeZone;
use ports::PatientRefKey;
use tracing_subscriber::EnvFilter;

use super::{
    Stop,
    database::DatabaseUrl,
    export::Export,
    migrate::Migrate,
    mounts::{self, MountSetting},
    stream_settings::StreamSettings,
};
use crate::app::Prefix;

/// Chat between doctors, inside the hospital's own information system.
#[derive(Parser)]
#[command(name = "hims-chat", version)]
pub(super) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    pub(super) settings: Settings,
}

/// What to do.
#[derive(Clone, Subcommand)]
pub(super) enum Command {
    /// Serves the chat (what happens without a command).
    Serve,
    /// Fills an empty database with the demonstration hospital and prints the logins.
    Demo {
        /// Removes the demonstration hospital and everything said in it instead.
        #[arg(long)]
        remove: bool,
    },
    /// Brings a chat over from the tables of another application, in steps.
    Migrate {
        #[command(subcommand)]
        asked: Migrate,
    },
    /// Writes a room, or all rooms about a patient, into a new folder for the hospital's records.
    ///
    /// The folder holds a page to read and print, JSON Lines, FHIR R4 Communications, the files that
    /// were sent, and SHA256SUMS for `sha256sum -c`. It holds what readers are not shown any more:
    /// earlier wordings and recalled messages. Who exports is written into the audit first. With SQLite
    /// the service must be stopped; with PostgreSQL it may run. Exit code 3: exported, but the bytes of
    /// some files are lost.
    Export(Export),
    /// Checks the settings and the app at Stream, each point with its remedy; exit code 1 when
    /// something is wrong.
    #[cfg(feature = "stream")]
    Check {
        /// Answers as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prints a token with which a doctor's client library talks to Stream for an hour.
    #[cfg(feature = "stream")]
    Token {
        /// The doctor's id.
        #[arg(long)]
        doctor: String,
    },
    /// Shows what roles, channel type and grants the app at Stream lacks, and with --apply sets
    /// them up; repeating it changes nothing.
    #[cfg(feature = "stream")]
    StreamSetup {
        /// Makes the changes that are shown.
        #[arg(long)]
        apply: bool,
    },
    /// Runs only the Stream sandbox, a stand-in for development and tests.
    #[cfg(feature = "stream")]
    Sandbox {
        /// A loopback address. It stands in the place of the setting, so it is of the same type.
        #[arg(long, default_value = "127.0.0.1:8788")]
        listen: String,
        /// The key it takes.
        #[arg(long)]
        api_key: String,
        /// The secret it takes.
        #[arg(long)]
        api_secret: String,
    },
}

/// All settings. A wrong value stops the start with one line.
#[derive(Args)]
pub(super) struct Settings {
    /// Address to listen on.
    #[arg(
        long,
        env = "HIMS_LISTEN",
        default_value = "127.0.0.1:8080",
        global = true
    )]
    listen: String,
    /// postgres://… or sqlite://path. Without it: sqlite://data/hims-chat.db, created and filled
    /// with the demonstration hospital.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    database_url: Option<String>,
    /// `migrate` brings the schema up to date; `check` stops when it is behind.
    #[arg(long, env = "HIMS_SCHEMA", default_value = "migrate", global = true)]
    schema: String,
    /// Which backend serves which prefix: prefix=legacy or prefix=stream, separated by commas.
    #[arg(
        long,
        env = "HIMS_MOUNTS",
        default_value = "/doctor/chat=legacy,/doctor/stream-chat=stream",
        global = true
    )]
    mounts: String,
    /// Where rooms that do not exist yet are opened: prefix=prefix, separated by commas.
    #[arg(long, env = "HIMS_NEW_ROOMS", default_value = "", global = true)]
    new_rooms: String,
    /// Where files are kept: file://path or s3://bucket/prefix.
    #[arg(
        long,
        env = "ATTACHMENTS_URL",
        default_value = "file://data/attachments",
        global = true
    )]
    attachments_url: String,
    /// Largest file in MB, from 1 to 100.
    #[arg(long, env = "HIMS_MAX_FILE_MB", default_value = "25", global = true)]
    max_file_mb: String,
    /// Key of the patient pseudonyms, 64 hex digits; without it one is made and kept in the
    /// database. Must never change once rooms exist outside the hospital.
    #[arg(
        long,
        env = "HIMS_PATIENT_REF_KEY",
        hide_env_values = true,
        global = true
    )]
    patient_ref_key: Option<String>,
    /// The hospital's name, shown on every page.
    #[arg(long, env = "HIMS_HOSPITAL", global = true)]
    hospital: Option<String>,
    /// The hospital's time zone, such as Europe/London.
    #[arg(long, env = "HIMS_TIME_ZONE", default_value = "UTC", global = true)]
    time_zone: String,
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
    #[command(flatten)]
    pub(super) stream: StreamSettings,
    /// Addresses of proxies that say in X-Forwarded-For whom they speak for, separated by commas.
    #[arg(long, env = "HIMS_TRUSTED_PROXIES", default_value = "", global = true)]
    trusted_proxies: String,
    /// What to log: error, warn, info, debug, or as tracing-subscriber's directives.
    #[arg(long, env = "HIMS_LOG", default_value = "info", global = true)]
    log: String,
}

/// How `HIMS_SCHEMA` says to treat the schema.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SchemaSetting {
    Migrate,
    Check,
}

impl Cli {
    /// What to do; without a word, serve.
    pub(super) fn asked(&self) -> Command {
        self.command.clone().unwrap_or(Command::Serve)
    }

    /// Logs to standard error, as what is on standard output is for the person who starts it.
    pub(super) fn start_log(&self) {
        let filter =
            EnvFilter::try_new(&self.settings.log).unwrap_or_else(|_| EnvFilter::new("info"));
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
            .init();
    }
}

impl Settings {
    pub(super) fn listen(&self) -> Result<SocketAddr, Stop> {
        self.listen.parse().map_err(|_| {
            Stop::setting(
                "HIMS_LISTEN",
                format!(
                    "\"{}\" is no address and port, such as 127.0.0.1:8080",
                    self.listen
                ),
            )
        })
    }

    /// The database, and whether nobody named one: then it is filled with the demonstration.
    pub(super) fn database(&self) -> Result<(DatabaseUrl, bool), Stop> {
        match self.database_url.as_deref().filter(|url| !url.is_empty()) {
            Some(url) => Ok((url.parse()?, false)),
            None => Ok((DatabaseUrl::Sqlite("data/hims-chat.db".into()), true)),
        }
    }

    pub(super) fn schema(&self) -> Result<SchemaSetting, Stop> {
        match self.schema.as_str() {
            "migrate" => Ok(SchemaSetting::Migrate),
            "check" => Ok(SchemaSetting::Check),
            other => Err(Stop::setting(
                "HIMS_SCHEMA",
                format!("is \"{other}\" and must be migrate or check"),
            )),
        }
    }

    pub(super) fn mounts(&self) -> Result<Vec<MountSetting>, Stop> {
        mounts::parse(&self.mounts).map_err(|problem| Stop::setting("HIMS_MOUNTS", problem))
    }

    pub(super) fn new_rooms(&self) -> Result<Vec<(Prefix, Prefix)>, Stop> {
        mounts::parse_new_rooms(&self.new_rooms, &self.mounts()?)
            .map_err(|problem| Stop::setting("HIMS_NEW_ROOMS", problem))
    }

    pub(super) fn attachments_url(&self) -> &str {
        &self.attachments_url
    }

    /// Largest file in bytes. 100 MB is the most that Stream takes.
    pub(super) fn max_file(&self) -> Result<u64, Stop> {
        match self.max_file_mb.parse::<u64>() {
            Ok(megabytes @ 1..=100) => Ok(megabytes * 1024 * 1024),
            _ => Err(Stop::setting(
                "HIMS_MAX_FILE_MB",
                "must be a whole number of megabytes from 1 to 100",
            )),
        }
    }

    pub(super) fn patient_ref_key(&self) -> Result<Option<PatientRefKey>, Stop> {
        let key = self
            .patient_ref_key
            .as_deref()
            .filter(|key| !key.is_empty())
            .map(PatientRefKey::from_hex);
        key.transpose()
            .map_err(|problem| Stop::setting("HIMS_PATIENT_REF_KEY", problem.to_string()))
    }

    pub(super) fn hospital(&self) -> Option<&str> {
        self.hospital
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty())
    }

    pub(super) fn time_zone(&self) -> Result<TimeZone, Stop> {
        TimeZone::get(&self.time_zone).map_err(|_| {
            let problem = format!(
                "\"{}\" is no time zone, such as Europe/London or UTC",
                self.time_zone
            );
            Stop::setting("HIMS_TIME_ZONE", problem)
        })
    }

    pub(super) fn idle(&self) -> Result<Duration, Stop> {
        match self.idle_minutes.parse::<u64>() {
            Ok(minutes @ 1..=1440) => Ok(Duration::from_secs(minutes * 60)),
            _ => Err(Stop::setting(
                "HIMS_IDLE_MINUTES",
                "must be a whole number of minutes from 1 to 1440",
            )),
        }
    }

    pub(super) fn idle_lock(&self) -> Result<Duration, Stop> {
        match self.idle_lock_minutes.parse::<u64>() {
            Ok(minutes @ 0..=1440) => Ok(Duration::from_secs(minutes * 60)),
            _ => Err(Stop::setting(
                "HIMS_IDLE_LOCK_MINUTES",
                "must be a whole number of minutes from 1 to 1440, or 0 for never",
            )),
        }
    }

    pub(super) fn trusted_proxies(&self) -> Result<Vec<IpAddr>, Stop> {
        let proxies = self
            .trusted_proxies
            .split(',')
            .map(str::trim)
            .filter(|proxy| !proxy.is_empty());
        proxies
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map_err(|_| {
                Stop::setting(
                    "HIMS_TRUSTED_PROXIES",
                    "must be IP addresses separated by commas, such as 127.0.0.1",
                )
            })
    }

    /// What can be wrong and is used late is looked at early.
    pub(super) fn check_log(&self) -> Result<(), Stop> {
        let problem = |_| {
            Stop::setting(
                "HIMS_LOG",
                "must be error, warn, info, debug or trace, or directives",
            )
        };
        EnvFilter::try_new(&self.log).map(drop).map_err(problem)
    }
}

/// Reads `.env` from the folder the program is started in. What the environment says goes before.
pub(super) fn read_env_file() -> Result<(), String> {
    match dotenvy::from_path(".env") {
        Ok(()) => Ok(()),
        Err(error) if error.not_found() => Ok(()),
        // The library's words repeat the line, which may hold a secret.
        Err(_) => Err(".env: a line is not of the form NAME=value".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_wrong_value_is_named_and_never_a_secret() {
        let settings = |pairs: &[&str]| {
            Cli::try_parse_from([&["hims-chat"], pairs].concat())
                .unwrap()
                .settings
        };
        let problem = settings(&["--listen", "here"])
            .listen()
            .unwrap_err()
            .to_string();
        assert!(
            problem.contains("HIMS_LISTEN") && problem.contains("127.0.0.1:8080"),
            "{problem}"
        );
        let secret = "0f".repeat(31);
        let problem = settings(&["--patient-ref-key", &secret])
            .patient_ref_key()
            .unwrap_err()
            .to_string();
        assert!(
            problem.contains("HIMS_PATIENT_REF_KEY") && !problem.contains(&secret),
            "{problem}"
        );
        assert!(settings(&["--idle-minutes", "0"]).idle().is_err());
        assert!(
            settings(&["--idle-lock-minutes", "soon"])
                .idle_lock()
                .is_err()
        );
        assert!(settings(&["--time-zone", "Mars/Base"]).time_zone().is_err());
        assert!(settings(&["--schema", "drop"]).schema().is_err());
    }

    #[test]
    fn the_example_file_names_every_setting() {
        let example = include_str!("../../../../.env.example");
        for argument in Cli::command().get_arguments() {
            if let Some(name) = argument.get_env().and_then(|name| name.to_str()) {
                assert!(
                    example.contains(&format!("#{name}=")),
                    "{name} is not in .env.example"
                );
            }
        }
    }
}
