//! The folder that is written: it appears whole under its name, or not at all.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::digest::hex;

/// The list of SHA-256 sums, as `sha256sum -c` reads it.
pub(crate) const SUMS: &str = "SHA256SUMS";

/// A folder on its way. Dropped before [`Folder::finish`] it is gone with all that is in it.
pub(crate) struct Folder {
    target: PathBuf,
    work: PathBuf,
    sums: Vec<(String, String)>,
    is_finished: bool,
}

/// A file of the folder that is being written.
pub(crate) struct Written {
    name: String,
    file: BufWriter<File>,
    sum: Sha256,
}

impl Folder {
    /// Makes a folder beside the target, for nobody but its owner.
    pub(crate) fn begin(target: &Path) -> io::Result<Self> {
        refuse_existing(target)?;
        let no_name = || io::Error::new(io::ErrorKind::InvalidInput, "it must name a new folder");
        let name = target.file_name().ok_or_else(no_name)?;
        let mut partial = std::ffi::OsString::from(".");
        partial.push(name);
        partial.push(format!(".{:016x}.partial", rand::random::<u64>()));
        let work = target.with_file_name(partial);
        make_folder(&work)?;
        Ok(Self {
            target: target.to_owned(),
            work,
            sums: Vec::new(),
            is_finished: false,
        })
    }

    /// Begins a file; its name is a path from the folder, with `/`.
    pub(crate) fn create(&self, name: &str) -> io::Result<Written> {
        let path = self.work.join(name);
        if let Some(parent) = path.parent().filter(|parent| !parent.exists()) {
            make_folder(parent)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Written {
            name: name.to_owned(),
            file: BufWriter::new(options.open(path)?),
            sum: Sha256::new(),
        })
    }

    /// Ends a file: it is on the disk, and in the list of sums.
    pub(crate) fn close(&mut self, written: Written) -> io::Result<()> {
        let file = written.file.into_inner().map_err(io::Error::from)?;
        file.sync_all()?;
        let sum = hex(&written.sum.finalize());
        self.sums.push((sum, written.name));
        Ok(())
    }

    /// Writes the list of sums and gives the folder its name.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.sums.sort_by(|one, other| one.1.cmp(&other.1));
        let mut list = self.create(SUMS)?;
        for (sum, name) in &self.sums {
            writeln!(list, "{sum}  {name}")?;
        }
        self.close(list)?;
        refuse_existing(&self.target)?;
        fs::rename(&self.work, &self.target)?;
        self.is_finished = true;
        let parent = self.target.parent().filter(|it| it != &Path::new(""));
        File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.is_finished {
            let _ = fs::remove_dir_all(&self.work);
        }
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.sum.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn refuse_existing(target: &Path) -> io::Result<()> {
    match fs::symlink_metadata(target) {
        Ok(_) => Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "it exists, and nothing is written over",
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn it_appears_whole() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("out");
        let mut folder = Folder::begin(&target).unwrap();
        let mut file = folder.create("files/1-a.txt").unwrap();
        file.write_all(b"abc").unwrap();
        folder.close(file).unwrap();
        assert!(!target.exists());
        folder.finish().unwrap();
        assert_eq!(names(place.path()), ["out"]);
        let sums = fs::read_to_string(target.join(SUMS)).unwrap();
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sums, format!("{abc}  files/1-a.txt\n"));
    }

    #[test]
    fn stopped_it_leaves_nothing() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::begin(&place.path().join("out")).unwrap();
        drop(folder.create("a").unwrap());
        assert_eq!(names(place.path()).len(), 1);
        drop(folder);
        assert!(names(place.path()).is_empty());
    }

    #[test]
    fn nothing_is_written_over() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("out");
        let folder = Folder::begin(&target).unwrap();
        fs::create_dir(&target).unwrap();
        assert!(Folder::begin(&target).is_err());
        assert!(folder.finish().is_err(), "it came meanwhile");
        assert_eq!(names(place.path()), ["out"]);
    }
}
