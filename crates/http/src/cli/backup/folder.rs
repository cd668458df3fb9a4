use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER;
use futures_util::StreamExt;
use ports::FileContent;
use sha2::{Digest, Sha256};

use super::{
    manifest::{Entry, Manifest, NAME, SUM},
    unusable,
};
use crate::cli::CliError;

/// A folder that becomes a backup. Dropped before it is one it is empty again, or gone.
pub(super) struct Folder {
    place: PathBuf,
    /// It was not there before.
    is_new: bool,
    entries: Vec<Entry>,
    is_finished: bool,
}

impl Folder {
    pub(super) fn begin(place: &Path) -> Result<Self, CliError> {
        let wrong =
            |problem: String| CliError::setting("TO", format!("{} {problem}", place.display()));
        let is_new = match fs::read_dir(place) {
            Ok(mut inside) => match inside.next() {
                None => false,
                Some(_) => {
                    return Err(wrong(
                        "is not empty; name a folder that is new or empty".to_owned(),
                    ));
                }
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir(place).map_err(|error| wrong(format!("cannot be made: {error}")))?;
                true
            }
            Err(error) => return Err(wrong(format!("cannot be used as a folder: {error}"))),
        };
        #[cfg(unix)]
        if !is_new {
            use std::os::unix::fs::PermissionsExt as _;
            // On a share that knows no rights it stays as it is; the files inside are as closed as they can be.
            let _ = fs::set_permissions(place, fs::Permissions::from_mode(0o700));
        }
        Ok(Self {
            place: place.to_owned(),
            is_new,
            entries: Vec::new(),
            is_finished: false,
        })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.place.join(name)
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        self.entries.clone()
    }

    /// Adds a file that something else has written.
    pub(super) fn add(&mut self, name: &str) -> Result<(), CliError> {
        let path = self.path(name);
        let written = |error| unusable("written", &path, &error);
        let options = File::options().read(true).write(true).open(&path);
        options.and_then(|file| file.sync_all()).map_err(written)?;
        let entry = entry(&path, name).map_err(written)?;
        self.entries.push(entry);
        Ok(())
    }

    /// Adds a file that lies elsewhere.
    pub(super) fn copy(&mut self, name: &str, from: &Path) -> Result<(), CliError> {
        let mut source = File::open(from).map_err(|error| unusable("read", from, &error))?;
        let path = self.path(name);
        let written = |error| unusable("written", &path, &error);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(written)?;
        }
        let mut file = File::create_new(&path).map_err(written)?;
        io::copy(&mut source, &mut file).map_err(written)?;
        self.add(name)
    }

    /// Adds a file of these bytes.
    pub(super) fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), CliError> {
        let path = self.path(name);
        File::create_new(&path)
            .and_then(|mut file| file.write_all(bytes))
            .map_err(|error| unusable("written", &path, &error))?;
        self.add(name)
    }

    /// Adds a file that comes in pieces. Where the pieces end early there is none.
    pub(super) async fn store(
        &mut self,
        name: &str,
        mut content: FileContent,
    ) -> Result<ports::Result<()>, CliError> {
        let path = self.path(name);
        let written = |error| unusable("written", &path, &error);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(written)?;
        }
        let mut file = File::create_new(&path).map_err(written)?;
        let (mut size, mut sum) = (0, Sha256::new());
        while let Some(piece) = content.next().await {
            let piece = match piece {
                Ok(piece) => piece,
                Err(error) => {
                    fs::remove_file(&path).map_err(written)?;
                    return Ok(Err(error));
                }
            };
            file.write_all(&piece).map_err(written)?;
            sum.update(&piece);
            size += piece.len() as u64;
        }
        file.sync_all().map_err(written)?;
        self.entries.push(Entry {
            path: name.to_owned(),
            size,
            sha256: HEXLOWER.encode(&sum.finalize()),
        });
        Ok(Ok(()))
    }

    /// Writes the manifest, which makes it a backup; its SHA-256.
    pub(super) fn finish(mut self, manifest: &Manifest) -> Result<String, CliError> {
        let mut text = serde_json::to_string_pretty(manifest)
            .map_err(|_| CliError::Start("the manifest cannot be written as JSON".to_owned()))?;
        text.push('\n');
        let sum = HEXLOWER.encode(&Sha256::digest(&text));
        self.write(NAME, text.as_bytes())?;
        self.write(SUM, sum_line(&sum).as_bytes())?;
        sync_folders(&self.place).map_err(|error| unusable("written", &self.place, &error))?;
        self.is_finished = true;
        Ok(sum)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.is_finished {
            return;
        }
        if self.is_new {
            let _ = fs::remove_dir_all(&self.place);
            return;
        }
        for inside in fs::read_dir(&self.place).into_iter().flatten().flatten() {
            let path = inside.path();
            let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
        }
    }
}

/// The line of the manifest's own sum.
pub(super) fn sum_line(sum: &str) -> String {
    format!("{sum}  {NAME}\n")
}

/// Size and SHA-256 of a file as it is now.
pub(super) fn entry(path: &Path, name: &str) -> io::Result<Entry> {
    let mut file = File::open(path)?;
    let (mut size, mut sum) = (0, Sha256::new());
    let mut piece = vec![0; 256 * 1024];
    loop {
        let count = file.read(&mut piece)?;
        if count == 0 {
            break;
        }
        sum.update(&piece[..count]);
        size += count as u64;
    }
    Ok(Entry {
        path: name.to_owned(),
        size,
        sha256: HEXLOWER.encode(&sum.finalize()),
    })
}

/// A name is on the disk when its folder is.
fn sync_folders(folder: &Path) -> io::Result<()> {
    for inside in fs::read_dir(folder)? {
        let inside = inside?;
        if inside.file_type()?.is_dir() {
            sync_folders(&inside.path())?;
        }
    }
    // Elsewhere a folder cannot be opened.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}
