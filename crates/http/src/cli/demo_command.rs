use std::{io::IsTerminal as _, net::SocketAddr};

use ports::ErrorKind;

use super::{
    CliError,
    compose::{self, Legacy},
    config::Settings,
    say::say,
};
use crate::{demo, login::hash_password};

/// `hims-chat demo`: fills an empty database, or removes what it filled in.
pub(super) async fn demo(settings: &Settings, remove: bool) -> Result<(), CliError> {
    let legacy = compose::legacy(settings).await?;
    let done = if remove {
        take_out(&legacy).await
    } else {
        fill(&legacy).await
    };
    legacy.close().await;
    done?;
    if remove {
        say("The demonstration hospital is gone.")?;
    } else {
        say("The demonstration hospital is in place.")?;
        say_logins(true)?;
    }
    Ok(())
}

async fn fill(legacy: &Legacy) -> Result<(), CliError> {
    if fill_if_empty(legacy).await? {
        return Ok(());
    }
    let problem =
        "the database is not empty; the demonstration hospital is only put into an empty one";
    Err(CliError::Start(problem.to_owned()))
}

/// Fills an empty database and says whether it was; one that holds anything is left alone.
pub(super) async fn fill_if_empty(legacy: &Legacy) -> Result<bool, CliError> {
    let failed = |error: ports::Error| CliError::Start(error.to_string());
    // Every start after the first ends here, without hashing a password and making up a hospital.
    if legacy.seeding.is_seeded().await.map_err(failed)? {
        return Ok(false);
    }
    let password = hash_password(demo::PASSWORD).map_err(failed)?;
    match legacy
        .seeding
        .fill(&demo::larkmere(legacy.clock.now(), &password))
        .await
    {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::Conflict => Ok(false),
        Err(error) => Err(failed(error)),
    }
}

async fn take_out(legacy: &Legacy) -> Result<(), CliError> {
    legacy
        .seeding
        .remove()
        .await
        .map_err(|error| CliError::Start(error.to_string()))
}

/// Tells the address and, in a demonstration, the logins. Where it cannot be written the service runs all the
/// same.
pub(super) fn greet(address: SocketAddr, is_demonstration: bool) {
    // What is no terminal is a log, and there no password belongs, however public.
    let mut said = say(format_args!("HIMS doctor chat listens on http://{address}"));
    if is_demonstration {
        said = said.and_then(|()| say_logins(std::io::stdout().is_terminal()));
    }
    if let Err(stop) = said {
        tracing::warn!("{stop}");
    }
}

fn say_logins(with_password: bool) -> Result<(), CliError> {
    let password = demo::PASSWORD;
    if with_password {
        say(format_args!("Demonstration logins, password {password}:"))?;
    } else {
        say("Demonstration logins; their password is on the login page:")?;
    }
    for (email, who) in demo::LOGINS {
        say(format_args!("  {email}  {who}"))?;
    }
    Ok(())
}
