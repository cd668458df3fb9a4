use std::collections::HashSet;

use clap::Args;
use domain::RoomId;
use migration::{Until, Which, move_rooms};
use ports::{ErrorKind, MoveOrder, MoveScope};

use super::{Stop, administrator::Administrator, failed, movers::Both, progress::Teller};
use crate::cli::config::Settings;

/// What `run` takes.
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

#[expect(clippy::print_stdout, reason = "this is what the command answers")]
pub(super) async fn run(settings: &Settings, asked: Run) -> Result<(), Stop> {
    let until = match (asked.dry_run, asked.copy_only) {
        (true, _) => Until::Counted,
        (_, true) => Until::Copied,
        _ => Until::Moved,
    };
    let both = Both::open(settings).await?;
    let mut progress = Teller::new();
    let moved = async {
        let which = chosen_rooms(&both, &asked.room, asked.ward.as_deref()).await?;
        let order = match until {
            Until::Counted => None,
            Until::Copied => Some(MoveOrder::Copy),
            Until::Moved => Some(MoveOrder::Move),
        };
        if let Some(order) = order {
            let scope = scope(&asked.room, asked.ward.as_deref());
            asked.by.note(&both.legacy, order, &scope).await?;
        }
        let movers = both.movers();
        let moving = move_rooms(&movers, &which, until, |told| progress.tell(told));
        moving.await.map_err(failed)
    };
    let moved = moved.await;
    progress.end();
    both.close().await;
    let moved = moved?;
    if asked.json {
        println!("{:#}", moved.to_json());
    } else {
        print!("{moved}");
    }
    if moved.busy.is_empty() {
        Ok(())
    } else {
        Err(Stop::Start(format!(
            "{} rooms could not be switched; run it again",
            moved.busy.len()
        )))
    }
}

/// What the audit says of it. To be called after [`chosen_rooms`], which knows that the names are ids.
pub(super) fn scope(named: &[String], ward: Option<&str>) -> MoveScope {
    match (named, ward) {
        (_, Some(ward)) => MoveScope::Ward(ward.to_owned()),
        ([], None) => MoveScope::All,
        (named, None) => {
            let ids = named.iter().map(RoomId::parse);
            MoveScope::Rooms(ids.filter_map(Result::ok).collect())
        }
    }
}

/// The rooms that are named, those of a ward, or without either all.
pub(super) async fn chosen_rooms(
    both: &Both,
    named: &[String],
    ward: Option<&str>,
) -> Result<Which, Stop> {
    let wrong = |problem: String| Err(Stop::setting("--room", problem));
    if let Some(ward) = ward {
        let rooms = both.legacy.records.rooms_on_ward(ward).await;
        let rooms: HashSet<RoomId> = rooms.map_err(failed)?.into_iter().collect();
        if rooms.is_empty() {
            let problem = format!("there is no room of a patient on \"{ward}\"");
            return Err(Stop::setting("--ward", problem));
        }
        return Ok(Which::Rooms(rooms));
    }
    if named.is_empty() {
        return Ok(Which::All);
    }
    let mut rooms = HashSet::new();
    for id in named {
        let Ok(room) = RoomId::parse(id) else {
            return wrong(format!("\"{id}\" is no id of a room"));
        };
        match both.legacy.records.room(&room).await {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return wrong(format!("there is no room {id} in the legacy chat"));
            }
            Err(error) => return Err(failed(error)),
        }
        rooms.insert(room);
    }
    Ok(Which::Rooms(rooms))
}
