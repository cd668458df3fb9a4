//! Settings: flags before environment before the file `.env`. Read here and nowhere else.

use std::net::SocketAddr;

use clap::{Args, Parser, Subcommand};
use jiff::tz::TimeZone;
use legacy::NaiveZone;
use ports::PatientRefKey;

use super::{
    CliError,
    audit::{Audit, AuditSettings},
    backup::{Backup, Restore},
    database::DatabaseUrl,
    export::Export,
    file_settings::FileSettings,
    limits::Limits,
    log_settings::LogSettings,
    migrate::Migrate,
    mounts::{self, MountSetting},
    patients::Patients,
    retention::{Retention, RetentionSettings},
    sign_on_settings::SignOnSettings,
    staff::Staff,
    stream_settings::StreamSettings,
};
use crate::{InvalidProxies, TrustedProxies, app::Prefix};

/// Chat between doctors, inside the hospital's own information system.
#[derive(Parser)]
#[command(name = "hims-chat", version)]
pub(super) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    pub(super) settings: Settings,
}

/// The command to run.
#[derive(Clone, Subcommand)]
pub(super) enum Command {
    /// Serves the chat (what happens without a command).
    Serve,
    /// Asks the service that runs with these settings how it is; exit code 1 when it is not ready or does not answer.
    Health,
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
    /// Copies everything into a new or empty folder: the database, the files, the settings without secrets.
    ///
    /// The service may run. The folder is for its owner alone, and a manifest in it holds the SHA-256 of every file.
    /// The copy of the database holds the key of the pseudonyms, so look after it as after the database. PostgreSQL
    /// is copied by its program pg_dump. Exit code 3: backed up, but the bytes of some files were lost before.
    Backup(Backup),
    /// Puts a backup into an empty database and an empty place for files, once it is verified.
    ///
    /// A backup that was cut or changed, and a place that is not empty, are refused before anything is touched.
    /// PostgreSQL is filled by its program pg_restore.
    Restore(Restore),
    /// Looks after the staff: adds, lists, closes accounts, sets passwords, takes lists of the hospital's own system.
    ///
    /// With SQLite the service must be stopped; with PostgreSQL it may run.
    Staff {
        #[command(subcommand)]
        asked: Staff,
    },
    /// Looks after the patients: takes lists of the hospital's own system.
    Patients {
        #[command(subcommand)]
        asked: Patients,
    },
    /// Reads the audit: lists, verifies and exports it.
    ///
    /// Whoever reads it is in it. With SQLite the service must be stopped; with PostgreSQL it may run.
    Audit {
        #[command(subcommand)]
        asked: Audit,
    },
    /// Removes what the hospital's rules no longer keep, and looks after legal holds.
    ///
    /// `plan` lists what would go; `run` removes it and writes a signed receipt. With SQLite the service must be stopped;
    /// with PostgreSQL it may run.
    Retention {
        #[command(subcommand)]
        asked: Retention,
    },
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
#[command(next_help_heading = "Settings")]
pub(super) struct Settings {
    /// Address to listen on.
    #[arg(
        long,
        env = "HIMS_LISTEN",
        default_value = "127.0.0.1:8080",
        global = true
    )]
    listen: String,
    /// A second address, for /metrics, /openapi and /health: the first serves no metrics and no OpenAPI then.
    #[arg(long, env = "HIMS_ADMIN_LISTEN", global = true)]
    admin_listen: Option<String>,
    /// postgres://… or sqlite://path. Without it: sqlite://data/hims-chat.db, created and filled
    /// with the demonstration hospital.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    database_url: Option<String>,
    /// `migrate` brings the schema up to date; `check` stops when it is behind.
    #[arg(long, env = "HIMS_SCHEMA", default_value = "migrate", global = true)]
    schema: String,
    /// The backend of each prefix: prefix=legacy or prefix=stream, separated by commas.
    #[arg(
        long,
        env = "HIMS_MOUNTS",
        default_value = "/doctor/chat=legacy,/doctor/stream-chat=stream",
        global = true
    )]
    mounts: String,
    /// The prefix on which rooms that do not exist yet are opened: prefix=prefix, separated by commas.
    #[arg(long, env = "HIMS_NEW_ROOMS", default_value = "", global = true)]
    new_rooms: String,
    #[command(flatten)]
    pub(super) files: FileSettings,
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
    /// The time zone in which the other application writes its times, such as Asia/Karachi.
    #[arg(
        long,
        env = "HIMS_LEGACY_TIME_ZONE",
        default_value = "UTC",
        global = true
    )]
    legacy_time_zone: String,
    #[command(flatten)]
    pub(super) stream: StreamSettings,
    #[command(flatten)]
    pub(super) audit: AuditSettings,
    #[command(flatten)]
    pub(super) retention: RetentionSettings,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) sign_on: SignOnSettings,
    /// Addresses and networks (10.20.0.0/16) of proxies that say in X-Forwarded-For whom they speak
    /// for, separated by commas.
    #[arg(long, env = "HIMS_TRUSTED_PROXIES", default_value = "", global = true)]
    trusted_proxies: String,
    #[command(flatten)]
    pub(super) log: LogSettings,
}

