use clap::Args;
use migration::{Until, move_rooms};
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
    say::{say, write},
};

/// Options of `run`.
#[derive(Clone, Args)]
pub(in crate::cli) struct Run {
    /// Moves this room, as the legacy chat numbers it; may be given several times. Without it, and
    /// without --ward, all rooms move.
    #[arg(long, conflicts_with = "ward")]
    room: Vec<String>,
    /// Moves the rooms of the patients who are on this ward now.
    #[arg(long)]
    ward: Option<String>,
    /// Only copies: the rooms stay in use in the legacy chat, and a later run brings what came since.
    #[arg(long)]
    copy_only: bool,
    /// Says what would be done, and writes nothing.
    #[arg(long, conflicts_with = "copy_only")]
    dry_run: bool,
    #[command(flatten)]
    by: Administrator,
    /// Prints the report as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(settings: &Settings, asked: Run) -> Result<(), CliError> {
    let until = match (asked.dry_run, asked.copy_only) {
        (true, _) => Until::Counted,
        (_, true) => Until::Copied,
        _ => Until::Moved,
    };
    let scope = scope(&asked.room, asked.ward.as_deref())?;
    let both = Both::open(settings).await?;
    let mut progress = Teller::new();
    let moved = async {
        let which = both.rooms(&scope).await?;
        let order = match until {
            Until::Counted => None,
            Until::Copied => Some(MoveOrder::Copy),
            Until::Moved => Some(MoveOrder::Move),
        };
        if let Some(order) = order {
            asked.by.note(&both.legacy, order, &scope).await?;
        }
        let moving = move_rooms(&both.chats.movers, &which, until, |told| {
            progress.tell(told)
        });
        moving.await.map_err(failed)
    };
    let moved = moved.await;
    progress.end();
    both.close().await;
    let moved = moved?;
    if asked.json {
        say(format_args!("{:#}", moved.to_json()))?;
    } else {
        write(&moved)?;
    }
    if moved.busy.is_empty() {
        Ok(())
    } else {
        Err(CliError::Start(format!(
            "{} could not be switched; run it again",
            migration::counted(moved.busy.len(), "room")
        )))
    }
}
