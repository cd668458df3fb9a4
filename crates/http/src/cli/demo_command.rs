use std::net::SocketAddr;

use ports::ErrorKind;

use super::{
    Stop,
    compose::{self, Legacy},
    config::Settings,
};
use crate::{demo, login::hash_password};

/// `hims-chat demo`: fills an empty database, or removes what it filled in.
#[expect(clippy::print_stdout, reason = "this is what the command answers")]
pub(super) async fn demo(settings: &Settings, remove: bool) -> Result<(), Stop> {
    let legacy = compose::legacy(settings).await?;
    let done = if remove {
        take_out(&legacy).await
    } else {
        fill(&legacy).await
    };
    legacy.close().await;
    done?;
    if remove {
        println!("The demonstration hospital is gone.");
    } else {
        println!("The demonstration hospital is in place.");
        print_logins();
    }
    Ok(())
}

async fn fill(legacy: &Legacy) -> Result<(), Stop> {
    if fill_if_empty(legacy).await? {
        return Ok(());
    }
    let problem =
        "the database is not empty; the demonstration hospital is only put into an empty one";
    Err(Stop::Start(problem.to_owned()))
}

/// Fills an empty database and says whether it was; one that holds anything is left alone.
pub(super) async fn fill_if_empty(legacy: &Legacy) -> Result<bool, Stop> {
    let failed = |error: ports::Error| Stop::Start(error.to_string());
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

async fn take_out(legacy: &Legacy) -> Result<(), Stop> {
    legacy
        .seeding
        .remove()
        .await
        .map_err(|error| Stop::Start(error.to_string()))
}

/// What whoever starts the service wants to know.
#[expect(clippy::print_stdout, reason = "this is what the command answers")]
pub(super) fn greet(address: SocketAddr, is_demonstration: bool) {
    println!("HIMS doctor chat listens on http://{address}");
    if is_demonstration {
        print_logins();
    }
}

#[expect(clippy::print_stdout, reason = "this is what the command answers")]
fn print_logins() {
    println!("Demonstration logins, password {}:", demo::PASSWORD);
    for (email, who) in demo::LOGINS {
        println!("  {email}  {who}");
    }
}
