use std::{collections::BTreeSet, sync::Arc, time::Duration};

use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use domain::{Presence, StaffId};
use futures_util::{StreamExt, stream::FuturesUnordered};
use ports::{Result, hub::Connection, hub::Hub};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    Announcer,
    wire::{PresenceSignal, Signal},
};
use crate::{
    pool::Pool,
    sql::is_doctor,
    statement::{Statement, statement},
};

/// How long a doctor stays online after the last connection closed: reloading a page is no leaving.
const GRACE: Duration = Duration::from_secs(5);

/// How often an instance says that its doctors are still there. Half a minute without it counts as
/// gone: the instance crashed.
const BEAT: Duration = Duration::from_secs(10);

statement! {
    /// Of the users `$1`: whether online at any instance, and when last.
    PresenceOf(Array<BigInt>) -> (BigInt, Bool, Nullable<BigInt>)
        = "SELECT u.id, coalesce(bool_or(p.online AND p.seen_at > now() - interval '30 seconds'), false),
                hims_micros(max(p.seen_at))
            FROM users u LEFT JOIN hims_presence p ON p.user_id = u.id
            WHERE u.id = ANY ($1) GROUP BY u.id";

    /// User `$1` is at instance `$2`, or not. Rows of instances that are no more go.
    Seen(BigInt, Text, Bool) -> BigInt
        = "WITH old AS (DELETE FROM hims_presence WHERE user_id = $1 AND instance <> $2
                AND seen_at < now() - interval '10 minutes')
            INSERT INTO hims_presence (user_id, instance, online, seen_at)
            SELECT id, $2, $3, clock_timestamp() FROM users WHERE id = $1
            ON CONFLICT (user_id, instance) DO UPDATE SET online = excluded.online, seen_at = excluded.seen_at
            RETURNING hims_micros(seen_at)";

    /// The users `$1` are still at instance `$2`.
    Beat(Array<BigInt>, Text) -> ()
        = "INSERT INTO hims_presence (user_id, instance, online, seen_at)
            SELECT id, $2, true, clock_timestamp() FROM users WHERE id = ANY ($1)
            ON CONFLICT (user_id, instance) DO UPDATE SET online = true, seen_at = excluded.seen_at";

    /// Users of instances that crashed, found by one instance only; when they were last seen.
    Lost() -> (BigInt, BigInt)
        = "UPDATE hims_presence SET online = false
            WHERE online AND seen_at < now() - interval '30 seconds' RETURNING user_id, hims_micros(seen_at)";

    /// Those of `$2` who share a room with `$1`, themselves left out.
    Companions(BigInt, Array<BigInt>) -> BigInt
        = concat!("SELECT DISTINCT o.user_id FROM chat_participants p
            JOIN chat_rooms r ON r.id = p.room_id AND r.deleted_at IS NULL AND r.moved_at IS NULL
            JOIN chat_participants o ON o.room_id = p.room_id AND o.left_at IS NULL AND o.user_id = ANY ($2)
            JOIN users u ON u.id = o.user_id AND ", is_doctor!("u"), "
            WHERE p.user_id = $1 AND p.left_at IS NULL AND o.user_id <> $1");
}

/// Whether colleagues are connected, over all instances. Unknown ids are left out.
///
/// # Errors
/// `Unavailable`.
pub(crate) async fn of(pool: &Pool, ids: &[StaffId]) -> Result<Vec<Presence>> {
    let keys: Vec<i64> = ids.iter().filter_map(StaffId::as_i64).collect();
    let mut connection = pool.get().await?;
    let rows: Vec<(i64, bool, Option<i64>)> = connection.all(PresenceOf::with((keys,))).await?;
    let presence = |(id, online, last_seen): (i64, bool, Option<i64>)| {
        Ok(Presence {
            doctor: StaffId::from(id),
            online,
            last_seen: last_seen.map(legacy::time).transpose()?,
        })
    };
    rows.into_iter().map(presence).collect()
}

