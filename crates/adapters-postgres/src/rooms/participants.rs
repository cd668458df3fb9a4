use diesel::sql_types::{Array, BigInt, Bool};
use domain::{Denied, Participation, Reason, Room, Standing};
use ports::{Error, Result};

use super::changes;
use crate::{
    messages::change::{bump, lock_as_participant},
    pool::Connection,
    sql::is_doctor,
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// How many take part in room `$1`, and whether `$2` is one of them.
    Count(BigInt, BigInt) -> (BigInt, Bool)
        = concat!("SELECT count(DISTINCT p.user_id), coalesce(bool_or(p.user_id = $2), false) FROM chat_participants p
            JOIN users u ON u.id = p.user_id AND ", is_doctor!("u"), "
            WHERE p.room_id = $1 AND p.left_at IS NULL");

    /// Lets `$2` take part in the locked room `$1` as change `$3`, with nothing unread.
    Join(BigInt, BigInt, BigInt) -> ()
        = "WITH again AS (
                UPDATE chat_participants SET left_at = NULL, joined_at = hims_laravel(now()),
                    updated_at = hims_laravel(now()), read_position = $3, delivered_position = $3,
                    changed_position = $3
                WHERE room_id = $1 AND user_id = $2 RETURNING id
            )
            INSERT INTO chat_participants (room_id, user_id, joined_at, created_at, updated_at,
                read_position, delivered_position, changed_position)
            SELECT $1, $2, hims_laravel(now()), hims_laravel(now()), hims_laravel(now()), $3, $3, $3
            WHERE NOT EXISTS (SELECT FROM again)";

    /// Whether `$2` was ever in room `$1`, and if so whether they are still.
    IsIn(BigInt, BigInt) -> Bool
        = "SELECT bool_or(left_at IS NULL) FROM chat_participants WHERE room_id = $1 AND user_id = $2
            GROUP BY room_id";

    /// `$2` leaves room `$1` as change `$3`.
    Leave(BigInt, BigInt, BigInt) -> ()
        = "UPDATE chat_participants SET left_at = hims_laravel(now()), updated_at = hims_laravel(now()),
                changed_position = $3 WHERE room_id = $1 AND user_id = $2";

    /// The first participants `$2` of the new room `$1`: the opener, then the others, each a change.
    Found(BigInt, Array<BigInt>) -> ()
        = "INSERT INTO chat_participants (room_id, user_id, joined_at, created_at, updated_at,
                read_position, delivered_position, changed_position)
            SELECT $1, id, hims_laravel(now()), hims_laravel(now()), hims_laravel(now()), n - 1, n - 1, n - 1
            FROM unnest($2) WITH ORDINALITY AS founder (id, n) ORDER BY n";

    /// The new room `$1` has come to position `$2`.
    StartAt(BigInt, BigInt) -> ()
        = "UPDATE chat_rooms SET last_position = $2,
            changed_at = clock_timestamp() WHERE id = $1";
}

/// Lets a doctor take part in a locked room; where it has come to, or nothing if they already did.
///
/// # Errors
/// `Conflict` when the room is full.
pub(super) async fn join(
    transaction: &mut Connection,
    room: i64,
    doctor: i64,
) -> Result<Option<i64>> {
    let count: Option<(i64, bool)> = transaction.first(Count::with((room, doctor))).await?;
    match count {
        Some((_, true)) => return Ok(None),
        Some((count, false))
            if usize::try_from(count).is_ok_and(|c| c < Room::MAX_PARTICIPANTS) => {}
        _ => return Err(Error::conflict("the room is full")),
    }
    let position = bump(transaction, room).await?;
    transaction
        .run(Join::with((room, doctor, position)))
        .await?;
    Ok(Some(position))
}

/// Adds a doctor.
pub(super) async fn add(store: &Store, room: i64, doctor: i64, newcomer: i64) -> Result<()> {
    refuse_direct(store, room, doctor).await?;
    let mut transaction = store.pool.begin().await?;
    let joined = async {
        lock_as_participant(&mut transaction, room, doctor).await?;
        let joined = join(&mut transaction, room, newcomer).await?;
        if joined.is_some() {
            let came = Participation::Joined;
            changes::note(&mut transaction, room, newcomer, doctor, came).await?;
        }
        Ok(joined)
    };
    let joined = joined.await;
    if let Some(position) = transaction.end(joined).await? {
        store.announcer.moved(room, position);
    }
    Ok(())
}

/// Removes a participant.
pub(super) async fn remove(store: &Store, room: i64, doctor: i64, removed: i64) -> Result<()> {
    let standing = refuse_direct(store, room, doctor).await?;
    if standing == Standing::Former && doctor == removed {
        return Ok(());
    }
    let mut transaction = store.pool.begin().await?;
    let left = async {
        lock_as_participant(&mut transaction, room, doctor).await?;
        let is_in: Option<bool> = transaction.first(IsIn::with((room, removed))).await?;
        if !is_in.ok_or_else(|| Error::not_found("participant"))? {
            return Ok(None);
        }
        let position = bump(&mut transaction, room).await?;
        transaction
            .run(Leave::with((room, removed, position)))
            .await?;
        let going = Participation::going(doctor != removed);
        changes::note(&mut transaction, room, removed, doctor, going).await?;
        Ok(Some(position))
    };
    let left = left.await;
    let left = transaction.end(left).await?;
    store.standings.forget(room, removed);
    if let Some(position) = left {
        store.announcer.moved(room, position);
    }
    Ok(())
}

/// A direct room stays between its two, whatever the caller was told.
async fn refuse_direct(store: &Store, room: i64, doctor: i64) -> Result<Standing> {
    let standing = store.stands(room, doctor).await?;
    if standing == Standing::Partner {
        return Err(Denied::because(Reason::DirectRoom).into());
    }
    Ok(standing)
}
