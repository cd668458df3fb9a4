//! The file of heads: a line a day.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use ports::Head;

use crate::cli::{CliError, say::aside};

/// The heads in a file. `setting` is the one that names it.
pub(super) fn read(file: &Path, setting: &'static str) -> Result<Vec<Head>, CliError> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| CliError::setting(setting, format!("{name} cannot be read: {error}")))?;
    let lines = text.lines().enumerate();
    let (mut heads, mut wrong) = (Vec::new(), None);
    for (index, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        match line.parse() {
            Ok(head) => heads.push(head),
            // A full disk cuts a line; the others are as good as before.
            Err(error) => {
                let problem = format!("{name}: line {} {error}", index + 1);
                aside(format_args!("hims-chat: {problem}; it is left out\n"));
                wrong.get_or_insert(problem);
            }
        }
    }
    match wrong {
        Some(problem) if heads.is_empty() => Err(CliError::setting(setting, problem)),
        _ => Ok(heads),
    }
}

/// A file that heads are added to.
pub(super) struct HeadFile(pub(super) PathBuf);

impl HeadFile {
    /// The newest head that can be read in it.
    pub(super) fn newest(&self) -> Option<Head> {
        let text = std::fs::read_to_string(&self.0).ok()?;
        text.lines().rev().find_map(|line| line.parse().ok())
    }

    /// Adds a head, and has it on the disk.
    pub(super) fn add(&self, head: &Head) -> std::io::Result<()> {
        if let Some(folder) = self
            .0
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder)?;
        }
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(&self.0)?;
        // A line that a crash has cut stays alone.
        let start = if ends_line(&mut file)? { "" } else { "\n" };
        file.write_all(format!("{start}{head}\n").as_bytes())?;
        file.sync_all()
    }
}

fn ends_line(file: &mut File) -> std::io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}