/// Tells a presence to those connected here who share a room with the doctor.
pub(crate) async fn tell(pool: &Pool, hub: &Hub, doctor: i64, presence: Presence) -> Result<()> {
    let connected: Vec<i64> = hub.connected().iter().filter_map(StaffId::as_i64).collect();
    if connected.is_empty() {
        return Ok(());
    }
    let mut connection = pool.get().await?;
    let companions = Companions::with((doctor, connected));
    let companions: Vec<i64> = connection.all(companions).await?;
    let companions: Vec<StaffId> = companions.into_iter().map(StaffId::from).collect();
    hub.publish(companions.iter(), domain::Event::Presence(presence));
    Ok(())
}

/// Keeps the table of who is here.
pub(crate) struct Presences {
    pub(crate) pool: Pool,
    pub(crate) hub: Arc<Hub>,
    pub(crate) announcer: Announcer,
    pub(crate) instance: String,
}

impl Presences {
    /// Follows the hub's connections until `stop`; then nobody is here any more.
    pub(crate) async fn run(
        self,
        mut connections: mpsc::UnboundedReceiver<Connection>,
        stop: CancellationToken,
    ) {
        let mut here: BTreeSet<i64> = BTreeSet::new();
        let mut leaving = FuturesUnordered::new();
        let mut beats = tokio::time::interval(BEAT);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                told = connections.recv() => {
                    let Some(doctor) = told.as_ref().and_then(|told| told.doctor.as_i64()) else {
                        continue;
                    };
                    if self.is_here(doctor) {
                        if here.insert(doctor) {
                            self.seen(doctor, true).await;
                        }
                    } else {
                        let at = Instant::now() + GRACE;
                        leaving.push(async move { sleep_until(at).await; doctor });
                    }
                }
                Some(doctor) = leaving.next() => {
                    if !self.is_here(doctor) && here.remove(&doctor) {
                        self.seen(doctor, false).await;
                    }
                }
                _ = beats.tick() => self.beat(here.iter().copied().collect()).await,
                () = stop.cancelled() => break,
            }
        }
        for doctor in here {
            self.seen(doctor, false).await;
        }
    }

    fn is_here(&self, doctor: i64) -> bool {
        self.hub.is_connected(&StaffId::from(doctor))
    }

    /// Writes and tells that somebody came or went; while the database is away, nothing: the next
    /// beat puts the table right.
    async fn seen(&self, doctor: i64, online: bool) {
        let Ok(Some(last_seen)) = self.write(doctor, online).await else {
            return;
        };
        let elsewhere = !online
            && of(&self.pool, &[StaffId::from(doctor)])
                .await
                .is_ok_and(|found| found.iter().any(|presence| presence.online));
        if !elsewhere {
            self.tell(doctor, online, last_seen);
        }
    }

    async fn write(&self, doctor: i64, online: bool) -> Result<Option<i64>> {
        let mut connection = self.pool.get().await?;
        let seen = Seen::with((doctor, self.instance.as_str(), online));
        connection.first(seen).await
    }

    async fn beat(&self, here: Vec<i64>) {
        let Ok(mut connection) = self.pool.get().await else {
            return;
        };
        let beat = Beat::with((here, self.instance.as_str()));
        let _ = connection.run(beat).await;
        let lost: Vec<(i64, i64)> = connection.all(Lost::with(())).await.unwrap_or_default();
        drop(connection);
        for (doctor, last_seen) in lost {
            let found = of(&self.pool, &[StaffId::from(doctor)]).await;
            if found.is_ok_and(|found| found.iter().all(|presence| !presence.online)) {
                self.tell(doctor, false, last_seen);
            }
        }
    }

    fn tell(&self, doctor: i64, online: bool, last_seen: i64) {
        self.announcer.signal(Signal::Presence(PresenceSignal {
            doctor,
            online,
            last_seen,
        }));
    }
}