/// How `HIMS_SCHEMA` says to treat the schema.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SchemaSetting {
    Migrate,
    Check,
}

impl Cli {
    /// The command to run; `serve` when none is given.
    pub(super) fn asked(&self) -> Command {
        self.command.clone().unwrap_or(Command::Serve)
    }
}

fn address(setting: &'static str, set: &str, example: &str) -> Result<SocketAddr, CliError> {
    set.parse().map_err(|_| {
        let problem = format!("\"{set}\" is no address and port, such as {example}");
        CliError::setting(setting, problem)
    })
}

impl Settings {
    pub(super) fn listen(&self) -> Result<SocketAddr, CliError> {
        address("HIMS_LISTEN", &self.listen, "127.0.0.1:8080")
    }

    /// The operators' own address, if there is one.
    pub(super) fn admin_listen(&self) -> Result<Option<SocketAddr>, CliError> {
        let set = self.admin_listen.as_deref().filter(|set| !set.is_empty());
        set.map(|set| address("HIMS_ADMIN_LISTEN", set, "127.0.0.1:9090"))
            .transpose()
    }

    /// The database, and whether nobody named one: then it is filled with the demonstration.
    pub(super) fn database(&self) -> Result<(DatabaseUrl, bool), CliError> {
        match self.database_url.as_deref().filter(|url| !url.is_empty()) {
            Some(url) => Ok((url.parse()?, false)),
            None => Ok((DatabaseUrl::Sqlite("data/hims-chat.db".into()), true)),
        }
    }

    pub(super) fn schema(&self) -> Result<SchemaSetting, CliError> {
        match self.schema.as_str() {
            "migrate" => Ok(SchemaSetting::Migrate),
            "check" => Ok(SchemaSetting::Check),
            other => Err(CliError::setting(
                "HIMS_SCHEMA",
                format!("is \"{other}\" and must be migrate or check"),
            )),
        }
    }

    pub(super) fn mounts(&self) -> Result<Vec<MountSetting>, CliError> {
        mounts::parse(&self.mounts).map_err(|problem| CliError::setting("HIMS_MOUNTS", problem))
    }

    pub(super) fn new_rooms(&self) -> Result<Vec<(Prefix, Prefix)>, CliError> {
        mounts::parse_new_rooms(&self.new_rooms, &self.mounts()?)
            .map_err(|problem| CliError::setting("HIMS_NEW_ROOMS", problem))
    }

    pub(super) fn patient_ref_key(&self) -> Result<Option<PatientRefKey>, CliError> {
        let key = self
            .patient_ref_key
            .as_deref()
            .filter(|key| !key.is_empty())
            .map(PatientRefKey::from_hex);
        key.transpose()
            .map_err(|problem| CliError::setting("HIMS_PATIENT_REF_KEY", problem.to_string()))
    }

    pub(super) fn hospital(&self) -> Option<&str> {
        self.hospital
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty())
    }

    pub(super) fn time_zone(&self) -> Result<TimeZone, CliError> {
        TimeZone::get(&self.time_zone).map_err(|_| {
            let problem = format!(
                "\"{}\" is no time zone, such as Europe/London or UTC",
                self.time_zone
            );
            CliError::setting("HIMS_TIME_ZONE", problem)
        })
    }

    pub(super) fn legacy_time_zone(&self) -> Result<NaiveZone, CliError> {
        NaiveZone::named(self.legacy_time_zone.trim()).map_err(|_| {
            let problem = format!(
                "\"{}\" is no time zone by its IANA name, such as Asia/Karachi or UTC",
                self.legacy_time_zone
            );
            CliError::setting("HIMS_LEGACY_TIME_ZONE", problem)
        })
    }

    pub(super) fn trusted_proxies(&self) -> Result<TrustedProxies, CliError> {
        let proxies = self.trusted_proxies.parse();
        proxies.map_err(|error: InvalidProxies| {
            CliError::setting("HIMS_TRUSTED_PROXIES", error.to_string())
        })
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
mod tests;
