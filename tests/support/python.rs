//! Packages from the Python Package Index.

use std::path::PathBuf;
use std::process::Command;

use super::packages;

/// The words for a machine without pip.
pub const NO_PYTHON: &str =
    "This test needs Python 3.9 or later with pip: apt-get install python3 python3-pip";

/// The folder of this name, for `PYTHONPATH`, with the packages in it.
pub fn installed(name: &str, packages: &[&str]) -> PathBuf {
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--upgrade"])
        .args(["--disable-pip-version-check", "--target", "."])
        .args(packages);
    packages::once(name, pip, NO_PYTHON)
}
