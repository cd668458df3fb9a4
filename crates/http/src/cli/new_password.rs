use std::io::{BufRead, IsTerminal, stdin};

use ports::PasswordHash;

use super::{CliError, people::failed};
use crate::login::{NewPassword, hash_password};

/// The password that somebody is to have, hashed: typed unseen at a terminal, or else the first line of standard
/// input.
pub(super) fn new_password() -> Result<PasswordHash, CliError> {
    let wrong = |problem: String| CliError::setting("--password-stdin", problem);
    let read = if stdin().is_terminal() {
        rpassword::prompt_password("New password: ")
    } else {
        let mut line = String::new();
        stdin().lock().read_line(&mut line).map(|_| line)
    };
    let line = read.map_err(|error| wrong(error.to_string()))?;
    let password = NewPassword::parse(line.trim_end_matches(['\r', '\n']));
    let password = password.map_err(|error| wrong(error.to_string()))?;
    hash_password(password.as_str()).map_err(failed)
}
