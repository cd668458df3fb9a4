//! `hims-chat restore`: everything is verified and looked at before anything is touched. The files go first and the
//! database last, so that no service finds a database without its files.

use std::path::{Path, PathBuf};

use clap::Args;
use legacy::{Files, Stored};
use migration::Progress;
use serde::Serialize;

use super::{
    SETTINGS, list, make_private_files,
    manifest::Manifest,
    records::{Record, Records},
    say_json, tell_step,
    verify::{compare, database_of, read_again, stored, verify},
};
use crate::cli::{
    CliError, attachments,
    compose::backup as databases,
    config::Settings,
    database::{DatabaseUrl, Engine},
    migrate::progress::Teller,
    say::say,
    serve::asked_to_stop,
};

/// Arguments of `restore`.
#[derive(Clone, Args)]
pub(in crate::cli) struct Restore {
    /// The folder of the backup.
    from: PathBuf,
    /// Only checks that the backup is whole and unchanged, and touches nothing.
    #[arg(long)]
    check: bool,
    /// Answers as JSON.
    #[arg(long)]
    json: bool,
}

/// The answer of `restore`.
#[derive(Serialize)]
struct Answer<'a> {
    backup: &'a Path,
    /// False where it was only checked.
    restored: bool,
    engine: Engine,
    schema: &'a str,
    program: &'a str,
    created_at: String,
    files: usize,
    records: usize,
    /// Records that stay in the backup, because no setting names a place for them.
    records_left: Vec<&'a str>,
    lost: &'a [i64],
    secret_settings: &'a [String],
}

/// `hims-chat restore`.
pub(in crate::cli) async fn restore(settings: &Settings, asked: &Restore) -> Result<(), CliError> {
    tell_step("checking the backup");
    let manifest = verify(&asked.from)?;
    if asked.check {
        return tell(&manifest, asked, Vec::new());
    }
    make_private_files();
    let (database, _) = settings.database()?;
    if database.engine() != manifest.engine {
        let problem = format!(
            "names {}, and the backup is of {}",
            database.engine(),
            manifest.engine
        );
        return Err(CliError::setting("DATABASE_URL", problem));
    }
    let copy = asked.from.join(manifest.engine.file());
    databases::can_put_back(&copy, &database).await?;
    let address = settings.files.attachments_url();
    let files = attachments::files(address).await?;
    let is_empty = files.is_empty().await;
    if !is_empty.map_err(|error| CliError::Start(error.to_string()))? {
        let problem = format!(
            "{address} holds files already, and nothing is written over; name an empty place, or, where they are of \
             a restore that was cut off, see that no pg_restore is at work and the database is empty, and empty this one"
        );
        return Err(CliError::setting("ATTACHMENTS_URL", problem));
    }
    let (records, mut records_left) = Records::of(settings).places(&asked.from, &manifest)?;
    let mut written = Written::in_store(&files);
    // Before the files, which may take hours.
    let done = put_records_back(&asked.from, records, &mut written, &mut records_left);
    let done = match done {
        Err(problem) => Err(problem),
        Ok(()) => tokio::select! {
            done = put_files_back(&asked.from, &manifest, &mut written) => done,
            () = asked_to_stop() => Err(CliError::Start("stopped; nothing was restored".to_owned())),
        },
    };
    if done.is_err() {
        written.erase().await;
    }
    done?;
    // From here on it is whole or not at all, and nobody asks which of them in the middle.
    tell_step("restoring the database");
    if let Err(problem) = put_database_back(&asked.from, &manifest, &database).await {
        return Err(after_failure(problem, &database, &written).await);
    }
    tell(&manifest, asked, records_left)
}

/// The files and records that were put back so far.
struct Written<'a> {
    files: &'a Files,
    stored: Vec<Stored>,
    records: Vec<Record<'a>>,
}

impl<'a> Written<'a> {
    fn in_store(files: &'a Files) -> Self {
        Self {
            files,
            stored: Vec::new(),
            records: Vec::new(),
        }
    }

