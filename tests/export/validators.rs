//! Two validators of FHIR R4 that others wrote, installed when a test asks for them and never
//! committed: `fhir.resources` for Python, whose 6.x is R4 4.0.1, and `fhir` for Node.js, which knows
//! the value sets too.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::given::Exported;
use crate::support::{
    npm::{self, NO_NODE},
    python::{self, NO_PYTHON},
};

/// The bundles of these exports are valid, and hold as many resources as expected.
pub(super) fn are_valid(exports: &[(&Exported, usize)]) {
    let files = exports
        .iter()
        .map(|(exported, _)| exported.folder().join("record.fhir.json"));
    let files: Vec<PathBuf> = files.collect();
    let expected = exports.iter().zip(&files);
    let expected: String = expected
        .map(|((_, count), file)| format!("{} {count}\n", file.display()))
        .collect();
    assert_eq!(python(&files).unwrap(), expected);
    assert_eq!(node(&files).unwrap(), expected);
}

/// Both find the bundle of this file wrong, and name what is.
pub(super) fn are_refusing(file: &Path, what: &str) {
    let files = [file.to_owned()];
    for said in [python(&files), node(&files)] {
        assert!(
            said.as_ref().is_err_and(|said| said.contains(what)),
            "{said:?}"
        );
    }
}

fn python(files: &[PathBuf]) -> Result<String, String> {
    let packages = ["fhir.resources==6.4.0", "pydantic[email]>=1.10,<2"];
    let folder = python::installed("fhir-python", &packages);
    let mut check = Command::new("python3");
    check
        .arg(script("validate.py"))
        .args(files)
        .env("PYTHONPATH", &folder);
    run(&mut check, NO_PYTHON)
}

fn node(files: &[PathBuf]) -> Result<String, String> {
    let folder = npm::installed("fhir-node", &["fhir@4.12"]);
    let mut check = Command::new("node");
    check
        .arg(script("validate.cjs"))
        .args(files)
        .env("NODE_PATH", folder.join("node_modules"));
    run(&mut check, NO_NODE)
}

fn script(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/export/validators");
    folder.join(name)
}

fn run(command: &mut Command, absent: &str) -> Result<String, String> {
    let output = command.stdin(std::process::Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{error}. {absent}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    }
}
