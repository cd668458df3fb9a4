use domain::RoomId;
use migration::{Chats, Which};
use ports::{ErrorKind, MoveScope};

use super::{CliError, failed};
use crate::cli::{
    compose::{self, Legacy},
    config::Settings,
};

/// The two chats between which rooms move.
pub(super) struct Both {
    pub(super) legacy: Legacy,
    pub(super) chats: Chats,
}

impl Both {
    pub(super) async fn open(settings: &Settings) -> Result<Self, CliError> {
        let (_, is_demonstration) = settings.database()?;
        if is_demonstration {
            let problem = "must name the database whose rooms move";
            return Err(CliError::setting("DATABASE_URL", problem));
        }
        let legacy = compose::legacy(settings).await?;
        let chats = compose::stream::moves_to(&settings.stream, &legacy).await?;
        Ok(Self { legacy, chats })
    }

    /// The rooms that are asked for, all of which there are.
    pub(super) async fn rooms(&self, scope: &MoveScope) -> Result<Which, CliError> {
        let found = Which::of(scope, &*self.chats.movers.records).await;
        found.map_err(|error| match error.kind() {
            ErrorKind::Invalid { field: "ward" } => CliError::setting("--ward", error.message()),
            ErrorKind::Invalid { .. } => CliError::setting("--room", error.message()),
            _ => failed(error),
        })
    }

    pub(super) async fn close(self) {
        self.legacy.close().await;
    }
}

/// The rooms that are named, those of a ward, or without either all.
pub(super) fn scope(named: &[String], ward: Option<&str>) -> Result<MoveScope, CliError> {
    if let Some(ward) = ward {
        return Ok(MoveScope::Ward(ward.to_owned()));
    }
    if named.is_empty() {
        return Ok(MoveScope::All);
    }
    let wrong = |id| CliError::setting("--room", format!("\"{id}\" is no id of a room"));
    let rooms = named
        .iter()
        .map(|id| RoomId::parse(id).map_err(|_| wrong(id)));
    rooms.collect::<Result<_, _>>().map(MoveScope::Rooms)
}
