//! Follows whom another application takes into rooms or out of them, and what it calls the rooms. See the
//! migration `0022_other_memberships`.

use diesel::sql_types::{BigInt, Bool, Nullable};
use ports::Result;

use super::{
    Announcer,
    wire::{MembershipSignal, Signal},
};
use crate::{
    pool::Pool,
    statement::{Statement, statement},
};

/// More than so many at once are no doctor's work: everybody loads afresh, which costs less than telling each.
const MANY: usize = 100;

statement! {
    AnyNoted() -> Bool = "SELECT EXISTS (SELECT FROM hims_changed_memberships)";

    /// Takes the oldest notes, each once, whichever instance does.
    TakeNotes() -> (BigInt, BigInt, Nullable<BigInt>)
        = "DELETE FROM hims_changed_memberships WHERE id IN (
                SELECT id FROM hims_changed_memberships ORDER BY id LIMIT 10000 FOR UPDATE SKIP LOCKED
            ) RETURNING id, room_id, user_id";
}

/// Tells all instances, which then look at what the tables say.
///
/// # Errors
/// `Unavailable`; what was not followed is the next time.
pub(super) async fn follow(pool: &Pool, announcer: &Announcer) -> Result<()> {
    let any: Option<bool> = pool.get().await?.first(AnyNoted::with(())).await?;
    if any != Some(true) {
        return Ok(());
    }
    let mut transaction = pool.begin().await?;
    let taken = transaction.all(TakeNotes::with(())).await;
    if let Ok(notes) = &taken {
        tell(announcer, notes);
    }
    transaction.end(taken).await.map(drop)
}

fn tell(announcer: &Announcer, notes: &[(i64, i64, Option<i64>)]) {
    if notes.len() > MANY {
        announcer.signal(Signal::Afresh);
        return;
    }
    let mut notes = notes.to_vec();
    notes.sort_unstable();
    for (_, room, doctor) in notes {
        announcer.signal(match doctor {
            Some(doctor) => Signal::Membership(MembershipSignal { room, doctor }),
            None => Signal::Room(room),
        });
    }
}
