//! Messages that another application inserts straight into the table get their place here.

use std::time::Duration;

use diesel::sql_types::{BigInt, Bool, Nullable};
use legacy::NaiveZone;
use ports::{Error, Result};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::{Announcer, follow, memberships};
use crate::{
    messages::post::LockRooms,
    pool::Pool,
    statement::{Statement, statement},
};

const EVERY: Duration = Duration::from_millis(500);

/// Most messages adopted in one transaction.
const AT_ONCE: i64 = 2_000;

statement! {
    /// Those in which messages have no place yet, or a place and no time.
    RoomsToAdopt() -> BigInt
        = "SELECT room_id FROM (
                SELECT m.room_id FROM chat_messages m JOIN chat_rooms r ON r.id = m.room_id WHERE m.position IS NULL
                UNION SELECT room_id FROM chat_messages WHERE sent_at IS NULL AND position > 0
            ) rooms ORDER BY room_id LIMIT 1000";

    /// Gives the oldest `$2` messages without a place in the locked room `$1` the next ones, in the
    /// order of their times; how many. One whose time cannot be read comes after the one before it by number.
    Adopt(BigInt, BigInt) -> BigInt
        = "WITH known AS MATERIALIZED (
                SELECT id, created_at, max(id) FILTER (WHERE hims_micros(created_at) IS NOT NULL) OVER (ORDER BY id) AS like_id
                FROM chat_messages WHERE room_id = $1 AND position IS NULL
            ), waiting AS MATERIALIZED (
                SELECT k.id, row_number() OVER (ORDER BY hims_order(l.created_at) NULLS FIRST, k.id) AS n
                FROM known k LEFT JOIN known l ON l.id = k.like_id ORDER BY n LIMIT $2
            ), adopted AS (
                UPDATE chat_messages m SET position = r.last_position + w.n,
                    changed_position = r.last_position + w.n,
                    sent_at = coalesce(m.sent_at, hims_moment(m.created_at))
                FROM waiting w, chat_rooms r WHERE m.id = w.id AND r.id = $1
                RETURNING m.sent_at
            ), total AS (SELECT count(*) AS count, max(sent_at) AS newest FROM adopted)
            UPDATE chat_rooms SET last_position = last_position + total.count,
                active_at = greatest(active_at, total.newest), changed_at = clock_timestamp()
            FROM total WHERE id = $1 RETURNING total.count";

    /// Gives those of room `$1` that have no time one between their neighbours. The last of a room was
    /// written just now if `$2`, and else some time after the one before it. Answers how far the room is.
    Estimate(BigInt, Bool) -> BigInt
        = "WITH first AS MATERIALIZED (
                SELECT min(position) AS position FROM chat_messages WHERE room_id = $1 AND sent_at IS NULL AND position > 0
            ), near AS MATERIALIZED (
                SELECT m.id, m.sent_at,
                    max(m.position) FILTER (WHERE m.sent_at IS NOT NULL) OVER (ORDER BY m.position) AS before,
                    min(m.position) FILTER (WHERE m.sent_at IS NOT NULL) OVER (ORDER BY m.position DESC) AS after
                FROM first, chat_messages m WHERE m.room_id = $1 AND m.position >= coalesce(
                    (SELECT b.position FROM chat_messages b WHERE b.room_id = $1 AND b.position > 0
                        AND b.position < first.position AND b.sent_at IS NOT NULL ORDER BY b.position DESC LIMIT 1),
                    first.position)
            ), estimated AS (
                UPDATE chat_messages m SET sent_at_estimated = true, sent_at = coalesce(
                    b.sent_at + (a.sent_at - b.sent_at) / 2, a.sent_at,
                    CASE WHEN $2 THEN greatest(b.sent_at, clock_timestamp()) END, b.sent_at,
                    hims_moment(r.created_at), clock_timestamp())
                FROM near n JOIN chat_rooms r ON r.id = $1
                    LEFT JOIN chat_messages b ON b.room_id = $1 AND b.position = n.before
                    LEFT JOIN chat_messages a ON a.room_id = $1 AND a.position = n.after
                WHERE n.sent_at IS NULL AND m.id = n.id RETURNING m.sent_at
            )
            UPDATE chat_rooms SET active_at = greatest(active_at, (SELECT max(sent_at) FROM estimated))
            WHERE id = $1 RETURNING last_position";

    /// Reads the marks of room `$1` off the times that the other application keeps.
    TakeOverReadMarks(BigInt) -> ()
        = "WITH mark AS (
                SELECT p.id, (SELECT m.position FROM chat_messages m
                    WHERE m.room_id = $1 AND m.position > 0
                        AND m.sent_at < hims_moment(p.last_read_at) + interval '1 second'
                    ORDER BY m.position DESC LIMIT 1) AS position
                FROM chat_participants p
                WHERE p.room_id = $1 AND p.read_position IS NULL AND p.last_read_at IS NOT NULL
            )
            UPDATE chat_participants p SET read_position = mark.position, delivered_position = mark.position
            FROM mark WHERE p.id = mark.id AND mark.position IS NOT NULL";
}

