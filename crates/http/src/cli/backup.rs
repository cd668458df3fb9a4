//! `hims-chat backup`, and the folder that it makes: one file of the database, the files that doctors sent, the
//! records beside the database, the settings, and a manifest of all that. The manifest is written last, so that what was cut off is no backup.

mod folder;
mod manifest;
mod records;
mod restore;
mod settings_file;
mod verify;

use std::{
    collections::BTreeSet,
    io::IsTerminal as _,
    path::{Path, PathBuf},
};

use clap::Args;
use jiff::Timestamp;
use legacy::{Copied, Files, Stored};
use migration::Progress;
use serde::Serialize;

pub(super) use self::restore::{Restore, restore};
use self::{
    folder::Folder,
    manifest::{FORMAT, Manifest},
    records::Records,
    settings_file::SettingsFile,
};
use super::{
    CliError, attachments,
    compose::backup as databases,
    config::Settings,
    database::{DatabaseUrl, Engine},
    migrate::progress::Teller,
    say::{aside, say},
    serve::asked_to_stop,
};

/// The folders of files and of records in a backup, and the settings.
const FILES: &str = "files";
const RECORDS: &str = "records";
const SETTINGS: &str = "settings.env";

/// Arguments of `backup`.
#[derive(Clone, Args)]
pub(super) struct Backup {
    /// A folder that is new or empty.
    to: PathBuf,
    /// Answers as JSON.
    #[arg(long)]
    json: bool,
}

/// The answer of `backup`.
#[derive(Serialize)]
struct Made {
    backup: PathBuf,
    engine: Engine,
    schema: String,
    files: usize,
    records: usize,
    bytes: u64,
    /// Attachments that were removed while the backup was made.
    removed_meanwhile: Vec<i64>,
    /// Attachments of messages whose bytes are not in the store.
    lost: Vec<i64>,
    /// Advice about the copy of the database.
    warning: Option<String>,
    manifest_sha256: String,
}

/// Attachments whose bytes are not there, though the copy of the database has messages with them.
#[derive(Default)]
struct Missing {
    removed_meanwhile: Vec<i64>,
    lost: Vec<i64>,
}

/// The store of attachments, which is only read.
struct Store<'a> {
    address: &'a str,
    /// None where the folder is not there.
    files: Option<Files>,
}

impl Store<'_> {
    /// A share that is not mounted, or an address of something else, looks as if every file were lost.
    fn is_elsewhere(&self, problem: &str) -> CliError {
        let problem = format!(
            "{} {problem}; mount the share, or name the place where the service keeps them (a relative path starts in \
             the folder where the command runs)",
            self.address
        );
        CliError::setting("ATTACHMENTS_URL", problem)
    }
}

/// `hims-chat backup`.
pub(super) async fn backup(settings: &Settings, asked: &Backup) -> Result<(), CliError> {
    make_private_files();
    let (database, _) = settings.database()?;
    let store = Store {
        address: settings.files.attachments_url(),
        files: attachments::files_that_are_there(settings.files.attachments_url()).await?,
    };
    let records = Records::of(settings);
    let mut folder = Folder::begin(&asked.to)?;
    let made = tokio::select! {
        made = make(&database, &store, &records, &mut folder) => made,
        () = asked_to_stop() => Err(CliError::Start("stopped; there is no backup".to_owned())),
    };
    let (manifest, removed_meanwhile, warning) = made?;
    let made = Made {
        backup: asked.to.clone(),
        engine: manifest.engine,
        schema: manifest.schema.clone(),
        files: manifest.stored_files().count(),
        records: manifest.records().count(),
        bytes: manifest.bytes(),
        removed_meanwhile,
        lost: manifest.lost_files.clone(),
        warning,
        manifest_sha256: folder.finish(&manifest)?,
    };
    tell(&made, asked.json)
}

/// The database first: every file that it names was stored before.
async fn make(
    database: &DatabaseUrl,
    store: &Store<'_>,
    records: &Records,
    folder: &mut Folder,
) -> Result<(Manifest, Vec<i64>, Option<String>), CliError> {
    let engine = database.engine();
    records.copy_heads(folder)?;
    tell_step("copying the database");
    let copied = databases::copy(database, &folder.path(engine.file())).await?;
    folder.add(engine.file())?;
    let missing = copy_files(&copied, database, store, folder).await?;
    records.copy_retention(folder)?;
    let settings = SettingsFile::in_effect();
    folder.write(SETTINGS, settings.text.as_bytes())?;
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        engine,
        schema: copied.schema,
        created_at: Timestamp::now(),
        secret_settings: settings.secrets,
        lost_files: missing.lost,
        files: folder.entries(),
    };
    Ok((manifest, missing.removed_meanwhile, copied.warning))
}

