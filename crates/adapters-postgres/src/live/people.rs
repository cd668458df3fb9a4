//! Follows whom another application takes into rooms or out of them, and what it calls the rooms. See the
//! migration `0022_other_people`.

use diesel::sql_types::{BigInt, Nullable};
use ports::Result;

use super::{
    Announcer,
    wire::{ParticipationSignal, Signal},
};
use crate::{
    pool::Pool,
    statement::{Statement, statement},
};

statement! {
    /// Takes the oldest notes, each once, whichever instance does.
    TakeNotes() -> (BigInt, BigInt, Nullable<BigInt>)
        = "DELETE FROM hims_changed_people WHERE id IN (
                SELECT id FROM hims_changed_people ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED
            ) RETURNING id, room_id, user_id";
}

/// Tells all instances, which then look at what the tables say.
///
/// # Errors
/// `Unavailable`.
pub(super) async fn follow(pool: &Pool, announcer: &Announcer) -> Result<()> {
    let mut notes: Vec<(i64, i64, Option<i64>)> =
        pool.get().await?.all(TakeNotes::with(())).await?;
    notes.sort_unstable();
    for (_, room, doctor) in notes {
        announcer.signal(match doctor {
            Some(doctor) => Signal::Participation(ParticipationSignal { room, doctor }),
            None => Signal::Renamed(room),
        });
    }
    Ok(())
}
