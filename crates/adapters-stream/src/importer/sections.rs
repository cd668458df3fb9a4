//! The parts of an import file, each in a file of its own until they stand one after the other, as
//! Stream wants them: users, channels, members, messages, reactions.

use std::{
    fs::File,
    io::{self, BufWriter, Seek, Write},
};

use ports::{Error, Result};
use serde_json::Value;
use tempfile::{NamedTempFile, tempfile};

/// The parts, in Stream's order.
#[derive(Clone, Copy)]
pub(super) enum Section {
    Users,
    Channels,
    Members,
    Messages,
    Reactions,
}

/// Lines on the disk, so that memory does not grow with them.
pub(super) struct Sections {
    parts: [BufWriter<File>; 5],
    size: u64,
}

impl Sections {
    pub(super) fn new() -> Result<Self> {
        let part = || tempfile().map(BufWriter::new);
        let parts = || Ok([part()?, part()?, part()?, part()?, part()?]);
        Ok(Self {
            parts: parts().map_err(failure)?,
            size: 0,
        })
    }

    pub(super) fn write(&mut self, section: Section, line: &Value) -> Result<()> {
        let mut bytes = serde_json::to_vec(line)
            .map_err(|_| Error::internal("a line of an import cannot be written"))?;
        bytes.push(b'\n');
        self.size += bytes.len() as u64;
        self.parts[section as usize]
            .write_all(&bytes)
            .map_err(failure)
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// All of them as one file, and empty again.
    pub(super) fn take(&mut self) -> Result<NamedTempFile> {
        let mut whole = || {
            let mut whole = NamedTempFile::new()?;
            for part in &mut self.parts {
                part.flush()?;
                let file = part.get_mut();
                file.rewind()?;
                io::copy(file, whole.as_file_mut())?;
                file.set_len(0)?;
                file.rewind()?;
            }
            whole.as_file_mut().flush()?;
            Ok(whole)
        };
        let whole = whole().map_err(failure)?;
        self.size = 0;
        Ok(whole)
    }
}

fn failure(error: io::Error) -> Error {
    Error::unavailable("the folder for temporary files cannot be written").with_source(error)
}