async fn copy_files(
    copied: &Copied,
    database: &DatabaseUrl,
    from: &Store<'_>,
    folder: &mut Folder,
) -> Result<Missing, CliError> {
    if copied.files.is_empty() {
        return Ok(Missing::default());
    }
    let Some(files) = &from.files else {
        return Err(from.is_elsewhere("is not there, and the database names files in it"));
    };
    let mut progress = Teller::new();
    let (mut not_there, mut has_some) = (Vec::new(), false);
    for (come_to, named) in (1..).zip(&copied.files) {
        let is_there = store(Stored::File(named.attachment), files, folder).await?;
        has_some |= is_there;
        if is_there {
            // Only pictures have one.
            store(Stored::Thumbnail(named.attachment), files, folder).await?;
        } else if named.is_sent {
            not_there.push(named.attachment);
        }
        progress.tell(Progress {
            doing: "copied files",
            come_to,
            of: Some(copied.files.len() as u64),
        });
    }
    progress.end();
    if not_there.is_empty() {
        return Ok(Missing::default());
    }
    let now = databases::files(database).await?;
    let now: BTreeSet<i64> = now.iter().map(|named| named.attachment).collect();
    let (lost, removed_meanwhile): (Vec<i64>, _) =
        not_there.into_iter().partition(|id| now.contains(id));
    if !has_some && !lost.is_empty() {
        return Err(from.is_elsewhere("holds none of the files that the database names"));
    }
    Ok(Missing {
        removed_meanwhile,
        lost,
    })
}

/// Copies what is stored under a name; whether there is anything.
async fn store(stored: Stored, files: &Files, folder: &mut Folder) -> Result<bool, CliError> {
    let content = match files.read(stored).await {
        Ok(content) => content,
        Err(error) => return is_only_absent(&error),
    };
    match folder.store(&name_in_backup(stored), content).await? {
        Ok(()) => Ok(true),
        Err(error) => is_only_absent(&error),
    }
}

fn is_only_absent(error: &ports::Error) -> Result<bool, CliError> {
    if error.kind() == ports::ErrorKind::NotFound {
        Ok(false)
    } else {
        Err(CliError::Start(error.to_string()))
    }
}

fn name_in_backup(stored: Stored) -> String {
    format!("{FILES}/{stored}")
}

fn tell(made: &Made, json: bool) -> Result<(), CliError> {
    if json {
        say_json(made)?;
    } else {
        say(format_args!(
            "Backed up to {}: {} (schema {}), files {}, records {}, settings without secrets; {}. \
             SHA-256 of the manifest: {}",
            made.backup.display(),
            made.engine,
            made.schema,
            made.files,
            made.records,
            size(made.bytes),
            made.manifest_sha256
        ))?;
        if !made.removed_meanwhile.is_empty() {
            say(format_args!(
                "Removed while it was made, so not in it: attachments {}.",
                list(&made.removed_meanwhile)
            ))?;
        }
        if let Some(warning) = &made.warning {
            say(format_args!("Note: {warning}."))?;
        }
    }
    if made.lost.is_empty() {
        return Ok(());
    }
    Err(CliError::Incomplete(format!(
        "backed up, but the bytes of files are lost: attachments {}",
        list(&made.lost)
    )))
}

fn say_json(what: &impl Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(what);
    say(text.map_err(|_| CliError::Start("the answer cannot be written as JSON".to_owned()))?)
}

fn list(attachments: &[i64]) -> String {
    let texts: Vec<String> = attachments.iter().map(i64::to_string).collect();
    texts.join(", ")
}

#[expect(clippy::cast_precision_loss, reason = "a size for people")]
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{:.0} KB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

/// Says to the person who waits what takes long and has no numbers; a timer's mail is left alone.
fn tell_step(doing: &str) {
    if std::io::stderr().is_terminal() {
        aside(format_args!("{doing}\n"));
    }
}

/// Makes every file that this process and its children write from now on readable by its owner alone.
fn make_private_files() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

fn unusable(what: &str, path: &Path, error: &std::io::Error) -> CliError {
    CliError::Start(format!("{} cannot be {what}: {error}", path.display()))
}
