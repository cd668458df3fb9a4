//! Packages from npm.

use std::path::PathBuf;
use std::process::Command;

use super::packages;

/// The words for a machine without npm.
pub const NO_NODE: &str =
    "This test needs Node.js 18 or later with npm: apt-get install nodejs npm";

/// The folder of this name with the packages in its `node_modules`.
pub fn installed(name: &str, packages: &[&str]) -> PathBuf {
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--no-save"])
        .args(["--prefix", "."])
        .args(packages);
    packages::once(name, npm, NO_NODE)
}
