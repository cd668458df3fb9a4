use std::{collections::BTreeMap, time::Duration};

use diesel::sql_types::{Array, BigInt, Bool, Nullable};
use domain::ReceiptKind;
use moka::sync::Cache;
use ports::{Error, Result};

use crate::{
    live::{
        Announcer,
        wire::{OwnSignal, ReceiptSignal, ReceiptsSignal, Signal},
    },
    pool::Pool,
    queue::Work,
    statement::{Statement, statement},
};

/// The message of each room, doctor and kind (read or not) that was marked last: every tab of a
/// doctor marks what it shows, so most marks are repetitions. Kept for a moment only, as the mark may
/// go back on another instance whose word of it gets lost.
pub(crate) type Marked = Cache<(i64, i64, bool), i64>;

/// None marked yet.
pub(crate) fn none_marked() -> Marked {
    Cache::builder()
        .max_capacity(100_000)
        .time_to_live(Duration::from_secs(2))
        .build()
}

statement! {
    /// See `marks.sql`.
    MoveMarks(Array<BigInt>, Array<BigInt>, Array<BigInt>, Array<Bool>, Array<Nullable<BigInt>>) -> (Bool, Bool, Bool, Bool, BigInt)
        = include_str!("marks.sql");
}

/// Takes part, is there, is news, is read again, when.
type Row = (bool, bool, bool, bool, i64);

/// A mark to move.
pub(crate) struct Mark {
    pub(crate) room: i64,
    pub(crate) doctor: i64,
    pub(crate) message: i64,
    /// Read, or else delivered.
    pub(crate) is_read: bool,
    /// When it moved in the other application, in microseconds; none for one that moves here and now.
    pub(crate) elsewhere: Option<i64>,
}

/// Moves marks in batches and tells those that moved.
pub(crate) struct Marks {
    pub(crate) pool: Pool,
    pub(crate) announcer: Announcer,
}

impl Work for Marks {
    type Job = Mark;
    type Answer = ();

    const BATCH: usize = 1_024;

    /// A message to hundreds brings hundreds of marks, within a moment.
    const GATHERS: Duration = Duration::from_millis(10);

    async fn run(&mut self, jobs: &[Mark]) -> Result<Vec<Result<()>>> {
        let column = |of: fn(&Mark) -> i64| jobs.iter().map(of).collect::<Vec<_>>();
        let query = MoveMarks::with((
            column(|mark| mark.room),
            column(|mark| mark.doctor),
            column(|mark| mark.message),
            jobs.iter().map(|mark| mark.is_read).collect::<Vec<_>>(),
            jobs.iter().map(|mark| mark.elsewhere).collect::<Vec<_>>(),
        ));
        let mut connection = self.pool.get().await?;
        let rows: Vec<Row> = connection.all(query).await?;
        let mut told = BTreeMap::new();
        let answer = |(mark, (takes_part, is_there, moved, again, at)): (&Mark, Row)| {
            if !takes_part {
                return Err(Error::not_found("room"));
            }
            if !is_there {
                return Err(Error::not_found("message"));
            }
            if moved {
                let together = (mark.room, mark.message, mark.is_read, at);
                told.entry(together)
                    .or_insert_with(Vec::new)
                    .push(mark.doctor);
            }
            if again {
                self.announcer.signal(Signal::Own(OwnSignal {
                    room: mark.room,
                    doctor: mark.doctor,
                }));
            }
            Ok(())
        };
        let answers = jobs.iter().zip(rows).map(answer).collect();
        for (together, doctors) in told {
            self.tell(together, doctors);
        }
        Ok(answers)
    }
}

impl Marks {
    /// Tells marks that moved to the same message at the same time, as one event.
    fn tell(&self, (room, message, is_read, at): (i64, i64, bool, i64), doctors: Vec<i64>) {
        let kind = if is_read {
            ReceiptKind::Read
        } else {
            ReceiptKind::Delivered
        };
        self.announcer.signal(match *doctors {
            [doctor] => Signal::Receipt(ReceiptSignal {
                room,
                message,
                doctor,
                kind,
                at,
            }),
            _ => Signal::Receipts(ReceiptsSignal {
                room,
                message,
                doctors,
                kind,
                at,
            }),
        });
    }
}
