use clap::Args;
use domain::RoomId;
use migration::Undone;

use super::{CliError, administrator::Administrator, failed, progress::Teller};
use crate::cli::{
    compose::{self, Legacy},
    config::Settings,
    say::{say, write},
};

/// Options of `undo`.
#[derive(Clone, Args)]
pub(in crate::cli) struct Undo {
    /// Takes back all that came from this source, by its name in the mapping.
    #[arg(long, value_name = "NAME", conflicts_with = "room")]
    source: Option<String>,
    /// Takes back this room, as the chat numbers it; may be given several times.
    #[arg(long, value_name = "ID")]
    room: Vec<String>,
    /// Takes them back. Without it nothing is written.
    #[arg(long, conflicts_with = "dry_run")]
    take_back: bool,
    /// Says what would be done, and writes nothing: as without --take-back.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    by: Administrator,
    /// Prints the report as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn undo(settings: &Settings, asked: Undo) -> Result<(), CliError> {
    let (_, is_demonstration) = settings.database()?;
    if is_demonstration {
        let problem = "must name the database of the chat that the old one was brought into";
        return Err(CliError::setting("DATABASE_URL", problem));
    }
    let (which, subject) = which(&asked)?;
    let legacy = if asked.take_back {
        compose::legacy(settings).await?
    } else {
        compose::legacy_as_it_is(settings).await?
    };
    let undone = run(&legacy, &asked, &which, &subject).await;
    legacy.close().await;
    let undone = undone?;
    if asked.json {
        say(format_args!("{:#}", undone.to_json()))?;
    } else {
        write(&undone)?;
    }
    if undone.staying.is_empty() {
        return Ok(());
    }
    let staying = migration::counted(undone.staying.len(), "room");
    Err(CliError::Start(if undone.is_rehearsal {
        format!("nothing is taken back while it holds {staying} that cannot go")
    } else {
        format!(
            "somebody wrote meanwhile, so that {staying} stayed, and the source's users and notes"
        )
    }))
}

fn which(asked: &Undo) -> Result<(migration::Undo, String), CliError> {
    if let Some(source) = &asked.source {
        let which = migration::Undo::Source(source.clone());
        return Ok((which, format!("source {source}")));
    }
    if asked.room.is_empty() {
        let problem = "name a source with --source, or rooms with --room";
        return Err(CliError::setting("undo", problem));
    }
    let wrong = |id| CliError::setting("--room", format!("\"{id}\" is no id of a room"));
    let rooms = asked.room.iter();
    let rooms = rooms.map(|id| RoomId::parse(id).map_err(|_| wrong(id)));
    let rooms = rooms.collect::<Result<Vec<_>, _>>()?;
    let subject = format!("rooms {}", asked.room.join(" "));
    Ok((migration::Undo::Rooms(rooms), subject))
}

async fn run(
    legacy: &Legacy,
    asked: &Undo,
    which: &migration::Undo,
    subject: &str,
) -> Result<Undone, CliError> {
    if asked.take_back {
        asked.by.note_undo(legacy, subject).await?;
    }
    let mut progress = Teller::new();
    let undone = migration::undo(&*legacy.adoption, which, !asked.take_back, |told| {
        progress.tell(told);
    })
    .await;
    progress.end();
    undone.map_err(failed)
}
