//! The answers of commands, on standard output. A full disk or a closed pipe there is an error like any
//! other, and no reason to panic.

use std::{fmt::Display, io::Write};

use super::CliError;

/// Answers a line.
///
/// # Errors
/// `Start` when it cannot be written.
pub(super) fn say(line: impl Display) -> Result<(), CliError> {
    write(format_args!("{line}\n"))
}

/// Answers a text that brings its own line ends.
///
/// # Errors
/// `Start` when it cannot be written.
pub(super) fn write(text: impl Display) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    let written = write!(out, "{text}").and_then(|()| out.flush());
    written.map_err(|error| CliError::Start(format!("standard output cannot be written: {error}")))
}

/// Says something to the person at the terminal, on standard error; what cannot be said is left out.
pub(super) fn aside(text: impl Display) {
    let mut out = std::io::stderr().lock();
    let _ = write!(out, "{text}").and_then(|()| out.flush());
}