    async fn erase(&self) {
        for &stored in &self.stored {
            let _ = self.files.erase(stored).await;
        }
        self.records.iter().for_each(Record::erase);
    }
}

async fn put_files_back(
    from: &Path,
    manifest: &Manifest,
    written: &mut Written<'_>,
) -> Result<(), CliError> {
    let stored = stored(from, manifest)?;
    let mut progress = Teller::new();
    for (come_to, &(one, was)) in (1..).zip(&stored) {
        let bytes = read_again(from, was)?;
        written.stored.push(one);
        let done = written.files.write(one, bytes.into()).await;
        done.map_err(|error| CliError::Start(error.to_string()))?;
        progress.tell(Progress {
            doing: "restored files",
            come_to,
            of: Some(stored.len() as u64),
        });
    }
    progress.end();
    Ok(())
}

fn put_records_back<'a>(
    from: &Path,
    records: Vec<Record<'a>>,
    written: &mut Written<'a>,
    left: &mut Vec<&'a str>,
) -> Result<(), CliError> {
    for record in records {
        if record.put_back(from)? {
            written.records.push(record);
        } else {
            left.push(record.path());
        }
    }
    Ok(())
}

async fn put_database_back(
    from: &Path,
    manifest: &Manifest,
    database: &DatabaseUrl,
) -> Result<(), CliError> {
    let copy = database_of(from, manifest)?;
    compare(from, copy)?;
    databases::put_back(&from.join(&copy.path), database).await
}

/// A failure may come after the database was put in place: a connection that ends just then tells nobody.
async fn after_failure(
    problem: CliError,
    database: &DatabaseUrl,
    written: &Written<'_>,
) -> CliError {
    let left = match databases::is_empty(database).await {
        Ok(true) => {
            written.erase().await;
            return problem;
        }
        Ok(false) => {
            "the database seems to be in place all the same, so the files were left: look whether the rooms are there, \
             and empty the database and the place of the files where they are not"
        }
        Err(_) => {
            "whether the database is in place cannot be seen now, so the files were left: look whether the rooms are \
             there, and empty the place of the files where the database is empty"
        }
    };
    CliError::Start(format!("{problem}; {left}"))
}

fn tell(manifest: &Manifest, asked: &Restore, records_left: Vec<&str>) -> Result<(), CliError> {
    let answer = Answer {
        backup: &asked.from,
        restored: !asked.check,
        engine: manifest.engine,
        schema: &manifest.schema,
        program: &manifest.program,
        created_at: manifest.created_at.to_string(),
        files: manifest.stored_files().count(),
        records: manifest.records().count(),
        records_left,
        lost: &manifest.lost_files,
        secret_settings: &manifest.secret_settings,
    };
    if asked.json {
        return say_json(&answer);
    }
    let done = if asked.check {
        "Whole and unchanged"
    } else {
        "Restored"
    };
    let from = asked.from.display();
    say(format_args!(
        "{done}: the backup {from} of {:.0}, {} (schema {}), files {}, records {}.",
        manifest.created_at, answer.engine, answer.schema, answer.files, answer.records
    ))?;
    if !answer.lost.is_empty() {
        say(format_args!(
            "The bytes of these attachments were lost before it was made: {}.",
            list(answer.lost)
        ))?;
    }
    if asked.check {
        return Ok(());
    }
    say(format_args!(
        "The settings of then are in {}, for you to compare; nothing of them was put in place.",
        asked.from.join(SETTINGS).display()
    ))?;
    if !answer.records_left.is_empty() {
        say(format_args!(
            "No setting names a place for these records, or this user may not write there, so they stay in the backup: {}.",
            answer.records_left.join(", ")
        ))?;
    }
    if !answer.secret_settings.is_empty() {
        say(format_args!(
            "Secrets are not in a backup. Put in again: {}.",
            answer.secret_settings.join(", ")
        ))?;
    }
    say("Then start it: hims-chat serve")
}
