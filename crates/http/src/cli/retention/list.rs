//! The list of what goes: JSON Lines, without a word of anybody's.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::Timestamp;
use ports::{
    Error, Result as Ported,
    usecase::{DueItem, DueList},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::cli::CliError;

/// A list on its way. Only the line about its end is not in its digest.
pub(super) struct Items {
    to: Place,
    hash: Sha256,
    is_stopped: Arc<AtomicBool>,
}

enum Place {
    /// Nobody asked for the list.
    Nowhere,
    Standard,
    File(PathBuf, BufWriter<File>),
}

impl Items {
    /// A list that nobody reads.
    pub(super) fn uncounted() -> Self {
        Self::new(Place::Nowhere)
    }

    /// A list in a new file, or on standard output for `-`.
    pub(super) fn begin(to: &Path) -> Result<Self, CliError> {
        let place = if to == Path::new("-") {
            Place::Standard
        } else {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(to).map_err(|error| cannot(to, &error))?;
            Place::File(to.to_owned(), BufWriter::new(file))
        };
        Ok(Self::new(place))
    }

    fn new(to: Place) -> Self {
        Self {
            to,
            hash: Sha256::new(),
            is_stopped: Arc::default(),
        }
    }

    /// A switch that ends the run before its next room.
    pub(super) fn stop(&self) -> Arc<AtomicBool> {
        self.is_stopped.clone()
    }

    /// SHA-256 of the lines so far, with their ends.
    pub(super) fn digest(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    /// Writes the line about the end: a list without it was broken off.
    pub(super) fn end(mut self, end: &Value) -> Result<(), CliError> {
        let stop = |error: Error| CliError::Start(error.message().to_owned());
        self.write(&format!("{end}\n")).map_err(stop)?;
        self.keep().map_err(stop)
    }

    fn write(&mut self, line: &str) -> Ported<()> {
        let (name, written) = match &mut self.to {
            Place::Nowhere => return Ok(()),
            Place::Standard => (
                "standard output".to_owned(),
                std::io::stdout().write_all(line.as_bytes()),
            ),
            Place::File(name, file) => {
                (name.display().to_string(), file.write_all(line.as_bytes()))
            }
        };
        written.map_err(|error| unwritten(&name, &error))
    }
}

impl DueList for Items {
    fn add(&mut self, item: &DueItem) -> Ported<()> {
        let line = format!("{}\n", shown(item));
        self.write(&line)?;
        self.hash.update(line.as_bytes());
        Ok(())
    }

    fn keep(&mut self) -> Ported<()> {
        let Place::File(name, file) = &mut self.to else {
            return Ok(());
        };
        let kept = file.flush().and_then(|()| file.get_ref().sync_all());
        kept.map_err(|error| unwritten(&name.display().to_string(), &error))
    }

    fn goes_on(&mut self) -> Ported<()> {
        if self.is_stopped.load(Ordering::Relaxed) {
            return Err(Error::unavailable("it was stopped"));
        }
        Ok(())
    }
}

/// A name for the list of a run, which is new in its folder.
pub(super) fn new_file(folder: &Path, at: Timestamp) -> Result<PathBuf, CliError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| cannot(folder, &error))?;
    Ok(folder.join(format!("{}.jsonl", at.strftime("%Y-%m-%dT%H-%M-%S%.fZ"))))
}

/// A list as its file has it.
pub(super) struct Listed {
    /// The last line.
    pub(super) end: Value,
    pub(super) digest: [u8; 32],
    pub(super) lines: u64,
}

/// Reads the list of a run.
pub(super) fn read(file: &Path) -> Result<Listed, CliError> {
    let name = file.display();
    let opened = File::open(file)
        .map_err(|error| CliError::Start(format!("{name} cannot be read: {error}")))?;
    let mut reader = BufReader::new(opened);
    let (mut hash, mut lines) = (Sha256::new(), 0);
    let mut line = String::new();
    loop {
        line.clear();
        let read = reader.read_line(&mut line);
        read.map_err(|error| CliError::Start(format!("{name} cannot be read: {error}")))?;
        let end: Option<Value> = serde_json::from_str(&line).ok();
        if let Some(end) = end.filter(|end| end["end"] == true) {
            let mut more = Vec::new();
            let rest = reader.read_to_end(&mut more);
            rest.map_err(|error| CliError::Start(format!("{name} cannot be read: {error}")))?;
            if !more.is_empty() {
                return Err(CliError::Start(format!(
                    "{name} does not hold: something was added after its last line"
                )));
            }
            return Ok(Listed {
                end,
                digest: hash.finalize().into(),
                lines,
            });
        }
        if line.is_empty() {
            return Err(CliError::Start(format!(
                "{name} has no last line of a run: the run was broken off, or the file is cut"
            )));
        }
        hash.update(line.as_bytes());
        lines += 1;
    }
}

fn shown(item: &DueItem) -> Value {
    match item {
        DueItem::Message {
            chat,
            room,
            message,
            sent_at,
            files,
        } => json!({
            "kind": "message", "chat": chat.as_str(), "room": room, "message": message, "sent_at": sent_at, "files": files,
        }),
        DueItem::Files {
            chat,
            room,
            message,
            sent_at,
            files,
        } => json!({
            "kind": "files", "chat": chat.as_str(), "room": room, "message": message, "sent_at": sent_at, "files": files,
        }),
        DueItem::NotRemoved { chat, room } => json!({
            "kind": "not-removed", "chat": chat.as_str(), "room": room,
        }),
        DueItem::Entry { entry, at, action } => json!({
            "kind": "audit-entry", "entry": entry, "at": at, "action": action,
        }),
        _ => json!({ "kind": "other" }),
    }
}

fn cannot(to: &Path, error: &std::io::Error) -> CliError {
    CliError::Start(format!(
        "{} cannot be written: {error}; nothing was removed",
        to.display()
    ))
}

fn unwritten(name: &str, error: &std::io::Error) -> Error {
    Error::unavailable(format!(
        "{name} cannot be written: {error}; nothing more was removed"
    ))
}
