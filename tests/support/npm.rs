//! Packages from npm, installed when a test asks for them and never committed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is missing where npm does not start.
pub const NO_NODE: &str =
    "This test needs Node.js 18 or later with npm: apt-get install nodejs npm";

/// The folder of this name with the packages in its `node_modules`, installed once for many runs; one at
/// a time, whichever tests of whichever processes ask.
pub fn installed(name: &str, packages: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder for the packages");
    let one = std::fs::File::create(folder.join("lock")).expect("a file to lock");
    one.lock().expect("a file that can be locked");
    let done = folder.join("installed");
    if !done.exists() {
        let output = Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--no-save"])
            .args(["--prefix", "."])
            .args(packages)
            .current_dir(&folder)
            .stdin(Stdio::null())
            .output();
        let output = output.unwrap_or_else(|error| panic!("{error}. {NO_NODE}"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{packages:?}: {said}\n{NO_NODE}");
        std::fs::write(done, "").expect("a mark that it is installed");
    }
    folder
}
