//! PostgreSQL's own programs, run to their end.

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    process::Stdio,
};

use ports::{Error, Result};

/// `pg_restore` from this version on sets `transaction_timeout`, and `pg_dump` writes copies that no earlier
/// `pg_restore` reads; servers before it do not know that setting. So what is between them cannot work.
const NEW_SETTING: u32 = 17;

/// A program that fits a server.
pub(super) struct Program {
    pub(super) path: PathBuf,
    version: u32,
    /// The major version of the server.
    server: u32,
}

impl Program {
    /// Advice about a copy that this `pg_dump` makes.
    pub(super) fn warning(&self) -> Option<String> {
        let Self {
            version, server, ..
        } = self;
        is_too_new(*version, *server).then(|| {
            format!(
                "pg_dump is of version {version} and the server of version {server}: this copy goes only into a server \
                 of version {NEW_SETTING} or later. To restore into one of version {server}, back up again after this: {}",
                install_exactly(*server)
            )
        })
    }
}

/// The `pg_dump` for a server, which says its version as a number, 150018 for 15.18. It reads no server that is newer
/// than itself.
pub(super) async fn dump(server: &str) -> Result<Program> {
    let server = major_of(server);
    let program = find("pg_dump", "copies a PostgreSQL database", server, install).await?;
    if program.version < server {
        return Err(Error::conflict(format!(
            "pg_dump is of version {} and cannot read a server of version {server}: {}",
            program.version,
            install(server)
        )));
    }
    Ok(program)
}

/// The `pg_restore` for a server.
pub(super) async fn restore(server: &str) -> Result<Program> {
    let server = major_of(server);
    let does = "puts a PostgreSQL database back";
    let program = find("pg_restore", does, server, install_exactly).await?;
    if is_too_new(program.version, server) {
        return Err(Error::conflict(format!(
            "pg_restore is of version {} and cannot fill a server of version {server}, which does not know the \
             setting transaction_timeout: {}",
            program.version,
            install_exactly(server)
        )));
    }
    Ok(program)
}

async fn find(name: &str, does: &str, server: u32, install: fn(u32) -> String) -> Result<Program> {
    let path = choose(name, server);
    let version = version_of(name, &path).await?.ok_or_else(|| {
        let install = install(server);
        Error::conflict(format!("{name}, which {does}, is not there: {install}"))
    })?;
    Ok(Program {
        path,
        version,
        server,
    })
}

fn is_too_new(program: u32, server: u32) -> bool {
    program >= NEW_SETTING && server < NEW_SETTING
}

/// The major version in 150018.
fn major_of(server: &str) -> u32 {
    server.parse().unwrap_or(0_u32) / 10_000
}

/// The program of this name in `PATH`. On Debian that is a switch, which takes the newest version of all that are
/// installed; the one of the server's version is preferred to it.
fn choose(name: &str, server: u32) -> PathBuf {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file());
    let leads_to = found.and_then(|file| file.canonicalize().ok());
    if leads_to.is_some_and(|file| file.file_name() == Some(OsStr::new("pg_wrapper"))) {
        let own = Path::new("/usr/lib/postgresql").join(format!("{server}/bin/{name}"));
        if own.is_file() {
            return own;
        }
    }
    name.into()
}

/// Runs a program. What it says when it fails is told as far as its first line: what follows may repeat rows.
pub(super) async fn run(name: &str, command: std::process::Command) -> Result<()> {
    let output = output(command)
        .await
        .map_err(|error| unusable(name, &error))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said
        .lines()
        .find(|line| line.contains("error:"))
        .or(said.lines().next());
    Err(Error::conflict(match first {
        Some(line) => line.to_owned(),
        None => format!("{name} failed ({})", output.status),
    }))
}

/// The major version of a program; none where it is not there.
async fn version_of(name: &str, path: &Path) -> Result<Option<u32>> {
    let mut command = std::process::Command::new(path);
    command.arg("--version").stdin(Stdio::null());
    match output(command).await {
        Ok(output) => Ok(major(&String::from_utf8_lossy(&output.stdout))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(name, &error)),
    }
}

/// Ends with whoever waits for it.
async fn output(command: std::process::Command) -> io::Result<std::process::Output> {
    let mut command = tokio::process::Command::from(command);
    command.kill_on_drop(true).output().await
}

/// The number in `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major(said: &str) -> Option<u32> {
    let (_, number) = said.split_once("(PostgreSQL) ")?;
    let end = number.find(|sign: char| !sign.is_ascii_digit());
    number[..end.unwrap_or(number.len())].parse().ok()
}

fn install(needed: u32) -> String {
    format!(
        "install PostgreSQL's client programs of version {needed} or later (Debian and Ubuntu: apt-get install \
         postgresql-client; Red Hat: dnf install postgresql) and have their folder in PATH"
    )
}

fn install_exactly(version: u32) -> String {
    format!(
        "install PostgreSQL's client programs of version {version} (Debian and Ubuntu: apt-get install \
         postgresql-client-{version}) and have their folder first in PATH (/usr/lib/postgresql/{version}/bin)"
    )
}

fn unusable(name: &str, error: &io::Error) -> Error {
    Error::conflict(format!("{name} cannot be run: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_as_programs_say_them() {
        for (said, is) in [
            (
                "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n",
                Some(15),
            ),
            ("pg_restore (PostgreSQL) 18beta1\n", Some(18)),
            ("pg_dump (PostgreSQL) 17", Some(17)),
            (
                "Error: You must install at least one postgresql-client-<version> package",
                None,
            ),
        ] {
            assert_eq!(major(said), is, "{said}");
        }
    }

    #[tokio::test]
    async fn one_that_is_too_old_says_what_to_install() {
        let said = dump("990001").await.err().unwrap().to_string();
        assert!(said.contains("version 99 or later"), "{said}");
    }

    #[test]
    fn one_that_is_too_new_for_the_way_back_says_so() {
        let warning = |version, server| {
            let path = PathBuf::from("pg_dump");
            Program {
                path,
                version,
                server,
            }
            .warning()
        };
        for (version, server) in [(15, 15), (16, 15), (17, 17), (18, 17), (18, 18)] {
            assert_eq!(warning(version, server), None, "{version} {server}");
        }
        let said = warning(17, 16).unwrap();
        assert!(said.contains("only into a server of version 17"), "{said}");
        assert!(said.contains("postgresql-client-16"), "{said}");
    }
}
