use std::sync::Arc;

use migration::Movers;
use ports::{Intake, Records};

use super::Stop;
use crate::cli::{
    compose::{self, Legacy, stream::MovesTo},
    config::Settings,
};

/// The two chats between which rooms move.
pub(super) struct Both {
    pub(super) legacy: Legacy,
    pub(super) stream: Arc<dyn Records>,
    pub(super) intake: Arc<dyn Intake>,
}

impl Both {
    pub(super) async fn open(settings: &Settings) -> Result<Self, Stop> {
        let (_, is_demonstration) = settings.database()?;
        if is_demonstration {
            let problem = "must name the database whose rooms move";
            return Err(Stop::setting("DATABASE_URL", problem));
        }
        let legacy = compose::legacy(settings).await?;
        let MovesTo { records, intake } =
            compose::stream::moves_to(&settings.stream, &legacy).await?;
        Ok(Self {
            legacy,
            stream: records,
            intake,
        })
    }

    /// What moving stands on.
    pub(super) fn movers(&self) -> Movers {
        Movers {
            records: self.legacy.records.clone(),
            intake: self.intake.clone(),
            moves: self.legacy.moves.clone(),
        }
    }

    pub(super) async fn close(self) {
        self.legacy.close().await;
    }
}
