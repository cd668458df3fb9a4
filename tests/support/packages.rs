//! Packages that others wrote, installed when a test asks for them and never committed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of this name, filled once for many runs by a command in it; one at a time, whichever tests of
/// whichever processes ask. `absent` are the words for a machine without the command.
pub fn once(name: &str, mut install: Command, absent: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder for the packages");
    let one = std::fs::File::create(folder.join("lock")).expect("a file to lock");
    one.lock().expect("a file that can be locked");
    let done = folder.join("installed");
    if !done.exists() {
        let output = install.current_dir(&folder).stdin(Stdio::null()).output();
        let output = output.unwrap_or_else(|error| panic!("{error}. {absent}"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{install:?}: {said}\n{absent}");
        std::fs::write(done, "").expect("a mark that it is installed");
    }
    folder
}
