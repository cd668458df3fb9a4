use clap::Args;

use super::{CliError, clamd::Clamd};

/// The settings of files: the store, and the kinds that are taken.
#[derive(Args)]
pub(super) struct FileSettings {
    /// The store of files: file://path or s3://bucket/prefix.
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
    /// The virus scanner that every upload goes through, ClamAV's clamd: unix:///path or tcp://host:port.
    #[arg(long, env = "HIMS_CLAMD", global = true)]
    clamd: Option<String>,
    /// true: programs and scripts may be sent, too.
    #[arg(
        long,
        env = "HIMS_ALLOW_PROGRAMS",
        default_value = "false",
        global = true
    )]
    allow_programs: String,
}

impl FileSettings {
    pub(super) fn attachments_url(&self) -> &str {
        &self.attachments_url
    }

    /// Largest file in bytes. 100 MB is the most that Stream takes.
    pub(super) fn max_file(&self) -> Result<u64, CliError> {
        match self.max_file_mb.parse::<u64>() {
            Ok(megabytes @ 1..=100) => Ok(megabytes * 1024 * 1024),
            _ => Err(CliError::setting(
                "HIMS_MAX_FILE_MB",
                "must be a whole number of megabytes from 1 to 100",
            )),
        }
    }

    /// The virus scanner, where one is named.
    pub(super) fn clamd(&self) -> Result<Option<Clamd>, CliError> {
        let address = self.clamd.as_deref().map(str::trim);
        let clamd = address
            .filter(|address| !address.is_empty())
            .map(str::parse);
        clamd
            .transpose()
            .map_err(|problem: &str| CliError::setting("HIMS_CLAMD", problem))
    }

    pub(super) fn allow_programs(&self) -> Result<bool, CliError> {
        self.allow_programs
            .parse()
            .map_err(|_| CliError::setting("HIMS_ALLOW_PROGRAMS", "must be true or false"))
    }
}
