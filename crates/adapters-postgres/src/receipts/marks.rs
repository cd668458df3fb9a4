use diesel::sql_types::{Array, BigInt, Bool};
use domain::ReceiptKind;
use ports::{Error, Result};

use crate::{
    live::{
        Announcer,
        wire::{ReceiptSignal, Signal},
    },
    pool::Pool,
    queue::Work,
    statement::{Statement, statement},
};

statement! {
    /// See `marks.sql`.
    MoveMarks(Array<BigInt>, Array<BigInt>, Array<BigInt>, Array<Bool>) -> (Bool, Bool, Bool, BigInt)
        = include_str!("marks.sql");
}

/// A mark to move.
pub(crate) struct Mark {
    pub(crate) room: i64,
    pub(crate) doctor: i64,
    pub(crate) message: i64,
    /// Read, or else delivered.
    pub(crate) is_read: bool,
}

/// Moves marks in batches and tells those that moved.
pub(crate) struct Marks {
    pub(crate) pool: Pool,
    pub(crate) announcer: Announcer,
}

impl Work for Marks {
    type Job = Mark;
    type Answer = ();

    async fn run(&mut self, jobs: &[Mark]) -> Result<Vec<Result<()>>> {
        let column = |of: fn(&Mark) -> i64| jobs.iter().map(of).collect::<Vec<_>>();
        let query = MoveMarks::with((
            column(|mark| mark.room),
            column(|mark| mark.doctor),
            column(|mark| mark.message),
            jobs.iter().map(|mark| mark.is_read).collect::<Vec<_>>(),
        ));
        let mut connection = self.pool.get().await?;
        let rows: Vec<(bool, bool, bool, i64)> = connection.all(query).await?;
        let answer =
            |(mark, (takes_part, is_there, moved, at)): (&Mark, (bool, bool, bool, i64))| {
                if !takes_part {
                    return Err(Error::not_found("room"));
                }
                if !is_there {
                    return Err(Error::not_found("message"));
                }
                if moved {
                    self.tell(mark, at);
                }
                Ok(())
            };
        Ok(jobs.iter().zip(rows).map(answer).collect())
    }
}

impl Marks {
    fn tell(&self, mark: &Mark, at: i64) {
        self.announcer.signal(Signal::Receipt(ReceiptSignal {
            room: mark.room,
            message: mark.message,
            doctor: mark.doctor,
            kind: if mark.is_read {
                ReceiptKind::Read
            } else {
                ReceiptKind::Delivered
            },
            at,
        }));
    }
}