statement! {
    /// How many of the newest messages lie more than five minutes in the future, and the newest of those.
    InTheFuture() -> (BigInt, Nullable<BigInt>)
        = "SELECT count(*), max(id) FROM (SELECT id, sent_at FROM chat_messages WHERE position > 0
            ORDER BY id DESC LIMIT 10000) newest WHERE sent_at > now() + interval '5 minutes'";

    /// Whether the database knows the zone of the other application's times.
    Zone() -> Bool = "SELECT EXISTS (SELECT FROM pg_timezone_names WHERE lower(name) = lower(hims_zone()))";
}

/// Whether PostgreSQL knows the zone of the other application's times.
///
/// # Errors
/// `Conflict` when it does not; `Unavailable`.
pub(crate) async fn check_zone(pool: &Pool, zone: &NaiveZone) -> Result<()> {
    let known: Option<bool> = pool.get().await?.first(Zone::with(())).await?;
    if known == Some(true) {
        return Ok(());
    }
    let zone = zone.name();
    Err(Error::conflict(format!(
        "HIMS_LEGACY_TIME_ZONE: PostgreSQL does not know the zone {zone}; its zones are in pg_timezone_names"
    )))
}

/// Warns of messages whose time is still to come: the best sign that the other application writes its
/// times in another zone.
///
/// # Errors
/// `Unavailable`.
pub(crate) async fn warn_of_future(pool: &Pool, zone: &NaiveZone) -> Result<()> {
    let query = InTheFuture::with(());
    let found: Option<(i64, Option<i64>)> = pool.get().await?.first(query).await?;
    if let Some((messages @ 1.., Some(newest))) = found {
        tracing::warn!(
            messages,
            newest,
            zone = zone.name(),
            "messages lie in the future: HIMS_LEGACY_TIME_ZONE must name the zone in which the other application \
             writes its times"
        );
    }
    Ok(())
}

/// Adopts what was there before us, telling nobody. What a doctor had read in the other application
/// is read here too.
///
/// # Errors
/// `Unavailable`.
pub(crate) async fn take_over(pool: &Pool) -> Result<()> {
    adopt(pool, None).await
}

async fn adopt(pool: &Pool, announcer: Option<&Announcer>) -> Result<()> {
    loop {
        let rooms: Vec<i64> = pool.get().await?.all(RoomsToAdopt::with(())).await?;
        if rooms.is_empty() {
            return Ok(());
        }
        for room in rooms {
            while !in_room(pool, announcer, room).await? {}
        }
    }
}

/// Adopts some messages of a room; whether that were all.
async fn in_room(pool: &Pool, announcer: Option<&Announcer>, room: i64) -> Result<bool> {
    let mut transaction = pool.begin().await?;
    let adopted = async {
        let _: Vec<i64> = transaction.all(LockRooms::with((vec![room],))).await?;
        let count: Option<i64> = transaction.first(Adopt::with((room, AT_ONCE))).await?;
        let is_all = count.unwrap_or_default() < AT_ONCE;
        let is_live = announcer.is_some();
        let last: Option<i64> = transaction.first(Estimate::with((room, is_live))).await?;
        if is_all && announcer.is_none() {
            transaction.run(TakeOverReadMarks::with((room,))).await?;
        }
        Ok((is_all, last.unwrap_or_default()))
    };
    let adopted = adopted.await;
    let (is_all, last) = transaction.end(adopted).await?;
    if let Some(announcer) = announcer {
        announcer.moved(room, last);
    }
    Ok(is_all)
}

/// Adopts, and follows what was changed, twice a second until `stop`.
pub(crate) async fn keep_adopting(pool: Pool, announcer: Announcer, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_well = true;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        // None of the four keeps the others from being tried.
        let done = adopt(&pool, Some(&announcer)).await.map(drop);
        let done = done.and(follow::messages(&pool, &announcer).await);
        let done = done.and(follow::reads(&pool, &announcer).await);
        let done = done.and(memberships::follow(&pool, &announcer).await);
        // One line when it begins to fail, not one a tick. A database that is away has its line already, from
        // whoever serves requests.
        match &done {
            Err(error) if is_well && !error.is_temporary() => {
                tracing::warn!(%error, "following the other application failed; it is tried again and again");
            }
            Err(error) => tracing::debug!(%error, "following the other application failed"),
            Ok(()) => {}
        }
        is_well = done.is_ok();
    }
}
