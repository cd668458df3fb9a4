use std::{collections::BTreeSet, fs, io, path::Path};

use data_encoding::HEXLOWER;
use legacy::Stored;
use sha2::{Digest, Sha256};

use super::{
    folder::{entry, sum_line},
    manifest::{Entry, FORMAT, Head, Manifest, NAME, SUM},
    unusable,
};
use crate::cli::{CliError, compose::backup as databases};

/// The manifest of a backup that is whole and as it was made. Nothing is touched.
///
/// # Errors
/// The first thing that is wrong.
pub(super) fn verify(from: &Path) -> Result<Manifest, CliError> {
    let manifest = read(from)?;
    databases::knows(manifest.engine, &manifest.schema)?;
    database_of(from, &manifest)?;
    stored(from, &manifest)?;
    let mut there = BTreeSet::new();
    list(from, "", &mut there).map_err(|error| unusable("read", from, &error))?;
    let named: BTreeSet<&str> = manifest
        .files
        .iter()
        .map(|entry| entry.path.as_str())
        .chain([NAME, SUM])
        .collect();
    if let Some(added) = there.iter().find(|path| !named.contains(path.as_str())) {
        return Err(wrong(
            from,
            &format!("{added} was added: it is not in the manifest"),
        ));
    }
    for entry in &manifest.files {
        if !there.contains(&entry.path) {
            return Err(wrong(from, &format!("{} is missing", entry.path)));
        }
        compare(from, entry)?;
    }
    Ok(manifest)
}

/// The copy of the database.
///
/// # Errors
/// A manifest without one.
pub(super) fn database_of<'a>(from: &Path, manifest: &'a Manifest) -> Result<&'a Entry, CliError> {
    let name = manifest.engine.file();
    let found = manifest.files.iter().find(|entry| entry.path == name);
    found.ok_or_else(|| wrong(from, &format!("{name} is not in the manifest")))
}

/// The files for the store of attachments, each by its name there.
///
/// # Errors
/// A name that the store does not have.
pub(super) fn stored<'a>(
    from: &Path,
    manifest: &'a Manifest,
) -> Result<Vec<(Stored, &'a Entry)>, CliError> {
    let stored = manifest.stored().map(|(name, entry)| {
        let problem = || wrong(from, &format!("{} is no file of this chat", entry.path));
        Ok((name.parse().map_err(|_| problem())?, entry))
    });
    stored.collect()
}

/// The bytes of a file, which are still those that were verified.
///
/// # Errors
/// A file that was changed since.
pub(super) fn read_again(from: &Path, was: &Entry) -> Result<Vec<u8>, CliError> {
    let path = from.join(&was.path);
    let bytes = fs::read(&path).map_err(|error| unusable("read", &path, &error))?;
    if HEXLOWER.encode(&Sha256::digest(&bytes)) == was.sha256 {
        return Ok(bytes);
    }
    let problem = format!("{} was changed after it was checked", was.path);
    Err(wrong(from, &problem))
}

fn read(from: &Path) -> Result<Manifest, CliError> {
    let absent = |name: &str| {
        wrong(
            from,
            &format!("{name} is missing: this is no backup, or one that was not finished"),
        )
    };
    let open = |name: &str| match fs::read(from.join(name)) {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(absent(name)),
        Err(error) => Err(unusable("read", &from.join(name), &error)),
    };
    let (text, sum) = (open(NAME)?, open(SUM)?);
    if sum != sum_line(&HEXLOWER.encode(&Sha256::digest(&text))).as_bytes() {
        return Err(wrong(
            from,
            &format!("{NAME} was changed: it is not the one of {SUM}"),
        ));
    }
    let unreadable = |_| wrong(from, &format!("{NAME} is no manifest of a backup"));
    let head: Head = serde_json::from_slice(&text).map_err(unreadable)?;
    if head.format != FORMAT {
        let problem = format!(
            "its format is {}, and this version reads {FORMAT}: use the hims-chat that made it, or a newer one",
            head.format
        );
        return Err(wrong(from, &problem));
    }
    serde_json::from_slice(&text).map_err(unreadable)
}

/// A file has to be as it was when the backup was made.
///
/// # Errors
/// A file that is cut or changed.
pub(super) fn compare(from: &Path, was: &Entry) -> Result<(), CliError> {
    let (path, name) = (from.join(&was.path), &was.path);
    let failed = |error| unusable("read", &path, &error);
    let size = fs::metadata(&path).map_err(failed)?.len();
    if size != was.size {
        let how = if size < was.size { "cut" } else { "changed" };
        let problem = format!("{name} was {how}: it has {size} bytes and had {}", was.size);
        return Err(wrong(from, &problem));
    }
    if entry(&path, name).map_err(failed)?.sha256 != was.sha256 {
        let problem = format!("{name} was changed: its SHA-256 is another");
        return Err(wrong(from, &problem));
    }
    Ok(())
}

/// All that is no folder, by its path from the backup on.
fn list(folder: &Path, prefix: &str, there: &mut BTreeSet<String>) -> io::Result<()> {
    for inside in fs::read_dir(folder)? {
        let inside = inside?;
        let name = format!("{prefix}{}", inside.file_name().to_string_lossy());
        let kind = inside.file_type()?;
        if kind.is_dir() {
            list(&inside.path(), &format!("{name}/"), there)?;
        } else if kind.is_file() {
            there.insert(name);
        } else {
            // A link may lead to something else at any time.
            there.insert(format!("{name} (no plain file)"));
        }
    }
    Ok(())
}

fn wrong(from: &Path, problem: &str) -> CliError {
    CliError::Start(format!(
        "the backup {} cannot be used: {problem}",
        from.display()
    ))
}
