//! Rooms move in the background of the service, as administrators order on their page.

use std::{
    fmt::Display,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use migration::{Chats, Progress, Until, Which, go_back, move_rooms, verify};
use ports::{
    Clock, Error, MoveOrder, MoveProgress, MoveReport, MoveScope, MoveStatus, Moves, Relocating,
    Result,
};

/// Doctors' calls that began before a room was shut have ended by then.
pub(super) const SETTLING: Duration = Duration::from_secs(25);

/// Carries out one order at a time.
#[derive(Clone)]
pub(super) struct Desk {
    chats: Chats,
    clock: Arc<dyn Clock>,
    now: Arc<Mutex<Now>>,
}

#[derive(Default)]
struct Now {
    progress: Option<MoveProgress>,
    last: Option<MoveReport>,
}

impl Desk {
    pub(super) fn new(chats: Chats, clock: Arc<dyn Clock>) -> Self {
        Self {
            chats,
            clock,
            now: Arc::default(),
        }
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn carry_out(&self, order: MoveOrder, which: &Which) -> Result<(String, bool)> {
        let tell = |told: Progress<'_>| {
            if let Some(progress) = &mut self.now().progress {
                told.doing.clone_into(&mut progress.doing);
                progress.come_to = told.come_to;
            }
        };
        let until = match order {
            MoveOrder::Copy => Until::Copied,
            MoveOrder::Move => Until::Moved,
            MoveOrder::GiveBack => {
                let returned = go_back(&self.chats, which, SETTLING, tell).await?;
                return Ok((words(&returned), true));
            }
            MoveOrder::Compare => return self.compare(which, tell).await,
        };
        let moved = move_rooms(&self.chats.movers, which, until, tell).await?;
        Ok((words(&moved), moved.busy.is_empty()))
    }

    async fn compare(
        &self,
        which: &Which,
        tell: impl FnMut(Progress<'_>),
    ) -> Result<(String, bool)> {
        let mut first = None;
        let each = |receipt: &migration::Receipt| {
            if let (Some(difference), None) = (&receipt.difference, &first) {
                first = Some(format!(" First in room {}: {difference}.", receipt.legacy));
            }
            Ok(())
        };
        let verified = verify(&self.chats, which, each, tell).await?;
        let said = format!("{verified}{}", first.unwrap_or_default());
        Ok((said, verified.different == 0))
    }
}

/// For a page: in one line.
fn words(report: &impl Display) -> String {
    report.to_string().trim().replace('\n', " ")
}

#[async_trait]
impl Relocating for Desk {
    async fn status(&self) -> Result<MoveStatus> {
        let counts = self.chats.movers.moves.count().await?;
        let now = self.now();
        Ok(MoveStatus {
            counts,
            progress: now.progress.clone(),
            last: now.last.clone(),
        })
    }

    async fn begin(&self, order: MoveOrder, scope: MoveScope) -> Result<()> {
        let which = Which::of(&scope, &*self.chats.movers.records).await?;
        let desk = self.clone();
        {
            let mut now = desk.now();
            if now.progress.is_some() {
                return Err(Error::conflict("another order is being carried out"));
            }
            now.progress = Some(MoveProgress {
                order,
                scope: scope.clone(),
                began_at: desk.clock.now(),
                doing: String::new(),
                come_to: 0,
            });
        }
        tokio::spawn(async move {
            let done = desk.carry_out(order, &which).await;
            let (words, is_good) = done.unwrap_or_else(|error| (error.to_string(), false));
            let mut now = desk.now();
            now.progress = None;
            now.last = Some(MoveReport {
                order,
                scope,
                ended_at: desk.clock.now(),
                words,
                is_good,
            });
        });
        Ok(())
    }
}

/// Relocation without an app to move to: counts what moved before, and refuses.
pub(super) struct Nowhere(pub(super) Arc<dyn Moves>);

#[async_trait]
impl Relocating for Nowhere {
    async fn status(&self) -> Result<MoveStatus> {
        Ok(MoveStatus {
            counts: self.0.count().await?,
            ..MoveStatus::default()
        })
    }

    async fn begin(&self, _: MoveOrder, _: MoveScope) -> Result<()> {
        Err(Error::conflict(
            "there is no app at Stream to move to: STREAM_API_KEY and the other STREAM_ settings must name one",
        ))
    }
}
