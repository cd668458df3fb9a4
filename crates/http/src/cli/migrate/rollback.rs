use std::time::Duration;

use clap::Args;
use migration::go_back;

use ports::MoveOrder;

use super::{
    CliError,
    administrator::Administrator,
    failed,
    movers::{Both, scope},
    progress::Teller,
};
use crate::cli::{
    config::Settings,
    database::DatabaseUrl,
    relocating::SETTLING,
    say::{say, write},
};

/// Options of `rollback`.
#[derive(Clone, Args)]
pub(in crate::cli) struct Rollback {
    /// Gives back this room, as the legacy chat numbers it; may be given several times.
    #[arg(long, conflicts_with_all = ["ward", "all"])]
    room: Vec<String>,
    /// Gives back the rooms of the patients who are on this ward now.
    #[arg(long, conflicts_with = "all")]
    ward: Option<String>,
    /// Gives back every room that moved.
    #[arg(long)]
    all: bool,
    /// Seconds after which the rooms are looked at once more, on PostgreSQL: a doctor's call that began
    /// before a room was shut may take so long. 0 is enough where the service is stopped.
    #[arg(long, default_value_t = SETTLING.as_secs())]
    settle: u64,
    #[command(flatten)]
    by: Administrator,
    /// Prints the report as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn rollback(settings: &Settings, asked: Rollback) -> Result<(), CliError> {
    if asked.room.is_empty() && asked.ward.is_none() && !asked.all {
        let problem = "name rooms with --room, a ward with --ward, or give back --all";
        return Err(CliError::setting("rollback", problem));
    }
    let scope = scope(&asked.room, asked.ward.as_deref())?;
    let both = Both::open(settings).await?;
    // The file of an SQLite database is ours alone, so no service is in the middle of a call.
    let settling = match settings.database()? {
        (DatabaseUrl::Sqlite(_), _) => Duration::ZERO,
        (DatabaseUrl::Postgres(_), _) => Duration::from_secs(asked.settle),
    };
    let mut progress = Teller::new();
    let returned = async {
        let which = both.rooms(&scope).await?;
        asked
            .by
            .note(&both.legacy, MoveOrder::GiveBack, &scope)
            .await?;
        let going = go_back(&both.chats, &which, settling, |told| progress.tell(told));
        going.await.map_err(failed)
    };
    let returned = returned.await;
    progress.end();
    both.close().await;
    let returned = returned?;
    if asked.json {
        say(format_args!("{:#}", returned.to_json()))
    } else {
        write(returned)
    }
}
