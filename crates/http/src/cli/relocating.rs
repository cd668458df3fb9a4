//! Rooms move in the background of the service, as administrators order on their page.

use std::{
    collections::HashSet,
    fmt::Display,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use domain::RoomId;
use migration::{GoingBack, Movers, Progress, Sides, Until, Which, go_back, move_rooms, verify};
use ports::{
    Clock, Error, ErrorKind, MoveOrder, MoveProgress, MoveReport, MoveScope, MoveStatus, Moves,
    Relocating, Result,
};

use super::compose::{Legacy, stream::MovesTo};

/// Doctors' calls that began before a room was shut have ended by then.
pub(super) const SETTLING: Duration = Duration::from_secs(25);

/// Carries out one order at a time.
pub(super) struct Desk {
    back: GoingBack,
    clock: Arc<dyn Clock>,
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    progress: Option<MoveProgress>,
    last: Option<MoveReport>,
}

impl Desk {
    pub(super) fn new(legacy: &Legacy, to: &MovesTo) -> Arc<Self> {
        Arc::new(Self {
            back: GoingBack {
                movers: Movers {
                    records: legacy.records.clone(),
                    intake: to.intake.clone(),
                    moves: legacy.moves.clone(),
                },
                there: to.records.clone(),
                returns: legacy.returns.clone(),
            },
            clock: legacy.clock.clone(),
            now: Mutex::default(),
        })
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
                let returned = go_back(&self.back, which, SETTLING, tell).await?;
                return Ok((words(&returned), true));
            }
            MoveOrder::Compare => return self.compare(which, tell).await,
        };
        let moved = move_rooms(&self.back.movers, which, until, tell).await?;
        Ok((words(&moved), moved.busy.is_empty()))
    }

    async fn compare(
        &self,
        which: &Which,
        tell: impl FnMut(Progress<'_>),
    ) -> Result<(String, bool)> {
        let Movers {
            records,
            intake,
            moves,
        } = self.back.movers.clone();
        let sides = Sides {
            legacy: records,
            stream: self.back.there.clone(),
            intake,
            moves,
        };
        let mut first = None;
        let each = |receipt: &migration::Receipt| {
            if let (Some(difference), None) = (&receipt.difference, &first) {
                first = Some(format!(
                    " First in room {}: message {} {}.",
                    receipt.legacy, difference.message, difference.what
                ));
            }
            Ok(())
        };
        let verified = verify(&sides, which, each, tell).await?;
        let said = format!(
            "{} rooms with {} messages compared; {} differ.{}",
            verified.rooms,
            verified.messages,
            verified.different,
            first.unwrap_or_default()
        );
        Ok((said, verified.different == 0))
    }

    async fn which(&self, scope: &MoveScope) -> Result<Which> {
        let records = &self.back.movers.records;
        let rooms: HashSet<RoomId> = match scope {
            MoveScope::All => return Ok(Which::All),
            MoveScope::Ward(ward) => records.rooms_on_ward(ward).await?.into_iter().collect(),
            MoveScope::Rooms(rooms) => {
                for room in rooms {
                    records
                        .room(room)
                        .await
                        .map_err(|error| match error.kind() {
                            ErrorKind::NotFound => Error::invalid(
                                "rooms",
                                format!("there is no room {room} in the legacy chat"),
                            ),
                            _ => error,
                        })?;
                }
                rooms.iter().cloned().collect()
            }
        };
        if rooms.is_empty() {
            return Err(Error::invalid(
                "ward",
                "there is no room of a patient on this ward",
            ));
        }
        Ok(Which::Rooms(rooms))
    }
}

/// For a page: in one line.
fn words(report: &impl Display) -> String {
    report.to_string().trim().replace('\n', " ")
}

/// The desk as the service holds it.
pub(super) struct ServiceDesk(pub(super) Arc<Desk>);

#[async_trait]
impl Relocating for ServiceDesk {
    async fn status(&self) -> Result<MoveStatus> {
        let counts = self.0.back.movers.moves.count().await?;
        let now = self.0.now();
        Ok(MoveStatus {
            counts,
            progress: now.progress.clone(),
            last: now.last.clone(),
        })
    }

    async fn begin(&self, order: MoveOrder, scope: MoveScope) -> Result<()> {
        let which = self.0.which(&scope).await?;
        let desk = self.0.clone();
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

/// Where there is no app to move to: counts what moved before, and refuses.
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
