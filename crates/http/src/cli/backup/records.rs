//! Records that stand beside the database: the heads of the audit, the rules of retention, and the lists of what went
//! by them.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{
    RECORDS,
    folder::{Folder, entry},
    manifest::{Entry, Manifest},
    unusable,
    verify::read_again,
};
use crate::cli::{CliError, config::Settings};

/// Names of records in a backup.
const HEADS: &str = "audit-heads.txt";
const RULES: &str = "retention.toml";
const LISTS: &str = "retention-lists/";

/// The places of the records, as the settings have them.
pub(super) struct Records {
    heads: Option<PathBuf>,
    rules: Option<PathBuf>,
    lists: PathBuf,
}

/// A record of a backup, and the place where it belongs.
pub(super) struct Record<'a> {
    entry: &'a Entry,
    place: PathBuf,
}

impl Records {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            heads: settings.audit.heads(),
            rules: settings.retention.file().map(Path::to_owned),
            lists: settings.retention.lists().to_owned(),
        }
    }

    /// Copies the heads. They go before the database, so that it holds every seal of which there is a head.
    pub(super) fn copy_heads(&self, folder: &mut Folder) -> Result<(), CliError> {
        copy_if_there(folder, HEADS, self.heads.as_deref())
    }

    /// Copies rules and lists. They go after the database, so that there is a list of every run that it knows.
    pub(super) fn copy_retention(&self, folder: &mut Folder) -> Result<(), CliError> {
        copy_if_there(folder, RULES, self.rules.as_deref())?;
        let unreadable = |error: &io::Error| unusable("read", &self.lists, error);
        let inside = match fs::read_dir(&self.lists) {
            Ok(inside) => inside,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(unreadable(&error)),
        };
        for one in inside {
            let one = one.map_err(|error| unreadable(&error))?;
            let is_file = one.file_type().is_ok_and(|kind| kind.is_file());
            let Some(list) = one
                .file_name()
                .to_str()
                .filter(|_| is_file)
                .map(str::to_owned)
            else {
                continue;
            };
            folder.copy(&name(&format!("{LISTS}{list}")), &one.path())?;
        }
        Ok(())
    }

    /// The records of a backup that have a place here, and those that have none. Nothing is touched.
    ///
    /// # Errors
    /// A name that no record has; a place that holds another record.
    pub(super) fn places<'a>(
        &self,
        from: &Path,
        manifest: &'a Manifest,
    ) -> Result<(Vec<Record<'a>>, Vec<&'a str>), CliError> {
        let (mut placed, mut unplaced) = (Vec::new(), Vec::new());
        for (name, entry) in manifest.records() {
            let (setting, place) = match name.strip_prefix(LISTS) {
                Some(list) if is_plain(list) => {
                    ("HIMS_RETENTION_LISTS", Some(self.lists.join(list)))
                }
                None if name == HEADS => ("HIMS_AUDIT_HEADS", self.heads.clone()),
                None if name == RULES => ("HIMS_RETENTION", self.rules.clone()),
                _ => {
                    let problem = format!(
                        "the backup {} cannot be used: {} is no record of this chat",
                        from.display(),
                        entry.path
                    );
                    return Err(CliError::Start(problem));
                }
            };
            let Some(place) = place else {
                unplaced.push(&*entry.path);
                continue;
            };
            if !place.exists() {
                placed.push(Record { entry, place });
            } else if !holds(&place, entry) {
                let problem = format!(
                    "{} is there and is another than in the backup, and nothing is written over; set it aside, or name \
                     another place",
                    place.display()
                );
                return Err(CliError::setting(setting, problem));
            }
        }
        Ok((placed, unplaced))
    }
}

impl<'a> Record<'a> {
    /// Puts it in its place, where nothing is; `false` where this user may not write, and somebody else puts it there.
    pub(super) fn put_back(&self, from: &Path) -> Result<bool, CliError> {
        let bytes = read_again(from, self.entry)?;
        let written = |error: io::Error| unusable("written", &self.place, &error);
        let folder = self.place.parent().map_or(Ok(()), fs::create_dir_all);
        let mut file = match folder.and_then(|()| File::create_new(&self.place)) {
            Ok(file) => file,
            Err(error) if is_not_ours(&error) => return Ok(false),
            Err(error) => return Err(written(error)),
        };
        let done = file.write_all(&bytes).and_then(|()| file.sync_all());
        done.map_err(|error| {
            let _ = fs::remove_file(&self.place);
            written(error)
        })?;
        Ok(true)
    }

    /// Its path in the backup.
    pub(super) fn path(&self) -> &'a str {
        &self.entry.path
    }

    /// Takes it away again.
    pub(super) fn erase(&self) {
        let _ = fs::remove_file(&self.place);
    }
}

/// A file that cannot be looked at is a failure, and no file that is not there.
fn copy_if_there(folder: &mut Folder, record: &str, file: Option<&Path>) -> Result<(), CliError> {
    let Some(file) = file else { return Ok(()) };
    match fs::metadata(file) {
        Ok(_) => folder.copy(&name(record), file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(unusable("read", file, &error)),
    }
}

fn name(record: &str) -> String {
    format!("{RECORDS}/{record}")
}

/// Whether a place belongs to somebody else, as `/etc` does.
fn is_not_ours(error: &io::Error) -> bool {
    let kinds = [
        io::ErrorKind::PermissionDenied,
        io::ErrorKind::ReadOnlyFilesystem,
    ];
    kinds.contains(&error.kind())
}

fn holds(place: &Path, was: &Entry) -> bool {
    entry(place, &was.path).is_ok_and(|is| is.sha256 == was.sha256)
}

/// Whether a name leads nowhere else.
fn is_plain(name: &str) -> bool {
    Path::new(name).file_name().is_some_and(|last| last == name) && !name.contains('\\')
}
